"""Which of some articles, newly arrived, answer a question or are about a topic.

Asked the other way round than a search: there are many texts and few articles. Each text is embedded once; the articles that have a
passage near one (a product of two matrices; .99 of those wanted are, and a seventh of all) are compared with it by late interaction.

An article is about a topic where the better half of its passages is, up to three, on average: one that names it in passing has one such passage.
It answers a question where its best passage does, and holds the question's words. How surely sentences answer (`answerability`) cannot tell here:
it is learned where the best of a library is compared with the rest of it, and an article by itself has no rest. Average precision,
38 texts and 29,077 pairs with an article of the news archive (`python -m benchmarks.subscriptions`):

                                      topics   questions
    cosine of the best passage        .80      .87
    late interaction, best passage    .88      .92
    the same, + .3 share of words     .82      .98
    the better half, up to three      .92      .87
    the same, + .1 share in title     .94
    answerability, fewer pairs                 .21
"""

from __future__ import annotations

import math
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from retrieval.framing import unframed
from retrieval.language import asks, detect
from retrieval.late import match
from retrieval.quotes import PASSAGES, Quote, choose, weighed, with_antecedents
from retrieval.search import Query, among, shares
from retrieval.words import query_stems, stems

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from retrieval.domain import Article, Language, Question
    from retrieval.embedding import Embedder
    from retrieval.library import View
    from retrieval.readings import Reading
    from retrieval.snapshot import Candidate

NEAR: Final = 0.80  # cosine of the nearest passage
# At which an article is told of, in the text's own language and in the other, where a topic's words are never met.
TOPIC: Final = (1.16, 1.12)
QUESTION: Final = (1.32, 1.18)
_SLOPE: Final = 18.0  # of the logistic curve through the judged pairs, alike for topics and questions
_WORDS: Final = 0.3  # weight of the words of a question that a passage in its language holds
_TITLE: Final = 0.1  # weight of the words of a topic that the title holds
_BEST: Final = 3  # passages that must be about a topic, or half of those there are
_VECTORS: Final = 20_000  # texts whose vectors are kept: 30 MB
_READ: Final = 1_000  # texts whose tokens are kept too: 20 MB


@dataclass(frozen=True, slots=True)
class Met:
    """A text that an article meets: its number among those asked about, the sentences that do, and how sure that is, .5 to 1."""

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
        self._queries: OrderedDict[Question, tuple[Query, Reading]] = OrderedDict()

    def match(self, view: View, questions: Sequence[Question], article_ids: Iterable[str]) -> Iterator[Met]:
        """Yield the questions that an article meets; near-copies each by itself."""
        passages = [i for ids in view.snapshot.passages_in(article_ids).values() for i in ids]
        candidates = view.candidates(passages)
        if not candidates or not questions or view.coder is None:
            return
        candidates.sort(key=lambda c: (c.article_id, c.row))
        first = [n for n, c in enumerate(candidates) if not n or c.article_id != candidates[n - 1].article_id]
        asked = np.stack([self._vector(question) for question in questions])
        nearest = np.maximum.reduceat(asked @ view.vectors(candidates).T, first, axis=1)
        articles = [
            candidates[start:end] for start, end in zip(first, [*first[1:], len(candidates)], strict=True)
        ]
        for number, near in enumerate(nearest >= NEAR):
            if near.any():
                query, reading = self._read(questions[number])
                theirs = [article for article, is_near in zip(articles, near, strict=True) if is_near]
                yield from _met(view, number, query, reading, theirs)

    def _vector(self, question: Question) -> NDArray[np.float32]:
        vector = self._vectors.get(question.text)
        if vector is None:
            vector = self._vectors[question.text] = self._read(question)[1].vector
            if len(self._vectors) > _VECTORS:
                self._vectors.popitem(last=False)
        return vector

    def _read(self, question: Question) -> tuple[Query, Reading]:
        both = self._queries.get(question)
        if both is None:
            language = detect(question.text, question.chat_language)
            sought = unframed(question.text, language)
            reading = self.embedder.read_question(sought)
            both = self._queries[question] = Query(question.text, language, sought=sought), reading
            if len(self._queries) > _READ:
                self._queries.popitem(last=False)
        return both


def nearness(view: View, query: Query, reading: Reading, articles: Iterable[Article]) -> dict[str, float]:
    """Return how far each article is about a topic, by id: 0 where one is told of to who follows the topic, more where it is surely."""
    if view.coder is None:
        return {}
    asked = view.coder.ask(query.wanted, query.language, reading)
    there = {article.article_id: article for article in articles}
    passages = view.snapshot.passages_in(there)
    coded = {c.passage_id: c.coded for c in view.candidates(i for ids in passages.values() for i in ids)}
    scores = dict(zip(coded, match(asked, [*coded.values()]).scores, strict=True)) if coded else {}
    return {
        article_id: about(
            [scores[i] for i in ids], titled(query, there[article_id].title, there[article_id].language)
        )
        - TOPIC[there[article_id].language != query.language]
        for article_id, ids in passages.items()
    }


def about(late: Sequence[float], title: float) -> float:
    """Return how far an article is about a topic, by its passages' late interaction and the share of the topic's words in its title."""
    best = sorted(late, reverse=True)[: min(_BEST, (len(late) + 1) // 2)]
    return sum(best) / len(best) + _TITLE * title


def answers(late: Sequence[float], words: Sequence[float]) -> float:
    """Return how far an article answers a question, by its passages' late interaction and shares of the question's words."""
    return max(late) + _WORDS * max(words)


def titled(query: Query, title: str, language: Language) -> float:
    """Return the share of a topic's words that are in an article's title."""
    wanted, there = query_stems(query.wanted, query.language), set(stems(title, language))
    return sum(stem in there for stem in wanted) / len(wanted) if wanted else 0.0


def _met(
    view: View, number: int, query: Query, reading: Reading, articles: Sequence[Sequence[Candidate]]
) -> Iterator[Met]:
    """Yield the articles that one text meets."""
    assert view.coder is not None  # noqa: S101 - `match` has seen to it
    asked = view.coder.ask(query.wanted, query.language, reading)
    question = asks(query.wanted, query.language)
    in_own = shares(view, query, query.language) if question and query.language in view.sizes else np.zeros(0)
    scores = iter(match(asked, [passage.coded for passages in articles for passage in passages]).scores)
    titles = view.snapshot.titles(passages[0].article_id for passages in articles)
    for passages in articles:
        late = [next(scores) for _ in passages]
        language = passages[0].language
        own = language == query.language
        if question:
            rows = [passage.row for passage in passages]
            value = answers(late, [float(in_own[row]) if own and row < len(in_own) else 0.0 for row in rows])
        else:
            value = about(late, titled(query, titles[passages[0].article_id], language))
        least = (QUESTION if question else TOPIC)[0 if own else 1]
        quotes = choose(weighed(among(view, query, reading, passages, PASSAGES))) if value >= least else ()
        if quotes:
            score = 1 / (1 + math.exp(-_SLOPE * (value - least)))
            yield Met(number, query, passages[0].article_id, with_antecedents(quotes), score)
