"""Which pieces of the found passages the reader is given: whole sentences around those that most likely answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from retrieval.domain import Hit

_SIZE = 300  # characters of a piece, about 75 tokens; one sentence alone may be longer
_HEAD = " : "  # between title and piece


@dataclass(frozen=True, slots=True)
class Piece:
    """Sentences `first` to `last` of the passage of that `rank` among the found; `text` with the title before is what is read.

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
    head = f"{hit.article.title}{_HEAD}" if hit.article.title else ""
    return Piece(rank, first, last, start, len(head), head + hit.article.text[start:end])
