"""How a question is taken: what it asks by itself or in its conversation, and which of several ways the articles answer best."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING

from retrieval.answerability import confidence
from retrieval.domain import Language, Question, Turn
from retrieval.errors import DepecheError
from retrieval.framing import unframed
from retrieval.language import detect
from retrieval.quotes import Quote, choose
from retrieval.search import Found, Query, find
from retrieval.when import period

if TYPE_CHECKING:
    from retrieval.clock import Clock
    from retrieval.conversation.follow_ups import Reading
    from retrieval.embedding import Embedder
    from retrieval.library import View
    from retrieval.reranker import Reranker

Rewriter = Callable[[Question], str | None]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question understood: the ways to take it, likeliest first, and a query for each; no ways where it stands by itself."""

    text: str
    language: Language
    history: tuple[Turn, ...]
    ways: tuple[Reading, ...]
    queries: tuple[Query, ...]


@dataclass(frozen=True, slots=True)
class Taken:
    """What is found for one way to take a question, the sentences that answer, and the probability that they do."""

    query: Query
    found: Found
    quotes: tuple[Quote, ...]
    confidence: float


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

    def ask(self, questions: Sequence[Question], clock: Clock) -> list[Asked]:
        """Return questions understood, all ways to take them read at once; raise `DepecheError` where one holds no word."""
        understood = [self._understood(question) for question in questions]
        ways = [(way.text, way.language) for one in understood for way in one.ways or (one,)]
        sought = [unframed(text, language) for text, language in ways]
        days = [period(text, language, self._today()) for text, language in ways]
        clock.lap("language")
        readings = self._embedder.read_questions(sought)
        clock.lap("embed")
        read = zip(ways, readings, days, sought, strict=True)
        queries = (Query(*way, reading, when, wanted) for way, reading, when, wanted in read)
        return [replace(one, queries=tuple(islice(queries, len(one.ways) or 1))) for one in understood]

    def settle(self, view: View, asked: Sequence[Asked], k: int, clock: Clock) -> list[Taken]:
        """Return what is found for each question; where it can be taken in several ways, for the one the articles answer best."""
        queries = [query for one in asked for query in one.queries]
        found = find(view, queries, k, self._reranker, clock.lap)
        quotes = [choose(each) for each in found]
        clock.lap("sentences")
        sure = [confidence(*each) for each in zip(found, quotes, strict=True)]
        taken = map(Taken, queries, found, quotes, sure)
        settled = [_best(one, [*islice(taken, len(one.queries))]) for one in asked]
        clock.lap("answerability")
        return settled

    def _understood(self, question: Question) -> Asked:
        """Return the question understood, its queries yet to be made."""
        if wrong := complaint(question):
            raise wrong
        text = " ".join(question.text.split())
        if question.history:
            from retrieval.conversation.follow_ups import understand

            spoken, ways = understand(text, question, self._rewriter)
        else:
            spoken, ways = detect(text, question.chat_language), ()
        return Asked(text, question.language or spoken, question.history, ways, ())


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
