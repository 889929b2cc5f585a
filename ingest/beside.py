"""A process beside this one that does what it is asked and can be stopped: replaced when it is, by a copy, in milliseconds."""

from __future__ import annotations

import logging
import os
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any, Final

from ingest.workbench import AFTER
from retrieval.told import Phrase

if TYPE_CHECKING:
    from collections.abc import Iterator

_WAITED: Final = 6.0  # times as long as a piece of work may take, it may wait for a processor
_STARTING: Final = 60.0  # seconds, beside those: for Python and the libraries
_BEGIN: Final = (
    "import sys; sys.path[:] = sys.argv[2:]; from ingest.workbench import serve; serve(int(sys.argv[1]))"
)


class Beside:
    """One process of `ingest.workbench`, begun when it is asked something, by one thread at a time."""

    def __init__(self) -> None:
        self._bench: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._line: Connection | None = None
        self._copy = 0
        self._met: dict[str, None] = {}

    @property
    def begun(self) -> bool:
        """Whether there is a process."""
        return self._bench is not None

    def prepare(self, kind: str) -> None:
        """Have the copies to come load what a kind of work needs before its time begins."""
        self._met[kind] = None

    def ask(self, asked: tuple[Any, ...], limit: float) -> tuple[str, Any]:
        """Return what the process says to a piece of work (`workbench` tells what that is), or how it ended."""
        try:
            return self._heard(self._send(asked), limit)
        except (EOFError, OSError):
            return self._ended()
        except BaseException:  # Ctrl-C
            self.close()
            raise

    def each(self, asked: tuple[Any, ...], limit: float) -> Iterator[tuple[str, Any]]:
        """Yield what the process says to a piece of work that gives one thing after the other; the last may be how it ended."""
        try:
            line = self._send(asked)
            while (told := self._heard(line, limit)) != AFTER:
                yield told
                if told[0] != "done":
                    return
        except (EOFError, OSError):
            yield self._ended()
        except BaseException:  # whoever asked wants no more, and it would go on
            self.close()
            raise

    def close(self) -> None:
        """End the process, whatever it does."""
        if self._line:
            self._line.close()
        if self._control:
            self._control.close()
        if self._bench:
            with suppress(ProcessLookupError):
                os.kill(self._copy or self._bench.pid, signal.SIGKILL)
            self._bench.kill()
            self._bench.wait()
        self._line = self._control = self._bench = None
        self._copy = 0

    def _send(self, asked: tuple[Any, ...]) -> Connection:
        self._met[asked[0]] = None
        line = self._line or self._connect()
        line.send(asked)
        return line

    def _heard(self, line: Connection, limit: float) -> tuple[str, Any]:
        """Return what the process says next. Raises `EOFError` where it ended, or had to be."""
        if not line.poll(limit * _WAITED + _STARTING):
            os.kill(self._copy, signal.SIGKILL)
            raise EOFError
        told: tuple[str, Any]
        told, logged, leaving = line.recv()
        if leaving:  # for another, with less behind it
            self._ended()
        for name, level, words in logged:
            logging.getLogger(name).log(level, "%s", words)
        return told

    def _connect(self) -> Connection:
        """Have a copy of the process made, and return the line to it."""
        if self._control is None:
            self._begin()
        assert self._control is not None  # noqa: S101 - `_begin` has seen to it
        ours, theirs = socket.socketpair()
        with theirs:
            socket.send_fds(self._control, [",".join(self._met).encode()], [theirs.fileno()])
        self._line = Connection(ours.detach())
        self._copy = self._line.recv()
        return self._line

    def _begin(self) -> None:
        self._control, theirs = socket.socketpair()
        with theirs:
            # libraries that make threads when they are imported: a copy has none of them
            alone = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
            self._bench = subprocess.Popen(  # noqa: S603
                [sys.executable, "-c", _BEGIN, str(theirs.fileno()), *sys.path],
                pass_fds=[theirs.fileno()],
                env=os.environ | alone,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )

    def _ended(self) -> tuple[str, Any]:
        """Return how the copy ended, once it has."""
        if self._line:
            self._line.close()
            self._line = None
        status = self._control.recv(4) if self._control else b""
        if not status:
            self.close()
            return "died", Phrase("it could not be begun, or was ended")
        number = os.waitstatus_to_exitcode(int.from_bytes(status, "big"))
        if -number in (signal.SIGPROF, signal.SIGKILL):
            return "late", None
        return "died", signal.Signals(-number).name if number < 0 else f"code {number}"
