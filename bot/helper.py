"""A process beside the bot that answers by quotations, several questions at once."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any, Final

from retrieval.errors import DepecheError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from multiprocessing.connection import Connection

    from retrieval.answerer import Answerer
    from retrieval.domain import Answer, Question
    from retrieval.settings import Settings

IDLE: Final = 600.0  # seconds after which a helper that nobody asks ends
_REAPED: Final = 5.0  # seconds; its end of the line is closed, and it is gone in milliseconds
YIELDS: Final = 10  # how far below the bot's its priority is: the bot's event loop goes first, and answers go on while a helper starts


class Helper:
    """A process that answers questions, several at once. `lost` once it has ended; `answered` counts what it did."""

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

    def answer(self, questions: Sequence[Question]) -> list[Answer | None]:
        """Return the answers; None for those that the helper cannot give, for all where it is lost. One thread at a time asks."""
        try:
            self._connection.send(questions)
        except OSError:
            self.lost = True
        answers: list[Answer | None] = self._told() or [None] * len(questions)
        self.answered += len(answers) - answers.count(None)
        return answers

    def end(self) -> None:
        """End the process, whatever it does."""
        self._process.terminate()

    def ended_by_itself(self) -> bool:
        """Say of one that is lost whether nobody had asked it for long, or it was ended."""
        self._process.join(_REAPED)
        return self._process.exitcode == 0

    def _told(self) -> Any:  # noqa: ANN401 - what the other side sent
        """Wait for what the helper says; None once it is lost."""
        try:
            return None if self.lost else self._connection.recv()
        except (EOFError, OSError):
            self.lost = True
            return None


def _serve(connection: Connection, settings: Settings, idle: float) -> None:
    """Answer what comes, until nothing does or the bot is gone."""
    os.nice(YIELDS)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the bot's to understand
    from retrieval.opening import open_answerer
    from retrieval.process import keep_what_is, seldom_collect

    with suppress(EOFError, OSError):  # the bot is gone
        try:
            answerer = open_answerer(settings)
        except DepecheError as error:
            connection.send(str(error))
            return
        seldom_collect()
        keep_what_is()
        connection.send(None)
        while connection.poll(idle):
            connection.send(_answers(answerer, connection.recv()))


def _answers(answerer: Answerer, questions: Sequence[Question]) -> list[Answer | None]:
    try:
        made = [*answerer.answer_all(questions)]
    except Exception:  # the bot's own thread meets the same, and says so in its log, without a reader's words
        return [None] * len(questions)
    return [None if isinstance(one, DepecheError) else one for one in made]
