"""Does a sentence say what its source says, and nothing beyond? A probability, from how its words find theirs in the source.

A logistic regression, learned (`python -m benchmarks.train_verify`) on sentences of Belebele, PIAF and XQuAD with the passages they are
from, in the same language and in the other, as written and reworded, and on the same sentences with their passages' neighbours or
altered.
"""

from __future__ import annotations

import json
import math
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from retrieval.verify.named import slot
from retrieval.words import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from retrieval.verify.meaning import Alignment
    from retrieval.verify.signs import Signs

_THERE = 0.85  # cosine from which a name is one of the source's
WEIGHTS = Path(__file__).with_name("nearness_weights.json")


def nearness(alignment: Alignment, signs: Signs, *, across: bool) -> float:
    """Return the probability, 0 to 1, that the source says the sentence; `across` where they are in two languages."""
    weights = _weights()
    odds = sum(
        weights.get(name, 0.0) * value for name, value in traits(alignment, signs, across=across).items()
    )
    return 1 / (1 + math.exp(-odds))


def traits(alignment: Alignment, signs: Signs, *, across: bool) -> dict[str, float]:
    """Return what the probability is made of; "same " and "other " say whether the source is in the sentence's language."""
    content = [n for n, w in enumerate(alignment.words) if not w.stop] or list(range(len(alignment.words)))
    support = [n for n, w in enumerate(alignment.held) if w.sentence in alignment.support]
    first = [n for n in support if alignment.held[n].sentence == alignment.support[0]]
    if not content or not support:
        return {"nothing": 1.0}
    best = alignment.likeness[content][:, support].max(axis=1)
    alone = alignment.likeness[content][:, first].max(axis=1)
    every = alignment.likeness[content].max(axis=1)
    full = _in_full(alignment, content, best)
    best[full] = alone[full] = every[full]
    ordered = np.sort(best)
    flip = signs.flip
    strayed, _ = signs.astray
    recall = _recall(alignment, content, first)
    common = [n for n, place in enumerate(content) if not alignment.words[place].text[0].isupper()]
    by_language = {
        "": 1.0,
        "mean": float(best.mean()),
        "alone": float(alone.mean()),
        "every": float(every.mean()),
        "least": float(ordered[0]),
        "second least": float(ordered[min(1, len(ordered) - 1)]),
        "low": float((best < 0.35).mean()),
        "unmet": float((best < 0.5).mean()),
        "common": float(best[common].mean()) if common else float(best.mean()),
        "least common": float(best[common].min()) if common else float(ordered[0]),
        "whole": alignment.whole,
        "lead": _lead(alignment),
        "slot": slot(signs.usurped),
        "astray": strayed,
        "far astray": float(strayed > 0.0),
        "recall": recall,
        **_matched(alignment, content, support),
        "fifth": float(np.quantile(alone, 0.2)),
        "added": flip.added,
        "lost": flip.lost,
        "more denials": min(1.0, flip.more),
        "fewer denials": min(1.0, flip.fewer),
        "fewer denials of all": min(1.0, flip.fewer) * recall,
        "words": math.log1p(len(content)),
        "sentences": float(len(alignment.support)),
    }
    kind = "other " if across else "same "
    return {kind + name: value for name, value in by_language.items()}


def _in_full(alignment: Alignment, content: Sequence[int], best: NDArray[np.float32]) -> list[int]:
    """Return which of the `content` words are part of a name whose other part is there, and which the source gives in full elsewhere."""
    held = alignment.held
    pairs = {
        (fold(a.text), fold(b.text)) for a, b in pairwise(held) if a.text[0].isupper() and b.text[0].isupper()
    }
    found = []
    for n, (one, other) in enumerate(pairwise(content)):
        a, b = alignment.words[one], alignment.words[other]
        if other == one + 1 and (fold(a.text), fold(b.text)) in pairs and best[n : n + 2].max() >= _THERE:
            found += [n, n + 1]
    return found


def _recall(alignment: Alignment, content: Sequence[int], first: Sequence[int]) -> float:
    """Return how much of the nearest sentence is said: the mean cosine of its content words with their nearest."""
    meant = [n for n in first if not alignment.held[n].stop] or list(first)
    return float(alignment.likeness[content][:, meant].max(axis=0).mean())


def _matched(alignment: Alignment, content: Sequence[int], support: Sequence[int]) -> dict[str, float]:
    """Return how the words pair with the source's: as a translation's do, each the other's nearest, and about in order."""
    likeness = alignment.likeness[:, support]
    nearest, back = likeness.argmax(axis=1), likeness.argmax(axis=0)
    mutual = back[nearest] == np.arange(len(likeness))
    best = likeness.max(axis=1)
    pairs = [n for n in content if mutual[n]]
    places = [support[nearest[n]] for n in pairs]
    stops = [n for n, w in enumerate(alignment.words) if w.stop]
    return {
        "mutual": float((best * mutual)[content].mean()),
        "one-sided": float(((1 - best) * ~mutual)[content].mean()),
        "square": float((best[content] ** 2).mean()),
        "little words": float(best[stops].mean()) if stops else float(best.mean()),
        "order": float(np.corrcoef(pairs, places)[0, 1]) if len(pairs) > 2 else 0.5,
    }


def _lead(alignment: Alignment) -> float:
    """Return how far the nearest sentence stands out from the source's others: those of another story are all alike far."""
    others = np.delete(alignment.sentences, alignment.support[0])
    return float(alignment.sentences[alignment.support[0]] - others.max()) if len(others) else 0.2


@cache
def _weights() -> dict[str, float]:
    given: dict[str, float] = json.loads(WEIGHTS.read_text(encoding="utf-8"))["weights"]
    return given
