"""Search: each language apart, scores made comparable, words added where they help, then one list.

An embedding model ranks the question's own language first, whatever it says: in a mixed index the raw cosine finds a
French question's English article first in .41 of cases. So a passage scores by how far it stands above its own
language's passages for this question (z-score), plus the share of the question's words it holds, weighted by rarity:
all words in the question's language, names and numbers in the other. Measured (Belebele mixed, PIAF, XQuAD; R@1):

    score                             worst mixed cell   PIAF FR→FR   XQuAD EN→EN
    z-score alone                     .82                .60          .93
    z + 4·words, merged as they are   .73                .74          .97
    z + 4·words, levelled             .83                .74          .97

Levelled: a language's best ten share words with the question by mere likeness of language; what they have on average
is taken off before the two lists are merged.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from retrieval.background import BACKGROUND
from retrieval.domain import Hit, Language
from retrieval.words import name_stems, query_stems

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from retrieval.library import View

_CANDIDATES = 50  # from the vectors and from the words, in each language
_WORDS = 4.0  # weight of the words in the question's language, in standard deviations
_NAMES = 1.0  # weight of names and numbers across languages
_NOWHERE = 3  # passages a word is taken to be in that is in none
_LEVEL = 10  # the best so many are taken as what likeness of language brings
_OWN = 0.6  # further advantage of the question's own language that is taken off


@dataclass(frozen=True, slots=True)
class Found:
    """The passages found for a question, best first.

    For each language: `words` are the question's stems that count there with their rarity, `scales` mean and standard
    deviation of the question's cosines with that language's passages, `sizes` how many passages there are.
    """

    question: str
    language: Language
    hits: tuple[Hit, ...]
    words: dict[Language, dict[str, float]]
    scales: dict[Language, tuple[float, float]]
    sizes: dict[Language, int]

    def to_json(self) -> dict[str, Any]:
        """Return the result as `search --json` prints it."""
        return {
            "question": self.question,
            "language": self.language,
            "hits": [hit.to_json(rank) for rank, hit in enumerate(self.hits, start=1)],
        }


def find(view: View, vector: NDArray[np.float32], question: str, asked_in: Language, k: int) -> Found:
    """Return the best `k` passages of both languages for a question, given with its vector and language."""
    scores: dict[str, float] = {}
    words: dict[Language, dict[str, float]] = {}
    scales = {language: view.moments[language].scale_of(vector) for language in view.languages}
    mixed = len(view.languages) > 1
    for language in view.languages:
        own = language == asked_in
        stems = query_stems(question, language) if own else name_stems(question, asked_in, language)
        words[language] = rarities(view, language, stems)
        near, shares = _candidates(view, language, vector, words[language], scales[language])
        weight = _WORDS if own else _NAMES
        found = {i: near[i] + weight * shares[i] for i in near}
        if mixed:
            best = sorted(found, key=found.__getitem__, reverse=True)[:_LEVEL]
            level = weight * sum(shares[i] for i in best) / max(len(best), 1) + (_OWN if own else 0.0)
            found = {i: score - level for i, score in found.items()}
        scores |= found
    best = sorted(scores, key=scores.__getitem__, reverse=True)[:k]
    hits = tuple(view.snapshot.hits({i: scores[i] for i in best}))
    sizes = {language: view.moments[language].count - BACKGROUND for language in view.languages}
    return Found(question, asked_in, hits, words, scales, sizes)


def rarities(view: View, language: Language, stems: Sequence[str]) -> dict[str, float]:
    """Return each stem's inverse document frequency in `language`: ln(1 + (N - n + ½) / (n + ½)), never below 0.

    A word found nowhere is no rarer than one found in a few passages: the articles may say it in another word.
    """
    count = view.moments[language].count
    frequencies = view.snapshot.document_frequencies(language, stems)
    return {
        stem: math.log(1 + (count - n + 0.5) / (n + 0.5))
        for stem, found in frequencies.items()
        for n in [found or min(_NOWHERE, count)]
    }


def share(weights: dict[str, float], text_stems: set[str]) -> float:
    """Return which part of a question's words, weighted by rarity, is among `text_stems`: 0 to 1."""
    whole = sum(weights.values())
    return sum(w for stem, w in weights.items() if stem in text_stems) / whole if whole else 0.0


def _candidates(
    view: View,
    language: Language,
    vector: NDArray[np.float32],
    words: dict[str, float],
    scale: tuple[float, float],
) -> tuple[dict[str, float], dict[str, float]]:
    """Return each candidate's z-score and its share of the question's words."""
    cosines = dict(view.nearest(language, vector, _CANDIDATES))
    by_words = [i for i, _ in view.snapshot.word_hits(language, [*words], _CANDIDATES)]
    further = [i for i in by_words if i not in cosines]
    cosines |= {i: float(v @ vector) for i, v in view.vectors_of(language, further).items()}
    mean, deviation = scale
    near = {i: (cosine - mean) / deviation for i, cosine in cosines.items()}
    stems = view.snapshot.stems_of(language, near) if words else {}
    return near, {i: share(words, set(stems.get(i, "").split())) for i in near}
