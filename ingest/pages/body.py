"""A page's markup → the paragraphs of its article.

trafilatura finds the article; it is asked twice. Asked for precision it leaves out a few paragraphs of the article, asked plainly it
takes in some of what stands around it: prose that only the second finds among what the first did is the article's too. And where a page cuts its
article in parts, what is built like the paragraphs that were found, and reads like them, is one.
"""

from __future__ import annotations

import re
from collections import Counter
from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from ingest.pages.blocks import Block, blocks, by_words, kind, letters
from ingest.pages.cards import without_cards

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from lxml.html import HtmlElement

_APART: Final = frozenset(["aside", "footer", "nav", "form", "header", "figure", "figcaption"])
_AROUND: Final = 4  # ancestors that are looked at for one of these
_MOST_LINKS, _FEW_LINKS = 0.5, 0.3  # share of characters
_SHORT, _PROSE = 25, 80  # characters
_WORDIER, _ALIKE, _RUN = 1.35, 0.6, 4  # times the characters, share of the runs of so many words
_MANNER: Final = 0.3  # share of the found characters that must be built as a paragraph to be found by that
_BEYOND: Final = 3  # blocks before the first paragraph and after the last in which prose is still taken
_ENDED = re.compile(r"[.!?…»”\"]\W*$")
_PARTS: Final = frozenset(
    ["p", "head", "quote", "item", "cell", "code", "list", "table", "row", "div", "body"]
)


@dataclass(slots=True)
class _Paragraph:
    """A paragraph and where it stands among the page's blocks."""

    order: float
    text: str


def paragraphs(tree: HtmlElement, url: str | None) -> list[str]:
    """Return the paragraphs of a page's article, headings within it too; none where there is no article."""
    precise = _found(tree, url, favor_precision=True)
    plain = _found(tree, url)
    precise = precise or plain
    page = blocks(tree)
    table = by_words(page)
    taken, place = [], -1
    chosen: list[Block] = []
    for text in precise:
        same = table.get(letters(text), [])
        block = next((b for b in same if b.order > place), same[0] if same else None) or _nearest(text, page)
        if block:
            place = block.order
            chosen.append(block)
        told = block.text if block and not same else text
        taken.append(_Paragraph(place if block else place + 0.001, told))
    if chosen:
        have = {letters(one.text) for one in taken}
        whole = letters(" ".join(one.text for one in taken))
        for paragraph in (*_built_alike(page, chosen), *_prose(plain, table, chosen)):
            name = letters(paragraph.text)
            if name not in have and name not in whole:
                have.add(name)
                taken.append(paragraph)
    taken.sort(key=lambda paragraph: paragraph.order)
    return without_cards((one.text, next(iter(table.get(letters(one.text), ())), None)) for one in taken)


def _nearest(text: str, page: Sequence[Block]) -> Block | None:
    """Return the block that a paragraph is, less a few words that went with their links; None where there is none such."""
    own = _runs(text)
    if len(text) < _PROSE:
        return None
    for block in page:
        if len(text) < len(block.text) <= _WORDIER * len(text):
            theirs = _runs(block.text)
            if len(own & theirs) >= _ALIKE * len(own):
                return block
    return None


def _runs(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text)
    return {tuple(words[n : n + _RUN]) for n in range(len(words) - _RUN + 1)}


def _found(tree: HtmlElement, url: str | None, **how: bool) -> list[str]:
    from trafilatura import bare_extraction

    document: Any = bare_extraction(deepcopy(tree), url=url, include_comments=False, **how)
    return [] if document is None or document.body is None else [*_paragraphs(document.body)]


def _paragraphs(body: Any) -> Iterable[str]:  # noqa: ANN401 - lxml ships no types
    """Yield the paragraphs of what trafilatura found, in its own simple markup; text between two of them is one too."""
    from lxml import etree

    words: list[str] = []
    for event, element in etree.iterwalk(body, events=("start", "end")):
        part = element.tag in _PARTS
        if part and (text := " ".join("".join(words).split())):
            yield text
        if part:
            words.clear()
        if element.tag == "lb":
            words.append(" ")
        words.append((element.text if event == "start" else element.tail) or "")
    if text := " ".join("".join(words).split()):
        yield text


def _built_alike(page: Sequence[Block], chosen: Sequence[Block]) -> Iterable[_Paragraph]:
    """Yield what the page builds as it builds a good part of the article."""
    manners: Counter[tuple[str, str]] = Counter()
    parents = set()
    for block in chosen:
        manners[_manner(block)] += len(block.text)
        parents.add(block.element.getparent())
    least = _MANNER * sum(manners.values())
    known = {block.order for block in chosen}
    for block in page:
        if block.order in known or len(block.text) < _SHORT or block.links > _MOST_LINKS or _apart(block):
            continue
        manner = _manner(block)
        named = manner[1].partition(".")[2] or block.element.getparent() in parents
        if block.element.tag == "p" and named and manners[manner] >= least:
            yield _Paragraph(block.order, block.text)


def _prose(
    plain: Sequence[str], table: dict[str, list[Block]], chosen: Sequence[Block]
) -> Iterable[_Paragraph]:
    """Yield the sentences that were found only when asked plainly, and stand among the article's."""
    first, last = min(b.order for b in chosen), max(b.order for b in chosen)
    for text in plain:
        block = next(iter(table.get(letters(text), ())), None)
        if (
            block
            and len(text) >= _PROSE
            and block.links < _FEW_LINKS
            and _ENDED.search(text)
            and first - _BEYOND <= block.order <= last + _BEYOND
        ):
            yield _Paragraph(block.order, text)


def _manner(block: Block) -> tuple[str, str]:
    parent = block.element.getparent()
    return kind(block.element), "" if parent is None else kind(parent)


def _apart(block: Block) -> bool:
    """Tell whether a block stands in a part of the page that is no article's."""
    element: HtmlElement | None = block.element
    for _ in range(_AROUND + 1):
        if element is None:
            return False
        if element.tag in _APART:
            return True
        element = element.getparent()
    return False
