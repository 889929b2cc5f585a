"""The sentence or two between a page's headline and its article's first paragraph, which what finds the article leaves out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ingest.captions import is_caption
from ingest.pages import linked_data
from ingest.pages.blocks import by_words, kind, letters
from ingest.pages.top import headline
from ingest.stamps import read_stamp

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.pages.blocks import Block

_LEAST, _MOST = 8, 120  # words of one
_BELOW: Final = 15  # blocks under the headline among which it is looked for
_MOST_LINKS: Final = 0.3  # share of its characters
_SAME: Final = 50  # letters that it and what the page says of itself begin with
_AROUND: Final = 2  # ancestors whose classes count
_APART: Final = frozenset(["figure", "figcaption", "nav", "form", "aside", "footer"])
_CALLED = re.compile(
    r"standfirst|chap[oô](?=$|[\W_])|chapeau|sub-?(?:title|head)|sous-?titre|(?:^|[\W_])(?:dek|deck|lede|intro|excerpt|accroche)(?=$|[\W_])|(?:^|[\W_])(?:article|story|post|content)[\w-]*(?:summary|description|intro)"
)


def descriptions(metas: linked_data.Metas, rows: Sequence[linked_data.Row]) -> list[str]:
    """Return in letters what a page says of its article for those who link to it."""
    told = metas.all("og:description", "description", "twitter:description", "dc.description")
    return [
        letters(text)
        for text in (*told, linked_data.text_of(linked_data.article_of([*rows]).get("description")))
        if text
    ]


def standfirst(page: Sequence[Block], found: Sequence[str], title: str, told: Sequence[str]) -> str | None:
    """Return the standfirst that is not among the paragraphs `found`: a block below the headline that the page describes itself by (`told`), or calls one."""
    at = headline(page, title)
    if at is None or not found:
        return None
    first = next((b.order for b in by_words([*page]).get(letters(found[0]), ()) if b.order > at), at + _BELOW)
    have = letters(" ".join(found))
    for block in page[at + 1 : min(first, at + _BELOW)]:
        own = letters(block.text)
        if (
            _LEAST <= len(block.text.split()) <= _MOST
            and block.links <= _MOST_LINKS
            and own not in have
            and not is_caption(block.text)
            and read_stamp(block.text) is None
            and not _apart(block)
            and (any(own[:_SAME] == text[:_SAME] for text in told) or _is_called(block))
        ):
            return block.text
    return None


def _apart(block: Block) -> bool:
    return any(e.tag in _APART for e in (block.element, *block.element.iterancestors()))


def _is_called(block: Block) -> bool:
    around = [block.element, *block.element.iterancestors()][: _AROUND + 1]
    return any(_CALLED.search(f"{kind(e)} {e.get('id') or ''}".lower()) for e in around)
