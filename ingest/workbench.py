"""The process in which documents are read: a copy of it does the work, and where that one ends another is made in milliseconds.

It is begun by `ingest.beside` with nothing but an end of a line, has no thread, and imports no more than its work needs. A piece of work is what
kind of thing it is about, the function that does it ("module:function"), what that is given, the seconds of a processor's time and the bytes beyond what
it has that it may take. A function that yields has the seconds anew for each thing; `AFTER` is said after the last.
"""

from __future__ import annotations

import logging
import os
import resource
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import suppress
from importlib import import_module
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from retrieval.told import Phrase

if TYPE_CHECKING:
    from collections.abc import Callable

AFTER: Final = ("after", None)
LETTERS: Final = "languages"  # the statistics of letters: a second's work, which few documents need
# What each kind of document needs, imported once for all copies and before the time of a document begins.
_NEEDED: Final[dict[str, tuple[str, ...]]] = {
    "pdf": ("pypdf", "ingest.pages.pdf"),
    "feed": ("feedparser", "ingest.feeds"),
    "json feed": ("ingest.feeds",),
    "sitemap": ("lxml.etree", "ingest.sitemaps"),
    "robots": ("protego", "ingest.fetch.robots"),
    "row file": ("ingest.containers",),
    "warc file": ("ingest.containers", "warcio.archiveiterator"),
}
_PAGES: Final = ("page", "mail")
_prepared: set[str] = set()
_SAID: Final = "La mairie a dit que le bac de Lauzan, qui avait été arrêté pour les travaux de la cale, reprendra ses traversées lundi. "
_OWN: Final = f"<!doctype html><html lang='fr'><title>Le bac</title><article><h1>Le bac</h1><p>{_SAID * 3}<p>{_SAID * 4}</article>"
_KEPT: Final = 1 << 30  # bytes by which a copy may have grown and is still used


def serve(end: int) -> None:
    """Make a copy for each line that comes, and tell how it ended, until whoever asks is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the other end to understand
    with socket.socket(fileno=end) as control:
        while True:
            kinds, lines, _, _ = socket.recv_fds(control, 4_096, 1)
            if not lines:
                return
            for kind in kinds.decode().split(","):
                _prepare(kind)
            copy = os.fork()
            if not copy:
                control.close()
                with suppress(EOFError, OSError):  # the other end is gone
                    _work(Connection(lines[0]))
                os._exit(0)
            os.close(lines[0])
            status = os.waitpid(copy, 0)[1]
            try:
                control.send(status.to_bytes(4, "big"))
            except OSError:
                return


class _Heard(logging.Handler):
    """Keeps what is logged, for whoever asked to log it: logger, level and words."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[tuple[str, int, str]] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a record."""
        told = record.args[0] if record.msg == "%s" and isinstance(record.args, tuple) else None
        words = told if isinstance(told, Phrase) else record.getMessage()
        self.lines.append((record.name, record.levelno, words))


def _work(line: Connection) -> None:
    """Read what comes, each within its limits; end where one has left much behind."""
    heard = _Heard()
    logging.getLogger().addHandler(heard)
    line.send(os.getpid())
    started = _size()
    leaving = False
    while not leaving:
        kind, work, given, seconds, most = line.recv()
        _prepare(kind)
        _bound(_size() + most)
        for told, last in _each(_function(work), given, seconds):
            leaving = last and _size() >= started + _KEPT
            line.send((told, heard.lines, leaving))  # that it leaves, or the next to ask would find nobody
            heard.lines.clear()
        _bound(resource.RLIM_INFINITY)


def _each(
    function: Callable[..., Any], given: tuple[Any, ...], seconds: float
) -> Iterator[tuple[tuple[str, Any], bool]]:
    """Yield what a function makes of what is given, and whether it is the last; of one that yields, each thing, and that there is no more."""
    told = _timed(function, given, seconds)
    if not isinstance(told[1], Iterator):
        yield told, True
        return
    things = told[1]
    while (told := _timed(next, (things, AFTER), seconds)) != ("done", AFTER):
        yield told, told[0] != "done"
        if told[0] != "done":
            return
    yield AFTER, True


def _timed(function: Callable[..., Any], given: tuple[Any, ...], seconds: float) -> tuple[str, Any]:
    signal.setitimer(signal.ITIMER_PROF, seconds)  # of a processor's time; SIGPROF ends the process
    told = _done(function, given)
    signal.setitimer(signal.ITIMER_PROF, 0)
    return told


def _done(function: Callable[..., Any], given: tuple[Any, ...]) -> tuple[str, Any]:
    from ingest.fetch.errors import FetchError
    from retrieval.mishaps import keep

    try:
        return "done", function(*given)
    except MemoryError:
        return "starved", None
    except FetchError as error:
        return "raised", error
    except Exception as error:
        return "failed", (type(error).__name__, keep(error))


def _function(name: str) -> Callable[..., Any]:
    module, _, function = name.partition(":")
    found: Callable[..., Any] = getattr(import_module(module), function)
    return found


def _prepare(kind: str) -> None:
    """Import and load what a kind of document needs, once."""
    if kind in _prepared:
        return
    _prepared.add(kind)
    if kind == LETTERS:
        from retrieval.language import identifier

        identifier()
    elif kind in _NEEDED:
        for module in _NEEDED[kind]:
            import_module(module)
    else:
        from ingest.documents import Document
        from ingest.readying import ready

        # One of our own: the libraries import and load much when they are first used.
        raw = _OWN.encode() if kind in _PAGES else b""
        ready(Document("", "", "", "", "page" if raw else "text", text=_OWN, raw=raw))


def _size() -> int:
    """Return how many bytes this process has mapped; 0 where the system does not tell it so."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    except OSError:
        return 0


def _bound(most: int) -> None:
    """Let this process map no more than so many bytes, where the system keeps to such a limit (Linux does, macOS does not)."""
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (most, resource.RLIM_INFINITY))
