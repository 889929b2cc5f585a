"""Does a sentence say what its source says, and nothing beyond? A probability, from how its words find theirs in the source.

A logistic regression, learned (`python -m benchmarks.train_verify`) on sentences of Belebele, PIAF and XQuAD with the passages they are
from, in the same language and in the other, as written and reworded, and on the same sentences with their passages' neighbours or
altered.
"""

from __future__ import annotations

import json
import math
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from retrieval.verify.named import name_slot
from retrieval.verify.negation import flipped
from retrieval.verify.places import astray

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.domain import Language
    from retrieval.verify.meaning import Alignment
    from retrieval.verify.source import Source

WEIGHTS = Path(__file__).with_name("nearness_weights.json")


def nearness(sentence: str, language: Language, source: Source, alignment: Alignment) -> float:
    """Return the probability, 0 to 1, that the source says the sentence."""
    weights = _weights()
    odds = sum(
        weights.get(name, 0.0) * value
        for name, value in traits(sentence, language, source, alignment).items()
    )
    return 1 / (1 + math.exp(-odds))


def traits(sentence: str, language: Language, source: Source, alignment: Alignment) -> dict[str, float]:
    """Return what the probability is made of; "same " and "other " say whether the source is in the sentence's language."""
    content = [n for n, w in enumerate(alignment.words) if not w.stop] or list(range(len(alignment.words)))
    support = [n for n, w in enumerate(alignment.held) if w.sentence in alignment.support]
    first = [n for n in support if alignment.held[n].sentence == alignment.support[0]]
    if not content or not support:
        return {"nothing": 1.0}
    best = alignment.likeness[content][:, support].max(axis=1)
    alone = alignment.likeness[content][:, first].max(axis=1)
    every = alignment.likeness[content].max(axis=1)
    ordered = np.sort(best)
    flip = flipped(sentence, language, source.text, source.language, alignment)
    strayed, _ = astray(sentence, language, source, alignment)
    recall = _recall(alignment, content, first)
    slot = name_slot(sentence, language, source, alignment)
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
        "slot": slot,
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
    kind = "same " if language == source.language else "other "
    return {kind + name: value for name, value in by_language.items()}


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
