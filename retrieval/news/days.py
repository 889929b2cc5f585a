"""The days a request is about: one, several, up to one, since one; and the words that name them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from retrieval.when import dated

if TYPE_CHECKING:
    from retrieval.domain import Language

_NUMERIC: Final = re.compile(r"\b(?:(\d{4})-(\d\d?)-(\d\d?)|(\d\d?)[/.](\d\d?)[/.](\d{4}))\b")
_LAST: Final = re.compile(
    r"\b(?:(?:les |ces )?(\d{1,3}) derni(?:er|ère)s (jours|semaines|mois)|(?:the )?(?:last|past) (\d{1,3}) (days|weeks|months))\b", re.I
)  # fmt: skip
_DAYS_OF: Final = {"j": 1, "d": 1, "s": 7, "w": 7, "m": 30}
_SINCE: Final = re.compile(r"\b(?:depuis|since|à partir d[eu]|after|après)(?: (?:le|the))?\s*$", re.I)
_FROM: Final = re.compile(r"(?:depuis|since)\b", re.I)
_BEFORE: Final = re.compile(r"\b(?:avant|before)(?: (?:le|the))?\s*$", re.I)
_UNTIL: Final = re.compile(r"\b(?:jusqu['’](?:au|à)|until|up to|till)(?: (?:le|the))?\s*$", re.I)
_BETWEEN: Final = re.compile(r"^\s*(?:et|and|au|to|à|-|–)(?: (?:le|the))?\s*$", re.I)


@dataclass(frozen=True, slots=True)
class Days:
    """From `since` to `until`, both included, None where it is open; `words` are the parts of the text that say so."""

    since: date | None = None
    until: date | None = None
    words: tuple[str, ...] = ()


def days_in(text: str, language: Language, today: date) -> Days:
    """Return the days a request is about, seen from `today`."""
    if last := _LAST.search(text):
        count, unit = (last[1], last[2]) if last[1] else (last[3], last[4])
        return Days(today - timedelta(days=int(count) * _DAYS_OF[unit[0].casefold()]), None, (last[0],))
    found: list[tuple[int, int, date, date]] = []
    place = 0
    while len(found) < 2:
        one = _next(text, place, language, today)
        if one is None:
            break
        found.append(one)
        place = one[1]
    if not found:
        return Days()
    start, end, first, last_day = found[0]
    if len(found) == 2 and _BETWEEN.match(text[end : found[1][0]]) and first <= found[1][3]:
        return Days(first, found[1][3], (text[start : found[1][1]],))
    return Days(*_bounds(text[:start], text[start:end], first, last_day), (text[start:end],))


def _bounds(ahead: str, said: str, first: date, last: date) -> tuple[date | None, date | None]:
    """Return from when to when is meant by days, with what stands ahead of them."""
    if _BEFORE.search(ahead):
        return None, first - timedelta(days=1)
    if _UNTIL.search(ahead):
        return None, last
    return first, None if _SINCE.search(ahead) or _FROM.match(said) else last


def _next(text: str, place: int, language: Language, today: date) -> tuple[int, int, date, date] | None:
    """Return where the next days stand in a text, and the first and the last of them."""
    rest = text[place:]
    period, said = dated(rest, language, today)
    numeric = _NUMERIC.search(rest)
    at = rest.find(said) if period else len(rest)
    if numeric and numeric.start() <= at and (day := _of_numbers(numeric)):
        return place + numeric.start(), place + numeric.end(), day, day
    if period is None:
        return None
    return place + at, place + at + len(said), period.first, period.last


def _of_numbers(match: re.Match[str]) -> date | None:
    """Return the day that numbers write: the year first, or the day first."""
    year, month, day = (match[1], match[2], match[3]) if match[1] else (match[6], match[5], match[4])
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
