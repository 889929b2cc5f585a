"""Quotes: the one to three sentences that answer, verbatim.

A sentence scores its passage's score, plus how much worse than the passage's best sentence it matches the question by
late interaction, and how much less of the question's words it and the sentence before it hold. Weights by listwise
logistic regression on half of PIAF; on the other half the first sentence holds the answer in .61 of cases, one of the
first three in .80, on XQuAD in .83 and .95; by cosine of sentence vectors alone .53 and .72 of PIAF.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from retrieval.domain import Hit
from retrieval.search import Found, share
from retrieval.words import stems

if TYPE_CHECKING:
    from collections.abc import Iterator

_PASSAGES = 5  # whose sentences are compared; the answer was in the first five for .92 of PIAF
_LATE = 54.0  # a sentence's late interaction, beside the passage's score
_WORDS = (
    5.0  # the share of the question's words in the sentence and the one before: its pronouns stand for them
)
_MOST = 3  # sentences quoted
# A further sentence is quoted where it scores within this of the first: 2.5 sentences on average, .785 of PIAF's answers.
_NEAR = 8.0


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence of a found passage, by offsets into its article's text.

    `late` and `whole` are how it and its passage match the question by late interaction, about 0 to .6; `words` is the
    share of the question's words it holds.
    """

    hit: Hit
    start: int
    end: int
    score: float
    late: float
    whole: float
    words: float


def choose(found: Found) -> tuple[Quote, ...]:
    """Return up to three sentences that answer, best first; none where nothing was found."""
    quotes = sorted(_quotes(found), key=lambda quote: -quote.score)
    return tuple(quote for quote in _distinct(quotes)[:_MOST] if quote.score >= quotes[0].score - _NEAR)


def _quotes(found: Found) -> Iterator[Quote]:
    for hit, match in zip(found.hits[:_PASSAGES], found.matches, strict=False):
        article = hit.article
        texts = [article.text[start:end] for start, end in hit.passage.sentences]
        held = [set(stems(text, article.language)) for text in texts]
        weights = found.words[article.language]
        shares = [
            share(weights, here | before) for here, before in zip(held, [set(), *held[:-1]], strict=True)
        ]
        best_late, best_share = max(match.sentences), max(shares)
        for n, (start, end) in enumerate(hit.passage.sentences):
            if any(map(str.isalnum, texts[n])):
                less = _LATE * (match.sentences[n] - best_late) + _WORDS * (shares[n] - best_share)
                yield Quote(
                    hit,
                    start,
                    end,
                    hit.score + less,
                    match.sentences[n],
                    match.whole,
                    share(weights, held[n]),
                )


def _distinct(quotes: list[Quote]) -> list[Quote]:
    """Leave out sentences that say, to the letter, what a better one said."""
    seen: dict[str, Quote] = {}
    for quote in quotes:
        seen.setdefault(quote.hit.article.text[quote.start : quote.end], quote)
    return [*seen.values()]
