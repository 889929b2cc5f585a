"""A passage that a tap unfolds: it begins with the words that are cited."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from bot.markup import Run, clean, head, tail, units

# A quotation is a sentence or three; what is longer is a page that was never cut into sentences.
QUOTE_LIMIT: Final = 3000
# What a reader needs on each side of a quotation to judge it; passages are about 900 characters.
CONTEXT_LIMIT: Final = 600


def passage_runs(passage: str, quotes: Sequence[str]) -> Iterator[Run]:
    """Yield the passage from the first quotation on, each in bold; what is far from any gives way to "…".

    A quotation the passage does not hold stands alone, so that no reader is left without the words.
    """
    places: list[tuple[int, int]] = []
    for quote in quotes:
        start = passage.find(quote)
        if start < 0:
            yield Run(shortened(clean(quote)) + "\n", bold=True, quoted=True)
        elif quote:
            places.append((start, start + len(quote)))
    done: int | None = None
    for start, end in _merged(places):
        if done is not None:
            yield Run(_between(clean(passage[done:start])), quoted=True)
        yield Run(shortened(clean(passage[start:end])), bold=True, quoted=True)
        done = end
    if done is not None:
        yield Run(_after(clean(passage[done:])), quoted=True)


def _merged(places: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return `places` in order, those that overlap as one."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(places):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _after(text: str) -> str:
    text = text.rstrip()
    return text if units(text) <= CONTEXT_LIMIT else head(text, CONTEXT_LIMIT)


def _between(text: str) -> str:
    if units(text) <= 2 * CONTEXT_LIMIT:
        return text
    return f"{head(text, CONTEXT_LIMIT)} {tail(text, CONTEXT_LIMIT)}"


def shortened(quote: str) -> str:
    """Return a quotation, cut where it is no sentence or three."""
    return quote if units(quote) <= QUOTE_LIMIT else head(quote, QUOTE_LIMIT)
