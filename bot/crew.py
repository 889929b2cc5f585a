"""Who answers: threads of the bot's own process, and while many ask at once, processes beside it.

An answer by quotations is work for a processor, and Python runs one thread of a process at a time: one that answers, beside the event
loop, answers 125 questions a second on two cores, two no more and for a third more work. A helper beside it makes them 145. It costs as
much memory as the bot, so it is started when many wait, and ends when nobody asked it for a while.
"""

from __future__ import annotations

import logging
import threading
import time
from contextlib import contextmanager
from functools import partial
from math import ceil
from typing import TYPE_CHECKING, Final

from bot.helper import Helper
from bot.running.redact import describe
from retrieval.process import available_cores
from retrieval.settings import QUOTES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from retrieval.settings import Settings

log = logging.getLogger(__name__)

WAITING_THREADS: Final = 16  # for a chat model's answers, which are mostly waiting
# Questions answered by quotations at once: of sixteen each takes 5.7 ms of a processor, of eight 6.2, one alone 12.
TOGETHER: Final = 16
AGAIN: Final = 600.0  # seconds after which a process is tried again where one could not be started


class Crew:
    """Who answers: `own` threads of this process, and up to `helpers` processes besides, once they are called.

    Each answers up to `together` questions at once.
    """

    def __init__(
        self,
        own: int,
        helpers: int = 0,
        open_helper: Callable[[], Helper] | None = None,
        *,
        together: int = 1,
    ) -> None:
        self.size = own + helpers
        self._own = own
        self._together = together
        self._wanted = helpers if open_helper else 0
        self._open = open_helper
        self._free: list[Helper | None] = [None] * own
        self._helpers: set[Helper] = set()
        self._changed = threading.Condition()
        self._starting = False
        self._not_before = 0.0

    @property
    def room(self) -> int:
        """How many questions all places take at once: more chats in work than that gain nothing, fewer leave places half empty."""
        return self.size * self._together

    @property
    def helpers(self) -> int:
        """How many processes answer besides."""
        return len(self._helpers)

    def share(self, waiting: int) -> int:
        """Return how many of the questions that wait one place takes."""
        return min(self._together, ceil(waiting / (self._own + self.helpers)))

    @contextmanager
    def place(self) -> Iterator[Helper | None]:
        """Wait for a place, and give it while the block runs: a helper's, or None for the thread that asks."""
        with self._changed:
            self._changed.wait_for(lambda: self._free)
            one = next(filter(None, self._free), None)  # a helper's first: this process has other work
            self._free.remove(one)
        try:
            yield one
        finally:
            if one and one.lost:
                if one.ended_by_itself():
                    log.info(
                        "A process that answered beside this one has ended: nobody had asked it for long"
                    )
                elif self._wanted:  # not at the bot's own end
                    log.warning("A process that answered beside this one has ended")
            with self._changed:
                if one and one.lost:
                    self._helpers.discard(one)
                else:
                    self._free.append(one)
                    self._changed.notify()

    def call(self) -> None:
        """Have helpers started, unless they are there, or could not be started of late."""
        with self._changed:
            if self._starting or self._open is None or len(self._helpers) >= self._wanted:
                return
            if time.monotonic() < self._not_before:
                return
            self._starting = True
        threading.Thread(target=self._start, name="helpers", daemon=True).start()

    def close(self) -> None:
        """End every helper."""
        self._wanted = 0
        for helper in [*self._helpers]:
            helper.end()

    def _start(self) -> None:
        """Start helpers, and where one cannot be, leave it for a while: the bot's own threads go on."""
        trouble = self._start_all()
        if trouble:
            log.warning("No process answers beside this one: %s", trouble)
            self._not_before = time.monotonic() + AGAIN
        self._starting = False

    def _start_all(self) -> str | None:
        """Return what kept a helper from its work; None where all are at it."""
        assert self._open is not None  # noqa: S101 - `call` has seen to it
        for _ in range(self._wanted - len(self._helpers)):
            try:
                helper = self._open()
            except OSError as error:
                return describe(error)
            if trouble := helper.wait():
                return trouble
            with self._changed:
                self._helpers.add(helper)
                self._free.append(helper)
                self._changed.notify()
            if not self._wanted:  # closed meanwhile
                helper.end()
                return None
            log.info("Many ask at once: a process more answers")
        return None


def open_crew(settings: Settings, helpers: int | None) -> Crew:
    """Return who answers by these settings; `helpers` is at most how many processes, by default one a core but the first.

    By a chat model only threads do: what it takes is hardly work for this process.
    """
    if settings.chat_model != QUOTES:
        return Crew(WAITING_THREADS)
    most = available_cores() - 1 if helpers is None else helpers
    return Crew(1, most, partial(Helper, settings), together=TOGETHER)
