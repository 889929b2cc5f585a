"""How surely articles are about a topic, in either language: by late interaction, and by how far its nearest passage stands out.

Cosines of one model lie close together, and not alike for every topic and language: what tells is how far above the middle of a
language's passages the nearest of an article lies. 33 topics of a few common words over 72 articles of an invented press: late interaction
alone, at the threshold for subscriptions, finds .39 of its language's articles and .06 of the other's; both together .82 and .60, of which .97
and .96 are about the topic. Names (`story`) find most of the rest. No cosine knows that a « bac » is a ferry, or a « courge » a squash.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from retrieval.matching import nearness

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from retrieval.domain import Article, Language
    from retrieval.library import View
    from retrieval.readings import Reading
    from retrieval.search import Query

ABOUT: Final = 0.5  # log odds from which an article is told of
# Passages of the library that was learned from: in a larger one fewer of them are about any topic.
_LEARNED: Final = 85
_LATE, _ABOVE, _OTHER, _BIAS = 9.9, 61.0, 0.83, 1.54
_SAMPLE: Final = 500  # passages of the library whose middle is taken


def aboutness(
    view: View, query: Query, reading: Reading, articles: Mapping[str, Article]
) -> dict[str, float]:
    """Return the log odds that each article is about a topic, by id."""
    near = nearness(view, query, reading, articles.values())
    passages = view.snapshot.passages_in(articles)
    candidates = view.candidates(i for ids in passages.values() for i in ids)
    if not candidates:
        return {}
    best: dict[str, float] = {}
    for one, cosine in zip(candidates, view.vectors(candidates) @ reading.vector, strict=True):
        best[one.article_id] = max(best.get(one.article_id, -1.0), float(cosine))
    middle = _middles(view, reading.vector)
    bias = _BIAS - max(math.log(sum(view.sizes.values()) / _LEARNED), 0.0)
    return {
        i: _LATE * near[i]
        + _ABOVE * (best[i] - middle.get(article.language, best[i]))
        + _OTHER * (article.language != query.language)
        + bias
        for i, article in articles.items()
        if i in near and i in best
    }


def _middles(view: View, vector: NDArray[np.float32]) -> dict[Language, float]:
    """Return the median cosine of the library's passages, in each language."""
    size = sum(view.sizes.values())
    rows = np.unique(np.linspace(1, size, min(size, _SAMPLE)).astype(int)).tolist()
    sample = view.candidates(rows)
    if not sample:
        return {}
    cosines = view.vectors(sample) @ vector
    found: dict[Language, list[float]] = {}
    for one, cosine in zip(sample, cosines.tolist(), strict=True):
        found.setdefault(one.language, []).append(cosine)
    return {language: float(np.median(those)) for language, those in found.items()}
