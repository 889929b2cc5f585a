"""What a page says to its readers under its headline: by whom, when, and what its picture shows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ingest.captions import is_caption
from ingest.pages.blocks import letters

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.pages.blocks import Block

_LINES: Final = 15  # under the headline
SIGNED: Final = 15  # blocks from the headline on among which an article is signed
_PROSE: Final = 14  # words of a line that is a paragraph
_PARAGRAPHS: Final = 3  # with them the article has begun; a standfirst comes before the author's name
_CREDIT: Final = 6  # words of a line that is a credit alone
_WORD = re.compile(r"\w+")
_ENDED = re.compile(r"[.!?…»”\"]\W*$")


def headline(page: Sequence[Block], title: str) -> int | None:
    """Return which of a page's blocks is its headline: the large one with the title's words, else the last."""
    name = letters(title)
    heads = [n for n, block in enumerate(page) if name and letters(block.text) == name]
    return next((n for n in heads if page[n].element.tag == "h1"), heads[-1] if heads else None)


def is_paragraph(line: str) -> bool:
    """Tell whether a line is prose of a paragraph's length."""
    return len(line.split()) >= _PROSE and bool(_ENDED.search(line))


def top(page: Sequence[Block], title: str) -> list[str]:
    """Return the lines under a page's headline, down to the article's first paragraphs; none where it has no such headline."""
    lines = [(line, block.element.tag == "h1") for block in page for line in block.lines]
    name = letters(title)
    heads = [i for i, (line, _) in enumerate(lines) if name and letters(line) == name]
    at = next((i for i in heads if lines[i][1]), heads[-1] if heads else None)
    if at is None:
        return []
    found, paragraphs = [], 0
    for line, _ in lines[at + 1 : at + 1 + _LINES]:
        paragraphs += is_paragraph(line)
        if paragraphs == _PARAGRAPHS:
            break
        found.append(line)
    return found


def below(paragraphs: Sequence[str], title: str) -> Sequence[str]:
    """Return an article's paragraphs without its headline and the menus that came along above it."""
    name = letters(title)
    for i, text in enumerate(paragraphs[:_LINES]):
        if is_paragraph(text):
            break
        if name and letters(text) == name:
            return paragraphs[i + 1 :] or paragraphs
    return paragraphs


def caption(lines: Sequence[str]) -> str | None:
    """Return the first of those lines that ends in a picture's credit."""
    return next((line for line in lines if is_caption(line) and len(_WORD.findall(line)) > _CREDIT), None)
