"""The whole way from Question to Answer: understand, find, quote, cite."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from retrieval import phrases
from retrieval.answerability import confidence
from retrieval.domain import Answer, Citation, Copy, Hit, Language, Nearby, Question, Sentence, Turn
from retrieval.errors import DepecheError
from retrieval.language import detect
from retrieval.library import Library, View
from retrieval.links import link_to
from retrieval.quotes import PASSAGES, Quote, choose
from retrieval.search import Found, Query, find
from retrieval.when import day_of, period

if TYPE_CHECKING:
    from collections.abc import Callable

    from retrieval.embedding import Embedder
    from retrieval.follow_ups import Reading
    from retrieval.reranker import Reranker

_NEARBY = 3
_OLD = 365  # days after which a reader should be told how old an answer is


class Answerer:
    """Answers Questions from one Library. Threads may share one.

    `rewriter` puts a follow-up so that it stands by itself, or gives None: then the rules of `retrieval/follow_ups.py` do.
    """

    def __init__(
        self,
        library: Library,
        embedder: Embedder,
        *,
        threshold: float = 0.48,
        reranker: Reranker | None = None,
        rewriter: Callable[[Question], str | None] | None = None,
        today: Callable[[], date] = date.today,
    ) -> None:
        self.library = library
        self.embedder = embedder
        self.threshold = threshold
        self._reranker = reranker
        self._rewriter = rewriter
        self._today = today

    def find(self, question: Question, k: int) -> Found:
        """Return the best `k` passages for `question`, in either language."""
        asked = self._understand(question, _Clock())
        return self.library.look(lambda view: self._settle(view, asked, k, _Clock()).found)

    def answer(self, question: Question) -> Answer:
        """Return the Answer; raise `DepecheError` where there is no library, or no word in the question."""
        clock = _Clock()
        asked = self._understand(question, clock)

        def work(view: View) -> Answer:
            taken = self._settle(view, asked, PASSAGES, clock)
            if taken.quotes and taken.confidence >= self.threshold:
                cited = [_cite(n, q, view) for n, q in enumerate(taken.quotes, start=1)]
                answer = _quotes_answer(asked, cited)
                answer = replace(answer, note=_age_note(answer, self._today()))
            else:
                answer = _refusal(asked, taken.found.hits)
            understood = taken.query.text if taken.query.text != asked.text else None
            return replace(answer, confidence=round(taken.confidence, 4), understood=understood)

        answer = self.library.look(work)
        answer.timings_ms.update(clock.done())
        return answer

    def _understand(self, question: Question, clock: _Clock) -> _Asked:
        text = _usable(question.text)
        if question.history:
            from retrieval.follow_ups import understand

            spoken, ways = understand(text, question, self._rewriter)
        else:
            spoken, ways = detect(text, question.chat_language), ()
        language = question.language or spoken
        queries = tuple(self._query(way.text, way.language, clock) for way in ways) or (
            self._query(text, language, clock),
        )
        return _Asked(text, language, question.history, ways, queries)

    def _query(self, text: str, language: Language, clock: _Clock) -> Query:
        when = period(text, language, self._today())
        clock.lap("language")
        reading = self.embedder.read_question(text)
        clock.lap("embed")
        return Query(text, language, reading, when)

    def _settle(self, view: View, asked: _Asked, k: int, clock: _Clock) -> _Taken:
        """Return what is found for a question; where it can be taken in several ways, for the one the articles answer best."""
        taken = [self._look(view, query, k, clock) for query in asked.queries]
        if not asked.ways:
            return taken[0]
        from retrieval.focus import focused
        from retrieval.follow_ups import weight

        def speaks(n: int) -> float:
            hits, quotes = taken[n].found.hits, taken[n].quotes
            title = hits[0].article.title if hits else None
            quote = quotes[0].text if quotes else None
            return weight(asked.ways[n], taken[n].confidence, title, quote, asked.history)

        best = max(range(len(taken)), key=speaks)
        written = asked.ways[best].written
        if written is None:
            return taken[best]
        return replace(taken[best], quotes=choose(focused(taken[best].found, written)))

    def _look(self, view: View, query: Query, k: int, clock: _Clock) -> _Taken:
        found = find(view, query, k, self._reranker)
        clock.lap("search")
        quotes = choose(found)
        clock.lap("quotes")
        return _Taken(query, found, quotes, confidence(found, quotes))


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question understood: the ways to take it, likeliest first, and a query for each; no ways where it stands by itself."""

    text: str
    language: Language
    history: tuple[Turn, ...]
    ways: tuple[Reading, ...]
    queries: tuple[Query, ...]


@dataclass(frozen=True, slots=True)
class _Taken:
    """What is found for one way to take a question."""

    query: Query
    found: Found
    quotes: tuple[Quote, ...]
    confidence: float


def _usable(text: str) -> str:
    words = " ".join(text.split())
    if not any(c.isalnum() for c in words):
        raise DepecheError("The question is empty", 'Ask in French or in English: depeche ask "Who …?"')
    return words


def _quotes_answer(asked: _Asked, citations: list[Citation]) -> Answer:
    language = asked.language
    lines = [f"{phrases.quoted(c.quote, language)} [{c.number}]" for c in citations]
    return Answer(
        question=asked.text,
        language=language,
        answered=True,
        mode="quotes",
        text="\n\n".join([phrases.FOUND[language], *lines]),
        sentences=tuple(Sentence(c.quote, (c.number,)) for c in citations),
        citations=tuple(citations),
    )


def _age_note(answer: Answer, today: date) -> str | None:
    """Return the sentence that says how old an answer is whose articles are all old; None where one is not, or has no date."""
    days = [day_of(citation.published) for citation in answer.citations]
    dated = [day for day in days if day]
    if len(dated) < len(days) or (today - max(dated)).days <= _OLD:
        return None
    return phrases.age(max(dated).isoformat(), answer.language)


def _cite(number: int, quote: Quote, view: View) -> Citation:
    article = quote.hit.article
    words = article.text[quote.start : quote.end]
    return Citation(
        number=number,
        article_id=article.article_id,
        title=article.title,
        source=article.source,
        url=article.url,
        link=link_to(article.url, words),
        published=article.published,
        language=article.language,
        quote=words,
        start=quote.start,
        end=quote.end,
        passage=quote.hit.text,
        also=tuple(
            Copy(a.article_id, a.title, a.source, a.url, a.published) for a in view.copies(article.article_id)
        ),
    )


def _refusal(asked: _Asked, hits: tuple[Hit, ...]) -> Answer:
    articles = {hit.article.article_id: hit.article for hit in hits}
    nearby = tuple(
        Nearby(a.article_id, a.title, a.language, a.url, a.published) for a in [*articles.values()][:_NEARBY]
    )
    return Answer(
        question=asked.text,
        language=asked.language,
        answered=False,
        mode="quotes",
        text=phrases.REFUSED[asked.language],
        nearby=nearby,
    )


class _Clock:
    """Wall time between laps, in milliseconds; a lap run twice is added up."""

    def __init__(self) -> None:
        self._start = self._last = time.perf_counter()
        self._laps: dict[str, float] = {}

    def lap(self, name: str) -> None:
        now = time.perf_counter()
        self._laps[name] = self._laps.get(name, 0.0) + (now - self._last) * 1000
        self._last = now

    def done(self) -> dict[str, float]:
        total = (time.perf_counter() - self._start) * 1000
        return {name: round(ms, 2) for name, ms in {**self._laps, "total": total}.items()}
