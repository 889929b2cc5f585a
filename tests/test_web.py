"""Addresses into the library: what is taken, what is asked for again, what is told."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from ingest.fetch.connecting import Network
from ingest.fetch.fetcher import Fetcher
from ingest.pipeline import Report, ingest
from ingest.web import Web as Reader
from retrieval import tables
from retrieval.library import Library
from tests.small import HashEmbedder
from tests.test_freshness import of, write
from tests.web_server import Handler, Web, answer, in_turn, redirect, serving, validated

Bring = Callable[..., Report]


DAYS = ["Orle", "Skerrin", "Lauzan", "Port"]  # in November 2025


def article(name: str, words: str = "") -> bytes:
    """A page of our own writing that every extractor takes for an article."""
    sentences = " ".join(
        f"Le bac de {name} reprend ses traversées à {hour} heures, dit la régie du port {words}."
        for hour in range(6, 18)
    )
    return (
        f"<!doctype html><html lang='fr'><head><title>Le bac de {name}</title></head><body><article><h1>Le bac de {name}</h1>"
        f"<p>{sentences}</p><p>{sentences.replace('reprend', 'arrête')}</p></article></body></html>"
    ).encode()


def feed(web: Web, *names: str, changed: str = "", content: str = "") -> bytes:
    items = "".join(
        f"<item><title>Le bac de {name}</title><link>{web.url(f'/{name}')}</link><description>{changed}</description>"
        f"<pubDate>{format_datetime(datetime(2025, 11, DAYS.index(name) + 1, tzinfo=UTC))}</pubDate>"
        f"<content:encoded><![CDATA[{content}]]></content:encoded></item>"
        for name in names
    )
    return (
        f"<rss version='2.0' xmlns:content='http://purl.org/rss/1.0/modules/content/'><channel>{items}</channel></rss>"
    ).encode()


@pytest.fixture
def web() -> Iterator[Web]:
    with serving() as made:
        for name in ("Lauzan", "Skerrin", "Orle"):
            made.pages[f"/{name}"] = validated(article(name), etag=f'"{name}"')
        made.pages["/feed"] = answer(feed(made, "Lauzan", "Skerrin", "Orle"), Content_Type="text/plain")
        yield made


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "library")


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def bring(library: Library, told: list[str]) -> Bring:
    def run(*sources: str, prune: bool = False, limit: int = 200, site: bool = False) -> Report:
        fetcher = Fetcher(Network(private=True), delay=0.0, seconds=10.0, back_off=0.0)
        reader = Reader(fetcher, limit=limit, site=site, tell=told.append)
        try:
            return ingest(sources, library, HashEmbedder, prune=prune, web=reader)
        finally:
            reader.close()

    return run


def _titles(library: Library) -> list[str]:
    with library.snapshot() as snapshot:
        return sorted(row.article.title.removeprefix("Le bac de ") for row in snapshot.articles())


def _counts(report: Report) -> tuple[int, int, int, int, int]:
    return report.new, report.changed, report.same, report.gone, len(report.problems)


def test_a_page_is_an_article_and_unchanged_costs_nothing(web: Web, bring: Bring, library: Library) -> None:
    page = web.url("/Lauzan?utm_source=x#top")
    assert _counts(bring(page)) == (1, 0, 0, 0, 0)
    with library.snapshot() as snapshot:
        (row,) = snapshot.articles()
        assert [o.origin for o in snapshot.origins_of(row.article.article_id)] == [web.url("/Lauzan")]
        generation = snapshot.generation()
    assert _counts(bring(page)) == (0, 0, 1, 0, 0)
    assert web.headers[-1]["If-None-Match"] == '"Lauzan"'
    with library.snapshot() as snapshot:
        assert snapshot.generation() == generation
    web.pages["/Lauzan"] = validated(article("Lauzan", "corrigé"), etag='"2"')
    assert _counts(bring(page)) == (0, 1, 0, 0, 0)
    with library.snapshot() as snapshot:
        (again,) = snapshot.articles()
    assert "corrigé" in again.article.text
    assert (again.article.article_id, again.revision) == (row.article.article_id, 2)


def test_of_a_feed_only_what_is_new_or_changed_is_fetched(web: Web, bring: Bring, library: Library) -> None:
    assert _counts(bring(web.url("/feed"))) == (3, 0, 0, 0, 0)
    assert _titles(library) == ["Lauzan", "Orle", "Skerrin"]
    web.asked.clear()
    web.pages["/Port"] = article("Port")
    web.pages["/feed"] = answer(feed(web, "Port", "Lauzan", "Skerrin", "Orle"))
    assert _counts(bring(web.url("/feed"))) == (1, 0, 3, 0, 0)
    assert web.counts == {"/robots.txt": 1, "/feed": 1, "/Port": 1}
    web.asked.clear()
    web.pages["/Orle"] = article("Orle", "corrigé")
    web.pages["/feed"] = answer(feed(web, "Skerrin", "Orle", changed="x"))
    assert _counts(bring(web.url("/feed"))) == (0, 1, 1, 0, 0)
    assert web.counts == {"/robots.txt": 1, "/feed": 1, "/Skerrin": 1, "/Orle": 1}
    assert len(_titles(library)) == 4  # what rolled out of the feed stays
    assert _counts(bring(web.url("/feed"), prune=True)) == (0, 0, 2, 0, 0)
    assert len(_titles(library)) == 4


def test_a_feed_that_says_not_modified_is_not_read_again(web: Web, bring: Bring, library: Library) -> None:
    web.pages["/feed"] = validated(feed(web, "Lauzan", "Skerrin"), modified="Mon, 23 Nov 2026 10:00:00 GMT")
    assert _counts(bring(web.url("/feed"))) == (2, 0, 0, 0, 0)
    web.asked.clear()
    assert _counts(bring(web.url("/feed"))) == (0, 0, 2, 0, 0)
    assert web.counts == {"/robots.txt": 1, "/feed": 1}
    with library.snapshot() as snapshot:
        removed = snapshot.articles()[0].article.article_id
    with library.writing(HashEmbedder) as writer:
        from retrieval.batch import Batch

        writer.commit(Batch(removed=[removed]))
    assert _counts(bring(web.url("/feed"))) == (1, 0, 1, 0, 0)  # its feed is read anew


def test_a_feed_with_a_page_that_failed_is_read_whole_again(web: Web, bring: Bring) -> None:
    web.pages["/feed"] = validated(feed(web, "Lauzan", "Skerrin"), etag='"f"')
    web.pages["/Skerrin"] = in_turn(*[answer(status=503)] * 3, answer(article("Skerrin")))
    report = bring(web.url("/feed"))
    assert _counts(report) == (1, 0, 0, 0, 1)
    assert "503" in str(report.problems[0])
    assert _counts(bring(web.url("/feed"))) == (1, 0, 1, 0, 0)


def test_what_is_no_article_is_told_once(web: Web, bring: Bring, library: Library) -> None:
    stub = b"<html><head><link rel=alternate type=application/rss+xml href=/feed></head><p>Abonnez-vous.</p>"
    web.pages["/Skerrin"] = validated(stub, etag='"s"')
    web.pages["/Orle"] = answer(status=403)
    report = bring(web.url("/feed"))
    assert _counts(report) == (1, 0, 0, 0, 2)
    assert any("403 Forbidden" in str(p) for p in report.problems)
    web.asked.clear()
    assert _counts(bring(web.url("/feed"))) == (0, 0, 1, 0, 0)
    assert web.counts == {"/robots.txt": 1, "/feed": 1}
    report = bring(web.url("/Skerrin"))  # who asks for it is told again, and which feed there is
    assert [p.place for p in report.problems] == [web.url("/Skerrin")]
    assert web.url("/feed") in str(report.problems[0])
    assert _titles(library) == ["Lauzan"]


def test_what_robots_forbid_and_what_is_no_page_is_told_once(web: Web, bring: Bring) -> None:
    web.pages["/robots.txt"] = b"User-agent: *\nDisallow: /Orle"
    web.pages["/Skerrin"] = answer(b"\x89PNG", Content_Type="image/png")
    assert _counts(bring(web.url("/feed"))) == (1, 0, 0, 0, 2)
    assert _counts(bring(web.url("/feed"))) == (0, 0, 1, 0, 0)
    assert "robots.txt" in str(*bring(web.url("/Orle")).problems)


def test_a_plain_text_keeps_its_paragraphs_and_what_its_feed_says(
    web: Web, bring: Bring, library: Library
) -> None:
    paragraphs = [
        f"Le bac de Lauzan n’ira pas à Orle {day}, a dit la régie du port à l’été."
        for day in ("lundi", "mardi")
    ]
    text = "\r\n\r\n".join(paragraphs).encode("cp1252")
    web.pages["/Lauzan"] = answer(text, Content_Type="text/plain; charset=windows-1252")
    assert bring(web.url("/feed")).new == 3
    with library.snapshot() as snapshot:
        found = next(r.article for r in snapshot.articles() if r.article.url == web.url("/Lauzan"))
    assert found.text.split("\n\n") == paragraphs
    assert (found.title, found.source) == ("Le bac de Lauzan", "127.0.0.1")
    assert (found.published or "").startswith("2025-11-03")


def test_a_page_that_comes_after_its_entry_is_told_of_once_and_taken_when_it_is_there(
    web: Web, bring: Bring, library: Library
) -> None:
    page = web.pages.pop("/Orle")
    web.pages["/feed"] = validated(feed(web, "Lauzan", "Skerrin", "Orle"), etag='"feed"')
    report = bring(web.url("/feed"))
    assert _counts(report) == (2, 0, 0, 0, 1)
    assert "404 Not Found" in str(report.problems[0])
    web.asked.clear()
    assert _counts(bring(web.url("/feed"))) == (0, 0, 2, 0, 0)
    assert web.counts["/Orle"] == 1
    web.pages["/Orle"] = page
    assert _counts(bring(web.url("/feed"))) == (1, 0, 2, 0, 0)
    assert len(_titles(library)) == 3


def test_an_entry_that_holds_the_article_stands_in_for_its_page(
    web: Web, bring: Bring, library: Library
) -> None:
    whole = article("Lauzan").decode().split("</h1>")[1].split("</article>")[0]
    web.pages["/feed"] = answer(feed(web, "Lauzan", "Skerrin", "Orle", content=whole))
    web.pages["/Lauzan"] = answer(status=403)
    web.pages["/Skerrin"] = b"<p>Pour lire la suite, abonnez-vous."
    assert _counts(bring(web.url("/feed"))) == (3, 0, 0, 0, 0)
    assert _titles(library) == ["Lauzan", "Orle", "Skerrin"]
    with library.snapshot() as snapshot:
        first = next(r.article for r in snapshot.articles() if r.article.title.endswith("Lauzan"))
    assert first.url == web.url("/Lauzan")
    assert (first.published or "").startswith("2025-11-03")
    assert "arrête ses traversées" in first.text
    web.asked.clear()
    bring(web.url("/feed"))
    assert web.counts == {"/robots.txt": 1, "/feed": 1}


def test_two_feeds_that_share_articles_give_each_once(web: Web, bring: Bring, library: Library) -> None:
    web.pages["/une"] = feed(web, "Orle", "Lauzan")
    report = bring(web.url("/feed"), web.url("/une"), web.url("/feed"))
    assert _counts(report) == (3, 0, 0, 0, 0)
    assert len(_titles(library)) == 3
    assert max(web.counts.values()) <= 3
    assert web.counts["/Orle"] == web.counts["/Lauzan"] == 1


def test_what_is_read_comes_in_the_same_order_every_time(web: Web, library: Library) -> None:
    orders = []
    for _ in range(3):
        reader = Reader(Fetcher(Network(private=True), delay=0.0), limit=2)
        reader.begin([web.url("/feed"), web.url("/Orle")], lambda _urls: {})
        orders.append(
            [
                getattr(found, "origin", "")
                for url in ("/feed", "/Orle")
                for found in reader.read(web.url(url))
            ]
        )
        reader.close()
    assert orders == [[web.url("/Lauzan"), web.url("/Skerrin"), web.url("/Orle")]] * 3


def test_a_long_list_is_cut_and_told(web: Web, bring: Bring, told: list[str], library: Library) -> None:
    web.pages["/feed"] = validated(feed(web, "Lauzan", "Skerrin", "Orle"), etag='"f"')
    assert _counts(bring(web.url("/feed"), limit=2)) == (2, 0, 0, 0, 0)
    assert told == [f"{web.url('/feed')}: it names 3 pages; the newest 2 are read (DEPECHE_FETCH_LIMIT)."]
    assert _titles(library) == ["Lauzan", "Skerrin"]
    assert _counts(bring(web.url("/feed"))) == (1, 0, 2, 0, 0)  # the limit was raised, the feed is the same


def _sitemap(web: Web, *names: str) -> bytes:
    urls = "".join(
        f"<url><loc>{web.url(f'/{n}')}</loc><lastmod>2026-11-0{i}</lastmod></url>"
        for i, n in enumerate(names, 1)
    )
    return f"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{urls}</urlset>".encode()


def test_sitemaps_are_read_by_their_index_or_by_robots_txt(web: Web, bring: Bring, library: Library) -> None:
    web.pages["/1.xml.gz"] = answer(
        gzip.compress(_sitemap(web, "Lauzan", "Skerrin")), Content_Type="application/gzip"
    )
    web.pages["/2.xml"] = _sitemap(web, "Orle")
    sitemaps = "".join(
        f"<sitemap><loc>{web.url(f'/{n}')}</loc></sitemap>" for n in ("1.xml.gz", "2.xml", "gone.xml")
    )
    web.pages["/index.xml"] = f"<sitemapindex>{sitemaps}</sitemapindex>".encode()
    web.pages["/robots.txt"] = f"Sitemap: {web.url('/index.xml')}\n".encode()
    report = bring(web.url("/index.xml"))
    assert _counts(report) == (3, 0, 0, 0, 1)
    assert str(report.problems[0]) == f"{web.url('/gone.xml')}: answers 404 Not Found"
    web.asked.clear()
    assert _counts(bring(web.url("/"), site=True)) == (0, 0, 3, 0, 1)
    assert "/Orle" not in web.counts  # its lastmod is the same
    del web.pages["/robots.txt"]
    assert "names no sitemap" in str(bring(web.url("/"), site=True).problems[0])


def test_a_page_that_is_gone_goes_with_prune_alone(web: Web, bring: Bring, library: Library) -> None:
    bring(web.url("/feed"))
    web.pages["/Orle"] = answer(status=410)
    report = bring(web.url("/Orle"))
    assert _counts(report) == (0, 0, 0, 0, 1)
    assert "--prune" in str(report.problems[0])
    assert len(_titles(library)) == 3
    assert _counts(bring(web.url("/Orle"), prune=True)) == (0, 0, 0, 1, 0)
    assert _titles(library) == ["Lauzan", "Skerrin"]
    report = bring(web.url("/nothing"), prune=True)
    assert _counts(report) == (0, 0, 0, 0, 1)
    web.pages["/Lauzan"] = answer(status=500)
    assert _counts(bring(web.url("/Lauzan"), prune=True)) == (0, 0, 0, 0, 1)
    assert _titles(library) == ["Lauzan", "Skerrin"]


def test_validators_are_not_kept_without_their_article(web: Web, bring: Bring, library: Library) -> None:
    class Fails(HashEmbedder):
        def read_passages(self, texts):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
            if "Orle" in str(texts):
                raise KeyboardInterrupt
            return super().read_passages(texts)

    reader = Reader(Fetcher(Network(private=True), delay=0.0), limit=9)
    with pytest.raises(KeyboardInterrupt):
        ingest([web.url("/feed")], library, Fails, web=reader)
    reader.close()
    with library.snapshot() as snapshot:
        count = snapshot.connection.exec_driver_sql("SELECT count(*) FROM fetched").scalar()
        assert count == snapshot.counts()[0]
    bring(web.url("/feed"))
    assert _titles(library) == ["Lauzan", "Orle", "Skerrin"]


def test_addresses_that_are_none_are_one_line_each(web: Web, bring: Bring) -> None:
    web.pages["/empty"] = b"<rss version='2.0'><channel></channel></rss>"
    web.pages["/loop"] = redirect("/loop")
    bad = [
        "file:///etc/passwd",
        "ftp://example.org/x",
        "http://bob:s3cret@[broken/",
        web.url("/empty"),
        web.url("/loop"),
    ]
    report = bring(*bad)
    assert len(report.problems) == len(bad)
    lines = [str(p) for p in report.problems]
    assert not any("s3cret" in line or "\n" in line for line in lines)
    assert "only http" in lines[0]
    assert "no entries" in lines[3]


def test_credentials_reach_the_server_and_nothing_else(web: Web, bring: Bring, library: Library) -> None:
    secret = web.url("/feed").replace("http://", "http://bob:s3cret@")
    bring(secret)
    assert all("Authorization" in headers for headers in web.headers)
    with library.snapshot() as snapshot:
        stored = [
            str(row)
            for table in (tables.origins, tables.fetched, tables.articles)
            for row in snapshot.connection.execute(table.select())
        ]
    assert len(stored) >= 9
    assert "s3cret" not in "".join(stored)


def test_several_hosts_are_asked_at_once(web: Web, bring: Bring) -> None:
    with serving() as second, serving() as third:
        meeting = threading.Barrier(3)

        def meet(handler: Handler) -> None:
            meeting.wait(60)  # breaks where the others are not asked meanwhile
            handler.give(article("Lauzan", str(handler.server.server_port)))

        for each in (web, second, third):
            each.pages["/met"] = meet
        assert _counts(bring(*(each.url("/met") for each in (web, second, third)))) == (3, 0, 0, 0, 0)


def test_a_feed_is_noted_and_its_pages_are_not(web: Web, bring: Bring, library: Library) -> None:
    bring(web.url("/feed?utm_source=x"), web.url("/Lauzan"))
    found = of(library)
    assert [*found] == [web.url("/feed")]
    assert found[web.url("/feed")].read
    assert found[web.url("/feed")].newest


def test_one_that_cannot_be_read_keeps_its_last_success(web: Web, bring: Bring, library: Library) -> None:
    address = web.url("/feed")
    bring(address)
    write(library, tables.sources.update().values(tried=1, read=1))
    web.pages["/feed"] = answer(b"", status=404)
    bring(address, web.url("/none"))
    with library.snapshot() as snapshot:
        [row] = snapshot.connection.execute(sa.select(tables.sources))
    assert (row.source, row.read) == (address, 1)
    assert row.tried > 1


def test_a_feed_that_has_not_changed_was_read(web: Web, bring: Bring, library: Library) -> None:
    web.pages["/feed"] = validated(feed(web, "Lauzan", "Skerrin"), etag='"1"')
    for _ in range(2):
        bring(web.url("/feed"))
        assert (of(library)[web.url("/feed")].read or 0) > 1
        write(library, tables.sources.update().values(tried=1, read=1))


def test_a_site_is_noted_by_its_address(web: Web, bring: Bring, library: Library) -> None:
    web.pages["/robots.txt"] = f"Sitemap: {web.url('/map.xml')}".encode()
    web.pages["/map.xml"] = f"<urlset><url><loc>{web.url('/Orle')}</loc></url></urlset>".encode()
    bring(web.url("/"), site=True)
    assert of(library)[web.url("/")].read
    assert of(library)[web.url("/")].newest


def test_a_library_made_before_knows_what_its_articles_tell(web: Web, bring: Bring, library: Library) -> None:
    bring(web.url("/feed"))
    write(library, sa.text("DROP TABLE sources"))
    [one] = of(library).values()
    assert (one.source, one.read, one.silent) == (web.url("/feed"), None, False)
    assert one.newest
    # One that fails is noted all the same: its articles say that it was one.
    web.pages["/feed"] = answer(b"", status=500)
    bring(web.url("/feed"))
    [one] = of(library).values()
    assert (one.source, one.read) == (web.url("/feed"), None)
