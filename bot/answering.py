"""Asking the chain from the event loop: on threads of its own, within a time limit, and not past the bot's stop."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from langchain_core.runnables import Runnable

from retrieval.domain import Answer, Question

ANSWER_TIMEOUT: Final = 30.0  # seconds, waiting for a thread included
# ONNX Runtime and SQLite let go of the GIL; more threads than cores only make each answer later.
ANSWER_THREADS: Final = 4


class TooLateError(Exception):
    """The answer took longer than a reader waits."""


class StoppingError(Exception):
    """The bot is stopping, and this answer is not ready."""


class Desk:
    """Asks the chain each question, at most `threads` at once, and gives up after `timeout` seconds.

    A thread cannot be stopped: an answer given up on still takes its thread until it ends.
    """

    def __init__(
        self,
        chain: Runnable[Question, Answer],
        *,
        timeout: float = ANSWER_TIMEOUT,
        threads: int = ANSWER_THREADS,
    ) -> None:
        self._chain = chain
        self._timeout = timeout
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="answer")
        self._closing = asyncio.Event()

    async def answer(self, question: Question) -> Answer:
        """Return the chain's answer; raise `TooLateError`, `StoppingError`, or what the chain raised."""
        if self._closing.is_set():
            raise StoppingError
        answering = asyncio.get_running_loop().run_in_executor(self._pool, self._chain.invoke, question)
        closing = asyncio.create_task(self._closing.wait())
        try:
            await asyncio.wait(
                (answering, closing), timeout=self._timeout, return_when=asyncio.FIRST_COMPLETED
            )
            if answering.done():
                return answering.result()
            raise StoppingError if self._closing.is_set() else TooLateError
        finally:
            closing.cancel()
            answering.cancel()

    def close(self) -> None:
        """Give up on every answer that is not ready, and take no more questions."""
        self._closing.set()
        self._pool.shutdown(wait=False, cancel_futures=True)
