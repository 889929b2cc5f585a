"""The flat index: what it finds, when it is there, and that nothing depends on it."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from retrieval.batch import Batch
from retrieval.catalogue import Catalogue
from retrieval.domain import Language
from retrieval.flat import Flat
from retrieval.flattening import renew
from retrieval.late import unit
from retrieval.layout import CATALOGUE, FLAT, VECTORS
from retrieval.library import Library, View
from retrieval.snapshot import Origin
from retrieval.vectors import Vectors
from tests.conftest import Run
from tests.small import HashEmbedder, made

ARTICLES = [
    made("bac", "Le bac rouvre à Nantes lundi."),
    made("phare", "Le phare ferme pour l'hiver."),
    made("ferry", "The ferry is back in Dover.", "en"),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "library"


@pytest.fixture
def library(folder: Path) -> Library:
    library = Library(folder)
    with library.writing(HashEmbedder) as writer:
        writer.commit(Batch(articles=ARTICLES))
    return library


def _near(view: View, text: str = "Le phare ferme.") -> Sequence[str | int]:
    [near] = view.nearest([HashEmbedder().read_question(text).vector], [10])
    return near


def _articles(view: View, text: str = "Le phare ferme.") -> list[str]:
    return [c.article_id for name in _near(view, text) for c in view.candidates([name])]


def _by_row(view: View) -> bool:
    return all(isinstance(name, int) for name in _near(view))


def _generation(library: Library) -> int:
    with library.snapshot() as snapshot:
        return snapshot.generation()


def _files(folder: Path) -> list[str]:
    return sorted(file.name.rsplit("-", 1)[1] for file in (folder / FLAT).iterdir())


class Counting(Vectors):
    """Chroma, with what is read from it."""

    read: list[str]

    def of(self, language: Language, ids: list[str]) -> NDArray[np.float32]:  # type: ignore[override]
        self.read = [*getattr(self, "read", []), *ids]
        return super().of(language, ids)


@given(st.integers(1, 40), st.integers(1, 60), st.integers(0, 1_000))
def test_no_neighbour_is_missed(count: int, most: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    vectors = unit(random.standard_normal((count, 8))).astype(np.float32)
    rows = np.sort(random.choice(1_000, count, replace=False))
    flat = Flat(rows, np.zeros(count, np.uint64), vectors)
    asked = unit(random.standard_normal((1, 8)))[0].astype(np.float32)
    exact = rows[np.argsort(-(vectors @ asked))]
    assert flat.nearest(asked, most) == exact[:most].tolist()
    with pytest.raises(KeyError):
        flat.of([int(rows[0]), 1_000])
    some = random.permutation(count)[:5]
    assert np.array_equal(flat.of(rows[some].tolist()), vectors[some])


def test_readers_of_what_was_ingested_need_no_chroma(library: Library, folder: Path) -> None:
    shutil.rmtree(folder / VECTORS)
    assert library.look(_by_row)
    assert library.look(_articles)[0] == "phare"
    assert {*library.look(partial(_articles, text="ferry"))} == {"bac", "phare", "ferry"}


def test_the_vectors_of_passages_are_those_of_chroma(library: Library, folder: Path) -> None:
    def work(view: View) -> None:
        candidates = view.candidates(_near(view))
        vectors = Vectors(folder / VECTORS, HashEmbedder.fingerprint)
        for candidate, vector in zip(candidates, view.vectors(candidates), strict=True):
            [stored] = vectors.of(candidate.language, [candidate.passage_id])
            assert np.allclose(stored, vector, atol=1e-6)
        vectors.close()

    library.look(work)


def test_while_articles_come_in_chroma_is_asked_and_then_no_more(library: Library, folder: Path) -> None:
    reader = Library(folder)
    assert reader.look(_by_row)
    with library.writing(HashEmbedder) as writer:
        writer.commit(Batch(articles=[made("pont", "Le pont ferme aussi.")]))
        assert not reader.look(_by_row)
        assert "pont" in reader.look(_articles)
    assert reader.look(_by_row)
    assert "pont" in reader.look(_articles)
    assert _files(folder) == ["en.npy", "fr.npy"]  # of the state before there is none left


def test_a_change_takes_from_chroma_what_is_new_alone(library: Library, folder: Path) -> None:
    with library.writing(HashEmbedder) as writer:
        writer.commit(
            Batch(
                articles=[made("phare", "Le phare rouvre."), made("pont", "Le pont ferme.")], removed=["bac"]
            )
        )
        vectors = Counting(folder / VECTORS, HashEmbedder.fingerprint)
        renew(Catalogue(folder / CATALOGUE), lambda: vectors)
        assert [i.split(":")[0] for i in sorted(vectors.read)] == ["phare", "pont"]
    assert sorted(library.look(_articles)) == ["ferry", "phare", "pont"]


def test_an_ingestion_that_changes_nothing_leaves_it(library: Library, folder: Path) -> None:
    before = sorted((folder / FLAT).iterdir())
    with library.writing(HashEmbedder):
        pass
    assert sorted((folder / FLAT).iterdir()) == before


@pytest.mark.parametrize(
    "what", ["gone", "emptied", "cut off", "garbled", "of another kind", "of another state"]
)
def test_where_it_cannot_be_read_chroma_is_asked_until_it_is_made_anew(
    library: Library, folder: Path, what: str
) -> None:
    [file] = (folder / FLAT).glob("*-fr.npy")
    if what == "gone":
        file.unlink()
    elif what == "cut off":
        file.write_bytes(file.read_bytes()[:-100])
    elif what == "emptied":
        file.write_bytes(b"")
    elif what == "garbled":
        whole = file.read_bytes()
        file.write_bytes(whole[:12] + b'{(["' + whole[16:])
    elif what == "of another kind":
        np.save(file, np.zeros(3))
    else:
        np.save(file, np.load(file)[:1])
    reader = Library(folder)
    assert not reader.look(_by_row)
    assert reader.look(_articles)[0] == "phare"
    with library.writing(HashEmbedder):
        pass
    assert reader.look(_by_row)
    assert reader.look(_articles)[0] == "phare"


def test_where_it_cannot_be_written_chroma_is_asked(folder: Path) -> None:
    folder.mkdir()
    (folder / FLAT).write_text("in the way", encoding="utf-8")
    library = Library(folder)
    with library.writing(HashEmbedder) as writer:
        writer.commit(Batch(articles=ARTICLES))
    assert not library.look(_by_row)
    assert library.look(_articles)[0] == "phare"


def test_a_large_library_has_none(library: Library, folder: Path) -> None:
    with library.writing(HashEmbedder) as writer:
        writer.commit(Batch(articles=[made("pont", "Le pont ferme.")]))
        vectors = Vectors(folder / VECTORS, HashEmbedder.fingerprint)
        renew(Catalogue(folder / CATALOGUE), lambda: vectors, most=3 * HashEmbedder.dimension)
    assert not library.look(_by_row)
    assert _files(folder) == []
    assert len(library.look(_articles)) == 4


def test_one_that_is_all_read_from_chroma_replaces_it_on_a_repair(library: Library, folder: Path) -> None:
    [file] = (folder / FLAT).glob("*-fr.npy")
    records = np.load(file)
    records["vector"] = records["vector"][::-1]  # as no writer leaves it
    np.save(file, records)
    assert Library(folder).look(_articles)[0] == "bac"
    with library.writing(HashEmbedder, mending=False) as writer:
        writer.mend(always=True)
    assert Library(folder).look(_articles)[0] == "phare"


def test_what_only_moved_leaves_it(library: Library, folder: Path) -> None:
    before = sorted((folder / FLAT).iterdir())
    with library.writing(HashEmbedder) as writer:
        generation = _generation(library)
        writer.commit(Batch(origins=[Origin("/y/bac.txt", "/y", "1", "bac")]))
    assert _generation(library) > generation
    assert sorted((folder / FLAT).iterdir()) == before
    assert library.look(_by_row)


def test_what_a_killed_writer_left_beside_it_goes(library: Library, folder: Path) -> None:
    (folder / FLAT / "0123456789ab-ffffffffffff-fr.npy").write_bytes(b"half")
    with library.writing(HashEmbedder):
        pass
    assert _files(folder) == ["en.npy", "fr.npy"]


def test_where_chroma_has_not_all_vectors_the_one_before_stays_and_is_not_read(
    library: Library, folder: Path, tmp_path: Path
) -> None:
    before = sorted((folder / FLAT).iterdir())
    with library.writing(HashEmbedder) as writer:
        writer.commit(Batch(articles=[made("pont", "Le pont ferme.")]))
        nothing = Vectors(tmp_path / "elsewhere", HashEmbedder.fingerprint)
        renew(Catalogue(folder / CATALOGUE), lambda: nothing)
        nothing.close()
        assert sorted((folder / FLAT).iterdir()) == before
        assert not Library(folder).look(_by_row)
    assert Library(folder).look(_by_row)


def test_an_emptied_library_has_none(library: Library, folder: Path) -> None:
    with library.writing(HashEmbedder) as writer:
        writer.commit(Batch(removed=["bac", "phare", "ferry"]))
    assert library.look(_near) == []
    assert _files(folder) == []


def test_the_doctor_tells_whether_it_is_there_and_has_it_made(
    depeche: Run, samples: Path, tmp_path: Path
) -> None:
    shutil.copytree(samples, tmp_path / "library")
    assert "Flat index: of the present articles" in depeche("doctor").stdout
    shutil.rmtree(tmp_path / "library" / FLAT)
    told = depeche("doctor")
    assert (told.returncode, "none of the present articles" in told.stdout) == (0, True)
    assert "Flat index: of the present articles" in depeche("doctor", "--repair").stdout
    [file] = (tmp_path / "library" / FLAT).glob("*-fr.npy")
    records = np.load(file)
    records["vector"] = records["vector"][::-1]  # as no writer leaves it
    np.save(file, records)
    told = depeche("doctor")
    assert (told.returncode, "has other vectors than Chroma" in told.stdout) == (1, True)
    assert depeche("doctor", "--repair").returncode == 0
