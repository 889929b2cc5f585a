"""The whole way from Question to Answer: understand, find, quote, compose, cite."""

from __future__ import annotations

import time
from contextlib import closing
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from retrieval import phrases
from retrieval.answerability import confidence
from retrieval.chat_errors import ChatError
from retrieval.citations import cite
from retrieval.compose.grounds import Grounds, Worded
from retrieval.domain import Answer, Article, Hit, Nearby, Question, Rejected, Sentence
from retrieval.errors import DepecheError
from retrieval.language import detect
from retrieval.library import Library, View
from retrieval.quotes import PASSAGES, Quote, choose, with_antecedents
from retrieval.search import Found, Query, find
from retrieval.when import day_of, period

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from retrieval.compose.grounds import Composer
    from retrieval.embedding import Embedder
    from retrieval.reranker import Reranker

Copies = dict[str, list[Article]]  # the near-copies of each found article, by its id

_NEARBY = 3
_OLD = 365  # days after which a reader should be told how old an answer is


class Answerer:
    """Answers Questions from one Library. Threads may share one."""

    def __init__(
        self,
        library: Library,
        embedder: Embedder,
        *,
        threshold: float = 0.48,
        reranker: Reranker | None = None,
        composer: Composer | None = None,
        today: Callable[[], date] = date.today,
    ) -> None:
        self.library = library
        self.embedder = embedder
        self.threshold = threshold
        self._reranker = reranker
        self._composer = composer
        self._today = today

    def find(self, question: Question, k: int) -> Found:
        """Return the best `k` passages for `question`, in either language."""
        query = self._understand(question, _Clock())
        return self.library.look(lambda view: find(view, query, k, self._reranker))

    def answer(self, question: Question) -> Answer:
        """Return the Answer; raise `DepecheError` where there is no library, or no word in the question."""
        for answer in self.stream(question):
            last = answer
        return last

    def stream(self, question: Question) -> Iterator[Answer]:
        """Yield the Answer as it grows, a sentence more each time; the last is whole, and often the only one.

        What one holds, all after it hold too. Raises as `answer` does. Closing the generator stops a chat model at work.
        """
        clock = _Clock()
        query = self._understand(question, clock)
        answer, grounds, copies = self.library.look(lambda view: self._look(view, query, clock))
        if grounds and self._composer:
            for grown in self._composed(self._composer, answer, grounds, copies, question.chat):
                clock.lap("compose")
                grown.timings_ms.update(clock.done())
                yield grown
        else:
            answer.timings_ms.update(clock.done())
            yield answer

    def _look(self, view: View, query: Query, clock: _Clock) -> tuple[Answer, Grounds | None, Copies]:
        """Return the answer by quotations, or the refusal; where there is an answer, all that another may be composed from."""
        found = find(view, query, PASSAGES, self._reranker)
        clock.lap("search")
        quotes = choose(found)
        probability = confidence(found, quotes)
        quotes = with_antecedents(quotes)
        clock.lap("quotes")
        if not (quotes and view.coder and probability >= self.threshold):
            return replace(_refusal(query, found.hits), confidence=round(probability, 4)), None, {}
        copies = {hit.article.article_id: view.copies(hit.article.article_id) for hit in found.hits}
        answer = self._quoted(query, quotes, copies)
        grounds = Grounds(query.text, query.language, found, quotes, view.coder, self.embedder)
        return replace(answer, confidence=round(probability, 4)), grounds, copies

    def _composed(
        self, composer: Composer, quoted: Answer, grounds: Grounds, copies: Copies, chat: str
    ) -> Iterator[Answer]:
        """Yield the composed answer as it grows; where nothing holds, the answer by quotations, and why."""
        answer = replace(quoted, mode="chat", text="", sentences=(), citations=(), notes=())
        try:
            with closing(composer.compose(grounds, chat)) as outcomes:
                for outcome in outcomes:
                    if isinstance(outcome, Rejected):
                        answer = replace(answer, rejected=(*answer.rejected, outcome))
                        continue
                    answer = _with_sentence(answer, outcome, copies)
                    yield replace(answer, timings_ms={})
            trouble = None if answer.sentences else phrases.NOTHING_HELD[answer.language]
        except ChatError as error:
            trouble = error.line(answer.language)
        if not answer.sentences:
            answer = replace(quoted, rejected=answer.rejected)
        elif trouble:
            for quote in grounds.quotes:
                words = quote.hit.article.text[quote.start : quote.end]
                if words not in {citation.quote for citation in answer.citations}:
                    own = Worded(phrases.quoted(words, answer.language), (quote,))
                    answer = _with_sentence(answer, own, copies)
        aged = _age_note(answer, self._today())
        yield replace(answer, notes=tuple(filter(None, (trouble, aged))), timings_ms={})

    def _quoted(self, query: Query, quotes: Sequence[Quote], copies: Copies) -> Answer:
        language = query.language
        citations = [cite(n, q, copies[q.hit.article.article_id]) for n, q in enumerate(quotes, start=1)]
        lines = [f"{phrases.quoted(c.quote, language)} [{c.number}]" for c in citations]
        answer = Answer(
            question=query.text,
            language=language,
            answered=True,
            mode="quotes",
            text="\n\n".join([phrases.FOUND[language], *lines]),
            sentences=tuple(Sentence(c.quote, (c.number,)) for c in citations),
            citations=tuple(citations),
        )
        aged = _age_note(answer, self._today())
        return replace(answer, notes=(aged,) if aged else ())

    def _understand(self, question: Question, clock: _Clock) -> Query:
        text = _usable(question.text)
        language = question.language or detect(text, question.chat_language)
        when = period(text, language, self._today())
        clock.lap("language")
        reading = self.embedder.read_question(text)
        clock.lap("embed")
        return Query(text, language, reading, when)


def _usable(text: str) -> str:
    words = " ".join(text.split())
    if not any(c.isalnum() for c in words):
        raise DepecheError("The question is empty", 'Ask in French or in English: depeche ask "Who …?"')
    return words


def _with_sentence(answer: Answer, worded: Worded, copies: Copies) -> Answer:
    """Return the answer with a sentence more; quotations are numbered as they come, one that came before keeps its number."""
    citations = list(answer.citations)
    numbers = []
    for quote in worded.quotes:
        made = cite(len(citations) + 1, quote, copies[quote.hit.article.article_id])
        known = next((c for c in citations if (c.article_id, c.quote) == (made.article_id, made.quote)), None)
        if known is None:
            citations.append(made)
        numbers.append((known or made).number)
    sentence = Sentence(worded.text, tuple(dict.fromkeys(numbers)))
    marked = sentence.text + " " + "".join(f"[{number}]" for number in sentence.citations)
    return replace(
        answer,
        text=f"{answer.text} {marked}".strip(),
        sentences=(*answer.sentences, sentence),
        citations=tuple(citations),
    )


def _age_note(answer: Answer, today: date) -> str | None:
    """Return the sentence that says how old an answer is whose articles are all old; None where one is not, or has no date."""
    days = [day_of(citation.published) for citation in answer.citations]
    dated = [day for day in days if day]
    if len(dated) < len(days) or (today - max(dated)).days <= _OLD:
        return None
    return phrases.age(max(dated).isoformat(), answer.language)


def _refusal(query: Query, hits: tuple[Hit, ...]) -> Answer:
    articles = {hit.article.article_id: hit.article for hit in hits}
    nearby = tuple(
        Nearby(a.article_id, a.title, a.language, a.url, a.published) for a in [*articles.values()][:_NEARBY]
    )
    return Answer(
        question=query.text,
        language=query.language,
        answered=False,
        mode="quotes",
        text=phrases.REFUSED[query.language],
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
