"""Feeds and sitemaps as they are found: in every version, broken, hostile."""

from __future__ import annotations

import gzip
import json
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.feeds import entry_page, linked_feed, read_feed, read_json_feed
from ingest.fetch.errors import FetchError
from ingest.listings import kind_of, moment, unzipped
from ingest.sitemaps import read_sitemap

BASE = "https://journal.example/rss.xml"
LONG = "Le bac de Port-Lauzan reprend ses traversées lundi. " * 30

RSS = f"""<?xml version="1.0" encoding="utf-8"?>
<!-- un journal --><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Le Journal</title>
<item><title>Hier &amp;amp; avant</title><link>/hier?utm_source=rss</link><guid>1</guid>
 <pubDate>Mon, 23 Nov 2026 00:30:00 +0100</pubDate><dc:creator>Anne Léger</dc:creator><description>Court.</description></item>
<item><title>Aujourd’hui</title><link>https://journal.example/aujourdhui#suite</link><guid isPermaLink="false">2</guid>
 <pubDate>Tue, 24 Nov 2026 08:00:00 GMT</pubDate><content:encoded><![CDATA[<p>{LONG}</p>]]></content:encoded></item>
<item><title>Sans lien</title></item>
<item><title>Sans date</title><link>https://autre.example/x</link></item>
<item><title>Encore</title><link>https://journal.example/aujourdhui</link><pubDate>Tue, 24 Nov 2026 08:00:00 GMT</pubDate></item>
</channel></rss>"""

ATOM = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://paper.example/">
<title>The Paper</title><entry><title type="html">Ferry &lt;b&gt;sails&lt;/b&gt;</title><id>urn:1</id>
<link rel="alternate" href="news/ferry"/><link rel="self" href="api/ferry"/>
<updated>2026-11-23T10:00:00+02:00</updated><author><name>Ann Lee</name></author></entry></feed>"""

RDF = """<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<item rdf:about="https://old.example/1"><title>Old</title><link>https://old.example/1</link><dc:date>2026-11-01</dc:date></item>
</rdf:RDF>"""

RSS091 = """<?xml version="1.0"?><!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN"
 "http://my.netscape.com/publish/formats/rss-0.91.dtd"><rss version="0.91"><channel><item><title>Older &eacute;t&eacute;</title>
<link>https://old.example/0</link></item></channel></rss>"""


def test_an_rss_feed_is_read_newest_first() -> None:
    entries = read_feed(RSS.encode(), BASE)
    assert [e.url for e in entries] == [
        "https://journal.example/aujourdhui", "https://journal.example/hier", "https://autre.example/x",
    ]  # fmt: skip
    today, yesterday, undated = entries
    assert today.content.startswith("<p>Le bac")
    assert (yesterday.title, yesterday.author, yesterday.content) == ("Hier & avant", "Anne Léger", "")
    assert yesterday.published == "2026-11-23T00:30:00+01:00"  # its own zone: in London it was Sunday
    assert undated.published == ""
    assert len({e.mark for e in entries}) == 3


def test_atom_rdf_and_old_rss_are_read() -> None:
    (entry,) = read_feed(ATOM.encode(), "https://elsewhere.example/")
    assert (entry.url, entry.title, entry.author) == (
        "https://paper.example/news/ferry",
        "Ferry sails",
        "Ann Lee",
    )
    assert entry.published == entry.modified == "2026-11-23T10:00:00+02:00"
    (entry,) = read_feed(RDF.encode(), BASE)
    assert (entry.url, entry.published) == ("https://old.example/1", "2026-11-01T00:00:00")
    (entry,) = read_feed(RSS091.encode(), BASE)
    assert (entry.url, entry.title) == ("https://old.example/0", "Older été")


def test_a_json_feed_is_read() -> None:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "items": [
            {"id": "1", "url": "/a", "title": "A", "date_published": "2026-11-23T10:00:00Z", "authors": [{"name": "Ann"}], "content_text": LONG},
            {"id": "https://paper.example/b", "content_html": "<p>short"}, {"id": 3}, "rubbish", {"id": "4", "content_html": f"<p>{LONG}"},
        ],
    }  # fmt: skip
    raw = json.dumps(feed).encode()
    assert kind_of(raw) == "json feed"
    first, *others = read_json_feed(raw, "https://paper.example/feed.json")
    assert (first.url, first.author, first.content[:6]) == ("https://paper.example/a", "Ann", "<p>Le ")
    assert [(e.url, bool(e.content)) for e in others] == [("https://paper.example/b", False), ("", True)]
    assert read_json_feed(b"[1]", BASE) == read_json_feed(b"{", BASE) == []


def test_a_changed_entry_has_another_mark() -> None:
    before = {e.url: e.mark for e in read_feed(RSS.encode(), BASE)}
    after = {e.url: e.mark for e in read_feed(RSS.replace("Court.", "Corrigé.").encode(), BASE)}
    assert {url for url in before if before[url] != after[url]} == {"https://journal.example/hier"}


def test_an_ill_formed_feed_in_latin_1_is_read() -> None:
    raw = (
        RSS.replace('encoding="utf-8"', 'encoding="iso-8859-1"')
        .replace("’", "'")
        .replace("Court.", "R&D <b>été")
    )
    entries = read_feed(raw.encode("latin-1"), BASE)
    assert len(entries) == 3
    assert {"Anne Léger"} == {e.author for e in entries if e.author}


@pytest.mark.parametrize(
    "raw",
    [b"<rss>" + b"<item>" * 400_000, b"<rss>" + b"<a " * 700_000, RSS.encode() + b" " * 10_000_001],
)  # fmt: skip
def test_a_feed_that_would_take_minutes_is_refused(raw: bytes) -> None:
    with pytest.raises(FetchError, match="too large a feed"):
        read_feed(raw, BASE)


def test_a_feed_reads_no_file_and_unfolds_nothing(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("TOP-SECRET")
    laughs = "".join(f"<!ENTITY l{n} '{f'&l{n - 1};' * 10}'>" for n in range(1, 12))
    for declared in (f"<!ENTITY l11 SYSTEM '{secret.as_uri()}'>", f"<!ENTITY l0 'ha'>{laughs}"):
        item = "<item><title>T &l11;</title><link>https://a.example/1</link></item>"
        raw = f"<!DOCTYPE rss [{declared}]><rss version='2.0'><channel>{item}</channel></rss>".encode()
        (entry,) = read_feed(raw, BASE)
        assert "SECRET" not in str(entry)
        assert len(str(entry)) < 500
        url = "<url><loc>https://a.example/1</loc><title>&l11;</title></url>"
        pages, _ = read_sitemap(f"<!DOCTYPE urlset [{declared}]><urlset>{url}</urlset>".encode(), BASE)
        assert "SECRET" not in str(pages)
        assert len(str(pages)) < 500


@pytest.mark.parametrize(
    "raw",
    [
        RSS.replace("Court.", "<b &#99999999;"), RSS.replace("utf-8", "utf-8utf-8"), "<rss><item></link><itunes:x>",
        RSS.replace("Court.", "<a href='http://[::1'>"),
    ],
)  # fmt: skip
def test_what_breaks_the_parser_breaks_nothing_else(raw: str) -> None:
    with suppress(FetchError):
        read_feed(raw.encode(), BASE)


def test_a_sitemap_with_a_prefix_it_does_not_declare_is_read() -> None:
    raw = (
        b"<urlset><url><loc>http://[x</loc></url><url><loc>/a</loc><news:title>T</news:title></url></urlset>"
    )
    (page,), _ = read_sitemap(raw, "https://a.example/")
    assert (page.url, page.title) == ("https://a.example/a", "T")


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (RSS.encode(), "feed"), (ATOM.encode(), "feed"), (RDF.encode(), "feed"), (RSS091.encode(), "feed"),
        (b"\xef\xbb\xbf \n<rss>", "feed"), ("<rss/>".encode("utf-16"), "feed"), (b"<atom:feed>", "feed"),
        (b"<?xml version='1.0'?><?xml-stylesheet href='x'?><urlset>", "sitemap"), (b"<sitemapindex>", "sitemap"),
        (b"<!doctype html><html><p>rss <rss>", None), (b"<html>", None), (b"", None), (b"<", None), (b"<!--", None),
        (b'{"a": 1}', None), (b"%PDF-1.7", None), (b"rss", None), (b"<!--" * 30_000, None), (b"<svg>", None),
    ],
)  # fmt: skip
def test_lists_are_told_by_what_they_hold(raw: bytes, kind: str | None) -> None:
    assert kind_of(raw) == kind


@given(
    st.binary(max_size=400)
    | st.lists(st.sampled_from([b"<", b">", b"!", b"--", b"?", b"rss", b"[", b" "])).map(b"".join)
)
def test_no_bytes_break_the_readers(raw: bytes) -> None:
    kind_of(raw)
    read_sitemap(raw, BASE)
    with suppress(FetchError):
        read_feed(b"<rss><channel><item>" + raw, BASE)
    linked_feed(raw, BASE)


def test_a_sitemap_is_read_newest_first_with_its_news_tags() -> None:
    raw = b"""<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
     xmlns:news="http://www.google.com/schemas/sitemap-news/0.9" xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
    <url><loc>https://a.example/old</loc><lastmod>2026-01-02</lastmod></url>
    <url><loc> https://a.example/news?utm_source=x </loc><news:news><news:publication><news:name>A</news:name></news:publication>
     <news:publication_date>2026-11-23T10:00:00Z</news:publication_date><news:title>Le &amp; la</news:title></news:news>
     <image:image><image:loc>https://a.example/i.jpg</image:loc></image:image></url>
    <url><loc>https://a.example/plain</loc></url><url><loc>mailto:x</loc></url>
    <url><loc>https://a.example/cut"""
    pages, further = read_sitemap(raw, BASE)
    assert [p.url for p in pages] == [
        "https://a.example/news",
        "https://a.example/old",
        "https://a.example/plain",
    ]
    assert (pages[0].title, pages[0].published) == ("Le & la", "2026-11-23T10:00:00Z")
    assert [bool(p.mark) for p in pages] == [True, True, False]
    assert further == []


def test_a_sitemap_index_names_the_newest_sitemap_first() -> None:
    raw = b"""<sitemapindex><sitemap><loc>/1.xml</loc><lastmod>2025-01-01</lastmod></sitemap>
    <sitemap><loc>/2.xml.gz</loc><lastmod>2026-01-01</lastmod></sitemap></sitemapindex>"""
    assert read_sitemap(raw, "https://a.example/i.xml") == (
        [],
        ["https://a.example/2.xml.gz", "https://a.example/1.xml"],
    )


def test_zipped_lists_are_unzipped_within_limits() -> None:
    assert unzipped(gzip.compress(b"<urlset/>")) == b"<urlset/>"
    assert unzipped(b"<urlset/>") == b"<urlset/>"
    with pytest.raises(FetchError, match="larger"):
        unzipped(gzip.compress(bytes(30_000_000)))


def test_an_entrys_own_text_becomes_a_page_and_its_title_no_markup() -> None:
    page = entry_page(
        {"title": "<script>a", "author": 'A "B"', "published": "2026-11-23", "content": "<p>Texte"}
    ).decode()
    assert "<script>" not in page
    assert 'content="A &quot;B&quot;"' in page
    assert "<p>Texte" in page


def test_the_feed_a_page_names_is_found() -> None:
    page = b"""<html><head><link rel=stylesheet href=/a.css><link type="application/rss+xml" title="x" rel='alternate' href="/rss?a=1&amp;b=2"/>"""
    assert linked_feed(page, "https://a.example/x") == "https://a.example/rss?a=1&b=2"
    assert (
        linked_feed(b"<link rel=alternate type=application/rss+xml href=javascript:x>", "https://a.example/")
        is None
    )
    assert linked_feed(b"<link rel=alternate hreflang=fr href=/fr>", "https://a.example/") is None


def test_dates_are_read_in_both_ways_of_writing() -> None:
    assert moment("2026-11-23") is not None
    assert moment("Mon, 23 Nov 2026 10:00:00 GMT") is not None
    assert moment("soon") is moment("") is None


SITE = "https://bac.example/feed"


def test_an_entry_without_a_page_is_what_it_holds_however_short() -> None:
    def feed(item: str) -> bytes:
        return (
            f'<rss version="2.0"><channel><title>Le bac</title><item>{item}</item></channel></rss>'.encode()
        )

    (only,) = read_feed(feed("<title>Le bac rouvre</title><description>Lundi matin.</description>"), SITE)
    assert (only.url, only.content) == ("", "Lundi matin.")
    assert read_feed(feed("<title>Le bac rouvre</title>"), SITE) == []
    (linked,) = read_feed(feed("<link>https://bac.example/1</link><description>Lundi.</description>"), SITE)
    assert (linked.url, linked.content) == ("https://bac.example/1", "")
