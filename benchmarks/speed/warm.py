"""Row b: a question to a process that is warm, each asked for the first time, and where Dépêche's time goes."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING, Final

from benchmarks.speed.bench import called
from benchmarks.speed.measures import Measure, in_turn
from benchmarks.speed.processes import run
from benchmarks.speed.stores import tell
from benchmarks.speed.systems import timings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from benchmarks.speed.bench import Bench
    from benchmarks.speed.stores import Kept
    from benchmarks.speed.systems import System

TOTAL: Final = "total"
_ASKED: Final = 100  # questions
_WARM_UP: Final = 20  # of them, which are not counted


def warm(bench: Bench) -> Iterator[Measure]:
    """Yield what a question takes (the median of a process's questions, a process a run), then what each stage of ours does."""
    library = bench.whole()
    tell(f"asking warm processes: {called(library)}")
    stages: list[dict[str, float]] = []
    works = {s.name: asking(bench, s, library, stages if s is bench.ours else []) for s in bench.systems}
    values = in_turn(works, bench.runs)
    yield Measure(f"warm question to its answer, {called(library)}", "ms", values, panel="warm question")
    counted = stages[1:]
    yield Measure(
        "where Dépêche's time goes",
        "ms",
        {stage: [found[stage] for found in counted] for stage in counted[0]},
        compared=False,
    )


def asking(
    bench: Bench, system: System, library: Kept, stages: list[dict[str, float]]
) -> Callable[[int], float]:
    """Return what starts a process, asks it, and returns the milliseconds of a question; the stages' are added to `stages`."""
    folder, asked = bench.stores.store(system, library), bench.questions(_ASKED)

    def milliseconds(_run: int) -> float:
        stages.append(_medians(timings(run(system.warm(folder, asked)).output)))
        return stages[-1][TOTAL]

    return milliseconds


def _medians(found: Sequence[dict[str, float]]) -> dict[str, float]:
    counted = found[min(_WARM_UP, len(found) // 3) :]
    return {stage: statistics.median(one.get(stage, 0.0) for one in counted) for stage in counted[0]}
