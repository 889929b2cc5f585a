"""Who answers: threads of the bot's own process, and while many ask at once, processes beside it.

An answer by quotations is work for a processor, and Python runs one thread of a process at a time: with the bot's own work beside,
one thread answers 60 questions a second and two no more, on two cores that have room for half as many again. A helper costs as much
memory as the bot, so it is started when many wait, and ends when nobody asked it for a while.
"""

from __future__ import annotations

import logging
import threading
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Final

from bot.helper import SEATS, Helper
from bot.running.redact import describe
from retrieval.onnx_runner import available_cores
from retrieval.settings import QUOTES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bot.helper import Seat
    from retrieval.settings import Settings

log = logging.getLogger(__name__)

WAITING_THREADS: Final = 16  # for a chat model's answers, which are mostly waiting


class Crew:
    """Who answers: `own` threads of this process, and up to `helpers` processes besides, once they are called.

    Each helper takes the place of a thread, but for the last, and gives it back when it is lost: threads of one process take turns, so
    that more of them only keep the event loop from its own.
    """

    def __init__(self, own: int, helpers: int = 0, open_helper: Callable[[], Helper] | None = None) -> None:
        self.size = own + helpers * SEATS
        self._own = own
        self._wanted = helpers if open_helper else 0
        self._open = open_helper
        self._free: list[Seat | None] = [None] * own
        self._helpers: set[Helper] = set()
        self._threads = own  # that have a place, among the free or at work
        self._changed = threading.Condition()
        self._starting = False

    @property
    def working(self) -> tuple[int, int]:
        """How many threads and how many processes are to answer now."""
        helpers = len(self._helpers)
        return max(self._own - helpers, 1), helpers

    @contextmanager
    def place(self) -> Iterator[Seat | None]:
        """Wait for a place, and give it while the block runs: a seat at a helper, or None for the thread that asks."""
        with self._changed:
            self._changed.wait_for(lambda: self._free)
            one = max(self._free, key=self._readiness)
            self._free.remove(one)
        try:
            yield one
        finally:
            with self._changed:
                self._back(one)
                self._changed.notify()

    def _readiness(self, one: Seat | None) -> float:
        """Return what is highest for a helper that has nothing to do, next for a thread, then for the helper with most seats free."""
        if one is None:
            return SEATS - 0.5
        return sum(seat is not None and seat.helper is one.helper for seat in self._free)

    def _back(self, one: Seat | None) -> None:
        if one and one.helper.lost:
            if one.helper in self._helpers:
                log.warning("A process that answered beside this one has ended")
                self._helpers.discard(one.helper)
                self._free = [seat for seat in self._free if seat is None or seat.helper is not one.helper]
                if self._threads < self.working[0]:
                    self._threads += 1
                    self._free.append(None)
        elif one is None and self._threads > self.working[0]:
            self._threads -= 1
        else:
            self._free.append(one)

    def call(self) -> None:
        """Have helpers started, unless they are there."""
        with self._changed:
            if self._starting or self._open is None or len(self._helpers) >= self._wanted:
                return
            self._starting = True
        threading.Thread(target=self._start, name="helpers", daemon=True).start()

    def close(self) -> None:
        """End every helper."""
        self._wanted = 0
        for helper in [*self._helpers]:
            helper.end()

    def _start(self) -> None:
        assert self._open is not None  # noqa: S101 - `call` has seen to it
        for _ in range(self._wanted - len(self._helpers)):
            try:
                helper = self._open()
            except OSError as error:
                log.warning("No process could be started to answer beside this one: %s", describe(error))
                return  # and no other is tried: the bot's own threads go on
            if trouble := helper.wait():
                log.warning("No process answers beside this one: %s", trouble)
                return
            with self._changed:
                self._helpers.add(helper)
                self._free.extend(helper.seats)
                self._changed.notify(SEATS)
            if not self._wanted:  # closed meanwhile
                helper.end()
                return
            log.info("Many ask at once: a process more answers")
        self._starting = False


def open_crew(settings: Settings, helpers: int | None) -> Crew:
    """Return who answers by these settings; `helpers` is at most how many processes, by default one a core.

    By a chat model only threads do: what it takes is hardly work for this process.
    """
    if settings.chat_model != QUOTES:
        return Crew(WAITING_THREADS)
    cores = available_cores()
    return Crew(cores, cores if helpers is None else helpers, partial(Helper, settings))
