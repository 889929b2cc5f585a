"""Reading what may never end, or take all memory, where it can be stopped: in a process beside this one, replaced when it is."""

from __future__ import annotations

import atexit
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import replace
from functools import cache
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any, Final

from ingest.documents import Document, Problem
from ingest.workbench import LANGUAGES
from retrieval.told import Phrase

if TYPE_CHECKING:
    from ingest.readying import Ready

SECONDS: Final = 10.0
MEGABYTES: Final = 1_000
# Seconds of a first look, after which a document is put aside: a page takes a hundredth of the first. Once one was, the rest must be
# quicker, so that sixty that never end keep what is good from its readers for no longer than it takes to take it in.
_FIRST, _NEXT = 1.5, 0.3
_WAITED: Final = 6.0  # times as long as a document may work, it may wait for a processor
_STARTING: Final = 60.0  # seconds, beside those: for Python and the libraries
_BEGIN: Final = (
    "import sys; sys.path[:] = sys.argv[2:]; from ingest.workbench import serve; serve(int(sys.argv[1]))"
)


class GivenUpError(Exception):
    """Why something could not be read: what is wrong, and what to do. `slow`: it was not done in its time."""

    def __init__(self, what: str, hint: str, *, slow: bool = False) -> None:
        super().__init__(what)
        self.what = what
        self.hint = hint
        self.slow = slow


class Apart:
    """Has things read in a process of their own, `seconds` of a processor's time and `megabytes` beyond what it has for each.

    The process is begun when there is something to read, and one at a time is read, whichever thread asks.
    """

    def __init__(self, seconds: float = SECONDS, megabytes: int = MEGABYTES) -> None:
        self._seconds = seconds
        self._megabytes = megabytes
        self._lock = threading.Lock()
        self._bench: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._line: Connection | None = None
        self._copy = 0
        self._met: dict[str, None] = {}
        self._look = _FIRST
        self._given_up: dict[str, Problem] = {}

    def article(self, document: Document, *, briefly: bool = False) -> Ready | Problem | None:
        """Return what a document holds, or why nothing; None where it needs more than a first look and is only to have that.

        What was given up is not tried again.
        """
        if document.digest in self._given_up:
            return replace(self._given_up[document.digest], place=document.place)
        seconds = min(self._look, self._seconds) if briefly else self._seconds
        try:
            found: Ready | Problem = self.read(
                document.kind, "ingest.readying:ready", document, seconds=seconds
            )
        except GivenUpError as error:
            if error.slow and seconds < self._seconds:
                self._look = _NEXT
                self._met[LANGUAGES] = None  # those to come have no time for it
                return None
            found = self._given_up[document.digest] = Problem(document.place, error.what, error.hint)
        return found

    def read(self, kind: str, work: str, *given: object, seconds: float | None = None) -> Any:  # noqa: ANN401
        """Return what the function that `work` names ("module:function") makes of what is given; `kind` says what it needs.

        Raises `GivenUpError`, and `FetchError` where the function does.
        """
        limit = seconds or self._seconds
        self._met[kind] = None
        with self._lock:
            told = self._told((kind, work, given, limit, self._megabytes * 1_000_000), limit)
        match told:
            case ("done", found):
                return found
            case ("raised", error):
                raise error
            case ("starved", _):
                what = Phrase("takes more than {most:,} MB of memory to read", most=self._megabytes)
                raise GivenUpError(what, "DEPECHE_READ_MEMORY may be raised")
            case ("late", _):
                what = Phrase("takes longer than {limit:g} seconds to read", limit=limit)
                raise GivenUpError(what, "DEPECHE_READ_TIMEOUT may be raised", slow=True)
            case ("failed", (name, where)):
                raise GivenUpError(
                    Phrase("could not be read, for its reader failed ({kind})", kind=name), where
                )
            case (_, name):
                raise GivenUpError(Phrase("ends the program that reads it ({name})", name=name), "")

    def close(self) -> None:
        """End the process, whatever it does; another read begins one anew."""
        with self._lock:
            self._end()

    def _told(self, asked: tuple[Any, ...], limit: float) -> tuple[str, Any]:
        """Return what the process says, or how it ended."""
        try:
            line = self._line or self._connect()
            line.send(asked)
            if line.poll(limit * _WAITED + _STARTING):
                told: tuple[str, Any]
                told, logged = line.recv()
                for name, level, words in logged:
                    logging.getLogger(name).log(level, "%s", words)
                return told
            os.kill(self._copy, signal.SIGKILL)
        except (EOFError, OSError):
            pass
        except BaseException:  # Ctrl-C
            self._end()
            raise
        return self._ended()

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
            self._end()
            return "died", Phrase("it could not be begun, or was ended")
        number = os.waitstatus_to_exitcode(int.from_bytes(status, "big"))
        if -number in (signal.SIGPROF, signal.SIGKILL):
            return "late", None
        return "died", signal.Signals(-number).name if number < 0 else f"code {number}"

    def _end(self) -> None:
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


@cache
def shared() -> Apart:
    """Return one for all of this process that have none of their own; it ends with the process."""
    made = Apart()
    atexit.register(made.close)
    return made
