"""Whether a number of a sentence is one of its source: the same, as a share or in percent, rounded, or of one order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from retrieval.verify.units import CURRENCIES, agree

if TYPE_CHECKING:
    from collections.abc import Iterator

    from retrieval.verify.numbers import Quantity


def match(said: Quantity, held: Quantity) -> bool:
    """Tell whether a number of a sentence is one of its source, units apart."""
    if "vague" in (said.kind, held.kind):
        # « des dizaines » may be said of thirty; thirty not of « des dizaines »
        return said.kind in ("vague", "round") and _order(said) == _order(held)
    if said.kind == held.kind == "round":
        return 0.8 <= max(said.values) / max(held.values) <= 1.25  # « une quarantaine », "four dozen"
    loose = not said.exact
    for one in _forms(said, held):
        for other in _forms(held, said):
            if abs(one - other) <= 1e-9 * max(abs(one), abs(other)):
                return True
            if (
                loose
                and abs(one - other) <= 0.05 * abs(other)
                and _digits(one) < _digits(other)
                and other >= 10
            ):
                return True
            if _rounded(one, other):
                return True
    return False


def _digits(value: float) -> int:
    """Return how many digits a number has before its last zeros."""
    return len(f"{value:.6f}".rstrip("0").rstrip(".").replace(".", "").rstrip("0"))


def _rounded(said: float, held: float) -> bool:
    """Tell whether a large number of two digits or more was given in fewer: 8.4 million for 8,412,300."""
    if min(said, held) < 10_000:
        return False
    digits = len(f"{said:.0f}".rstrip("0"))
    return digits >= 2 and abs(said - held) <= 0.5 * 10 ** (len(f"{said:.0f}") - digits)


def _forms(quantity: Quantity, beside: Quantity) -> Iterator[float]:
    """Yield a number's values: a share as itself, in percent beside a percentage, and as the third that "a third" may be."""
    for value in quantity.values:
        yield value
        if quantity.kind == "part" and beside.unit == "percent":
            yield value * 100
        if quantity.kind == "part" and value and abs(1 / value - round(1 / value)) < 1e-9:
            yield round(1 / value)


def _order(quantity: Quantity) -> float:
    value = max(quantity.values)
    if quantity.kind == "vague":
        return value
    for order in (1e9, 1e6, 1e3, 1e2, 1e1):
        if value >= order:
            return order
    return 0.0


def same_unit(said: Quantity, held: Quantity) -> bool:
    """Tell whether two numbers may count the same thing."""
    if (said.kind == "part" and held.unit == "percent") or (held.kind == "part" and said.unit == "percent"):
        return True
    if "vague" in (said.kind, held.kind) and not {said.unit, held.unit} & CURRENCIES:
        return True  # « des milliers de kilomètres », "thousands of miles"
    return agree(said.unit, held.unit)
