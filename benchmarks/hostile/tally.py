"""What became of the inputs of one kind."""

from __future__ import annotations

import time
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from ingest.apart import GivenUpError
from ingest.fetch.errors import FetchError

if TYPE_CHECKING:
    from collections.abc import Iterator

_COUNTED: Final = ("crashes", "hangs", "good_lost", "bytes_leaked", "given_up", "raised_in_the_reader")
_WAITED: Final = 90.0  # seconds without an end, on a busy machine


class Tally:
    """Counts what became of inputs.

    What must not be: inputs that ended more than their reading (`crashes`), that nothing stopped (`hangs`), good articles lost beside them, bytes that
    came out of a file or a network they must not reach. What is as it should be: those given up, and those that broke their reader alone.
    """

    def __init__(self, seconds: float) -> None:
        self.tried = 0
        self.became: Counter[str] = Counter()
        self.slowest = 0.0
        self.faults: list[str] = []
        self._seconds = seconds

    def fault(self, name: str, what: str, times: int = 1) -> None:
        """Count what must not be, with a word on it."""
        self.became[name] += times
        self.faults.append(f"{name}: {what}"[:200])

    def give_up(self, why: str) -> None:
        """Count what was given up, or broke its reader, all of which a run outlives."""
        broke = "its reader failed" in why or "nested too deep" in why
        self.became["raised_in_the_reader" if broke else "given_up"] += 1

    @contextmanager
    def trying(self) -> Iterator[None]:
        """Count one input, which the block reads."""
        self.tried += 1
        began, worked = time.perf_counter(), time.process_time()
        try:
            yield
        except GivenUpError as error:
            self.give_up(error.what)
        except FetchError:
            pass
        except Exception as error:  # what an ingestion would not expect
            self.fault("crashes", f"{type(error).__name__}: {error}")
        took = time.perf_counter() - began
        if time.process_time() - worked > self._seconds or took > _WAITED:  # here, where nothing stops it
            self.fault("hangs", f"{took:.0f} s")
        self.slowest = max(self.slowest, took)

    def told(self) -> dict[str, object]:
        """Return the counts as JSON."""
        return {
            "tried": self.tried,
            **{name: self.became[name] for name in _COUNTED},
            "slowest_s": round(self.slowest, 1),
            "faults": self.faults[:5],
        }
