"""Asking the chain from the event loop: on threads of its own, within a time limit, stopped by a reader or by the bot's stop."""

from __future__ import annotations

import asyncio
import logging
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterator

    from langchain_core.runnables import Runnable

    from bot.crew import Crew
    from bot.running.metrics import Metrics
    from retrieval.domain import Answer, Question

log = logging.getLogger(__name__)

# Helpers are called when so many questions have been under way for so many seconds: to start one takes all of a core for two.
MANY: Final = 8
LONG: Final = 2.0


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
        self.left = Event()
        self.grown: asyncio.Queue[Answer | Exception | None] = asyncio.Queue()

    def end(self, why: Exception) -> None:
        """Stop the chat model at work, and raise `why` to whoever waits."""
        self.left.set()
        self.grown.put_nowait(why)


class Desk:
    """Asks the chain or a helper each question, as many at once as `crew` has places, and gives up after `timeout` seconds.

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
        log_questions: bool = False,
    ) -> None:
        self._chain = chain
        self._log_questions = log_questions
        self._timeout = timeout
        self._metrics = metrics
        self._crew = crew
        self._pool = ThreadPoolExecutor(crew.size, thread_name_prefix="answer")
        self._under_way: set[_Asking] = set()
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
        asking, began, answer = _Asking(question), time.perf_counter(), None
        loop = asyncio.get_running_loop()
        self._under_way.add(asking)
        self._call_helpers()
        if self._log_questions:
            log.info("Asked: %s", question.text)
        working = loop.run_in_executor(self._pool, self._work, asking, loop)
        try:
            async with asyncio.timeout(self._timeout):
                while (item := await asking.grown.get()) is not None:
                    if isinstance(item, Exception):
                        raise item
                    answer = item
                    yield item
            if answer:
                self._metrics.answered(answer, time.perf_counter() - began)
        except TimeoutError:
            self._metrics.failures.labels("too late").inc()
            raise TooLateError from None
        except Exception as error:
            self._metrics.failures.labels(_WHY.get(type(error), "failed")).inc()
            raise
        finally:
            asking.left.set()
            working.cancel()
            self._under_way.discard(asking)

    def stop(self, chat: str) -> int:
        """Give up on what is being answered in a chat, as `Question.chat` names it; return how many questions that is."""
        theirs = [asking for asking in self._under_way if asking.question.chat == chat]
        for asking in theirs:
            asking.end(StoppedError())
        return len(theirs)

    def close(self) -> None:
        """Give up on every answer that is not ready, and take no more questions."""
        self._closed = True
        for asking in self._under_way:
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

    def _work(self, asking: _Asking, loop: asyncio.AbstractEventLoop) -> None:
        """Ask the chain, on a thread, and hand over what comes."""

        def tell(item: Answer | Exception | None) -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(asking.grown.put_nowait, item)

        try:
            for answer in self._answers(asking):
                tell(answer)
                if asking.left.is_set():
                    break
            tell(None)
        except Exception as error:  # raised again to the handler that waits
            tell(error)

    def _answers(self, asking: _Asking) -> Iterator[Answer]:
        """Yield the answer as it grows; one by a helper comes whole, and where there is none, this process tries."""
        with self._crew.place() as seat:
            if asking.left.is_set():
                return
            answer = seat.answer(asking.question) if seat else None
            if answer:
                yield answer
            elif not asking.left.is_set():
                yield from self._chain.stream(asking.question, left=asking.left)
