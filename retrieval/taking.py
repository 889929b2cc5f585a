"""How a question is taken: what it asks by itself or in its conversation, and which of several ways the articles answer best."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING

from retrieval.answerability import confidence
from retrieval.domain import Language, Question, Turn
from retrieval.errors import DepecheError
from retrieval.framing import unframed
from retrieval.language import detect
from retrieval.process import available_cores
from retrieval.quotes import Quote, choose
from retrieval.search import Found, Query, find
from retrieval.when import period

if TYPE_CHECKING:
    from retrieval.clock import Clock
    from retrieval.conversation.follow_ups import Reading as Way
    from retrieval.embedding import Embedder
    from retrieval.library import View
    from retrieval.readings import Reading
    from retrieval.reranker import Reranker

Rewriter = Callable[[Question], str | None]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question understood: the ways to take it, likeliest first, and a query for each; no ways where it stands by itself."""

    text: str
    language: Language
    history: tuple[Turn, ...]
    ways: tuple[Way, ...]
    queries: tuple[Query, ...]


@dataclass(frozen=True, slots=True)
class Taken:
    """What is found for one way to take a question, the sentences that answer, and the probability that they do."""

    query: Query
    found: Found
    quotes: tuple[Quote, ...]
    confidence: float


@dataclass(frozen=True, slots=True)
class Heard:
    """Questions understood, and what waits for how the model reads all their queries."""

    asked: tuple[Asked, ...]
    read: Callable[[], list[Reading]]

    @property
    def queries(self) -> list[Query]:
        """All queries, question by question."""
        return [query for one in self.asked for query in one.queries]


class Taker:
    """Takes questions. `rewriter` puts a follow-up so that it stands by itself, or gives None: then rules do. Threads may share one."""

    def __init__(
        self,
        embedder: Embedder,
        reranker: Reranker | None,
        rewriter: Rewriter | None,
        today: Callable[[], date],
    ) -> None:
        self._embedder = embedder
        self._reranker = reranker
        self._rewriter = rewriter
        self._today = today
        # Beside the thread that asks: the model lets go of Python's lock, and words are looked for meanwhile.
        self._model = ThreadPoolExecutor(available_cores(), thread_name_prefix="reading")

    def ask(self, questions: Sequence[Question], clock: Clock) -> Heard:
        """Return questions understood, which the model begins to read; raise `DepecheError` where one holds no word."""
        asked = tuple(self._understood(question) for question in questions)
        reading = self._model.submit(
            self._embedder.read_questions, [query.wanted for one in asked for query in one.queries]
        )
        time.sleep(0)  # or it would wait for Python's lock until this thread does
        clock.lap("language")
        return Heard(asked, reading.result)

    def settle(self, view: View, heard: Heard, k: int, clock: Clock) -> list[Taken]:
        """Return what is found for each question; where it can be taken in several ways, for the one the articles answer best."""
        queries = heard.queries
        found = find(view, queries, heard.read, k, reranker=self._reranker, lap=clock.lap)
        quotes = [choose(each) for each in found]
        clock.lap("sentences")
        sure = [confidence(*each) for each in zip(found, quotes, strict=True)]
        taken = map(Taken, queries, found, quotes, sure)
        settled = [_best(one, [*islice(taken, len(one.queries))]) for one in heard.asked]
        clock.lap("answerability")
        return settled

    def _understood(self, question: Question) -> Asked:
        """Return the question understood, with a query for each way to take it."""
        if wrong := complaint(question):
            raise wrong
        text = " ".join(question.text.split())
        if question.history:
            from retrieval.conversation.follow_ups import understand

            spoken, ways = understand(text, question, self._rewriter)
        else:
            spoken, ways = detect(text, question.chat_language), ()
        language = question.language or spoken
        queries = [self._query(way.text, way.language) for way in ways] or [self._query(text, language)]
        return Asked(text, language, question.history, ways, tuple(queries))

    def _query(self, text: str, language: Language) -> Query:
        return Query(text, language, period(text, language, self._today()), unframed(text, language))


def _best(asked: Asked, taken: Sequence[Taken]) -> Taken:
    """Return the way to take a question that the articles answer best."""
    if not asked.ways:
        return taken[0]
    from retrieval.conversation.focus import focused
    from retrieval.conversation.follow_ups import weight

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


def complaint(question: Question) -> DepecheError | None:
    """Return what to say of a question that holds no word; None of any other."""
    if any(map(str.isalnum, question.text)):
        return None
    return DepecheError("The question is empty", 'Ask in French or in English: depeche ask "Who …?"')
