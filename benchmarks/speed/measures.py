"""What was measured: of each system its values, one a run, told by median, least and most, and as ratios run by run."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

OURS: Final = "Dépêche"


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure. `values` holds, for each system that has it, one value a run; those of one run were taken in turn.

    `rate`: more is better. `panel` names the part of the chart it is drawn in, if any. Without `compared` no ratios are told:
    there the names are not systems, or the values ratios already.
    """

    name: str
    unit: str
    values: Mapping[str, Sequence[float]]
    rate: bool = False
    panel: str = ""
    compared: bool = True

    def ratios(self) -> dict[str, list[float]]:
        """Return of each other system how many times better Dépêche did, run by run; where runs are not as many, against its median."""
        ours = self.values.get(OURS)
        if not self.compared or not ours:
            return {}
        found = {}
        for name, theirs in self.values.items():
            if name != OURS:
                paired = theirs if len(theirs) == len(ours) else [statistics.median(theirs)] * len(ours)
                pairs = zip(ours, paired, strict=True)
                found[name] = [(a / b if self.rate else b / a) for a, b in pairs]
        return found

    def to_json(self) -> dict[str, Any]:
        """Return the measure with its spreads, as the results are kept."""
        return {
            "name": self.name,
            "unit": self.unit,
            "panel": self.panel,
            "values": {name: spread(found) for name, found in self.values.items()},
            "times_better": {name: spread(found) for name, found in self.ratios().items()},
        }

    def lines(self) -> list[str]:
        """Return the measure as it is printed: a line of its own, and one a system."""
        ratios = self.ratios()
        listed = [f"{self.name}, {self.unit}" if self.unit else self.name]
        for name, found in self.values.items():
            told = f"  {name:26}{_told(found)}"
            listed.append(f"{told:58}x {_told(ratios[name])}" if name in ratios else told.rstrip())
        return listed


def spread(values: Sequence[float]) -> dict[str, float]:
    """Return the least, the median and the largest value, and of how many."""
    return {
        "min": _short(min(values)),
        "median": _short(statistics.median(values)),
        "max": _short(max(values)),
        "runs": len(values),
    }


def in_turn(works: Mapping[str, Callable[[int], float]], runs: int) -> dict[str, list[float]]:
    """Return what each work gives, the works in turn in each run; a round before the first, which fills caches, is not counted."""
    values: dict[str, list[float]] = {name: [] for name in works}
    for run in range(runs + 1):
        for name, work in works.items():
            value = work(run)
            if run:
                values[name].append(value)
    return values


def _told(values: Sequence[float]) -> str:
    found = spread(values)
    if len(values) == 1:
        return f"{found['median']:g}"
    return f"{found['median']:g} ({found['min']:g} to {found['max']:g})"


def _short(value: float) -> float:
    """Return a value with four figures: more is chance."""
    return float(f"{value:.4g}")
