"""A process beside the bot that answers by quotations; several may ask it at once, and their questions are read together."""

from __future__ import annotations

import gc
import signal
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Any, Final, cast

from retrieval.errors import DepecheError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from multiprocessing.connection import Connection

    from retrieval.domain import Answer, Question
    from retrieval.settings import Settings

SEATS: Final = 4  # who may ask one helper at once: the model reads four questions in 12 ms of a core, eight in 22, one in 4.2
IDLE: Final = 600.0  # seconds after which a helper that nobody asks ends


class Helper:
    """A process that answers questions one after the other. `lost` once it has ended; `answered` counts what it did."""

    def __init__(self, settings: Settings, idle: float = IDLE) -> None:
        self.lost = False
        self.answered = 0
        context = get_context("spawn")
        pipes = [context.Pipe() for _ in range(SEATS)]
        theirs = [connection for _, connection in pipes]
        self.seats = tuple(Seat(self, connection) for connection, _ in pipes)
        self._process = context.Process(
            target=_serve, args=(theirs, settings, idle), name="helper", daemon=True
        )
        self._process.start()
        for connection in theirs:
            connection.close()

    def wait(self) -> str | None:
        """Wait until it can answer; return None then, else why it never will."""
        trouble: str | None = self.seats[0].told()
        return "it ended" if self.lost else trouble

    def end(self) -> None:
        """End the process, whatever it does."""
        self._process.terminate()


class Seat:
    """A place at a helper, for one question at a time."""

    def __init__(self, helper: Helper, connection: Connection) -> None:
        self.helper = helper
        self._connection = connection

    def answer(self, question: Question) -> Answer | None:
        """Return the answer; None where the helper cannot give one, or is lost."""
        try:
            self._connection.send(question)
        except OSError:
            self.helper.lost = True
            return None
        answer: Answer | None = self.told()
        self.helper.answered += answer is not None
        return answer

    def told(self) -> Any:  # noqa: ANN401 - what the other side sent
        """Wait for what the helper says; None once it is lost."""
        try:
            return self._connection.recv()
        except (EOFError, OSError):
            self.helper.lost = True
            return None


def seldom_collect() -> None:
    """Have Python look for garbage less often, and not in what is there now, which stays: under load that took half of the event loop's time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def _serve(connections: Sequence[Connection], settings: Settings, idle: float) -> None:
    """Answer what comes, until nothing does or the bot is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the bot's to understand
    from retrieval.opening import open_answerer

    with suppress(EOFError, OSError):  # the bot is gone
        try:
            answerer = open_answerer(settings)
        except DepecheError as error:
            connections[0].send(str(error))
            return
        seldom_collect()
        connections[0].send(None)
        while ready := cast("list[Connection]", wait(connections, idle)):
            asked: list[tuple[Connection, Question]] = [(one, one.recv()) for one in ready]
            if len(asked) > 1:
                answerer.read_ahead([question for _, question in asked])
            for one, question in asked:
                try:
                    one.send(answerer.answer(question))
                except (
                    Exception
                ):  # the bot's own thread meets the same, and says so in its log, without a reader's words
                    one.send(None)
