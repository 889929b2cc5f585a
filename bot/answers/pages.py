"""A text as pages that fit comfortably on a telephone: whole paragraphs, or whole sentences of long ones."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from bot.markup import cut_at_sentence, units
from retrieval.sentences import split

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from retrieval.domain import Language

Span = tuple[int, int]

PAGE: Final = 1200  # UTF-16 units: what two screens of a telephone hold
# What a page may have so that a quotation stays in one piece, or a sentence that has no end.
LONGEST_PAGE: Final = 3000

_PARAGRAPH: Final = re.compile(r"\S(?:(?!\n[^\S\n]*\n).)*", re.DOTALL)


def cut_into_pages(
    text: str, language: Language, whole: Span = (0, 0), *, size: int = PAGE, longest: int = LONGEST_PAGE
) -> list[Span]:
    """Return the pages of `text` as `(start, end)`, in order, without outer white space.

    They hold every character that is not white space once, `size` UTF-16 units each or a little less; what `whole` spans is on one page,
    if `longest` units are enough for it.
    """
    atoms = [
        piece
        for paragraph in _paragraphs(text)
        for part in ([paragraph] if _long(text, paragraph) <= size else _sentences(text, paragraph, language))
        for piece in _pieces(text, part, longest)
    ]
    pages: list[Span] = []
    for start, end in _with_one(text, atoms, whole, longest):
        if pages and _long(text, (pages[-1][0], end)) <= size:
            pages[-1] = pages[-1][0], end
        else:
            pages.append((start, end))
    return pages


def page_with(pages: Sequence[Span], start: int) -> int:
    """Return which page, from 0, holds the character at `start`; the first where none does."""
    return next((number for number, (_, end) in enumerate(pages) if start < end), 0)


def _long(text: str, span: Span) -> int:
    return units(text[slice(*span)])


def _paragraphs(text: str) -> Iterator[Span]:
    for found in _PARAGRAPH.finditer(text):
        yield found.start(), found.start() + len(found[0].rstrip())


def _sentences(text: str, paragraph: Span, language: Language) -> Iterator[Span]:
    begin, end = paragraph
    for start, stop in split(text[begin:end], language):
        yield begin + start, begin + stop


def _pieces(text: str, part: Span, longest: int) -> Iterator[Span]:
    """Yield a sentence, cut where it has no end within `longest` units."""
    start, end = part
    while _long(text, (start, end)) > longest:
        at = start + cut_at_sentence(text[start:end], longest)
        yield start, start + len(text[start:at].rstrip())
        start = at + len(text[at:end]) - len(text[at:end].lstrip())
    yield start, end


def _with_one(text: str, atoms: Sequence[Span], whole: Span, longest: int) -> list[Span]:
    """Return `atoms` with those that `whole` touches as one, unless that is too long."""
    touched = [(start, end) for start, end in atoms if start < whole[1] and whole[0] < end]
    if not touched:
        return [*atoms]
    one = touched[0][0], touched[-1][1]
    if _long(text, one) > longest:
        return [*atoms]
    return [*(a for a in atoms if a[1] <= one[0]), one, *(a for a in atoms if a[0] >= one[1])]
