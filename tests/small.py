"""Small real parts that tests share: an embedder made of word hashes, and articles to put in a library."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from ingest.passages import split_passages
from ingest.pipeline import content_digest
from retrieval.domain import Article, Language
from retrieval.words import stems

Made = tuple[Article, str, tuple]


class HashEmbedder:
    """Texts that share words are near: each word stem adds its own fixed direction. Counts what it embeds."""

    name = "hashes"
    fingerprint = "0123456789ab"
    dimension = 64

    def __init__(self) -> None:
        self.embedded = 0

    def embed_questions(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self.embed_passages(texts)

    def embed_passages(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        self.embedded += len(texts)
        made = np.stack([sum(map(_direction, stems(text, "fr")), _direction("")) for text in texts])
        return (made / np.linalg.norm(made, axis=1, keepdims=True)).astype(np.float32)


def _direction(word: str) -> NDArray[np.float64]:
    seed = int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest())
    return np.random.default_rng(seed).standard_normal(HashEmbedder.dimension)


def made(article_id: str, text: str, language: Language = "fr", title: str = "") -> Made:
    """Return an article as `Batch.articles` takes it."""
    article = Article(article_id, title or f"Titre {article_id}", text, language)
    return article, content_digest(article), split_passages(article)
