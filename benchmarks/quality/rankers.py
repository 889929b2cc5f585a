"""The real search, and the plain ways it is measured against, all on one library's passages and vectors."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from typing import TYPE_CHECKING, Protocol

import numpy as np

from benchmarks.parts import stored
from retrieval.domain import LANGUAGES, Language, Question
from retrieval.words import query_stems, stems

if TYPE_CHECKING:
    from retrieval.answerer import Answerer

_DEEP = 100  # passages each list gives to a fusion
_RRF = 60  # the constant of Cormack, Clarke and Büttcher, 2009, which everyone uses


class Ranker(Protocol):
    """Puts articles in order for a question."""

    def __call__(self, question: str, k: int) -> list[str]:
        """Return the ids of up to `k` articles, best first."""


class Depeche:
    """The search as readers get it, which detects the question's language itself."""

    def __init__(self, answerer: Answerer) -> None:
        self._answerer = answerer

    def __call__(self, question: str, k: int) -> list[str]:
        found = self._answerer.find(Question(question), k)
        return _distinct([hit.article.article_id for hit in found.hits], k)


class Cosine:
    """All vectors in one index, nearest first, exactly."""

    def __init__(self, answerer: Answerer) -> None:
        library = answerer.library
        by_language, vectors = stored(library, answerer.embedder.fingerprint)
        ids = [i for listed in by_language.values() for i in listed]
        with library.snapshot() as snapshot:
            passages = snapshot.passages(ids)
        self._articles = [passages[i].article_id for i in ids]
        self._vectors = np.concatenate([*vectors.values()])
        self._embedder = answerer.embedder

    def __call__(self, question: str, k: int) -> list[str]:
        likeness = self._vectors @ self._embedder.embed_questions([question])[0]
        best = np.argsort(-likeness, kind="stable")[: _DEEP + k]
        return _distinct([self._articles[i] for i in best], k)


class BM25:
    """Words alone: SQLite's BM25 over Snowball stems without stop words, each passage stemmed by its own language."""

    def __init__(self, answerer: Answerer) -> None:
        self._words = sqlite3.connect(":memory:")
        self._languages: list[Language] = []
        with answerer.library.snapshot() as snapshot:
            ids = {language: snapshot.passage_ids(language) for language in LANGUAGES}
            self._words.execute("CREATE VIRTUAL TABLE words USING fts5(article UNINDEXED, body)")
            for language in LANGUAGES:
                for hit in snapshot.hits(dict.fromkeys(ids[language], 0.0)):
                    said = " ".join(stems(f"{hit.article.title} {hit.text}", language))
                    self._words.execute("INSERT INTO words VALUES (?, ?)", (hit.article.article_id, said))

    def __call__(self, question: str, k: int) -> list[str]:
        asked = {stem for language in LANGUAGES for stem in query_stems(question, language)}
        found = self._words.execute(
            "SELECT article FROM words WHERE words MATCH ? ORDER BY rank LIMIT ?",
            (" OR ".join(f'"{stem}"' for stem in sorted(asked)), _DEEP + k),
        )
        return _distinct([article for (article,) in found], k)


class ReciprocalRanks:
    """Cosine and BM25 fused by reciprocal ranks, as most hybrid searches do."""

    def __init__(self, *parts: Ranker) -> None:
        self._parts = parts

    def __call__(self, question: str, k: int) -> list[str]:
        scores: defaultdict[str, float] = defaultdict(float)
        for part in self._parts:
            for rank, article in enumerate(part(question, _DEEP), start=1):
                scores[article] += 1 / (_RRF + rank)
        return sorted(scores, key=lambda article: -scores[article])[:k]


def all_rankers(answerer: Answerer) -> dict[str, Ranker]:
    """Return every way of searching `answerer`'s library, by name."""
    cosine, bm25 = Cosine(answerer), BM25(answerer)
    return {
        "Dépêche": Depeche(answerer),
        "raw cosine": cosine,
        "BM25": bm25,
        "reciprocal rank fusion": ReciprocalRanks(cosine, bm25),
    }


def _distinct(items: list[str], k: int) -> list[str]:
    return list(dict.fromkeys(items))[:k]
