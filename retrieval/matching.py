"""Which of some articles, newly arrived, answer a question or are about a topic.

Asked the other way round than a search: there are many texts and few articles. Each text is embedded once; what of the articles is near
enough to one (a product of two matrices) is compared by late interaction, an article at a time, and the probability that its best
sentences answer, as `answerability` has it, decides.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from retrieval.answerability import confidence
from retrieval.language import detect
from retrieval.quotes import PASSAGES, Quote, choose, with_antecedents
from retrieval.search import Query, among

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from retrieval.domain import Question
    from retrieval.embedding import Embedder
    from retrieval.library import View
    from retrieval.snapshot import Candidate

NEAR: Final = 0.78
_VECTORS: Final = 20_000  # texts whose vectors are kept: 30 MB
_QUERIES: Final = 256  # texts whose tokens are kept: 8 MB


@dataclass(frozen=True, slots=True)
class Met:
    """A text that an article meets: its number among those asked about, the sentences that do, and how sure that is, 0 to 1."""

    number: int
    query: Query
    article_id: str
    quotes: tuple[Quote, ...]
    score: float


class Matcher:
    """Compares texts with articles, by one model; keeps what it read of the texts. For one thread at a time."""

    def __init__(self, embedder: Embedder) -> None:
        self.embedder = embedder
        self._vectors: OrderedDict[str, NDArray[np.float32]] = OrderedDict()
        self._queries: OrderedDict[tuple[str, str | None], Query] = OrderedDict()

    def match(self, view: View, questions: Sequence[Question], article_ids: Iterable[str]) -> Iterator[Met]:
        """Yield the questions that an article meets, article by article as they are near; of near-copies each by itself."""
        passages = view.snapshot.passages_in(article_ids)
        candidates = view.candidates([i for ids in passages.values() for i in ids], [])
        if not candidates or not questions:
            return
        theirs: dict[str, list[Candidate]] = {}
        for candidate in candidates:
            theirs.setdefault(candidate.article_id, []).append(candidate)
        near = self._near(view, [question.text for question in questions], theirs)
        for number, article_id in near:
            met = self._compare(view, number, questions[number], theirs[article_id])
            if met:
                yield met

    def _near(
        self, view: View, texts: Sequence[str], theirs: dict[str, list[Candidate]]
    ) -> Iterator[tuple[int, str]]:
        """Yield the texts' numbers, each with the articles that have a passage near it."""
        asked = np.stack([self._vector(text) for text in texts])
        nearest = np.stack(
            [(asked @ view.vectors(passages).T).max(axis=1) for passages in theirs.values()], axis=1
        )
        articles = [*theirs]
        for number, column in zip(*np.nonzero(nearest >= NEAR), strict=True):
            yield int(number), articles[column]

    def _compare(
        self, view: View, number: int, question: Question, passages: Sequence[Candidate]
    ) -> Met | None:
        query = self._query(question)
        found = among(view, query, passages, PASSAGES)
        quotes = choose(found)
        if not quotes:
            return None
        score = confidence(found, quotes)
        return Met(number, query, passages[0].article_id, with_antecedents(quotes), score)

    def _vector(self, text: str) -> NDArray[np.float32]:
        vector = self._vectors.get(text)
        if vector is None:
            vector = self._vectors[text] = self.embedder.embed_questions([text])[0]
            if len(self._vectors) > _VECTORS:
                self._vectors.popitem(last=False)
        return vector

    def _query(self, question: Question) -> Query:
        key = (question.text, question.chat_language)
        query = self._queries.get(key)
        if query is None:
            language = detect(question.text, question.chat_language)
            query = Query(question.text, language, self.embedder.read_question(question.text))
            self._queries[key] = query
            if len(self._queries) > _QUERIES:
                self._queries.popitem(last=False)
        return query
