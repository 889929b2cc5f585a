"""Asking the chain from the event loop: on threads of its own, within a time limit, stopped by a reader or by the bot's stop."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Event
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterable, Sequence

    from langchain_core.runnables import Runnable

    from bot.crew import Crew
    from bot.running.metrics import Metrics
    from retrieval.domain import Answer, Question

log = logging.getLogger(__name__)

# Helpers are called when so many questions have been under way for so many seconds: to start one takes a core for more than a second.
MANY: Final = 8
LONG: Final = 1.0


class TooLateError(Exception):
    """The answer took longer than a reader waits."""


class StoppingError(Exception):
    """The bot is stopping, and this answer is not ready."""


class StoppedError(Exception):
    """The reader does not want this answer any more."""


_WHY: Final = {StoppingError: "stopping", StoppedError: "stopped by the reader"}


class _Asking:
    """A question under way: what has come of it, and the word that nobody waits any more."""

    def __init__(self, question: Question) -> None:
        self.question = question
        self.since = time.perf_counter()
        self.left = Event()
        self.grown: asyncio.Queue[Answer | Exception | None] = asyncio.Queue()

    def end(self, why: Exception) -> None:
        """Stop the chat model at work, and raise `why` to whoever waits."""
        self.left.set()
        self.grown.put_nowait(why)


def _tell(loop: asyncio.AbstractEventLoop, told: Iterable[tuple[_Asking, Answer | Exception | None]]) -> None:
    """Hand over, from a thread, what came of questions."""

    def hand_over() -> None:
        for asking, item in told:
            asking.grown.put_nowait(item)

    if not loop.is_closed():
        loop.call_soon_threadsafe(hand_over)


class Desk:
    """Asks the chain or a helper, in as many places at once as `crew` has, and gives up after `timeout` seconds.

    A local chat model words answers `one_by_one`, however many places there are.

    A thread cannot be stopped: of an answer given up on, the search still takes its thread until it ends. The chain's `stream` is given
    `left`, a `threading.Event` that says when nobody waits any more.
    """

    def __init__(
        self,
        chain: Runnable[Any, Answer],
        *,
        timeout: float,
        metrics: Metrics,
        crew: Crew,
        one_by_one: bool = False,
        log_questions: bool = False,
    ) -> None:
        self._chain = chain
        self._log_questions = log_questions
        self._timeout = timeout
        self._metrics = metrics
        self._crew = crew
        self._one_by_one = one_by_one
        self._pool = ThreadPoolExecutor(crew.size, thread_name_prefix="answer")
        self._under_way: dict[_Asking, None] = {}  # in the order they came
        self._waiting: deque[_Asking] = deque()  # those of them that nobody has taken
        self._closed = False
        self._crowded_since = 0.0

    @property
    def under_way(self) -> int:
        """How many questions are being answered or wait for a thread."""
        return len(self._under_way)

    async def stream(self, question: Question) -> AsyncGenerator[Answer, None]:
        """Yield the answer as it grows, each time whole as far as it goes; the last is whole, and often the only one.

        Raises `TooLateError`, `StoppedError`, `StoppingError`, or what the chain raised, whatever was yielded before.
        """
        if self._closed:
            raise StoppingError
        asking, answer = _Asking(question), None
        loop = asyncio.get_running_loop()
        self._under_way[asking] = None
        self._call_helpers()
        if self._log_questions:
            log.info("Asked: %s", question.text)
        self._waiting.append(asking)
        self._pool.submit(self._work, loop)
        try:
            async with asyncio.timeout(self._timeout):
                while (item := await asking.grown.get()) is not None:
                    if isinstance(item, Exception):
                        raise item
                    answer = item
                    yield item
            if answer:
                self._metrics.answered(answer, time.perf_counter() - asking.since)
        except TimeoutError:
            self._metrics.failures.labels("too late").inc()
            raise TooLateError from None
        except Exception as error:
            self._metrics.failures.labels(_WHY.get(type(error), "failed")).inc()
            raise
        finally:
            asking.left.set()
            self._under_way.pop(asking, None)

    def before(self, question: Question) -> int:
        """Return how many questions under way come before one that waits; 0 where it is being answered, or not under way."""
        line = [asking.question for asking in self._under_way]
        waits = self._one_by_one or any(asking.question is question for asking in self._waiting.copy())
        return next((n for n, one in enumerate(line) if one is question), 0) if waits else 0

    def stop(self, chat: str) -> int:
        """Give up on what is being answered in a chat, as `Question.chat` names it; return how many questions that is."""
        theirs = [asking for asking in self._under_way if asking.question.chat == chat]
        for asking in theirs:
            asking.end(StoppedError())
        return len(theirs)

    def close(self) -> None:
        """Give up on every answer that is not ready, and take no more questions."""
        self._closed = True
        for asking in [*self._under_way]:
            asking.end(StoppingError())
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._crew.close()

    def _call_helpers(self) -> None:
        """Call helpers if many have waited for long."""
        now = time.perf_counter()
        if len(self._under_way) < MANY:
            self._crowded_since = now
        elif now - self._crowded_since >= LONG:
            self._crew.call()

    def _work(self, loop: asyncio.AbstractEventLoop) -> None:
        """Answer, on a thread, some of the questions that wait; none where others have taken them all."""
        if not self._waiting:
            return
        with self._crew.place() as helper:
            askings = self._taken()
            if helper and askings:
                answers = helper.answer([asking.question for asking in askings])
                both = [*zip(askings, answers, strict=True)]
                _tell(loop, _whole((asking, answer) for asking, answer in both if answer))
                askings = [asking for asking, answer in both if not answer and not asking.left.is_set()]
            if len(askings) > 1:  # this process tries where a helper could not
                self._answer_all(askings, loop)
            else:
                for asking in askings:
                    self._answer(asking, loop)

    def _answer_all(self, askings: Sequence[_Asking], loop: asyncio.AbstractEventLoop) -> None:
        """Ask the chain several questions at once, and one by one where that fails for any."""
        try:
            answers = self._chain.batch([asking.question for asking in askings])
        except Exception:  # which question it was, its own try says
            for asking in askings:
                self._answer(asking, loop)
        else:
            _tell(loop, _whole(zip(askings, answers, strict=True)))

    def _answer(self, asking: _Asking, loop: asyncio.AbstractEventLoop) -> None:
        """Ask the chain, and hand over what comes as it comes."""
        try:
            for answer in self._chain.stream(asking.question, left=asking.left, quotes_first=True):
                _tell(loop, [(asking, answer)])
                if asking.left.is_set():
                    break
            _tell(loop, [(asking, None)])
        except Exception as error:  # raised again to the handler that waits
            _tell(loop, [(asking, error)])

    def _taken(self) -> list[_Asking]:
        """Take a place's share of what waits."""
        taken: list[_Asking] = []
        share = self._crew.share(len(self._waiting))
        with suppress(IndexError):  # other threads take too
            while len(taken) < share:
                asking = self._waiting.popleft()
                if not asking.left.is_set():
                    taken.append(asking)
        return taken


def _whole(answers: Iterable[tuple[_Asking, Answer]]) -> list[tuple[_Asking, Answer | None]]:
    """Return what to hand over where each answer is whole: itself, and that no more comes."""
    return [(asking, item) for asking, answer in answers for item in (answer, None)]
