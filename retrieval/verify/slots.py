"""Names and numbers by what stands around them: whether one of the passage's is put where the passage has another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from retrieval.verify.meaning import Alignment

_WINDOW = 8  # words on either side among which the nearest are looked for
_NEAR = 3  # content words on either side


@dataclass(frozen=True, slots=True)
class Spot:
    """A name or a number and its place in a text."""

    text: str
    start: int
    end: int


def usurped(
    said: Sequence[Spot], held: Sequence[Spot], alignment: Alignment, same: Callable[[Spot, Spot], bool]
) -> list[tuple[Spot, Spot, float, float]]:
    """Return for each of `said` the one of `held`, which the sentence lacks, whose place it fits best, and how: (it, other, fit, own).

    A fit is the mean cosine of the words around it with those around a place of the source; `own` is the best of its own places.

    Only what the source names somewhere is looked at: what it does not name at all is another's to find.
    """
    missing = [other for other in held if not any(same(one, other) for one in said)]
    found = []
    for one in said:
        own = [other for other in held if same(one, other)]
        if not own or not missing:
            continue
        around = _content_near(one, alignment)
        if len(around) < 2:
            continue
        fits = [(_fit(around, other, alignment), other) for other in missing]
        best, other = max(fits, key=lambda fit: fit[0])
        found.append((one, other, best, max(_fit(around, place, alignment, whole=True) for place in own)))
    return found


def _content_near(spot: Spot, alignment: Alignment) -> list[int]:
    """Return the numbers of the sentence's content words that stand nearest to a spot, on both sides."""
    words = alignment.words
    before = [n for n, w in enumerate(words) if w.end <= spot.start and not w.stop][-_NEAR:]
    after = [n for n, w in enumerate(words) if w.start >= spot.end and not w.stop][:_NEAR]
    return before + after


def _fit(around: Sequence[int], spot: Spot, alignment: Alignment, *, whole: bool = False) -> float:
    """Return the mean cosine of some of the sentence's words with the nearest of those around a spot of the source.

    Of its `whole` sentence for a name's own place: a clause left out brings together what stood far apart.
    """
    held = alignment.held
    place = next((n for n, w in enumerate(held) if w.end > spot.start), None)
    if place is None:
        return 0.0
    last = max((n for n, w in enumerate(held) if w.start < spot.end), default=place)
    near = [
        n
        for n in range(len(held))
        if (whole or place - _WINDOW <= n <= last + _WINDOW)
        and held[n].sentence == held[place].sentence
        and not held[n].stop
        and not place <= n <= last
    ]
    near.sort(key=lambda n: min(abs(n - place), abs(n - last)))
    near = near if whole else near[: 2 * _NEAR + 1]
    return float(alignment.likeness[list(around)][:, near].max(axis=1).mean()) if near else 0.0
