"""Where the time of a question goes."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class Clock:
    """Wall time between laps, in milliseconds; a lap run twice is added up."""

    def __init__(self) -> None:
        self._start = self._last = time.perf_counter()
        self._laps: dict[str, float] = {}

    def lap(self, name: str) -> None:
        """Add what has passed since the last lap to `name`."""
        now = time.perf_counter()
        self._laps[name] = self._laps.get(name, 0.0) + (now - self._last) * 1000
        self._last = now

    def add(self, laps: Mapping[str, float]) -> None:
        """Count milliseconds that were spent before, as laps and in the total."""
        for name, ms in laps.items():
            self._laps[name] = self._laps.get(name, 0.0) + ms
            self._start -= ms / 1000

    @property
    def laps(self) -> dict[str, float]:
        """Each lap's milliseconds so far."""
        return {**self._laps}

    def done(self) -> dict[str, float]:
        """Return each lap's time, and "total"."""
        total = (time.perf_counter() - self._start) * 1000
        return {name: round(ms, 2) for name, ms in {**self._laps, "total": total}.items()}
