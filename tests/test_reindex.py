"""Another embedding model: the library serves on meanwhile, and whoever reads it follows."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import numpy as np
import pytest

from ingest.pipeline import ingest
from retrieval.answerer import Answerer
from retrieval.domain import LANGUAGES, Question
from retrieval.layout import CATALOGUE, FLAT, VECTORS
from retrieval.library import Library
from retrieval.models import OtherModelError
from retrieval.news.asked import Request
from retrieval.vectors import Vectors
from tests.conftest import Run
from tests.small import HashEmbedder


class Other(HashEmbedder):
    """The same, by another name; may be cut off after some passages."""

    name = "others"
    fingerprint = "ba9876543210"

    def __init__(self, most: int = 1_000_000) -> None:
        super().__init__()
        self.most = most

    def read_passages(self, texts):  # noqa: ANN001, ANN201
        for found in super().read_passages(texts):
            self.most -= 1
            if self.most < 0:
                raise KeyboardInterrupt
            yield found


def _file(folder: Path, count: int, version: int = 0) -> Path:
    for n in range(count):
        text = f"Le bac numéro {n} rouvre\n\nLe bac numéro {n} rouvre lundi, version {version if n < 5 else 0}.\n"
        (folder / f"{n:04}.txt").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "articles"
    made.mkdir()
    return made


def _reindex(library: Library, embedder: HashEmbedder) -> int:
    with library.writing(lambda: embedder, mending=False) as writer:
        return writer.rebuild()


def _nothing_else(folder: Path, library: Library, fingerprint: str) -> None:
    """Assert that there are vectors and codes of this model alone, and all of them."""
    assert {file.name.split("-")[0] for file in (folder / FLAT).iterdir()} == {fingerprint}
    with library.snapshot() as snapshot:
        wanted = {language: snapshot.passage_ids(language) for language in LANGUAGES}
        assert snapshot.coded_ids(fingerprint) == set().union(*wanted.values())
        assert snapshot.coded_ids(HashEmbedder.fingerprint) == set()
    for named, expected in (
        (fingerprint, wanted),
        (HashEmbedder.fingerprint, {key: set() for key in LANGUAGES}),
    ):
        vectors = Vectors(folder / VECTORS, named)
        assert {language: vectors.ids(language) for language in LANGUAGES} == expected
        vectors.close()


def test_an_answerer_follows_its_library_to_another_model(tmp_path: Path, folder: Path) -> None:
    library = Library(tmp_path / "library")
    ingest([str(_file(folder, 30))], library, HashEmbedder)
    opened: list[str] = []

    def open_embedder(name: str) -> HashEmbedder:
        opened.append(name)
        return Other()

    reader = Answerer(Library(tmp_path / "library"), HashEmbedder(), open_embedder=open_embedder)
    stays = Answerer(Library(tmp_path / "library"), HashEmbedder())
    question = Question("Quand rouvre le bac numéro 7 ?")
    before = [hit.article.title for hit in reader.find(question, 3).hits]
    _reindex(library, Other())
    assert [hit.article.title for hit in reader.find(question, 3).hits] == before
    assert reader.embedder.name == "others"
    reader.answer(question)
    assert opened == ["others"]
    asked = Request("latest", "", "fr", "le bac numéro 7")
    assert reader.news(asked).answered
    for refused in (lambda: stays.find(question, 3), lambda: stays.news(asked)):
        with pytest.raises(OtherModelError, match="reindex"):
            refused()


def test_a_reindexing_that_was_interrupted_goes_on(tmp_path: Path, folder: Path) -> None:
    library = Library(tmp_path / "library")
    ingest([str(_file(folder, 700))], library, HashEmbedder)
    with pytest.raises(KeyboardInterrupt):
        _reindex(library, Other(most=600))
    reader = Answerer(Library(tmp_path / "library"), HashEmbedder())
    assert reader.find(Question("Quand rouvre le bac numéro 7 ?"), 3).hits
    # Meanwhile articles change, come and go.
    (folder / "0699.txt").unlink()
    (folder / "0700.txt").write_text("Un autre bac\n\nUn autre bac rouvre mardi.\n", encoding="utf-8")
    report = ingest([str(_file(folder, 10, version=1))], library, HashEmbedder, prune=True)
    assert (report.new, report.changed, report.gone) == (1, 5, 1)
    embedder = Other()
    assert _reindex(library, embedder) == 700
    assert embedder.embedded < 300  # what was made before the interruption is kept
    _nothing_else(tmp_path / "library", library, Other.fingerprint)


def test_what_a_killed_reindexing_left_of_the_old_model_goes(tmp_path: Path, folder: Path) -> None:
    library = Library(tmp_path / "library")
    ingest([str(_file(folder, 30))], library, HashEmbedder)
    _reindex(library, Other())
    # As it is between the switch and the end: the mark is set, and the old vectors are there.
    old = Vectors(tmp_path / "library" / VECTORS, HashEmbedder.fingerprint)
    old.upsert("fr", ["old"], np.ones((1, 64), np.float32) / 8)
    old.close()
    with sqlite3.connect(tmp_path / "library" / CATALOGUE) as catalogue:
        catalogue.execute("INSERT INTO meta VALUES ('leftover', '1')")
    catalogue.close()
    with library.writing(Other):
        pass
    _nothing_else(tmp_path / "library", library, Other.fingerprint)


def test_another_model_is_refused_until_the_command_that_is_named_was_given(
    tmp_path: Path, depeche: Run
) -> None:
    from tests.test_model import minilm

    (tmp_path / "a.txt").write_text("The ferry is back\n\nThe ferry of Lauzan sails again on Monday.\n")
    assert depeche("ingest", "a.txt").returncode == 0
    asked, other = "When does the ferry sail?", {"DEPECHE_EMBEDDING_MODEL": str(minilm())}
    done = depeche("ask", asked, **other)
    assert done.returncode == 1
    assert "depeche reindex" in done.stderr
    done = depeche("reindex", "--model", str(minilm()))
    assert done.returncode == 0
    assert f"DEPECHE_EMBEDDING_MODEL={minilm()}" in done.stderr
    assert depeche("search", "ferry").returncode == 1
    assert depeche("ask", asked).returncode == 1
    assert depeche("search", asked, "--json", **other).returncode == 0
    assert depeche("reindex").returncode == 0  # to the settings' model
    assert depeche("ask", asked).returncode == 0
    nowhere = depeche("reindex", "--model", "/no/such/model")
    assert (nowhere.returncode, len(nowhere.stderr.strip().splitlines())) == (1, 1)
