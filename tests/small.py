"""Small real parts that tests share: an embedder made of word hashes, and articles to put in a library."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from ingest.identity import content_digest
from ingest.passages import split_passages
from retrieval.background import TEXTS
from retrieval.domain import Article, Language
from retrieval.readings import Reading
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
        return np.stack([self.read_question(text).vector for text in texts])

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self.embed_questions(texts)

    def read_question(self, text: str) -> Reading:
        spans = [match.span() for match in re.finditer(r"\w+", text)]
        tokens = np.stack([_direction(""), *(_direction(s) for s in stems(text, "fr"))])
        whole = tokens.sum(axis=0)
        words = [_direction("".join(stems(text[start:end], "fr"))) for start, end in spans]
        vector = (whole / np.linalg.norm(whole)).astype(np.float32)
        return Reading(
            vector, np.array(words, np.float32).reshape(-1, 64), np.array(spans, np.int64).reshape(-1, 2)
        )

    def read_questions(self, texts: Sequence[str]) -> list[Reading]:
        return [self.read_question(text) for text in texts]

    def read_passages(self, texts: Sequence[str]) -> Iterator[tuple[int, Reading]]:
        if tuple(texts) != TEXTS:
            self.embedded += len(texts)
        return ((number, self.read_question(text)) for number, text in enumerate(texts))


def _direction(word: str) -> NDArray[np.float64]:
    seed = int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest())
    return np.random.default_rng(seed).standard_normal(HashEmbedder.dimension)


def made(article_id: str, text: str, language: Language = "fr", title: str = "") -> Made:
    """Return an article as `Batch.articles` takes it."""
    article = Article(article_id, title or f"Titre {article_id}", text, language)
    return article, content_digest(article), split_passages(article)
