"""kill -9 at random moments: the library is whole afterwards, and nothing is doubled."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from ingest.pipeline import ingest
from retrieval.domain import LANGUAGES
from retrieval.errors import DepecheError
from retrieval.flat import opened
from retrieval.layout import FLAT, VECTORS
from retrieval.library import Library
from retrieval.vectors import Vectors
from tests.conftest import TOP
from tests.small import HashEmbedder

_SCRIPT = """
import sys
import chromadb.api.rust, datasketch  # which an ingestion imports as it begins: it is to be killed at its work
from ingest.pipeline import ingest
from retrieval.library import Library
from tests.small import HashEmbedder
from pathlib import Path

pytestmark = pytest.mark.slow
print("ready", flush=True)
ingest([sys.argv[2]], Library(Path(sys.argv[1])), HashEmbedder, prune=True)
"""


def _rows(file: Path, version: int) -> dict[str, str]:
    """Write 600 rows, a third of them different from one version to the next, some come and some gone."""
    texts = {
        f"r{n}": f"Article {n} dans sa version {version if n % 3 == 0 else 0}. Il parle du sujet {n % 11}."
        for n in range(version * 20, 600 + version * 20)
    }
    file.write_text("".join(json.dumps({"id": i, "text": t, "lang": "fr"}) + "\n" for i, t in texts.items()))
    return texts


def _check_whole(folder: Path, *, killed: bool = False) -> dict[str, str]:
    """Assert that every article has its passages, each with its codes and its vector; return the texts."""
    library = Library(folder)
    with library.snapshot() as snapshot:
        rows = snapshot.articles()
        for row in rows:
            passages = snapshot.passages_of(row.article.article_id)
            assert passages, row
            assert passages[-1].end == len(row.article.text)
        wanted = {language: snapshot.passage_ids(language) for language in LANGUAGES}
        assert snapshot.coded_ids(HashEmbedder.fingerprint) == set().union(*wanted.values())
        by_row = {language: snapshot.passage_rows(language) for language in LANGUAGES}
        flat = opened(folder / FLAT, snapshot.flat(), snapshot.sizes())
    library.close()
    for language, one in flat.items():
        assert one.rows.tolist() == sorted(by_row[language])
    vectors = Vectors(folder / VECTORS, HashEmbedder.fingerprint)
    try:
        vectors.open(LANGUAGES)
    except DepecheError as error:
        # Chroma writes its index in place: a kill in that moment, one in some hundreds, leaves what the next ingestion makes anew.
        assert killed, error
        assert "doctor --repair" in str(error)
        vectors.close()
        return {row.article.article_id: row.article.text for row in rows}
    for language, one in flat.items():
        ids = [by_row[language][row] for row in one.rows.tolist()]
        assert np.allclose(one.vectors, vectors.of(language, ids), atol=1e-6)
    for language in LANGUAGES:
        assert wanted[language] <= vectors.ids(language)
        if wanted[language]:
            [near] = vectors.nearest([language], [HashEmbedder().read_question("sujet 3").vector], [10])
            assert len(near) == 10
    vectors.close()
    return {row.article.article_id: row.article.text for row in rows}


@pytest.mark.parametrize("seed", range(4))
def test_a_killed_ingestion_leaves_a_whole_library(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311
    file, folder = tmp_path / "rows.jsonl", tmp_path / "library"
    before: dict[str, str] = {}
    for version in range(3):
        after = _rows(file, version)
        process = subprocess.Popen(
            [sys.executable, "-c", _SCRIPT, str(folder), str(file)],
            cwd=TOP,
            stdout=subprocess.PIPE,
            text=True,
        )
        process.stdout.readline()
        time.sleep(chance.uniform(0.0, 1.6))
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        if (folder / "catalogue.sqlite3").exists() and version:
            texts = _check_whole(folder, killed=True)
            for article_id, text in texts.items():  # each article is its old self or its new one
                assert text in (before.get(article_id), after.get(article_id))
        library = Library(folder)
        ingest([str(file)], library, HashEmbedder, prune=True)
        library.close()
        assert _check_whole(folder) == after
        assert len([*(folder / FLAT).iterdir()]) == 1  # a language, a state
        before = after
