"""Feeds: RSS and Atom in all their versions, by feedparser, and JSON Feed; their entries, and the feed a page names.

feedparser is given bytes in memory and nothing else: a string it would open as an address or a file. Of a document type
declaration it keeps entities that stand for plain text alone, so none unfolds into more, and none reads a file.
"""

from __future__ import annotations

import calendar
import hashlib
import html
import io
import json
import re
from datetime import UTC, datetime
from html.entities import html5
from typing import TYPE_CHECKING, Any

from ingest.fetch.errors import FetchError
from ingest.listings import Entry, address, moment, newest_first

if TYPE_CHECKING:
    from collections.abc import Iterator

_ARTICLE = 1000  # characters of text: what a feed gives in full is rarely shorter, a teaser rarely longer
# feedparser reads 2.4 MB a second of well-formed XML. What is not, it mends in time that may grow with the square: 2.4 MB of
# nested tags took it 37 s. So the well-formed have one limit, in bytes, and the others another; and the depth of tags has one.
_MOST, _MOST_BROKEN, _DEEPEST = 10_000_000, 1_500_000, 100

_HTML_NAME = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos);)([A-Za-z][A-Za-z0-9]{1,31});")


def read_feed(raw: bytes, url: str, content_type: str = "") -> list[Entry]:
    """Return a feed's entries, the newest first; none where it cannot be understood. `url` is where relative links start.

    Raises `FetchError` where it is too large to be read in seconds.
    """
    import feedparser

    raw = _HTML_NAME.sub(_numbered, raw)
    if len(raw) > (_MOST if _well_formed(raw) else _MOST_BROKEN):
        raise FetchError("is too large a feed, or too broken a one for its size")
    try:
        parsed = feedparser.parse(
            io.BytesIO(raw),
            response_headers={"content-location": url, "content-type": content_type or "application/xml"},
            sanitize_html=False,  # what is in an entry becomes text, by the same way as a page
        )
    except Exception:  # of 21,000 feeds that were broken at random, 600 made it raise one of four kinds
        raise FetchError("is a feed too broken to be read") from None
    return newest_first(entry for each in parsed.entries if (entry := _entry(each, url)))


def read_json_feed(raw: bytes, url: str) -> list[Entry]:
    """Return a JSON Feed's entries (jsonfeed.org, 1.1), the newest first; none where it cannot be understood."""
    try:
        items = json.loads(raw).get("items")
    except (ValueError, RecursionError, AttributeError):
        return []
    return newest_first(_json_entries(items if isinstance(items, list) else [], url))


def entry_page(about: dict[str, str]) -> bytes:
    """Return a page, in UTF-8, of what a feed's entry holds: its own text, with its title, author and dates."""
    told = {name: html.escape(about.get(name, "")) for name in ("title", "author", "published", "modified")}
    metas = {
        "author": told["author"],
        "article:published_time": told["published"],
        "article:modified_time": told["modified"],
    }
    head = "".join(
        f'<meta {"name" if name == "author" else "property"}="{name}" content="{value}">'
        for name, value in metas.items()
        if value
    )
    page = (
        f'<!doctype html><html><head><meta charset="utf-8"><title>{told["title"]}</title>{head}</head>'
        f"<body><article><h1>{told['title']}</h1>{about.get('content', '')}</article></body></html>"
    )
    return page.encode("utf-8", "replace")


def linked_feed(raw: bytes, url: str) -> str | None:
    """Return the address of the feed that a page names in its head, as a message may print it; None where it names none."""
    for tag in re.findall(rb"<link\b[^<>]{1,2000}>", raw[:300_000], re.IGNORECASE):
        said = tag.decode("utf-8", "replace")
        href = re.search(r"""\bhref\s*=\s*["']?([^"'\s>]+)""", said, re.IGNORECASE)
        kind = re.search(
            r"""\btype\s*=\s*["']?application/(?:rss|atom|feed)\+(?:xml|json)""", said, re.IGNORECASE
        )
        if href and kind and re.search(r"""\brel\s*=\s*["']?[^"'>]*\balternate\b""", said, re.IGNORECASE):
            return address(html.unescape(href[1]), url) or None
    return None


def _numbered(name: re.Match[bytes]) -> bytes:
    """Return an entity of HTML's as numbers: XML does not know it, and an expat that cannot read a DTD drops it."""
    characters = html5.get(name[1].decode() + ";", "")
    return "".join(f"&#{ord(c)};" for c in characters).encode() or name[0]


def _well_formed(raw: bytes) -> bool:
    """Tell whether these bytes are XML of reasonable depth, without entities of its own."""
    from xml.parsers import expat

    depth = 0

    def deeper(_name: str, _attributes: object) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEEPEST:
            raise ValueError

    def higher(_name: str) -> None:
        nonlocal depth
        depth -= 1

    def declared(*_: object) -> None:
        raise ValueError

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = deeper, higher
    parser.EntityDeclHandler = declared
    try:
        parser.Parse(raw, True)
    except (expat.ExpatError, ValueError, LookupError):  # the last: an encoding nobody knows
        return False
    return True


def _entry(each: Any, url: str) -> Entry | None:  # noqa: ANN401 - feedparser's dictionaries
    link = each.get("feedburner_origlink") or each.get("link") or ""
    contents = [part.get("value") or "" for part in each.get("content", [])]
    content = max(contents, key=len, default="")
    # feedparser takes "published" for "updated" where that is missing, with a warning: `in` asks without.
    modified = _date(each, "updated") if "updated" in each else ""
    told = [each.get(name) or "" for name in ("id", "title", "summary", "author")]
    content = content or ("" if link else told[2])
    return _made(
        address(link, url) or address(each.get("id") or ""),
        key=told[0] or link,
        seen=[*told, content, _date(each, "published"), modified],
        title=_plain(told[1]),
        author=_plain(told[3]),
        published=_date(each, "published") or modified,
        modified=modified,
        content=content,
    )


def _json_entries(items: list[Any], url: str) -> Iterator[Entry]:
    for item in items:
        if not isinstance(item, dict):
            continue
        said = {name: value for name, value in item.items() if isinstance(value, str)}
        authors = item.get("authors") if isinstance(item.get("authors"), list) else [item.get("author")]
        names = [a["name"] for a in authors or [] if isinstance(a, dict) and isinstance(a.get("name"), str)]
        text = said.get("content_text", "")
        paragraphs = "".join(f"<p>{html.escape(part)}</p>" for part in text.split("\n\n") if part.strip())
        entry = _made(
            address(said.get("url", ""), url) or address(said.get("id", "")),
            key=said.get("id", "") or said.get("url", ""),
            seen=[json.dumps(item, sort_keys=True)],
            title=_plain(said.get("title", "")),
            author=", ".join(names),
            published=_iso(said.get("date_published", "")),
            modified=_iso(said.get("date_modified", "")),
            content=said.get("content_html", "") or paragraphs,
        )
        if entry:
            yield entry


def _made(url: str, *, key: str, seen: list[str], content: str, **about: str) -> Entry | None:
    """Return an entry, or None where it leads nowhere and holds nothing."""
    # Where there is no page to ask for, what there is must do.
    full = content if len(_plain(content)) >= (1 if not url else _ARTICLE) else ""
    if not url and not full:
        return None
    mark = hashlib.blake2b("\0".join(seen).encode("utf-8", "replace"), digest_size=16).hexdigest()
    return Entry(url=url, key=url or key or mark, mark=mark, content=full, **about)


def _date(each: Any, name: str) -> str:  # noqa: ANN401
    """Return a date of feedparser's in ISO 8601: as the feed wrote it, its zone kept, else as feedparser understood it."""
    written = _iso(each.get(name) or "")
    parsed = each.get(f"{name}_parsed")
    if written or not parsed:
        return written
    try:
        return datetime.fromtimestamp(calendar.timegm(parsed), UTC).isoformat()
    except (ValueError, OverflowError, OSError):
        return ""


def _iso(text: str) -> str:
    when = moment(text)
    return when.isoformat() if when else ""


def _plain(text: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^<>]*>", " ", text)).split())
