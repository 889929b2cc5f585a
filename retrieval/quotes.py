"""Quotes: the one to three sentences that answer, verbatim.

A sentence scores the sum of its evidence (`retrieval/evidence.py`), weighted as `sentence_weights.json` says. The weights are
learned on PIAF (`python -m benchmarks.train_sentences`, a listwise logistic regression). Learned on half of its documents, the
first sentence holds the answer in .636 of the cases of the other half, one of the first three in .817; on XQuAD, of which nothing
was learned, in .843 and .962. By cosine of sentence vectors alone it is .53 and .72 of PIAF.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from retrieval.domain import Hit
from retrieval.evidence import FEATURES, weigh
from retrieval.kinds import begins_with_a_pronoun, is_said_by_a_pronoun
from retrieval.orders import is_order
from retrieval.words import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from retrieval.reader.reading import Telling, Told
    from retrieval.search import Found

WEIGHTS = Path(__file__).with_name("sentence_weights.json")
READER_WEIGHTS = Path(__file__).parent / "reader" / "weights.json"

PASSAGES = 5  # whose sentences are compared; the answer was in the first five for .92 of PIAF
_MOST = 3  # sentences quoted
# A further sentence is quoted where it is at least so likely to answer, beside the first: 2.5 sentences on average, which hold
# .81 of PIAF's answers (.80 at .08, 2.2 sentences; three always: .82).
_NEAR = 0.04
# The same with a reader, which must also have found an answer there, of at least such odds.
_NEAR_READ, _FURTHER = 0.1, 2.0
_EXACT = 12.0  # odds from which the exact answer is shown as such: .92 right of 13, seen half of the blind set; from 10 on .83 of 35
_ENOUGH = 13.0  # odds from which it answers alone: of 76 such of two sets written blind .93 are right, and 2 had another that was (9: .85 of 183, and 9)
_DENIES = 2.0  # log odds from which the articles are said to deny what a question supposes
_LONGEST = 600  # characters of a sentence with its antecedent


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence of a found passage, by offsets into its article's text.

    `score` is on the scale of log odds: differences between sentences count. `rank` is the passage's among the found, from 0,
    and `number` the sentence's in it. `told` is what the reader says of it, None where it was not read.
    """

    hit: Hit
    start: int
    end: int
    score: float
    rank: int
    number: int
    told: Told | None = None

    @property
    def text(self) -> str:
        """The sentence's own words."""
        return self.hit.article.text[self.start : self.end]


@dataclass(frozen=True, slots=True, eq=False)
class Weighed:
    """The sentences of the found passages by their `places` (passage, number in it), and how much speaks for each, as log odds."""

    found: Found
    places: tuple[tuple[int, int], ...]
    scores: NDArray[np.float32]

    @property
    def likeliest(self) -> list[tuple[int, int]]:
        """The places, best first."""
        return [self.places[n] for n in np.argsort(-self.scores, kind="stable").tolist()]


def weighed(found: Found, passages: int = PASSAGES) -> Weighed:
    """Return how much speaks for each sentence of the first so many passages, before any is read."""
    evidence = weigh(found, passages)
    return Weighed(found, evidence.places, evidence.rows @ _weights())


def choose(sentences: Weighed, telling: Telling | None = None) -> tuple[Quote, ...]:
    """Return up to three sentences that answer, best first; none where nothing was found.

    With a reader's `telling`, by both; a further sentence must then be one that was read, and give another answer.
    """
    scores = sentences.scores if telling is None else _with(sentences, telling)
    order = np.argsort(-scores, kind="stable")
    near = _NEAR if telling is None else _NEAR_READ
    least = scores.max(initial=-np.inf) + np.log(near)
    quotes: dict[str, Quote] = {}  # by their words: none says, to the letter, what a better one said
    said: set[str] = set()
    for place in order.tolist():
        if len(quotes) == _MOST or scores[place] < least:
            break
        rank, number = sentences.places[place]
        hit = sentences.found.hits[rank]
        start, end = hit.passage.sentences[number]
        told = telling.get((rank, number)) if telling else None
        quote = Quote(hit, start, end, float(scores[place]), rank, number, told)
        if quotes and telling is not None:
            if told is None or told.odds < _FURTHER:
                continue
            if fold(hit.article.text[told.start : told.end]) in said:
                continue
        if told:
            said.add(fold(hit.article.text[told.start : told.end]))
        quotes.setdefault(quote.text, quote)
    return tuple(quotes.values())


def _with(sentences: Weighed, telling: Telling) -> NDArray[np.float32]:
    """Return the scores of the sentences with what the reader says of them."""
    weights = reader_weights()["choice"]
    scores = np.array(sentences.scores * weights["linear"], np.float32)
    for n, place in enumerate(sentences.places):
        told = telling.get(place)
        if told is None:
            scores[n] += weights["unread"]
        else:
            scores[n] += sum(weights[name] * value for name, value in told.evidence().items())
    return scores


def exact(quote: Quote) -> tuple[int, int] | None:
    """Return where in the quote's text the exact answer is, `[start, end)`; None where the reader is not sure of it."""
    told = quote.told
    if told is None or told.odds < _EXACT:
        return None
    return told.start - quote.start, told.end - quote.start


def is_enough(quote: Quote) -> bool:
    """Tell whether a quote surely answers alone."""
    return quote.told is not None and quote.told.odds >= _ENOUGH


def denies(quote: Quote) -> bool:
    """Tell whether a quote surely denies what the question supposes."""
    return quote.told is not None and quote.told.denies >= _DENIES


def with_antecedents(quotes: Sequence[Quote]) -> tuple[Quote, ...]:
    """Return the quotes, those that begin with a pronoun or are said by one together with the sentence before, which says whom it means.

    No sentence is quoted twice: where the one before was quoted already, that is enough; one that would be quoted after is not by itself.
    """
    taken: set[tuple[str, int]] = set()
    found = []
    for quote in quotes:
        passage, number = quote.hit.passage, quote.number
        if (passage.passage_id, number) in taken:
            continue
        taken.add((passage.passage_id, number))
        start = passage.sentences[max(number - 1, 0)][0]
        lacking = begins_with_a_pronoun(quote.text) or is_said_by_a_pronoun(quote.text)
        before = (passage.passage_id, number - 1)
        if (
            number > 0
            and lacking
            and not is_order(quote.hit.sentences[number - 1])
            and before not in taken
            and quote.end - start <= _LONGEST
        ):
            taken.add(before)
            quote = replace(quote, start=start)  # noqa: PLW2901 - the same quote, longer
        found.append(quote)
    return tuple(found)


@cache
def _weights() -> NDArray[np.float32]:
    given = json.loads(WEIGHTS.read_text(encoding="utf-8"))["weights"]
    return np.array([given[name] for name in FEATURES], np.float32)


@cache
def reader_weights() -> dict[str, dict[str, float]]:
    """Return how what the reader says counts: for the "choice" of a sentence, and for whether it "answers"."""
    given: dict[str, dict[str, float]] = json.loads(READER_WEIGHTS.read_text(encoding="utf-8"))["weights"]
    return given
