"""Where the time of a question goes."""

from __future__ import annotations

import time


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

    def done(self, among: int = 1) -> dict[str, float]:
        """Return each lap's time, and "total", shared out evenly among so many."""
        total = (time.perf_counter() - self._start) * 1000
        return {name: round(ms / among, 2) for name, ms in {**self._laps, "total": total}.items()}
