"""Search: each language apart, candidates by vector and by word, scored by late interaction, then one list.

An embedding model ranks the question's own language first, whatever it says: in a mixed index the raw cosine finds a
French question's English article first in .41 of cases. So each language is searched by itself. Its candidates are the
passages nearest by vector and those that share most of the question's words (weighted by rarity: all words in the
question's language, names and numbers in the other); what they score is

    60 x (late interaction with the passage + with its best sentence) + 4 x share of the words

and before the two lists are merged, each is levelled: what its best ten have on average is taken off, for they match
by mere likeness of language. R@1 (Belebele with each story in one language only, worst of the four cells; PIAF; XQuAD):

    score                               mixed   PIAF   XQuAD
    passage vectors, z-scores           .83     .62    .94
    z + 4·words                         .76     .76    .98
    late interaction                    .89     .77    .97
    late interaction + 4·words          .90     .79    .98
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from retrieval.domain import Hit, Language
from retrieval.late import Asked, Match, match
from retrieval.words import name_stems, query_stems

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from retrieval.library import View
    from retrieval.readings import Reading

_NEAREST = 40  # candidates by vector, in each language
_BY_WORDS = 20  # candidates by words
_LATE = 60.0
_WORDS = 4.0  # weight of the words in the question's language
_NAMES = 1.0  # weight of names and numbers across languages
_LEVEL = 10  # the best so many are taken as what likeness of language brings
_OWN = 1.0  # further advantage of the question's own language that is taken off
_NOWHERE = 3  # passages a word is taken to be in that is in none


@dataclass(frozen=True, slots=True)
class Found:
    """The passages found for a question, best first.

    `matches` is how each hit's sentences match, in the hits' order. For each language: `words` are the question's stems
    that count there with their rarity, `sizes` how many passages there are. `lift` is how far the best score lies above
    the mean of the ten best, `gap` how far above the second.
    """

    question: str
    language: Language
    hits: tuple[Hit, ...]
    matches: tuple[Match, ...]
    words: dict[Language, dict[str, float]]
    sizes: dict[Language, int]
    lift: float
    gap: float

    def to_json(self) -> dict[str, Any]:
        """Return the result as `search --json` prints it."""
        return {
            "question": self.question,
            "language": self.language,
            "hits": [hit.to_json(rank) for rank, hit in enumerate(self.hits, start=1)],
        }


def find(view: View, reading: Reading, question: str, asked_in: Language, k: int) -> Found:
    """Return the best `k` passages of both languages for a question, given with its reading and language."""
    scores: dict[str, float] = {}
    matches: dict[str, Match] = {}
    words: dict[Language, dict[str, float]] = {}
    mixed = len(view.sizes) > 1
    asked = view.coder.ask(question, asked_in, reading) if view.coder else None
    near = view.nearest(reading.vector, max(_NEAREST, k)) if asked else {}
    for language, ids in near.items():
        own = language == asked_in
        stems = query_stems(question, language) if own else name_stems(question, asked_in, language)
        postings = view.snapshot.postings(language, stems)
        words[language] = rarities(
            view.sizes[language], {stem: len(postings.get(stem, ())) for stem in stems}
        )
        found = _candidates(view, asked, ids, _shares(words[language], postings))
        weight = _WORDS if own else _NAMES
        scored = {i: _LATE * m.score + weight * share for i, (m, share) in found.items()}
        if mixed:
            best = sorted(scored.values(), reverse=True)[:_LEVEL]
            level = sum(best) / max(len(best), 1) + (_OWN if own else 0.0)
            scored = {i: score - level for i, score in scored.items()}
        scores |= scored
        matches |= {i: m for i, (m, _) in found.items()}
    ranked = sorted(scores, key=scores.__getitem__, reverse=True)
    hits = tuple(view.snapshot.hits({i: scores[i] for i in ranked[:k]}))
    best = [scores[i] for i in ranked[:_LEVEL]]
    return Found(
        question,
        asked_in,
        hits,
        tuple(matches[h.passage.passage_id] for h in hits),
        words,
        view.sizes,
        lift=best[0] - sum(best) / len(best) if best else 0.0,
        gap=best[0] - best[1] if len(best) > 1 else 0.0,
    )


def rarities(passages: int, frequencies: dict[str, int]) -> dict[str, float]:
    """Return each stem's inverse document frequency among `passages`: ln(1 + (N - n + ½) / (n + ½)).

    A word found nowhere is no rarer than one found in a few passages: the articles may say it in another word.
    """
    return {
        stem: math.log(1 + (passages - n + 0.5) / (n + 0.5))
        for stem, found in frequencies.items()
        for n in [found or min(_NOWHERE, passages)]
    }


def share(weights: dict[str, float], text_stems: set[str]) -> float:
    """Return which part of a question's words, weighted by rarity, is among `text_stems`: 0 to 1."""
    whole = sum(weights.values())
    return sum(w for stem, w in weights.items() if stem in text_stems) / whole if whole else 0.0


def _shares(weights: dict[str, float], postings: dict[str, NDArray[np.int64]]) -> NDArray[np.float64]:
    """Return the share of the question's words in each passage, by row number; rows past the last have none."""
    whole = sum(weights.values())
    if not postings or not whole:
        return np.zeros(0)
    rows = np.concatenate([*postings.values()])
    counts = [len(listed) for listed in postings.values()]
    weight = np.repeat([weights[stem] / whole for stem in postings], counts)
    return np.bincount(rows, weight).astype(np.float64)


def _candidates(
    view: View, asked: Asked | None, near: Sequence[str], shares: NDArray[np.float64]
) -> dict[str, tuple[Match, float]]:
    """Return the match and the share of words of each candidate, by passage id."""
    if asked is None:
        return {}
    top = (
        np.argpartition(-shares, _BY_WORDS)[:_BY_WORDS] if len(shares) > _BY_WORDS else np.arange(len(shares))
    )
    coded = view.coded(near, (int(row) for row in top if shares[row] > 0))
    found = match(asked, [passage for _, _, passage in coded])
    return {
        i: (m, float(shares[row]) if row < len(shares) else 0.0)
        for (row, i, _), m in zip(coded, found, strict=True)
    }
