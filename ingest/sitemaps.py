"""Sitemaps (sitemaps.org, 0.90): the pages and further sitemaps they name, Google's news tags with them."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

from ingest.listings import Entry, address, moment, newest_first

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST = 50_000  # entries a sitemap may have


def read_sitemap(raw: bytes, url: str) -> tuple[list[Entry], list[str]]:
    """Return the pages a sitemap names, the newest first, and the sitemaps that an index names, likewise.

    What is broken off or misspelt is read as far as it goes.
    """
    pages: list[Entry] = []
    further: list[Entry] = []
    for kind, said in _items(raw):
        where = address(said.get("loc", ""), url)
        if not where:
            continue
        changed = said.get("lastmod", "")
        published = said.get("publication_date", "")
        entry = Entry(
            where,
            key=where,
            mark="\0".join(filter(None, (changed, published, said.get("title")))),
            title=said.get("title", ""),
            published=published if moment(published) else "",
            modified=changed if moment(changed) else "",
        )
        (pages if kind == "url" else further).append(entry)
    return newest_first(pages), [entry.url for entry in newest_first(further)]


def _items(raw: bytes) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield "url" or "sitemap" with the texts of what is in each, by tag; of two the first counts."""
    from lxml import etree

    parsing = etree.iterparse(
        io.BytesIO(raw[: raw.rfind(b">") + 1]),  # an address that breaks off is another's
        events=("end",),
        recover=True,
        # Nothing but what is in the file itself: no entities, no document types, no network.
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    said: dict[str, str] = {}
    count = 0
    try:
        for _, element in parsing:
            tag = re.split("[}:]", str(element.tag))[
                -1
            ]  # a prefix that nothing declares is no reason to stop
            if tag in {"url", "sitemap"}:
                yield tag, said
                said = {}
                count += 1
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]
                if count >= _MOST:
                    return
            elif element.text and element.text.strip():
                said.setdefault(tag, " ".join(element.text.split()))
    except etree.XMLSyntaxError:
        return
