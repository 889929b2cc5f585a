"""Lists of articles: feeds and sitemaps, told from pages by what they hold, and what one entry of them says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Literal
from urllib.parse import urljoin

from ingest.fetch.decoding import decoded
from ingest.fetch.errors import FetchError
from ingest.fetch.request import MAX_BYTES
from retrieval.told import Phrase
from retrieval.urls import normal

if TYPE_CHECKING:
    from collections.abc import Iterable

Kind = Literal["feed", "json feed", "sitemap"]

_ROOTS: dict[str, Kind] = {
    "rss": "feed",
    "feed": "feed",
    "rdf": "feed",
    "urlset": "sitemap",
    "sitemapindex": "sitemap",
}
_HEAD = 1 << 16  # bytes in which a document shows what it is
_SKIPPED = (
    ("<?", "?>"),
    ("<!--", "-->"),
    ("<!", ">"),
)  # what may stand before an XML document's first element


@dataclass(frozen=True, slots=True)
class Entry:
    """One article a list names. `url` is in its normal form; "" where the list gives none, and then there is `content`.

    `content`: the article's own HTML, where it is there at length. Dates are ISO 8601. `mark` changes when the entry does; ""
    where it says too little to tell.
    """

    url: str
    key: str
    mark: str
    title: str = ""
    author: str = ""
    published: str = ""
    modified: str = ""
    content: str = ""

    def about(self) -> dict[str, str]:
        """Return what the entry says of its article, for what the page does not say."""
        fields = ("title", "author", "published", "modified", "content")
        return {name: value for name in fields if (value := getattr(self, name))}


def kind_of(raw: bytes) -> Kind | None:
    """Tell a feed or a sitemap by its root element, whatever its name and headers say; None for anything else."""
    head = raw[:_HEAD].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(b"{"):
        return "json feed" if b"jsonfeed.org/version/" in head.replace(b"\\/", b"/") else None
    text = head.decode(
        "utf-16" if head.startswith((b"\xff\xfe", b"\xfe\xff")) else "latin-1", "replace"
    ).lstrip()
    while text.startswith("<"):
        for opening, closing in _SKIPPED:
            if text.startswith(opening):
                text = text.partition(closing)[2].lstrip()
                break
        else:
            name = re.match(r"<(?:[\w.-]+:)?([\w.-]+)", text)
            return _ROOTS.get(name[1].lower()) if name else None
    return None


def unzipped(raw: bytes) -> bytes:
    """Return the document in a .gz, within the limit of a body; `raw` itself where it is none. Raises `FetchError`."""
    if not raw.startswith(b"\x1f\x8b"):
        return raw
    body = bytearray()
    for piece in decoded([raw], "gzip"):
        body += piece
        if len(body) > MAX_BYTES:
            raise FetchError(Phrase("is larger than {most} MB", most=MAX_BYTES // 1_000_000))
    return bytes(body)


def moment(text: str) -> datetime | None:
    """Return the moment that a date in ISO 8601 or RFC 822 means, its own zone kept; None where it is no date."""
    text = text.strip()
    for parse in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            return parse(text)
        except (ValueError, OverflowError):
            continue
    return None


def newest_first(entries: Iterable[Entry]) -> list[Entry]:
    """Return entries once each, the newest first by publication, then those without a date in their own order."""
    once = {entry.key: entry for entry in reversed(list(entries))}
    listed = [*reversed(once.values())]
    return sorted(listed, key=lambda entry: -_seconds(entry.published or entry.modified))


def address(link: str, base: str = "") -> str:
    """Return the normal form of an entry's link, seen from `base`; "" where it leads to no page."""
    try:
        return normal(urljoin(base, link.strip())) if link.strip() else ""
    except ValueError:
        return ""


def _seconds(date: str) -> float:
    when = moment(date) if date else None
    if when is None:
        return 0.0
    try:
        return (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return 0.0
