"""Embedding through the front door: the settings' model, several threads, nobody told."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from retrieval.background import TEXTS
from retrieval.embedding import Embedder, open_embedder
from retrieval.settings import Settings
from tests.conftest import TOP

ODD = [
    "",
    " ",
    "🎉",
    "👩‍🚀 en orbite",
    "e\u0301te\u0301",
    "\x00",
    "a" * 5_000,
    "\u202e retournée",
    "mot " * 5_000,
]


@pytest.fixture(scope="module")
def embedder(packaged: Path, cache_dir: Path) -> Embedder:
    assert packaged.is_dir()
    return open_embedder(Settings(cache_dir=cache_dir))


def test_the_packaged_model_is_the_default(embedder: Embedder) -> None:
    assert embedder.name == "packaged"
    assert embedder.dimension == 384
    assert len(embedder.fingerprint) == 12
    assert int(embedder.fingerprint, 16) >= 0


def test_no_text_gives_no_vector(embedder: Embedder) -> None:
    assert embedder.embed_questions([]).shape == (0, 384)
    assert embedder.embed_passages([]).shape == (0, 384)


def test_odd_texts_have_unit_vectors(embedder: Embedder) -> None:
    for vectors in (embedder.embed_questions(ODD), embedder.embed_passages(ODD)):
        assert vectors.dtype == np.float32
        assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_a_question_and_a_passage_are_not_embedded_alike(embedder: Embedder) -> None:
    assert float((embedder.embed_questions(TEXTS[:1]) * embedder.embed_passages(TEXTS[:1])).sum()) < 0.999


def test_a_sentence_is_nearest_its_translation(embedder: Embedder) -> None:
    vectors = embedder.embed_passages(TEXTS)
    french, english = vectors[0::2], vectors[1::2]
    assert ((french @ english.T).argmax(axis=1) == np.arange(len(french))).mean() > 0.95


def test_threads_share_an_embedder(embedder: Embedder) -> None:
    alone = embedder.embed_questions(TEXTS)
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda text: embedder.embed_questions([text])[0], TEXTS))
    assert (np.stack(together) * alone).sum(axis=1).min() > 0.9999


def test_the_runtime_writes_nothing_about_its_reader(packaged: Path, cache_dir: Path, tmp_path: Path) -> None:
    script = (
        "from retrieval.embedding import open_embedder; from retrieval.settings import Settings;"
        "open_embedder(Settings()).embed_questions(['Qui ?'])"
    )
    home = tmp_path / "reader"
    home.mkdir()
    given = {
        k: v for k, v in os.environ.items() if k not in ("ORT_DISABLE_TELEMETRY", "XDG_CACHE_HOME", "CI")
    }
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=TOP,
        env=given | {"HOME": str(home), "DEPECHE_CACHE_DIR": str(cache_dir)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert list(home.rglob("*")) == []
