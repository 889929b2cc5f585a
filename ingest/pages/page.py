"""The bytes of a web page → what an article is made of, or what the page is instead."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ingest.pages import linked_data
from ingest.pages.about import about
from ingest.pages.blocks import blocks, letters
from ingest.pages.body import paragraphs
from ingest.pages.characters import decoded
from ingest.pages.found import NoArticleError, Page
from ingest.pages.standfirst import descriptions, standfirst
from ingest.pages.top import below, is_paragraph
from ingest.pages.verdict import verdict
from ingest.pages.walls import is_partial
from retrieval.told import Phrase

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lxml.html import HtmlElement

LARGEST: Final = 10_000_000  # bytes: the largest of the pages looked at had a tenth of that
_MOST: Final = (
    20_000  # elements; the richest page looked at had 1,700, and twelve seconds go by on as many as this
)


def read_page(raw: bytes, url: str | None = None, charset: str | None = None) -> Page:
    """Return the article of a page that came from `url`, by the server's `charset`; raise `NoArticleError` where it has none."""
    if len(raw) > LARGEST:
        raise NoArticleError(
            Phrase("is larger than {most} MB, which no article is", most=LARGEST // 1_000_000)
        )
    tree = _tree(decoded(raw, charset))
    if tree is None:
        raise NoArticleError("holds no text")
    page = blocks(tree)
    rows = linked_data.objects(tree)
    told = about(tree, rows, page, url)
    metas = linked_data.Metas(tree)
    found = paragraphs(tree, url)
    instead = verdict("\n\n".join(found), told.title, page, rows, metas.one("og:type"))
    if instead:
        raise NoArticleError(instead)
    partial = is_partial(found, page, rows)
    found = _once(below(found, told.title))
    if lead := standfirst(page, found, told.title, descriptions(metas, rows)):
        found.insert(0, lead)
    return Page("\n\n".join(found), told, partial=partial)


def _once(found: Sequence[str]) -> list[str]:
    """Return paragraphs without those that say one again, as where a standfirst is shown twice; headings may recur."""
    return [text for n, text in enumerate(found) if not (is_paragraph(text) and text in found[:n])]


def left_out(raw: bytes, charset: str | None, kept: str) -> list[str]:
    """Return the lines of a page that `kept`, what was taken from it, does not hold."""
    tree = _tree(decoded(raw, charset))
    have = letters(kept)
    page = [] if tree is None else blocks(tree)
    return [line for block in page for line in block.lines if letters(line) and letters(line) not in have]


def _tree(text: str) -> HtmlElement | None:
    """Return the markup as a tree; None where there is none, or more than a page has."""
    from lxml import etree, html

    # What XML cannot hold, and a declaration that lxml refuses in text that is decoded already.
    plain = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]", "", text)
    plain = re.sub(r"^\s*<\?xml[^>]*\?>", "", plain)
    if not plain.strip():
        return None
    parser = html.HTMLParser(remove_pis=True, huge_tree=False)
    try:
        tree = html.document_fromstring(plain, parser=parser)
    except (etree.LxmlError, ValueError, AssertionError):
        return None
    if sum(1 for _ in tree.iter()) > _MOST:
        raise NoArticleError(Phrase("has more than {most:,} elements, which no article has", most=_MOST))
    return tree
