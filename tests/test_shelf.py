"""The shelf gives what the catalogue would, whatever it has at hand and however little fits on it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.batch import Batch
from retrieval.library import Library
from retrieval.shelf import Shelf
from retrieval.snapshot import Snapshot
from tests.small import HashEmbedder, made

WORDS = ("bac", "phar", "pont", "neuf", "absent")


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snapshot]:
    library = Library(tmp_path_factory.mktemp("shelf"))
    texts = ("Le bac rouvre.", "Le phare ferme.", "Un pont neuf.", "Le bac du phare.", "Le pont du bac.")
    with library.writing(HashEmbedder) as writer:
        writer.commit(Batch(articles=[made(str(n), text) for n, text in enumerate(texts)]))
    with library.snapshot() as snapshot:
        yield snapshot
    library.close()


@given(
    st.integers(0, 6),
    st.lists(st.tuples(st.sets(st.integers(0, 5)), st.sets(st.integers(0, 5))), max_size=8),
)
def test_what_is_asked_for_comes(
    snapshot: Snapshot, bound: int, asked: list[tuple[set[int], set[int]]]
) -> None:
    shelf = Shelf(HashEmbedder.fingerprint, candidates=bound, hits=bound, rows=bound)
    passages = sorted(snapshot.passage_ids("fr"))
    for by_id, by_row in asked:
        ids = [passages[n] if n < len(passages) else "nowhere" for n in sorted(by_id)]
        rows = [n + 1 for n in sorted(by_row)]
        found = [c.passage_id for c in shelf.candidates(snapshot, [*ids, *rows])]
        assert sorted(found) == sorted(
            c.passage_id for c in snapshot.candidates(HashEmbedder.fingerprint, ids, rows)
        )
        scores = {i: float(n) for n, i in enumerate(ids)}
        assert shelf.hits(snapshot, scores) == snapshot.hits(scores)
        stems = [WORDS[n] for n in sorted(by_row) if n < len(WORDS)]
        held = shelf.postings(snapshot, "fr", stems)
        expected = snapshot.postings("fr", stems)
        assert {w: r.tolist() for w, r in held.items()} == {w: r.tolist() for w, r in expected.items()}


def test_what_is_at_hand_is_not_read_again(snapshot: Snapshot) -> None:
    shelf = Shelf(HashEmbedder.fingerprint)
    ids = sorted(snapshot.passage_ids("fr"))
    first = shelf.candidates(snapshot, ids)
    again = shelf.candidates(snapshot, [*ids, *(c.row for c in first)])
    assert {id(c) for c in again} == {id(c) for c in first}
