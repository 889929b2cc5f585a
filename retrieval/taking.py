"""How a question is taken: what it asks by itself or in its conversation, and which of several ways the articles answer best."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING

from retrieval.answerability import confidence
from retrieval.domain import FACT, PERSON, TALK, Kind, Language, Question, Turn
from retrieval.errors import DepecheError, UsageError
from retrieval.framing import unframed
from retrieval.language import asks, detect, questions_in
from retrieval.news.asked import Behind
from retrieval.news.newsroom import Newsroom, Told, of_fact
from retrieval.overview import Within, ids_within
from retrieval.process import available_cores
from retrieval.quotes import Quote, Weighed, choose, weighed
from retrieval.reader.reading import Task, tell
from retrieval.search import Found, Query, find
from retrieval.when import period
from retrieval.words import query_stems, stem_finder

if TYPE_CHECKING:
    from retrieval.clock import Clock
    from retrieval.conversation.follow_ups import Way
    from retrieval.embedding import Embedder
    from retrieval.library import View
    from retrieval.news.asked import Request
    from retrieval.reader.model import Reader
    from retrieval.reader.reading import Telling
    from retrieval.readings import Reading
    from retrieval.reranker import Reranker

_TALK = 0.7  # probability from which a message is small talk
_SURELY_TALK = 0.95  # the same where its words are in the articles, or an answer is likely
_LIKELY, _ANSWERED = (
    0.5,
    0.9,
)  # probability from which an answer is, and from which it is not asked whether it is small talk
_TOPIC = 3  # words of a topic at the most

Rewriter = Callable[[Question], str | None]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question understood: the ways to take it, likeliest first, no ways where it stands by itself; or the questions it is made of.

    There is a query for each. `within` are the articles that may answer, `own` the reader's language, where it is known.
    """

    text: str
    language: Language
    history: tuple[Turn, ...]
    ways: tuple[Way, ...]
    queries: tuple[Query, ...]
    parts: tuple[str, ...] = ()
    within: Within | None = None
    own: Language | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """What is found for one way to take a question, the sentences that answer, and the probability that they do.

    `telling` is what the reader says, `understood` how the question was taken where that is not as it was asked;
    `talk` whether it is small talk, and no question, `topic` whether it only names one, and is quoted where it is mentioned;
    `beside` is the same for the second of two questions in one. `kind` is "person" where it is asked who somebody is.
    """

    query: Query
    found: Found
    quotes: tuple[Quote, ...]
    confidence: float
    telling: Telling | None = None
    understood: str | None = None
    talk: bool = False
    topic: bool = False
    beside: Taken | None = None
    kind: Kind = FACT


@dataclass(frozen=True, slots=True)
class Heard:
    """Questions understood, and what waits for how the model reads all their queries."""

    asked: tuple[Asked, ...]
    read: Callable[[], list[Reading]]

    @property
    def queries(self) -> list[Query]:
        """All queries, question by question."""
        return [query for one in self.asked for query in one.queries]

    def without(self, left: Sequence[bool]) -> Heard:
        """Return the questions but those that are left out."""
        kept = tuple(one for one, out in zip(self.asked, left, strict=True) if not out)
        if len(kept) == len(self.asked):
            return self
        of = [n for one, out in zip(self.asked, left, strict=True) for n in [not out] * len(one.queries)]
        return Heard(kept, lambda: [reading for reading, there in zip(self.read(), of, strict=True) if there])


class Taker:
    """Takes questions. `rewriter` puts a follow-up so that it stands by itself, or gives None: then it is joined to what it follows. Threads may share one."""

    def __init__(
        self,
        embedder: Embedder,
        reranker: Reranker | None,
        rewriter: Rewriter | None,
        today: Callable[[], date],
        open_reader: Callable[[], Reader | None] | None = None,
    ) -> None:
        self._embedder = embedder
        self._reranker = reranker
        self._rewriter = rewriter
        self._today = today
        self._open_reader = open_reader
        self.newsroom = Newsroom(embedder, today, open_reader or (lambda: None))
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

    def settle(
        self, view: View, heard: Heard, k: int, clock: Clock, *, reads: bool = True
    ) -> list[Taken | Told]:
        """Return what is made for each request for news, and what is found for each question.

        Where `reads`, it is read; where a question can be taken in several ways, it is for the one the articles answer best.
        """
        if not reads:
            return [*self._settle(view, heard, k, clock, reads=False)]
        requests = [self._request(view, one) for one in heard.asked]
        told = [self.newsroom.tell(view, request) for request in requests]
        clock.lap("news")
        others = iter(
            self._settle(view, heard.without([one is not None for one in told]), k, clock, reads=True)
        )
        return [
            one or self._settled(view, asked, request.kind, next(others))
            for one, request, asked in zip(told, requests, heard.asked, strict=True)
        ]

    def _request(self, view: View, asked: Asked, *, refused: bool = False) -> Request:
        """Return what a message asks for; two questions in one are of fact but for accounts that differ, and so is what the articles say on something."""
        if not asked.parts and not asked.ways and asked.queries[0].sought != asked.queries[0].text:
            return of_fact(asked.text, asked.language)
        request = self.newsroom.request(view, asked.text, asked.language, _behind(asked), refused=refused)
        if asked.parts and request.kind != "difference":
            return of_fact(asked.text, asked.language)
        return replace(request, within=request.within.and_(asked.within)) if asked.within else request

    def _settled(self, view: View, asked: Asked, kind: Kind, taken: Taken) -> Taken | Told:
        """Return what was taken for a question of fact, or what is made of it where no article answers that, or several differently."""
        if kind == TALK and not asked.ways and not taken.topic and self._is_talk(asked):
            return replace(taken, talk=True)
        if taken.confidence >= _LIKELY:
            alone = not asked.ways and not asked.parts
            changed = alone and self.newsroom.changed(
                view, asked.text, asked.language, taken.found, asked.within or Within()
            )
            return changed or (replace(taken, kind=PERSON) if kind == PERSON else taken)
        if taken.talk or taken.topic or asked.parts:
            return taken
        return self.newsroom.tell(view, self._request(view, asked, refused=True)) or taken

    def _is_talk(self, asked: Asked) -> bool:
        """Tell whether a message is rather small talk for what tells leaning apart, too: a bare name is not."""
        from retrieval.conversation.leaning import told

        return told(asked.text, self._embedder)["talk"] >= _LIKELY

    def _settle(self, view: View, heard: Heard, k: int, clock: Clock, *, reads: bool) -> list[Taken]:
        queries = [*_allowed(view, heard.asked)]
        if not queries:
            return []
        found = find(view, queries, heard.read, k, reranker=self._reranker, lap=clock.lap)
        sentences = [
            weighed(_focused(each, query.written)) for each, query in zip(found, queries, strict=True)
        ]
        clock.lap("sentences")
        tellings = self._read(queries, sentences) if reads else [None] * len(queries)
        clock.lap("reader")
        quotes = [choose(*each) for each in zip(sentences, tellings, strict=True)]
        sure = [confidence(*each) for each in zip(found, quotes, tellings, strict=True)]
        taken = map(Taken, queries, found, quotes, sure, tellings)
        settled = [_best(one, [*islice(taken, len(one.queries))]) for one in heard.asked]
        if reads:
            settled = [self._talk(*each) for each in zip(heard.asked, settled, strict=True)]
        clock.lap("answerability")
        return settled

    def _talk(self, asked: Asked, taken: Taken) -> Taken:
        """Return what was taken, with whether it is small talk, or names a topic: looked at where an answer is not sure."""
        if asked.ways or asked.parts or taken.confidence >= _ANSWERED:
            return taken
        from retrieval.conversation.leaning import told

        likely = taken.confidence >= _LIKELY
        talk = told(asked.text, self._embedder)["talk"]
        mention = () if likely else _mention(asked, taken.found)
        if talk >= (_SURELY_TALK if likely or mention else _TALK):
            return replace(taken, talk=True)
        return replace(taken, quotes=mention, topic=True) if mention else taken

    def _read(self, queries: Sequence[Query], sentences: Sequence[Weighed]) -> Sequence[Telling | None]:
        """Return what the reader says of the likeliest sentences for each query; None where there is no reader."""
        reader = self._open_reader() if self._open_reader else None
        if reader is None:
            return [None] * len(queries)
        tasks = [
            Task(
                (query.written, query.wanted) if query.written else (query.wanted,),
                each.found.hits,
                each.likeliest,
            )
            for query, each in zip(queries, sentences, strict=True)
        ]
        return tell(reader, tasks)

    def _understood(self, question: Question) -> Asked:
        """Return the question understood, with a query for each way to take it."""
        if wrong := complaint(question):
            raise wrong
        text = " ".join(question.text.split())
        if question.history:
            from retrieval.conversation.again import language_asked_for
            from retrieval.conversation.follow_ups import as_first_asked, understand

            if other := language_asked_for(text):
                *before, last = question.history
                return self._understood(
                    replace(question, text=last.question, language=other, history=tuple(before))
                )
            question = replace(question, history=as_first_asked(text, question.history))
        if question.history:
            spoken, ways = understand(text, question, self._embedder, self._rewriter)
        else:
            spoken, ways = detect(text, question.chat_language), ()
        language = question.language or spoken
        parts = () if ways else questions_in(text)
        if ways:
            queries = [self._query(w.text, w.language, w.within, w.written or "") for w in ways]
        elif parts:
            first, second = parts
            queries = [self._query(first, spoken), self._query(f"{first} {second}", spoken, written=second)]
        else:
            queries = [self._query(text, spoken)]
        own = question.language or question.chat_language
        return Asked(text, language, question.history, ways, tuple(queries), parts, question.within, own)

    def _query(self, text: str, language: Language, within: tuple[str, ...] = (), written: str = "") -> Query:
        when = period(text, language, self._today())
        return Query(text, language, when, unframed(text, language), within, written)


def _allowed(view: View, asked: Sequence[Asked]) -> Iterator[Query]:
    """Yield the queries, question by question, with the only articles that may answer each."""
    for one in asked:
        only = ids_within(view.snapshot.connection, one.within) if one.within else None
        for query in one.queries:
            yield replace(query, only=only) if one.within else query


def _best(asked: Asked, taken: Sequence[Taken]) -> Taken:
    """Return the way to take a question that the articles answer best, or the two questions it is made of."""
    if asked.parts:
        first, second = taken
        return replace(first, beside=second)
    if not asked.ways:
        return taken[0]
    from retrieval.conversation.follow_ups import weight

    best = max(range(len(taken)), key=lambda n: weight(asked.ways[n], taken[n].confidence))
    return replace(taken[best], understood=asked.ways[best].shown)


def _behind(asked: Asked) -> Behind:
    """Return what a message may lean on: the last turn of all but small talk, and lists that were about what was before them; the last list of articles."""
    subject = next(
        (
            turn
            for turn in reversed(asked.history)
            if turn.kind != TALK and (turn.understood is None or turn.kind in {FACT, PERSON})
        ),
        None,
    )
    lists = (
        t.articles for t in reversed(asked.history) if t.kind not in {FACT, PERSON} and len(t.articles) > 1
    )
    return Behind(subject, next(lists, ()), leans=bool(asked.ways) and asked.ways[0].prior > 0)


def _focused(found: Found, written: str) -> Found:
    """Return what was found, with what the reader wrote counting most among the sentences, where more was looked for."""
    if not written:
        return found
    from retrieval.conversation.focus import focused

    return focused(found, written)


def _mention(asked: Asked, found: Found) -> tuple[Quote, ...]:
    """Return the sentence to quote for a message that asks nothing and names a topic of a few words, all of them in that sentence."""
    topic = asked.queries[0].wanted.rstrip(
        " ?\u00a0\u202f"
    )  # « Que dit l’article sur Taïwan ? » asks for what « Taïwan » does
    if not 1 <= len(query_stems(topic, asked.language)) <= _TOPIC or asks(topic, asked.language):
        return ()
    quotes = choose(weighed(found))[:1]
    if not quotes:
        return ()
    language = quotes[0].hit.article.language
    stems = {*query_stems(topic, language)}
    return quotes if stems and stems <= stem_finder(stems, language)(quotes[0].text) else ()


def complaint(question: Question) -> DepecheError | None:
    """Return what to say of a question that holds no word; None of any other."""
    if any(map(str.isalnum, question.text)):
        return None
    return UsageError("The question is empty", 'Ask in French or in English: depeche ask "Who …?"')
