"""Does a message lean on the conversation, or stand by itself, or is it small talk? Learned (`python -m benchmarks.train_messages`).

From 6,233 messages of our own writing in both languages, by words, neighbours and the embedding model's vector. Of those not learned from .98 of what
stands by itself is told so, .98 of what leans and .86 of small talk; by words alone, for another embedding model, .94, .96 and .70.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from retrieval.classifier import Classifier

if TYPE_CHECKING:
    from retrieval.embedding import Embedder

WEIGHTS = Path(__file__).with_name("leaning_weights.npz")


def told(text: str, embedder: Embedder) -> dict[str, float]:
    """Return how likely a message is "alone", "leans" and "talk"."""
    classifier = _classifier()
    known = embedder.name == classifier.model
    vector = embedder.embed_questions([text])[0] if known else None
    return classifier.probabilities(text, vector, embedder.name)


@cache
def _classifier() -> Classifier:
    return Classifier.load(WEIGHTS)
