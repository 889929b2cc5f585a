"""Reading what may never end, or take all memory, within limits, in a process beside this one."""

from __future__ import annotations

import atexit
import threading
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from ingest.beside import Beside
from ingest.documents import Document, Problem
from ingest.workbench import LETTERS
from retrieval.told import Phrase

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ingest.containers import Container
    from ingest.readying import Ready

SECONDS: Final = 10.0
MEGABYTES: Final = 1_000
# Seconds of a first look, after which a document is put aside: a page takes a hundredth of the first. Once one was, the rest must be
# quicker, so that sixty that never end keep what is good from its readers for no longer than it takes to take it in.
_FIRST, _NEXT = 1.5, 0.3


class GivenUpError(Exception):
    """Why something could not be read: what is wrong, and what to do. `slow`: it was not done in its time."""

    def __init__(self, what: str, hint: str, *, slow: bool = False) -> None:
        super().__init__(what)
        self.what = what
        self.hint = hint
        self.slow = slow


class Apart:
    """Has things read in processes of their own, `seconds` of a processor's time and `megabytes` beyond what it has for each.

    A process is begun when there is something to read, and one at a time is read, whichever thread asks. What holds many documents has
    another than they have: one of them that ends its reader ends nothing else.
    """

    def __init__(self, seconds: float = SECONDS, megabytes: int = MEGABYTES) -> None:
        self._seconds = seconds
        self._megabytes = megabytes
        self._lock = threading.Lock()
        self._documents = Beside()
        self._containers = Beside()
        self._look = _FIRST
        self._given_up: dict[str, Problem] = {}

    def article(self, document: Document, *, briefly: bool = False) -> Ready | Problem | None:
        """Return what a document holds, or why nothing; None where it needs more than a first look and is only to have that.

        What was given up is not tried again.
        """
        if document.digest in self._given_up:
            return replace(self._given_up[document.digest], place=document.place)
        seconds = self._time(briefly=briefly)
        try:
            found: Ready | Problem = self.read(
                document.kind, "ingest.readying:ready", document, seconds=seconds
            )
        except GivenUpError as error:
            if error.slow and seconds < self._seconds:
                self._look = _NEXT
                self._documents.prepare(LETTERS)  # those to come have no time for it
                return None
            found = self._given_up[document.digest] = Problem(document.place, error.what, error.hint)
        return found

    def unfold(
        self, container: Container, *, briefly: bool = False
    ) -> Iterator[Document | Problem | Container]:
        """Yield what a container holds, each document within the limits; where one takes longer, why the rest of it is left.

        Where a document is only to have a first look and needs more, the last is the container from there on.
        """
        seconds, given = self._time(briefly=briefly), container.given
        asked = self._asked(f"{container.kind} file", "ingest.containers:unfold", container, seconds=seconds)
        for told in self._containers.each(asked, seconds):
            if told == ("done", None):  # at work
                continue
            try:
                found: Document | Problem = self._found(told, seconds)
            except GivenUpError as error:
                if error.slow and seconds < self._seconds:
                    self._look = _NEXT
                    yield replace(container, given=given)
                    return
                what = Phrase("{why}; what stands before is kept", why=error.what) if given else error.what
                found = Problem(container.place, what, error.hint)
            given += 1
            yield found

    def read(self, kind: str, work: str, *given: object, seconds: float | None = None) -> Any:  # noqa: ANN401
        """Return what the function that `work` names ("module:function") makes of what is given; `kind` says what it needs.

        Raises `GivenUpError`, and `FetchError` where the function does.
        """
        limit = seconds or self._seconds
        asked = self._asked(kind, work, *given, seconds=limit)
        with self._lock:
            told = self._documents.ask(asked, limit)
        return self._found(told, limit)

    def close(self) -> None:
        """End the processes, whatever they do; another read begins one anew."""
        with self._lock:
            self._documents.close()
            self._containers.close()

    def _time(self, *, briefly: bool) -> float:
        return min(self._look, self._seconds) if briefly else self._seconds

    def _asked(self, kind: str, work: str, *given: object, seconds: float) -> tuple[Any, ...]:
        return kind, work, given, seconds, self._megabytes * 1_000_000

    def _found(self, told: tuple[str, Any], limit: float) -> Any:  # noqa: ANN401
        """Return what a process found; raise what it raised, or `GivenUpError`."""
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


@cache
def shared() -> Apart:
    """Return one for all of this process that have none of their own; it ends with the process."""
    made = Apart()
    atexit.register(made.close)
    return made
