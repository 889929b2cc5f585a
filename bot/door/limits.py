"""How much may be asked: a token bucket for each reader and one for all of them together."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

SHORTEST_WAIT: Final = (
    15.0  # seconds; a reader who was let on after each single token would be stopped at each question
)
READERS: Final = 10_000  # whose buckets are kept: one that was not touched for so many others is full again


@dataclass(frozen=True, slots=True)
class Wait:
    """How many seconds a reader has to wait, and whether this is the first time since the limit that it is said.

    `all_together` says that it is for what all readers ask, not for what this one does.
    """

    seconds: int
    first: bool
    all_together: bool = False

    @property
    def minutes(self) -> int:
        """The same in minutes, rounded up."""
        return math.ceil(self.seconds / 60)


class Bucket:
    """Holds up to `most` tokens, and gets as many in `seconds`."""

    def __init__(self, most: int, seconds: float, now: float) -> None:
        self._most = most
        self._rate = most / seconds
        self._tokens = float(most)
        self._at = now

    def take(self, now: float) -> bool:
        """Take a token; say whether there was one."""
        self._tokens = min(self._most, self._tokens + (now - self._at) * self._rate)
        self._at = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True


@dataclass(slots=True)
class _Reader:
    bucket: Bucket
    closed_until: float = -math.inf
    closed_by_all: bool = False


class Limits:
    """So many in `seconds` for each reader, so many for all; who goes beyond waits, and is told so once.

    `clock` gives seconds, as `time.monotonic` does.
    """

    def __init__(
        self, each: int, together: int, *, seconds: float = 60.0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._each = each
        self._seconds = seconds
        self._clock = clock
        self._together = Bucket(together, seconds, clock())
        self._readers: OrderedDict[int, _Reader] = OrderedDict()

    def take(self, reader_id: int) -> Wait | None:
        """Count one of a reader's; return None where it may go on, else how long the reader has to wait."""
        now = self._clock()
        reader = self._reader(reader_id, now)
        if now < reader.closed_until:
            seconds = math.ceil(reader.closed_until - now)
            return Wait(seconds, first=False, all_together=reader.closed_by_all)
        within_own = reader.bucket.take(now)
        if within_own and self._together.take(now):
            return None
        reader.closed_by_all = within_own
        pause = max(SHORTEST_WAIT, self._seconds / self._each)
        reader.closed_until = now + pause
        return Wait(math.ceil(pause), first=True, all_together=within_own)

    def is_closed(self, reader_id: int) -> bool:
        """Say whether a reader was told to wait, and still has to."""
        reader = self._readers.get(reader_id)
        return reader is not None and self._clock() < reader.closed_until

    def _reader(self, reader_id: int, now: float) -> _Reader:
        reader = self._readers.get(reader_id)
        if reader is None:
            reader = self._readers[reader_id] = _Reader(Bucket(self._each, self._seconds, now))
            if len(self._readers) > READERS:
                self._readers.popitem(last=False)
        else:
            self._readers.move_to_end(reader_id)
        return reader
