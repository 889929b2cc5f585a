"""What a library holds, at a glance."""

from __future__ import annotations

from pathlib import Path

from small import HashEmbedder

from ingest.identity import content_digest
from ingest.passages import split_passages
from retrieval import overview
from retrieval.batch import Batch
from retrieval.domain import Article
from retrieval.library import Library


def article(name: str, published: str | None, **given: str) -> Article:
    text = f"Le bac {name} rouvre."
    return Article(name, f"Titre {name}", text, "en" if name == "c" else "fr", published=published, **given)


def test_dates_that_are_none_do_not_count_and_titles_come_in_order(tmp_path: Path) -> None:
    library = Library(tmp_path / "library")
    articles = [
        article("a", "2024-03-01", source="Le Journal", url="https://journal.example/a"),
        article("b", "2024-10-24T08:00:00Z", source="Le Journal"),
        article("c", "hier", source="The Paper"),
        article("d", "2023-01-31"),
    ]
    with library.writing(HashEmbedder) as writer:
        writer.commit(Batch(articles=[(one, content_digest(one), split_passages(one)) for one in articles]))
    with library.snapshot() as snapshot:
        held = overview.look(snapshot.connection)
        first = overview.newest(snapshot.connection, limit=2, offset=1)
        rest = overview.newest(snapshot.connection, limit=10, offset=3)
    assert (held.articles, held.count, held.sources) == ({"fr": 3, "en": 1}, 4, 2)
    assert (held.first, held.last) == ("2023-01-31", "2024-10-24T08:00:00Z")
    assert held.changed is not None
    assert [one.article_id for one in first] == ["b", "a"]
    assert first[1] == overview.Listed(
        "a", "Titre a", "https://journal.example/a", "Le Journal", "2024-03-01"
    )
    assert [one.article_id for one in rest] == ["d"]
