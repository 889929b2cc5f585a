"""Figures from outcomes, each with the interval that resampling the questions gives."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from retrieval.words import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

_RESAMPLES = 2_000


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure between 0 and 1, with its 95 % bootstrap interval and the number of questions it rests on."""

    value: float
    low: float
    high: float
    count: int

    def to_json(self) -> dict[str, Any]:
        """Return the figure for the results file."""
        return {
            "value": round(self.value, 4),
            "interval": [round(self.low, 4), round(self.high, 4)],
            "questions": self.count,
        }

    def __str__(self) -> str:
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"


def share(outcomes: Sequence[bool]) -> Figure:
    """Return the share of true outcomes with its 95 % Wilson interval, which holds for few of them, and for all or none, too."""
    count, z = len(outcomes), 1.96
    value = sum(outcomes) / count
    centre = (value + z * z / (2 * count)) / (1 + z * z / count)
    half = z / (1 + z * z / count) * math.sqrt(value * (1 - value) / count + z * z / (4 * count * count))
    return Figure(value, max(0.0, centre - half), min(1.0, centre + half), count)


def mean(outcomes: Sequence[float]) -> Figure:
    """Return the mean of one number a question."""
    return of(np.asarray(outcomes, np.float64)[:, None], lambda rows: rows.mean(axis=-2)[..., 0])


def of(rows: NDArray[np.float64], measure: Callable[[NDArray[np.float64]], NDArray[np.float64]]) -> Figure:
    """Return `measure` of `rows` (n, c), a row a question; it is also given stacks of resampled rows (r, n, c)."""
    drawn = np.random.default_rng(0).integers(len(rows), size=(_RESAMPLES, len(rows)))
    with np.errstate(invalid="ignore"):
        values = np.concatenate([measure(rows[part]) for part in np.array_split(drawn, 20)])
        low, high = np.nanquantile(values, (0.025, 0.975)) if np.isfinite(values).any() else (0.0, 0.0)
        value = float(np.nan_to_num(measure(rows)))
    return Figure(value, float(low), float(high), len(rows))


def ranks(gold: Sequence[str], found: Sequence[Sequence[str]]) -> dict[str, Figure]:
    """Return R@1, R@5 and nDCG@10 where one article is right for each question."""
    places = [ids.index(pid) if pid in ids else None for pid, ids in zip(gold, found, strict=True)]
    gains = [0.0 if place is None or place >= 10 else 1 / math.log2(place + 2) for place in places]
    return {
        "R@1": mean([place == 0 for place in places]),
        "R@5": mean([place is not None and place < 5 for place in places]),
        "nDCG@10": mean(gains),
    }


def refusals(refused: NDArray[np.bool_], unanswerable: NDArray[np.bool_]) -> dict[str, Figure]:
    """Return how many refusals are right (precision), how many that are due are made (recall), and F1."""
    rows = np.stack([refused & unanswerable, refused, unanswerable], axis=1).astype(np.float64)

    def part(total: Callable[[NDArray[np.float64]], NDArray[np.float64]]) -> Figure:
        return of(rows, lambda stack: total(np.moveaxis(stack.sum(axis=-2), -1, 0)))

    return {
        "precision": part(lambda s: s[0] / s[1]),
        "recall": part(lambda s: s[0] / s[2]),
        "F1": part(lambda s: 2 * s[0] / (s[1] + s[2])),
    }


def holds(text: str, answers: Sequence[str]) -> bool:
    """Tell whether any of the answers is in the text, accents, case and spacing apart."""
    said = _plain(text)
    return any(_plain(answer) in said for answer in answers)


def _plain(text: str) -> str:
    return " ".join(fold(text).split())
