from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import chromadb
import numpy as np
import pytest
from chromadb.config import Settings as ChromaSettings

from retrieval.batch import Batch
from retrieval.catalogue import Catalogue
from retrieval.errors import DepecheError
from retrieval.layout import CATALOGUE, VECTORS
from retrieval.library import Library, View
from retrieval.snapshot import Origin
from retrieval.vectors import Vectors, effort
from tests.small import HashEmbedder, made


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "library", lock_timeout=0.2)


def _nearest(library: Library, text: str, language: str = "fr") -> list[str]:
    vector = HashEmbedder().read_question(text).vector

    def work(view: View) -> list[str]:
        [near] = view.nearest([vector], [10])
        articles = [c.article_id for name in near for c in view.candidates([name])]
        assert len(articles) == len(near)  # each has its tokens too
        return articles

    return library.look(work)


def test_an_article_is_found_by_vector_and_by_word(library: Library) -> None:
    with library.writing(HashEmbedder) as writer:
        writer.commit(Batch(articles=[made("a", "Le bac rouvre à Nantes."), made("b", "Le phare ferme.")]))
    assert _nearest(library, "Le phare ferme.")[0] == "b"
    with library.snapshot() as snapshot:
        found = snapshot.postings("fr", ["phar", "absent"])
        assert {stem: len(rows) for stem, rows in found.items()} == {"phar": 1, "absent": 0}
        candidates = snapshot.candidates(HashEmbedder.fingerprint, [], found["phar"])
        assert [c.article_id for c in candidates] == ["b"]


def test_a_changed_article_leaves_nothing_of_the_old(library: Library) -> None:
    with library.writing(HashEmbedder) as writer:
        writer.commit(Batch(articles=[made("a", "Le bac rouvre."), made("b", "The ferry is back.", "en")]))
        writer.commit(Batch(articles=[made("a", "Le pont ferme."), made("b", "Le bac est là.", "fr")]))
    with library.snapshot() as snapshot:
        assert len(snapshot.postings("fr", ["rouvr"])["rouvr"]) == 0
        assert snapshot.sizes() == {"fr": 2}
        row = snapshot.article("a")
        assert row is not None
        assert (row.revision, row.article.text) == (2, "Le pont ferme.")
        wanted = snapshot.passage_ids("fr")
    assert sorted(_nearest(library, "bac pont")) == ["a", "b"]
    assert library._vectors.ids("fr") == wanted
    assert library._vectors.ids("en") == set()


def test_a_writer_leaves_little_log_for_readers_to_replay(library: Library) -> None:
    with library.writing(HashEmbedder) as writer:
        writer.commit(Batch(articles=[made(f"{n}", f"Le bac {n} rouvre.") for n in range(250)]))
    with sqlite3.connect(library.folder / VECTORS / "chroma.sqlite3") as chroma:
        # What has come in, and what Chroma has put into its index.
        rows = dict(chroma.execute("SELECT scope, seq_id FROM segments JOIN max_seq_id ON segment_id = id"))
    assert 250 - 100 < rows["VECTOR"] <= rows["METADATA"] == 250


def test_searches_look_further_the_more_passages_there_are(tmp_path: Path) -> None:
    vectors = Vectors(tmp_path / "vectors", "small")
    made = np.random.default_rng(1).standard_normal((6_000, 8)).astype(np.float32)
    vectors.upsert("fr", [f"{n}" for n in range(6_000)], made)
    vectors.upsert("en", ["a"], made[:1])
    vectors.deepen()
    vectors.close()
    client = chromadb.PersistentClient(str(tmp_path / "vectors"), ChromaSettings(anonymized_telemetry=False))
    looks = {c.name: c.configuration_json["hnsw"] for c in client.list_collections()}
    assert looks["fr-small"]["ef_search"] == effort(6_000) > looks["en-small"]["ef_search"] == effort(1)
    assert looks["fr-small"]["max_neighbors"] == looks["en-small"]["max_neighbors"]
    client.close()


def test_what_comes_back_at_once_keeps_its_vector(library: Library) -> None:
    with library.writing(HashEmbedder) as writer:
        for text in ("Le bac.", "Le pont.", "Le bac.", "Le bac."):
            writer.commit(Batch(articles=[made("a", text)]))
    with library.snapshot() as snapshot:
        wanted = snapshot.passage_ids("fr")
    assert _nearest(library, "bac") == ["a"]
    assert library._vectors.ids("fr") == wanted


def test_words_that_stay_are_not_embedded_again(library: Library) -> None:
    embedder = HashEmbedder()
    kept = "Un premier paragraphe assez long pour rester seul. " * 40
    with library.writing(lambda: embedder) as writer:
        writer.commit(Batch(articles=[made("a", f"{kept}\n\nLa fin.")]))
        before = embedder.embedded
        again = writer.commit(Batch(articles=[made("a", f"{kept}\n\nUne autre fin.")]))
    assert 0 < again < before
    assert embedder.embedded == before + again


def test_tokens_follow_what_is_stored(library: Library) -> None:
    with library.writing(HashEmbedder) as writer:
        writer.commit(
            Batch(articles=[made("a", "Le bac."), made("b", "Le pont."), made("c", "The ferry.", "en")])
        )
        writer.commit(Batch(articles=[made("b", "Le pont neuf.")], removed=["a", "c"]))
    with library.snapshot() as snapshot:
        assert snapshot.coded_ids(HashEmbedder.fingerprint) == snapshot.passage_ids("fr")
        assert snapshot.sizes() == {"fr": 1}


def test_a_second_writer_is_told(library: Library) -> None:
    waited = []
    with library.writing(HashEmbedder):
        other = Library(library.folder, lock_timeout=0.2)
        with (
            pytest.raises(DepecheError, match="Another process"),
            other.writing(HashEmbedder, lambda: waited.append(1)),
        ):
            pass
    assert waited == [1]


def test_a_batch_that_fails_changes_nothing(library: Library) -> None:
    with library.writing(HashEmbedder) as writer:
        writer.commit(Batch(articles=[made("a", "Le bac.")]))

    class Broken(HashEmbedder):
        def read_passages(self, texts):  # noqa: ANN001, ANN202
            raise DepecheError("No memory left")

    with pytest.raises(DepecheError), library.writing(Broken) as writer:
        writer.commit(Batch(articles=[made("a", "Autre chose."), made("b", "Le pont.")], removed=[]))
    assert _nearest(library, "bac") == ["a"]
    with library.snapshot() as snapshot:
        assert snapshot.article("a").article.text == "Le bac."


def test_what_a_killed_writer_left_is_swept_and_mended(library: Library) -> None:
    with library.writing(HashEmbedder) as writer:
        writer.commit(Batch(articles=[made("a", "Le bac."), made("b", "Le pont.")]))
    with library.snapshot() as snapshot:
        lost, kept = sorted(snapshot.passage_ids("fr"))
    library._vectors.reopen(HashEmbedder.fingerprint)
    library._vectors.delete("fr", [lost])
    library._vectors.upsert("fr", ["nobody:names-it"], HashEmbedder().embed_passages(["x"]))
    with library._catalogue.writing() as draft:
        draft.remove_codes(HashEmbedder.fingerprint, [kept])
        draft.set_meta("dirty", "1")
    embedder = HashEmbedder()
    with library.writing(lambda: embedder):
        pass
    assert embedder.embedded == 2
    with library.snapshot() as snapshot:
        assert snapshot.coded_ids(HashEmbedder.fingerprint) == {lost, kept}
    library._vectors.reopen(HashEmbedder.fingerprint)
    assert library._vectors.ids("fr") == {lost, kept}


def test_another_models_vectors_are_refused_until_reindexed(library: Library) -> None:
    with library.writing(HashEmbedder) as writer:
        writer.commit(Batch(articles=[made("a", "Le bac.")]))

    class Other(HashEmbedder):
        name, fingerprint = "other", "ba9876543210"

    with (
        pytest.raises(DepecheError, match=r"hashes.*other.*depeche reindex"),
        library.writing(Other) as writer,
    ):
        writer.commit(Batch(articles=[made("b", "Le pont.")]))
    with library.writing(Other) as writer:
        assert writer.rebuild() == 1
        writer.commit(Batch(articles=[made("b", "Le pont.")]))
    assert library.model() == ("other", Other.fingerprint)
    with library.snapshot() as snapshot:
        assert snapshot.coded_ids(HashEmbedder.fingerprint) == set()
    assert sorted(_nearest(library, "bac pont")) == ["a", "b"]


def test_a_question_sees_one_state_while_another_process_writes(library: Library) -> None:
    """Articles a and b always change together; no look may see one old and one new."""
    with library.writing(HashEmbedder) as writer:
        writer.commit(Batch(articles=[made("a", "Version 0."), made("b", "Version 0.")]))
    stop = threading.Event()
    seen: list[set[str]] = []

    def look(view: View) -> set[str]:
        [near] = view.nearest([HashEmbedder().read_question("Version").vector], [10])
        return {hit.article.text for hit in view.hits({c.passage_id: 0.0 for c in view.candidates(near)})}

    def read() -> None:
        while not stop.is_set():
            seen.append(library.look(look))

    reader = threading.Thread(target=read)
    reader.start()
    try:
        other = Library(library.folder)
        with other.writing(HashEmbedder) as writer:
            for n in range(1, 15):
                writer.commit(Batch(articles=[made("a", f"Version {n}."), made("b", f"Version {n}.")]))
    finally:
        stop.set()
        reader.join()
    assert seen
    assert all(len(texts) == 1 for texts in seen), [t for t in seen if len(t) != 1]


def test_ids_may_be_shortened_while_they_are_one_articles_alone(library: Library) -> None:
    with library.writing(HashEmbedder) as writer:
        writer.commit(
            Batch(
                articles=[made("abc1", "Le bac."), made("abd2", "Le pont.")],
                origins=[
                    Origin("/x/a.txt", "/x/a.txt", "1", "abc1"),
                    Origin("/x2/b.txt", "/x2/b.txt", "2", "abd2"),
                ],
            )
        )
    with library.snapshot() as snapshot:
        assert snapshot.article("abc").article.article_id == "abc1"
        assert snapshot.article("ab") is None
        assert snapshot.article("") is None
        assert snapshot.article("%") is None
        assert [o.origin for o in snapshot.origins_under("/x")] == ["/x/a.txt"]
        assert [o.origin for o in snapshot.origins_under("/x/a.txt")] == ["/x/a.txt"]


def test_an_empty_folder_says_what_to_do(library: Library) -> None:
    with pytest.raises(DepecheError, match="depeche ingest"):
        _nearest(library, "x")
    assert not library.folder.exists()


def test_a_library_of_an_earlier_version_says_so_and_is_brought_up_to_date(library: Library) -> None:
    with library.writing(HashEmbedder) as writer:
        writer.commit(Batch(articles=[made("a", "Le bac rouvre. " * 20), made("b", "Le bac rouvre. " * 21)]))
    library.close()
    with sqlite3.connect(library.folder / CATALOGUE) as catalogue:
        catalogue.executescript(
            "DROP TABLE stories; DROP TABLE bands; ALTER TABLE articles DROP COLUMN author; "
            "ALTER TABLE articles DROP COLUMN partial; ALTER TABLE articles DROP COLUMN modified; UPDATE meta SET value = '1' WHERE key = 'schema'"
        )
    with pytest.raises(DepecheError) as told:
        _nearest(Library(library.folder), "bac")
    assert "--repair" in told.value.hint
    with library.writing(HashEmbedder):
        pass
    assert _nearest(Library(library.folder), "bac")
    with library.snapshot() as snapshot:
        assert len(snapshot.stories()) == 2


def test_a_reader_follows_a_catalogue_that_another_is_put_in_the_place_of(tmp_path: Path) -> None:
    """As a repair does: the old file is put aside, and one made anew takes its name."""
    ours, theirs = Catalogue(tmp_path / "one d’été #1?.sqlite3"), Catalogue(tmp_path / "other.sqlite3")
    for catalogue, generation in ((ours, 3), (theirs, 7)):
        catalogue.create()
        with catalogue.writing() as draft:
            draft.set_meta("generation", str(generation))
    theirs.close()
    with ours.reading() as snapshot:
        assert snapshot.generation() == 3
    for side in ("", "-wal", "-shm"):
        ours.path.with_name(ours.path.name + side).rename(tmp_path / f"aside{side}")
    with pytest.raises(DepecheError, match="unable to open"), Catalogue(ours.path).reading():
        pass
    assert not ours.path.exists()
    theirs.path.rename(ours.path)
    with ours.reading() as snapshot:
        assert snapshot.generation() == 7
    ours.close()
