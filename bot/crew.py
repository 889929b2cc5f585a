"""Who answers: threads of the bot's own process, and while many ask at once, processes beside it.

An answer by quotations is work for a processor, and Python runs one thread of a process at a time: with the bot's own work beside,
one thread answers 60 questions a second and two no more, on two cores that have room for half as many again. A helper costs as much
memory as the bot, so it is started when many wait, and ends when nobody asked it for a while.
"""

from __future__ import annotations

import gc
import logging
import signal
import threading
from contextlib import contextmanager, suppress
from functools import partial
from multiprocessing import get_context
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, Final

from bot.running.redact import describe
from retrieval.errors import DepecheError
from retrieval.onnx_runner import available_cores
from retrieval.settings import QUOTES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from multiprocessing.connection import Connection

    from retrieval.domain import Answer, Question
    from retrieval.settings import Settings

log = logging.getLogger(__name__)

WAITING_THREADS: Final = 16  # for a chat model's answers, which are mostly waiting
IDLE: Final = 600.0  # seconds after which a helper that nobody asks ends


class Helper:
    """A process that answers questions by quotations, one at a time. `lost` once it has ended; `answered` counts what it did."""

    def __init__(self, settings: Settings, idle: float = IDLE) -> None:
        self.lost = False
        self.answered = 0
        context = get_context("spawn")
        self._connection, theirs = context.Pipe()
        self._process = context.Process(
            target=_serve, args=(theirs, settings, idle), name="helper", daemon=True
        )
        self._process.start()
        theirs.close()

    def wait(self) -> str | None:
        """Wait until it can answer; return None then, else why it never will."""
        trouble: str | None = self._told()
        return "it ended" if self.lost else trouble

    def answer(self, question: Question) -> Answer | None:
        """Return the answer; None where it cannot give one, or is lost."""
        try:
            self._connection.send(question)
        except OSError:
            self.lost = True
            return None
        answer: Answer | None = self._told()
        self.answered += answer is not None
        return answer

    def end(self) -> None:
        """End the process, whatever it does."""
        self._process.terminate()

    def _told(self) -> Any:  # noqa: ANN401 - what the other side sent
        try:
            return self._connection.recv()
        except (EOFError, OSError):
            self.lost = True
            return None


class Crew:
    """Who answers: `own` threads of this process, and up to `helpers` processes besides, once they are called.

    Each helper takes the place of a thread, but for the last, and gives it back when it is lost: threads of one process take turns, so
    that more of them only keep the event loop from its own.
    """

    def __init__(self, own: int, helpers: int = 0, open_helper: Callable[[], Helper] | None = None) -> None:
        self.size = own + helpers
        self._own = own
        self._wanted = helpers if open_helper else 0
        self._open = open_helper
        self._free: SimpleQueue[Helper | None] = SimpleQueue()
        self._helpers: set[Helper] = set()
        self._threads = own  # that have a place, among the free or at work
        self._lock = threading.Lock()
        self._starting = False
        for _ in range(own):
            self._free.put(None)

    @property
    def working(self) -> tuple[int, int]:
        """How many threads and how many processes are to answer now."""
        helpers = len(self._helpers)
        return max(self._own - helpers, 1), helpers

    @contextmanager
    def place(self) -> Iterator[Helper | None]:
        """Wait for one who is free, and give it while the block runs: a helper, or None for the thread that asks."""
        one = self._free.get()
        try:
            yield one
        finally:
            with self._lock:
                self._back(one)

    def _back(self, one: Helper | None) -> None:
        if one and one.lost:
            log.warning("A process that answered beside this one has ended")
            self._helpers.discard(one)
            if self._threads < self.working[0]:
                self._threads += 1
                self._free.put(None)
        elif one is None and self._threads > self.working[0]:
            self._threads -= 1
        else:
            self._free.put(one)

    def call(self) -> None:
        """Have helpers started, unless they are there."""
        with self._lock:
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
            with self._lock:
                self._helpers.add(helper)
                self._free.put(helper)
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


def seldom_collect() -> None:
    """Have Python look for garbage less often, and not in what is there now, which stays: under load that took half of the event loop's time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def _serve(connection: Connection, settings: Settings, idle: float) -> None:
    """Answer what comes, until nothing does or the bot is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the bot's to understand
    from retrieval.opening import open_answerer

    with suppress(EOFError, OSError):  # the bot is gone
        try:
            answerer = open_answerer(settings)
        except DepecheError as error:
            connection.send(str(error))
            return
        seldom_collect()
        connection.send(None)
        while connection.poll(idle):
            question: Question = connection.recv()
            try:
                connection.send(answerer.answer(question))
            except (
                Exception
            ):  # the bot's own thread meets the same, and says so in its log, without a reader's words
                connection.send(None)
