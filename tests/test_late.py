"""Late interaction: what is kept of a passage's tokens, and how a question's tokens find theirs."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retrieval.domain import LANGUAGES, Language
from retrieval.late import Asked, Coded, Coder, match
from retrieval.onnx_runner import OnnxEmbedder
from retrieval.products import GRAPH, graph, largest_sums
from retrieval.readings import Reading
from retrieval.words import content_spans, is_stop
from tests.small import HashEmbedder

TEXT = "Un titre\nLe bac de Port-Lauzan rouvre lundi. Et pas les autres ! Il coûte 3 euros."
SENTENCES = ((9, 43), (44, 63), (64, 81))


@pytest.fixture(scope="module")
def coder() -> Coder:
    return Coder.of(HashEmbedder())


def _coded(coder: Coder, text: str = TEXT, sentences: tuple[tuple[int, int], ...] = SENTENCES) -> Coded:
    return coder.code(text, "fr", sentences, HashEmbedder().read_question(text))


def _asked(coder: Coder, question: str) -> Asked:
    return coder.ask(question, "fr", HashEmbedder().read_question(question))


def test_only_the_sentences_words_of_meaning_are_kept(coder: Coder) -> None:
    coded = _coded(coder)
    assert coded.counts == (5, 0, 3)  # bac Port Lauzan rouvre lundi; Et pas les autres; coûte 3 euros
    assert coded.codes.shape == (8, HashEmbedder.dimension // 8)


def test_the_sentence_with_the_questions_words_matches_best(coder: Coder) -> None:
    matches = match(_asked(coder, "Combien coûte le billet, en euros ?"), [_coded(coder)])
    found = matches[0]
    first, second, third = found.sentences
    assert third > first
    assert second == 0.0
    assert found.whole >= third
    assert matches.scores == [found.whole + third]


def test_stop_words_hardly_count_unless_there_are_no_others(coder: Coder) -> None:
    asked = _asked(coder, "Quand rouvre le bac ?")
    assert sorted(asked.weights.round(2)) == [0.05, 0.05, 0.45, 0.45]
    assert np.allclose(_asked(coder, "Et pas les autres ?").weights, 0.25)
    assert len(_asked(coder, "?!").weights) == 0


def test_what_has_nothing_to_compare_matches_nothing(coder: Coder) -> None:
    empty = _coded(coder, "Et pas les autres !", ((0, 19),))
    assert match(_asked(coder, "Quand rouvre le bac ?"), [empty, _coded(coder), empty]).scores[::2] == [0, 0]
    assert match(_asked(coder, "?!"), [_coded(coder)]).scores == [0]
    assert match(_asked(coder, "le bac"), []).scores == []
    nothing = Coded(b"", ())
    assert match(_asked(coder, "le bac"), [nothing, _coded(coder), nothing]).scores[::2] == [0, 0]


def test_passages_are_matched_alike_alone_and_together(coder: Coder) -> None:
    other = _coded(coder, "Le phare ferme en mars. Rien d'autre.", ((0, 23), (24, 37)))
    asked = _asked(coder, "Quand ferme le phare ?")
    both = _coded(coder), other
    matches = match(asked, both)
    for number, passage in enumerate(both):
        alone, together = match(asked, [passage])[0], matches[number]
        assert together.whole == pytest.approx(alone.whole)
        assert together.sentences == pytest.approx(alone.sentences)


@given(st.lists(st.integers(0, 40), max_size=20), st.integers(1, 60))
def test_codes_come_back_from_bytes(counts: list[int], width: int) -> None:
    codes = np.random.default_rng(0).integers(0, 256, (sum(counts), width), np.uint8)
    again = Coded.from_bytes(Coded(codes.tobytes(), tuple(counts)).to_bytes())
    assert again.counts == tuple(counts)
    assert again.codes.tobytes() == codes.tobytes()


def test_a_coder_comes_back_from_bytes(coder: Coder) -> None:
    again = Coder.from_bytes(coder.to_bytes())
    assert (again.mean == coder.mean).all()
    assert (again.turn == coder.turn).all()


@given(st.text(), st.sampled_from(LANGUAGES))
def test_content_words_are_words_of_the_text_in_order(text: str, language: Language) -> None:
    last = 0
    for start, end in content_spans(text, language):
        assert last <= start < end <= len(text)
        assert not is_stop(text[start:end], language)
        last = end


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(text=st.text(st.characters(categories=["L", "N", "P", "Z"]), max_size=80))
def test_any_text_can_be_coded_and_asked(coder: Coder, text: str) -> None:
    coded = _coded(coder, text, ((0, len(text)),))
    assert (sum(coded.counts) > 0) == bool(content_spans(text, "fr"))
    found = match(_asked(coder, text), [coded])[0]
    assert -1.001 <= found.whole <= 1.001


def test_a_model_without_tokens_gives_each_word_the_texts_vector() -> None:
    reading = Reading.of_words(np.ones(4, np.float32), "Le  bac rouvre")
    assert reading.tokens.shape == (3, 4)
    assert reading.spans.tolist() == [[0, 2], [4, 7], [8, 14]]


def test_a_sentence_matches_its_translation(packaged: object) -> None:
    from pathlib import Path

    embedder = OnnxEmbedder.open(Path(str(packaged)), "packaged")
    coder = Coder.of(embedder)
    text = "The ferry reopens on Monday. A ticket costs three euros. The lighthouse keeper has retired."
    sentences = ((0, 28), (29, 56), (57, 91))
    coded = coder.code(text, "en", sentences, next(embedder.read_passages([text]))[1])
    for question, best in (("Combien coûte un billet ?", 1), ("Quand le bac rouvre-t-il ?", 0)):
        found = match(coder.ask(question, "fr", embedder.read_question(question)), [coded])[0]
        assert found.sentences.index(max(found.sentences)) == best


@given(st.integers(1, 40), st.integers(1, 6), st.integers(0, 2**32 - 1))
def test_products_in_whole_numbers_are_those_in_floats(codes: int, tokens: int, seed: int) -> None:
    chance = np.random.default_rng(seed)
    dimension = 8 * int(chance.integers(1, 50))
    bits = chance.integers(0, 2, (codes, dimension), np.uint8)
    asked = chance.standard_normal((tokens, dimension)).astype(np.float32)
    starts = np.unique([0, *chance.integers(0, codes, 3)])
    found = largest_sums(np.packbits(bits, axis=1), asked, starts)
    exact = np.maximum.reduceat(bits @ asked.T.astype(np.float64), starts, axis=0)
    rounding = np.abs(asked).max(axis=1) / 254 * dimension
    assert (np.abs(found - exact) <= rounding + 1e-3).all()


def test_the_kept_graph_is_the_one_that_is_written() -> None:
    assert graph() == GRAPH.read_bytes()
