"""What kind of request a message is. Learned (`python -m benchmarks.train_requests`), from messages of our own writing in both languages."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, cast

from retrieval.classifier import Classifier
from retrieval.domain import FACT, IMPRINT, Kind

if TYPE_CHECKING:
    from retrieval.embedding import Embedder
    from retrieval.news.sources import Named

WEIGHTS = Path(__file__).with_name("kinds_weights.npz")
SOURCE = "Gazette"
SAME = "same"  # asks what was asked before, of something else: « Et en France ? », "and yesterday?"
_SURE = 0.55  # probability from which a message is taken for something else than a question of fact
_LIKELY = 0.2  # the same of one that no article answers
_NAMED = 3.0  # how many times likelier a message asks for what a source says that names one
_PLAIN = (
    0.98  # probability by words alone from which a message is a question of fact, and is not read for that
)


def kind_of(
    text: str, source: Named, embedder: Embedder, before: Kind = FACT, *, refused: bool = False
) -> Kind:
    """Return the kind of a message, with the source it names: a question of fact where none is sure.

    Where it was taken for one and `refused`, the likeliest other is. What asks the same of something else (« Et en France ? ») is of the kind
    of what was asked `before`.
    """
    classifier = _classifier()
    text = with_source(text, source.words if source.surely else "")
    if not refused and classifier.probabilities(text)[FACT] >= _PLAIN:
        return FACT
    known = embedder.name == classifier.model
    vector = embedder.embed_questions([text])[0] if known else None
    odds = classifier.probabilities(text, vector, embedder.name)
    odds[before] = odds.get(before, 0.0) + odds.pop(SAME, 0.0)
    if source.surely:
        odds["source"] *= _NAMED
    if refused:  # what an article says of itself answers no other question
        odds |= dict.fromkeys((FACT, *IMPRINT), 0.0)
    itself = sum(odds[kind] for kind in IMPRINT)  # one of them for sure, though not which, is enough
    kind = max(IMPRINT if itself >= _SURE else odds, key=odds.__getitem__)
    sure = itself if kind in IMPRINT else odds[kind]
    return cast("Kind", kind) if sure >= (_LIKELY if refused else _SURE) else FACT


def with_source(text: str, source: str) -> str:
    """Return a message with one name for all sources: what is learned of one holds for any."""
    return text.replace(source, SOURCE) if source else text


@cache
def _classifier() -> Classifier:
    return Classifier.load(WEIGHTS)
