"""Keeping a library up to date in one long-running process: folders are watched, and what cannot be is read again and again."""

from __future__ import annotations

import re
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ingest.documents import absolute, shown_path
from ingest.files import is_read
from retrieval.errors import DepecheError, UsageError
from retrieval.mishaps import keep
from retrieval.told import Phrase
from retrieval.urls import is_url

if TYPE_CHECKING:
    from threading import Event

    from watchfiles import Change

_UNITS: Final = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
_INTERVAL = re.compile(r"(\d{1,6})\s*([smhd])", re.I)
_LEAST: Final = 10  # seconds between two readings of the same source
_STEP, _LOOK = (
    50,
    250,
)  # milliseconds: changes are gathered so long, and looked for again after so long without any
_STILL: Final = 0.4  # seconds a file must keep its size and time: it may be half-written
_AGAIN: Final = 30.0  # seconds before a batch that could not be taken in is tried again

BringIn = Callable[[list[str], bool], list[str] | None]


def interval(told: str) -> int:
    """Return "15m", "90 s" or "2h" in seconds; raise `UsageError` where it is none, or under ten seconds."""
    match = _INTERVAL.fullmatch(told.strip())
    seconds = int(match[1]) * _UNITS[match[2].lower()] if match else 0
    if seconds < _LEAST:
        raise UsageError(
            Phrase('"{told}" is no interval', told=told),
            "Write 15m, 90s, 2h or 1d; ten seconds at the least.",
        )
    return seconds


@dataclass(frozen=True, slots=True)
class _Look:
    """What tells whether a file is still being written."""

    size: int
    time: int
    seen: float


class Keeper:
    """Brings in what changes, until it is told to stop.

    `bring_in` takes sources, and whether to wait for what takes long: where not, it returns the files that were put aside, and they are
    taken one by one while nothing else changes. Where it raises `DepecheError`, `tell` is told and the sources are tried again; where
    anything else, they are tried one by one, and the one that fails is left until it changes. `watched` are files and folders,
    `polled` anything, read every `every` seconds. With `removals` what is watched is read as a whole where a file is gone.
    """

    def __init__(
        self,
        bring_in: BringIn,
        tell: Callable[[str], object],
        stop: Event,
        *,
        watched: Sequence[str] = (),
        polled: Sequence[str] = (),
        every: int = 0,
        removals: bool = False,
    ) -> None:
        self._bring_in = bring_in
        self._tell = tell
        self._stop = stop
        self._watched = [Path(absolute(source)) for source in watched]
        self._polled = [*polled]
        self._every = every
        self._removals = removals
        self._gone = False
        self._waiting: dict[Path, _Look] = {}
        self._not_before = 0.0
        self._aside: deque[str] = deque()

    def run(self) -> None:
        """Bring everything in once, then what changes; returns when told to stop."""
        following = self._changes()
        # Watched from the first look on, so that nothing falls between the first reading and the next.
        self._waiting = {path: _Look(-1, 0, time.monotonic()) for path in next(following, ())}
        self._take([*map(str, self._watched)])
        self._take(self._polled)
        due = time.monotonic() + self._every
        for changed in following:
            now = time.monotonic()
            for path in changed:
                self._waiting.setdefault(path, _Look(-1, 0, now))
            if self._polled and now >= due:
                self._take(self._polled)
                due = time.monotonic() + self._every
            if self._gone and not self._waiting:
                self._gone = False
                self._take([str(path) for path in self._watched if self._removals])
            if now >= self._not_before and (still := self._still(now)) and not self._take([*map(str, still)]):
                self._waiting |= {path: _Look(-1, 0, now) for path in still}
                self._not_before = now + _AGAIN
            if self._aside and not self._waiting:
                self._take([self._aside.popleft()], patient=True)

    def _take(self, sources: list[str], *, patient: bool = False) -> bool:
        """Bring sources in; return whether that went well, or never will."""
        try:
            if sources and not self._stop.is_set():
                patient = patient or any(map(is_url, sources))
                aside = self._bring_in(sources, patient) or []
                self._aside.extend(one for one in aside if one not in self._aside)
        except DepecheError as error:
            self._tell(error.told)
            return False
        except Exception as error:
            if self._stop.is_set():
                raise
            if len(sources) > 1:  # one of them alone should be left
                return min(list(map(self._take, ([source] for source in sources))))
            self._tell(
                Phrase(
                    "{source}: could not be brought in ({kind}). {where}.",
                    source=shown_path(sources[0]),
                    kind=type(error).__name__,
                    where=keep(error),
                )
            )
        return True

    def _still(self, now: float) -> list[Path]:
        """Return the files among those that changed which nobody writes to any more, and forget them; those that went are forgotten too."""
        done = []
        for path, before in list(self._waiting.items()):
            try:
                told = path.stat()
            except OSError:
                del self._waiting[path]
                self._gone = True
                continue
            if (before.size, before.time) != (told.st_size, told.st_mtime_ns):
                self._waiting[path] = _Look(told.st_size, told.st_mtime_ns, now)
            elif now - before.seen >= _STILL:
                done += [path] if self._concerns(path) else []
                del self._waiting[path]
        return sorted(done)

    def _changes(self) -> Iterator[set[Path]]:
        """Yield the paths that changed, several times a second; an empty set where none did."""
        if not self._watched:
            yield set()
            while not self._stop.wait(1.0):
                yield set()
            return
        from watchfiles import watch

        roots = {path if path.is_dir() else path.parent for path in self._watched}
        missing = [root for root in sorted(roots) if not root.is_dir()]
        if missing:
            raise DepecheError(
                Phrase("{folder}: there is no such folder to watch", folder=missing[0]), "Check the path."
            )
        found: Iterable[set[tuple[Change, str]]] = watch(
            *roots,
            watch_filter=None,
            debounce=_LOOK,
            step=_STEP,
            rust_timeout=_LOOK,
            yield_on_timeout=True,
            stop_event=self._stop,
            raise_interrupt=False,
        )
        for changes in found:
            yield {path for _, name in changes if self._concerns(path := Path(name))}

    def _concerns(self, path: Path) -> bool:
        """Tell whether a path is one to read: of a kind that is read, a folder or gone, not hidden, and in what is watched."""
        for root in self._watched:
            if path == root:
                return True
            if path.is_relative_to(root) and root.is_dir():
                hidden = any(part.startswith(".") for part in path.relative_to(root).parts)
                return not hidden and (path.is_dir() or is_read(path) or not path.exists())
        return False
