"""What speaks for each sentence of the found passages being the one that answers, as numbers.

Beside its passage's score a sentence is told by how it stands among the sentences of its passage: `RELATIVE` features have
the passage's best taken off, so that they mean the same in any passage and either language.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from retrieval.domain import Hit
from retrieval.kinds import KINDS, Kind, offered, refers_back, wanted
from retrieval.late import unit
from retrieval.words import stems

if TYPE_CHECKING:
    from collections.abc import Set

    from numpy.typing import NDArray

    from retrieval.late import Asked, Match
    from retrieval.search import Found

RELATIVE = (
    "carried",  # late interaction, where each of the question's tokens may also be in any sentence before: « Il est né … »
    "weakest",  # the question's token that is matched least
    "common",  # late interaction of what is no name and no number: what is asked about it
    "met",  # how many of the question's words are there
    "share",  # share of the question's words, weighted by rarity; with the sentence before where it refers back
    "whole",  # cosine of the mean token with the question's
)
FEATURES = (
    "passage",  # the passage's score
    *RELATIVE,
    "own",  # cosine of what sets the mean token apart from the passage's with the question's
    "sentences",  # ln of how many sentences the passage has
    "down",  # how far down the passage it stands, 1 from the seventh on
    *KINDS,  # an answer of the kind that is asked for
)
# Cosine at which a token counts as met, and how fast: unrelated tokens are at .2 to .4, the same word in another context at .5 up.
_MET, _SLOPE = 0.45, 0.06
_FAR = 6


@dataclass(frozen=True, slots=True)
class Evidence:
    """Sentences of the found passages and a row of `FEATURES` for each; `places` are numbers of the hit and in its passage."""

    places: tuple[tuple[int, int], ...]
    rows: NDArray[np.float32]


@np.errstate(invalid="ignore")  # as in `late.match`
def weigh(found: Found, passages: int) -> Evidence:
    """Return what speaks for each sentence of the first so many passages; lines without a word are left out."""
    if found.asked is None or not len(found.asked.tokens) or not found.hits:
        return Evidence((), np.zeros((0, len(FEATURES)), np.float32))
    places: list[tuple[int, int]] = []
    rows: list[NDArray[np.float32]] = []
    sought = _Sought.of(found, found.asked)
    for number, (hit, match) in enumerate(zip(found.hits[:passages], found.matches, strict=False)):
        block = _features(sought, hit, match)
        block[:, 0] = hit.score - found.hits[0].score
        said = [n for n, text in enumerate(hit.sentences) if any(map(str.isalnum, text))]
        places += [(number, n) for n in said]
        rows.append(block[said])
    return Evidence(tuple(places), np.concatenate(rows))


@dataclass(frozen=True, slots=True, eq=False)
class _Sought:
    """What is looked for, as sentences are held against it.

    `unnamed` (q,) weighs the tokens that carry meaning and are of no name and no number, `even` (q,) those that carry meaning, so that
    each word weighs the same.
    """

    found: Found
    asked: Asked
    kinds: frozenset[Kind]
    unnamed: NDArray[np.float32]
    even: NDArray[np.float32]

    @classmethod
    def of(cls, found: Found, asked: Asked) -> Self:
        meant = asked.weights * asked.meant
        even = _one_each(meant, asked.words)
        return cls(found, asked, wanted(found.sought), meant / (meant.sum() or 1.0) * ~asked.named, even)


def _features(sought: _Sought, hit: Hit, match: Match) -> NDArray[np.float32]:
    """Return the rows of one passage's sentences, all but the passage's score."""
    asked, kinds = sought.asked, sought.kinds
    texts = hit.sentences
    language = hit.article.language
    nearest = match.nearest
    rarities = sought.found.words[language]
    held = [rarities.keys() & stems(text, language) for text in texts]
    means = _means(match, len(asked.centre))
    whole = unit(means.sum(axis=0, keepdims=True))
    apart = unit(means - (means @ whole.T) * whole)
    columns = {
        "carried": asked.weights @ np.maximum.accumulate(nearest, axis=1),
        "weakest": nearest[asked.meant].min(axis=0),
        "common": sought.unnamed @ nearest,
        "met": sought.even @ (1 / (1 + np.exp(-(nearest - _MET) / _SLOPE))),
        "share": [
            share(rarities, here | before if before - here and refers_back(text) else here)
            for text, here, before in zip(texts, held, [set(), *held[:-1]], strict=True)
        ],
        "whole": means @ asked.centre,
        "own": apart @ asked.centre,
        "sentences": [math.log(len(texts))] * len(texts),
        "down": [min(n, _FAR) / _FAR for n in range(len(texts))],
    }
    offers = [offered(text, sought.found.sought, language) for text in texts] if kinds else []
    for kind in KINDS:
        columns[kind] = [offer[kind] for offer in offers] if kind in kinds else [0.0] * len(texts)
    rows = np.zeros((len(texts), len(FEATURES)), np.float32)
    for n, name in enumerate(FEATURES[1:], start=1):
        column = np.asarray(columns[name], np.float32)
        rows[:, n] = column - column.max() if name in RELATIVE else column
    return rows


def share(weights: dict[str, float], text_stems: Set[str]) -> float:
    """Return which part of a question's words, weighted by rarity, is among `text_stems`: 0 to 1."""
    whole = sum(weights.values())
    return sum(w for stem, w in weights.items() if stem in text_stems) / whole if whole else 0.0


def _one_each(weights: NDArray[np.float32], words: NDArray[np.int64]) -> NDArray[np.float32]:
    """Return token weights under which each word weighs the same, however many tokens it has."""
    _, of, counts = np.unique(words, return_inverse=True, return_counts=True)
    even = weights / counts[of]
    return np.asarray(even / (even.sum() or 1.0), np.float32)


def _means(match: Match, dimension: int) -> NDArray[np.float32]:
    """Return the mean token of each sentence, of unit length; zeros where it has none."""
    counts = match.passage.counts
    signs = np.unpackbits(match.passage.codes, axis=1, count=dimension).astype(np.float32) * 2 - 1
    ends = np.cumsum(counts)
    sums = [signs[end - count : end].sum(axis=0) for end, count in zip(ends, counts, strict=True)]
    return unit(np.stack(sums))
