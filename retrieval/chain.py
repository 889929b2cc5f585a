"""The answerer as LangChain's `Runnable`, to be composed, traced and run async.

Importing LangChain takes 0.6 s, so the command line, which needs none of that, asks the answerer itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from datetime import date
from functools import partial
from threading import Event
from typing import Any, Final

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage
from langchain_core.runnables import Runnable, RunnableConfig

from retrieval.answerer import Answerer
from retrieval.domain import LANGUAGES, Answer, Language, Question, Turn
from retrieval.errors import DepecheError
from retrieval.language import detect
from retrieval.library import Library
from retrieval.news.choice import Choice, day
from retrieval.told import Phrase

Input = Question | str | Mapping[str, Any]

_CHOOSING: Final = frozenset({"since", "until", "sources", "lang_of_articles"})
_KEYS: Final = frozenset({"question", "history", "language"}) | _CHOOSING


class AnswerChain(Runnable[Input, Answer]):
    """Answers a Question, its bare text, or a mapping with "question" and, where there are, "history" and "language".

    "since" and "until" (days), "sources" (as one calls them) and "lang_of_articles" choose the articles that may answer.

    The history holds Turns, as `Answer.turn` gives them or as `Turn.to_json` does, or LangChain's messages, HumanMessage and
    AIMessage by turns, oldest first. Threads may share one chain.
    """

    def __init__(self, answerer: Answerer) -> None:
        self.answerer = answerer

    def invoke(self, input: Input, config: RunnableConfig | None = None, **_: Any) -> Answer:  # noqa: A002, ANN401 - Runnable's own signature
        """Return the Answer; raise `DepecheError` where there is no library, no word in the question, or a wrong input."""
        if config is None:
            return self._answer(input)
        return self._call_with_config(self._answer, input, config)

    def stream(
        self,
        input: Input,  # noqa: A002
        config: RunnableConfig | None = None,
        *,
        left: Event | None = None,
        quotes_first: bool | None = None,
        **_: Any,  # noqa: ANN401
    ) -> Iterator[Answer]:
        """Yield the Answer as it grows, each time whole as far as it goes; raises as `invoke` does.

        With `quotes_first` the answer by quotations comes before the first sentence of one that a chat model words.

        Closing the iterator stops a chat model at work; `left` does so from another thread.
        """
        if config is None:
            yield from self.answerer.stream(self._question(input), left, quotes_first=bool(quotes_first))
        else:
            grow = partial(self._grow, left, bool(quotes_first))
            yield from self._transform_stream_with_config(iter([input]), grow, config)

    def batch(
        self,
        inputs: list[Input],
        config: RunnableConfig | list[RunnableConfig] | None = None,
        *,
        return_exceptions: bool = False,
        **given: Any,  # noqa: ANN401
    ) -> list[Answer]:
        """Return the answer to each input; by quotations alone, all are found together. Raises as `invoke` does, or returns what it raises."""
        if not self.answerer.quotes_only:
            return super().batch(inputs, config, return_exceptions=return_exceptions, **given)
        return self._batch_with_config(self._answers, inputs, config, return_exceptions=return_exceptions)

    async def astream(
        self,
        input: Input,  # noqa: A002
        config: RunnableConfig | None = None,
        **_: Any,  # noqa: ANN401
    ) -> AsyncIterator[Answer]:
        """`stream` for an event loop, which waits in a thread; cancelling the task stops a chat model at work."""

        async def once() -> AsyncIterator[Input]:
            yield input

        async with aclosing(self._atransform_stream_with_config(once(), self._agrow, config)) as growing:  # type: ignore[type-var]
            async for answer in growing:
                yield answer

    def _answer(self, asked: Input) -> Answer:
        return self.answerer.answer(self._question(asked))

    def _answers(self, inputs: list[Input]) -> list[Exception | Answer]:
        asked = [*map(self._question_or_error, inputs)]
        answers = self.answerer.answer_all([one for one in asked if isinstance(one, Question)])
        return [next(answers) if isinstance(one, Question) else one for one in asked]

    def _question(self, asked: Input) -> Question:
        return question_of(asked, self.answerer.library)

    def _question_or_error(self, asked: Input) -> Question | DepecheError:
        try:
            return self._question(asked)
        except DepecheError as error:
            return error

    def _grow(self, left: Event | None, quotes_first: bool, inputs: Iterator[Input]) -> Iterator[Answer]:
        for asked in inputs:
            yield from self.answerer.stream(self._question(asked), left, quotes_first=quotes_first)

    async def _agrow(self, inputs: AsyncIterator[Input]) -> AsyncIterator[Answer]:
        loop = asyncio.get_running_loop()
        async for asked in inputs:
            left = Event()
            growing = self.answerer.stream(self._question(asked), left)
            step = None
            try:
                while True:
                    step = loop.run_in_executor(None, next, growing, None)
                    if (answer := await asyncio.shield(step)) is None:
                        break
                    yield answer
            finally:
                left.set()
                if step and not step.done():
                    step.add_done_callback(lambda done: done.cancelled() or done.exception())


def question_of(asked: Input, library: Library) -> Question:
    """Return the Question that the chain's input puts; raise `DepecheError` that names what is wrong with it."""
    if isinstance(asked, Question):
        return asked
    if isinstance(asked, str):
        return Question(asked)
    if unknown := sorted(set(asked) - _KEYS):
        raise DepecheError(
            Phrase("The chain's input has a key it does not know: {key}", key=unknown[0]),
            "Use question, history, language, since, until, sources and lang_of_articles.",
        )
    text = asked.get("question")
    if not isinstance(text, str):
        raise DepecheError(
            "The chain's input has no question", 'Pass {"question": "…"}, a Question or a str.'
        )
    return Question(
        text,
        language=_language(asked.get("language")),
        history=turns(asked.get("history") or ()),
        within=_choice(asked).within(library),
    )


def _choice(asked: Mapping[str, Any]) -> Choice:
    """Return which articles an input chooses; raise `DepecheError` where one of its keys cannot be understood."""
    since, until = (_day(asked.get(key)) for key in ("since", "until"))
    sources = asked.get("sources") or ()
    listed = (sources,) if isinstance(sources, str) else tuple(map(str, sources))
    return Choice(since, until, listed, _language(asked.get("lang_of_articles")))


def _day(given: object) -> date | None:
    if given is None or isinstance(given, date):
        return given
    try:
        return day(str(given))
    except ValueError as error:
        raise DepecheError("The chain's input has a day that is none", error.args[0]) from None


def turns(history: Sequence[Turn | Mapping[str, Any] | BaseMessage]) -> tuple[Turn, ...]:
    """Return the Turns of a history; raise `DepecheError` where an item is none.

    A message that answers belongs to the question before it; what comes before the first question, and what is no text, is
    passed over.
    """
    found: list[Turn] = []
    for number, item in enumerate(history, start=1):
        if isinstance(item, Turn):
            found.append(item)
        elif isinstance(item, HumanMessage):
            text = item.text.strip()
            if text:
                found.append(Turn(text, detect(text, found[-1].language if found else None)))
        elif isinstance(item, AIMessage):
            if found and item.text.strip():
                last = found[-1]
                found[-1] = replace(last, said=(*last.said, item.text.strip()))
        elif not isinstance(item, BaseMessage):
            found.append(_from_row(item, number))
    return tuple(found)


def _from_row(row: Any, number: int) -> Turn:  # noqa: ANN401 - what came from outside
    try:
        return Turn.from_json(row)
    except (KeyError, TypeError, AttributeError):
        raise DepecheError(
            Phrase("Item {number} of the history is no turn", number=number),
            "Pass what Answer.turn() gives, its to_json(), or HumanMessage and AIMessage.",
        ) from None


def _language(given: object) -> Language | None:
    for language in LANGUAGES:
        if given == language:
            return language
    if given is None:
        return None
    raise DepecheError("The chain's input has a language it does not know", "Use fr or en.")
