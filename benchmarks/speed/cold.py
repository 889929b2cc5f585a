"""Row a: a question from cold, whole processes from start to exit."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from benchmarks.speed.bench import called
from benchmarks.speed.measures import OURS, Measure, in_turn
from benchmarks.speed.processes import run
from benchmarks.speed.stores import tell
from benchmarks.speed.texts import QUESTIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from benchmarks.speed.bench import Bench
    from benchmarks.speed.processes import Command

_SEARCH: Final = "search"


def cold(bench: Bench) -> Iterator[Measure]:
    """Yield the times of `depeche ask` and `depeche search`, and of the others' one way to be asked, in libraries of three sizes."""
    asked_of_all = [bench.few(), whole := bench.whole()]
    for library in [*asked_of_all, *bench.grown()[-1:]]:
        systems = bench.systems if library in asked_of_all else bench.growing
        works = {s.name: _timed(s.ask, bench.stores.store(s, library)) for s in systems}
        works[_SEARCH] = _timed(bench.ours.search, library.folder)
        tell(f"asking from cold: {called(library)}")
        values = in_turn(works, bench.runs)
        searched = values.pop(_SEARCH)
        panel = "cold question" if library == whole else ""
        yield Measure(f"cold ask, {called(library)}", "s", values, panel=panel)
        yield Measure(f"cold search, {called(library)}", "s", {**values, OURS: searched})


def _timed(command: Callable[[Path, str], Command], folder: Path) -> Callable[[int], float]:
    def seconds(command: Callable[[Path, str], Command], folder: Path, number: int) -> float:
        return run(command(folder, QUESTIONS[number % len(QUESTIONS)])).seconds

    return partial(seconds, command, folder)
