"""What a process that answers has to work with, and when it looks for garbage."""

from __future__ import annotations

import gc
import os


def available_cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def seldom_collect() -> None:
    """Have Python look for garbage less often."""
    gc.set_threshold(50_000, 20, 100)


def keep_what_is() -> None:
    """Have Python look for garbage no more in what is there now, which stays.

    With the other, that took half of the time of the bot's event loop under load, and it takes .2 ms of a warm question's 9.
    """
    gc.collect()
    gc.freeze()


def leave() -> None:
    """Have Python not look for garbage in all there is once more as it ends, which takes .1 s; what holds a file must be closed by now."""
    gc.freeze()
