from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.identity import is_newer, is_same
from ingest.pipeline import Report, ingest
from retrieval import revisions
from retrieval.domain import Article
from retrieval.library import Library
from retrieval.urls import address_of
from tests.small import HashEmbedder

Bring = Callable[..., Report]
BODY = (
    "Le bac de Port-Lauzan rouvre lundi après six mois de travaux. La mairie annonce douze traversées par jour. "
    "Les habitants de la rive gauche attendaient son retour depuis le printemps."
)
OTHER = (
    "La piscine municipale ferme en mars. Son toit doit être refait entièrement. "
    "Les clubs nageront à Sainte-Brune en attendant, dit la direction des sports."
)


def _article(text: str = BODY, **told: str) -> Article:
    return Article("a", "Titre", text, "fr", **told)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "library")


@pytest.fixture
def bring(library: Library, tmp_path: Path) -> Bring:
    embedder = HashEmbedder()

    def run(name: str, *rows: dict[str, str], prune: bool = False) -> Report:
        file = tmp_path / f"{name}.jsonl"
        file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        return ingest([str(file)], library, lambda: embedder, prune=prune)

    return run


def _stored(library: Library) -> list[Article]:
    with library.snapshot() as snapshot:
        return [row.article for row in snapshot.articles()]


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://www.example.org/bac?utm_source=x&id=3#haut", "example.org/bac?id=3"),
        ("http://Example.org/bac/", "example.org/bac"),
        ("https://example.org/", ""),
        ("https://example.org", ""),
        ("https://example.org/?p=12", "example.org/?p=12"),
        ("ftp://example.org/bac", ""),
        ("no address", ""),
    ],
)
def test_an_address_is_known_without_what_says_how_one_came_there(url: str, address: str) -> None:
    assert address_of(url) == address


@given(st.text(max_size=60))
def test_any_words_for_an_address_are_taken(url: str) -> None:
    assert isinstance(address_of(url), str)


def test_one_article_is_told_from_another_at_its_address() -> None:
    corrected = BODY.replace("douze", "dix") + " Un second bac est prévu."
    excerpt = BODY.split(". ", maxsplit=1)[0] + "."
    assert is_same(_article(), _article(corrected))
    assert is_same(_article(excerpt), _article())
    assert not is_same(_article(), _article(OTHER))


def test_the_later_change_is_newer_and_what_has_no_date_is_what_came_last() -> None:
    old, new = _article(modified="2026-11-01T10:00:00+01:00"), _article(modified="2026-11-01T09:30:00Z")
    assert is_newer(old, new)
    assert not is_newer(new, old)
    assert is_newer(new, _article())
    assert is_newer(_article(modified="yesterday"), old)


def test_a_page_under_two_addresses_is_one_article(bring: Bring, library: Library) -> None:
    first = {"url": "https://www.example.org/bac?utm_source=lettre", "title": "Le bac", "text": BODY}
    again = {"url": "http://example.org/bac/", "title": "Le bac", "text": BODY.replace("douze", "dix")}
    assert bring("one", first).new == 1
    report = bring("two", again)
    assert (report.new, report.changed) == (0, 1)
    (article,) = _stored(library)
    assert "dix traversées" in article.text
    assert bring("two", again).same == 1
    assert bring("one", first).same == 1  # it has not changed: the later one stays
    with library.snapshot() as snapshot:
        assert len(snapshot.origins_of(article.article_id)) == 2


def test_two_addresses_of_one_article_in_one_run_give_it_once(bring: Bring, library: Library) -> None:
    rows = [
        {"url": f"https://{host}/bac", "title": "Le bac", "text": f"{BODY} Version {n}."}
        for n, host in enumerate(["example.org", "www.example.org"])
    ]
    bring("both", *rows)
    (article,) = _stored(library)
    assert "Version 1" in article.text


def test_an_older_copy_does_not_undo_a_correction(bring: Bring, library: Library) -> None:
    row = {"title": "Le bac", "text": BODY, "url": "https://example.org/bac", "modified": "2026-11-02"}
    bring("one", row)
    stale = row | {
        "url": "https://www.example.org/bac",
        "modified": "2026-11-01",
        "text": BODY.replace("douze", "dix"),
    }
    assert bring("two", stale).same == 1
    (article,) = _stored(library)
    assert "douze traversées" in article.text


def test_pages_that_all_name_one_address_stay_apart(bring: Bring, library: Library) -> None:
    bring("one", {"url": "https://example.org/actualites", "title": "Le bac", "text": BODY})
    bring("two", {"url": "https://www.example.org/actualites", "title": "La piscine", "text": OTHER})
    bring("three", {"url": "https://example.org/", "title": "Accueil", "text": BODY + " Et plus encore."})
    assert {a.title for a in _stored(library)} == {"Le bac", "La piscine", "Accueil"}


def test_a_shared_article_is_corrected_in_place(bring: Bring, library: Library) -> None:
    rows = [
        {"url": f"https://{host}/bac", "title": "Le bac", "text": BODY}
        for host in ("example.org", "www.example.org")
    ]
    bring("one", rows[0])
    bring("two", rows[1])
    (before,) = _stored(library)
    bring("one", rows[0] | {"text": BODY.replace("lundi", "mardi")})
    (after,) = _stored(library)
    assert after.article_id == before.article_id
    assert "mardi" in after.text


def test_an_id_takes_over_the_article_at_its_address(bring: Bring, library: Library) -> None:
    page = {"url": "https://example.org/bac", "title": "Le bac", "text": BODY}
    bring("page", page)
    bring("rows", page | {"id": "bac-1", "url": "https://www.example.org/bac"})
    assert [a.article_id for a in _stored(library)] == ["bac-1"]
    bring("page", page | {"text": BODY.replace("lundi", "mardi")})
    (article,) = _stored(library)
    assert (article.article_id, "mardi" in article.text) == ("bac-1", True)
    other = {"url": "https://example.org/piscine", "title": "La piscine", "text": OTHER}
    assert bring("page", other, prune=True).gone == 0  # the row still has it


def test_rows_with_ids_stay_apart_at_one_address(bring: Bring, library: Library) -> None:
    url = "https://example.org/bac"
    bring(
        "rows",
        *({"id": str(n), "url": url, "title": "Le bac", "text": f"{BODY} Partie {n}."} for n in range(3)),
    )
    assert {a.article_id for a in _stored(library)} == {"0", "1", "2"}


def test_an_articles_history_is_kept_and_bounded(bring: Bring, library: Library) -> None:
    for n in range(1, revisions.KEPT + 6):
        bring("one", {"id": "a", "title": "Le bac", "text": f"{BODY} Version {n}."})
    with library.snapshot() as snapshot:
        row = snapshot.article("a")
        earlier = revisions.of(snapshot.connection, "a")
    assert row is not None
    assert row.revision == revisions.KEPT + 5
    assert [one.revision for one in earlier] == [*range(5, revisions.KEPT + 5)]
    assert earlier[-1].article.text.endswith(f"Version {revisions.KEPT + 4}.")
    bring("one", {"id": "b", "title": "La piscine", "text": OTHER}, prune=True)
    with library.snapshot() as snapshot:
        assert revisions.of(snapshot.connection, "a") == []
