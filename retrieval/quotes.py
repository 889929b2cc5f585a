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

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from retrieval.search import Found

WEIGHTS = Path(__file__).with_name("sentence_weights.json")

PASSAGES = 5  # whose sentences are compared; the answer was in the first five for .92 of PIAF
_MOST = 3  # sentences quoted
# A further sentence is quoted where it is at least so likely to answer, beside the first: 2.5 sentences on average, which hold
# .81 of PIAF's answers (.80 at .08, 2.2 sentences; three always: .82).
_NEAR = 0.04
_LONGEST = 600  # characters of a sentence with its antecedent


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence of a found passage, by offsets into its article's text.

    `score` is on the scale of log odds: differences between sentences count. `rank` is the passage's among the found, from 0,
    and `number` the sentence's in it.
    """

    hit: Hit
    start: int
    end: int
    score: float
    rank: int
    number: int

    @property
    def text(self) -> str:
        """The sentence's own words."""
        return self.hit.article.text[self.start : self.end]


def choose(found: Found) -> tuple[Quote, ...]:
    """Return up to three sentences that answer, best first; none where nothing was found."""
    evidence = weigh(found, PASSAGES)
    scores = evidence.rows @ _weights()
    order = np.argsort(-scores, kind="stable")
    least = scores.max(initial=-np.inf) + np.log(_NEAR)
    quotes: dict[str, Quote] = {}  # by their words: none says, to the letter, what a better one said
    for place in order.tolist():
        if len(quotes) == _MOST or scores[place] < least:
            break
        rank, number = evidence.places[place]
        hit = found.hits[rank]
        start, end = hit.passage.sentences[number]
        quote = Quote(hit, start, end, float(scores[place]), rank, number)
        quotes.setdefault(quote.text, quote)
    return tuple(quotes.values())


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
        if number > 0 and lacking and before not in taken and quote.end - start <= _LONGEST:
            taken.add(before)
            quote = replace(quote, start=start)  # noqa: PLW2901 - the same quote, longer
        found.append(quote)
    return tuple(found)


@cache
def _weights() -> NDArray[np.float32]:
    given = json.loads(WEIGHTS.read_text(encoding="utf-8"))["weights"]
    return np.array([given[name] for name in FEATURES], np.float32)
