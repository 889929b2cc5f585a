"""Quotes: the one to three sentences that answer, verbatim, and how sure it is that they do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from retrieval.domain import Hit, Language
from retrieval.search import Found, share
from retrieval.words import stems

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence of a found passage, by offsets into its article's text."""

    hit: Hit
    start: int
    end: int
    score: float
    confidence: float


def choose(
    found: Found, vector: NDArray[np.float32], embed: Callable[[Sequence[str]], NDArray[np.float32]]
) -> tuple[Quote, ...]:
    """Return the sentences that answer best, best first."""
    places = [(hit, start, end) for hit in found.hits for start, end in hit.passage.sentences]
    if not places:
        return ()
    texts = [hit.article.text[start:end] for hit, start, end in places]
    cosines = embed(texts) @ vector
    quotes = []
    for (hit, start, end), text, cosine in zip(places, texts, cosines, strict=True):
        language: Language = hit.article.language
        words = share(found.words[language], set(stems(text, language)))
        quotes.append(Quote(hit, start, end, hit.score + 10 * float(cosine) + words, 1.0))
    quotes.sort(key=lambda q: -q.score)
    return tuple(quotes[:1])
