"""The whole way from Question to Answer: understand, find, quote, cite."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from retrieval import phrases
from retrieval.answerability import confidence
from retrieval.domain import Answer, Citation, Hit, Language, Nearby, Question, Sentence
from retrieval.errors import DepecheError
from retrieval.language import detect
from retrieval.library import Library, View
from retrieval.links import link_to
from retrieval.quotes import Quote, choose
from retrieval.search import Found, find

if TYPE_CHECKING:
    from retrieval.embedding import Embedder

_PASSAGES = 5  # found for an answer
_NEARBY = 3


class Answerer:
    """Answers Questions from one Library. Threads may share one."""

    def __init__(self, library: Library, embedder: Embedder, *, threshold: float = 0.47) -> None:
        self.library = library
        self.embedder = embedder
        self.threshold = threshold

    def find(self, question: Question, k: int) -> Found:
        """Return the best `k` passages for `question`, in either language."""
        text = _usable(question.text)
        language = question.language or detect(text, question.chat_language)
        reading = self.embedder.read_question(text)
        return self.library.look(lambda view: find(view, reading, text, language, k))

    def answer(self, question: Question) -> Answer:
        """Return the Answer; raise `DepecheError` where there is no library, or no word in the question."""
        clock = _Clock()
        text = _usable(question.text)
        language = question.language or detect(text, question.chat_language)
        clock.lap("language")
        reading = self.embedder.read_question(text)
        clock.lap("embed")

        def work(view: View) -> tuple[Found, tuple[Quote, ...]]:
            found = find(view, reading, text, language, _PASSAGES)
            clock.lap("search")
            quotes = choose(found)
            clock.lap("quotes")
            return found, quotes

        found, quotes = self.library.look(work)
        probability = confidence(found, quotes[0]) if quotes else 0.0
        if quotes and probability >= self.threshold:
            answer = _quotes_answer(text, language, quotes)
        else:
            answer = _refusal(text, language, found.hits)
        answer = replace(answer, confidence=round(probability, 4))
        answer.timings_ms.update(clock.done())
        return answer


def _usable(text: str) -> str:
    words = " ".join(text.split())
    if not any(c.isalnum() for c in words):
        raise DepecheError("The question is empty", 'Ask in French or in English: depeche ask "Who …?"')
    return words


def _quotes_answer(text: str, language: Language, quotes: tuple[Quote, ...]) -> Answer:
    citations = tuple(_cite(n, quote) for n, quote in enumerate(quotes, start=1))
    lines = [f"{phrases.quoted(c.quote, language)} [{c.number}]" for c in citations]
    return Answer(
        question=text,
        language=language,
        answered=True,
        mode="quotes",
        text="\n\n".join([phrases.FOUND[language], *lines]),
        sentences=tuple(Sentence(c.quote, (c.number,)) for c in citations),
        citations=citations,
    )


def _cite(number: int, quote: Quote) -> Citation:
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
    )


def _refusal(text: str, language: Language, hits: tuple[Hit, ...]) -> Answer:
    articles = {hit.article.article_id: hit.article for hit in hits}
    nearby = tuple(
        Nearby(a.article_id, a.title, a.language, a.url, a.published) for a in [*articles.values()][:_NEARBY]
    )
    return Answer(
        question=text,
        language=language,
        answered=False,
        mode="quotes",
        text=phrases.REFUSED[language],
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
