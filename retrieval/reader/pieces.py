"""Which pieces of the found passages the reader is given: whole sentences around those that most likely answer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from retrieval.domain import Hit

_SIZE = 450  # characters of a piece, about 110 tokens; one sentence alone may be longer
_TITLE = " : "  # after the title
_LEAD = " … "  # after the lead
_OPENING = 500  # characters in which an article's lead begins and ends
_END = re.compile(r"(?<=[.!?…])[\"»”’)\u00a0\u202f]*\s+(?=[«“\"(\w])|\s*\n\s*|\s*$")
_SHORTEST, _LONGEST = 40, 180  # characters of a lead; a longer one is cut


@dataclass(frozen=True, slots=True)
class Piece:
    """Sentences `first` to `last` of the passage of that `rank` among the found; `text` with title and lead before is what is read.

    `start` is where the piece begins in the article's text, `head` how many characters of `text` are not of it.
    """

    rank: int
    first: int
    last: int
    start: int
    head: int
    text: str


def pieces(hits: Sequence[Hit], places: Iterable[tuple[int, int]]) -> list[Piece]:
    """Return pieces that hold the sentences in `places` (passage, number), the likeliest first; one that another holds has none."""
    covered: set[tuple[int, int]] = set()
    found = []
    for rank, number in places:
        if (rank, number) in covered:
            continue
        piece = _around(hits[rank], rank, number)
        covered |= {(rank, n) for n in range(piece.first, piece.last + 1)}
        found.append(piece)
    return found


def _around(hit: Hit, rank: int, number: int) -> Piece:
    """Return a sentence with those before and after it, in turn, as far as the size allows."""
    spans = hit.passage.sentences
    first = last = number
    grown = True
    while grown:
        grown = False
        if first > 0 and spans[last][1] - spans[first - 1][0] <= _SIZE:
            first, grown = first - 1, True
        if last + 1 < len(spans) and spans[last + 1][1] - spans[first][0] <= _SIZE:
            last, grown = last + 1, True
    start, end = spans[first][0], spans[last][1]
    article = hit.article
    head = heading(article.title, article.text, start)
    return Piece(rank, first, last, start, len(head), head + article.text[start:end])


def heading(title: str, text: str, start: int) -> str:
    """Return what is read before a piece that begins at `start`: the title, and the article's lead where that is before the piece.

    They say whom and what the piece is about, where it says "the yard" or "she".
    """
    before = f"{title}{_TITLE}" if title else ""
    first, last = _lead(text[:_OPENING])
    if last > start or first == last:
        return before
    lead = text[first:last]
    if len(lead) > _LONGEST:
        lead = lead[:_LONGEST].rpartition(" ")[0]
    return f"{before}{lead}{_LEAD}"


def _lead(opening: str) -> tuple[int, int]:
    """Return where the first sentence of some length is, `[start, end)`; twice 0 where there is none."""
    start = 0
    for end in _END.finditer(opening):
        if end.start() - start >= _SHORTEST:
            return start, end.start()
        start = end.end()
    return 0, 0
