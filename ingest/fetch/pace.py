"""How often a host is asked: one request at a time, a while apart, and not at all for now where it keeps failing."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ingest.fetch.errors import FetchError
from retrieval.told import Phrase

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_HOSTS = 8  # asked at once
_HOPELESS = 3  # requests that failed one after the other, retries and all


class _Host:
    def __init__(self) -> None:
        self.turn = threading.Lock()
        self.next = 0.0
        self.failures = 0


class Pace:
    """The turns of every host. `wait` sleeps, and may raise where the run is told to stop."""

    def __init__(self, wait: Callable[[float], None]) -> None:
        self._wait = wait
        self._hosts: defaultdict[str, _Host] = defaultdict(_Host)
        self._slots = threading.BoundedSemaphore(_HOSTS)
        self._lock = threading.Lock()

    @contextmanager
    def turn(self, name: str, delay: float) -> Iterator[None]:
        """Wait until `name` may be asked, hold its turn for a block; the next comes `delay` seconds after this one began.

        Raises `FetchError` where the host has failed too often to be asked again in this run.
        """
        host = self._host(name)
        with host.turn:
            if host.failures >= _HOPELESS:
                what = Phrase(
                    "its host failed {times} times running, so it is left alone for now", times=_HOPELESS
                )
                raise FetchError(what, "Try later")
            self._wait(max(0.0, host.next - time.monotonic()))
            with self._slots:
                host.next = time.monotonic() + delay
                yield

    def rest(self, name: str, seconds: float) -> None:
        """Let a host rest: nobody's turn comes before."""
        host = self._host(name)
        host.next = max(host.next, time.monotonic() + seconds)

    def told(self, name: str, *, failed: bool) -> None:
        """Note how a request ended."""
        host = self._host(name)
        host.failures = host.failures + 1 if failed else 0

    def _host(self, name: str) -> _Host:
        with self._lock:
            return self._hosts[name]
