"""A page's dates: as it tells machines, and as it tells readers (« Publié le 12 mars 2024 à 18h30 »)."""

from __future__ import annotations

import re
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

_ISO = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})(?:[T ]+(\d{2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?)?",
    re.I,
)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T?(\d{2})(\d{2})(\d{2})?)?$")
_SLASHED = re.compile(r"(\d{4})/(\d{1,2})/(\d{1,2})")
_MAILED = re.compile(r"(?:[A-Z][a-z]{2}, )?\d{1,2} [A-Z][a-z]{2} \d{4} \d{1,2}:\d{2}")  # as RFC 5322 has it
_STAMP = re.compile(r"\d{10}(?:\d{3})?$")
_EARLIEST: Final = 1990  # no page is older
_NAMES: Final = (
    "january jan janvier janv", "february feb février fevrier févr fév", "march mar mars", "april apr avril avr", "may mai",
    "june jun juin", "july jul juillet juil", "august aug août aout", "september sep sept septembre",
    "october oct octobre", "november nov novembre", "december dec décembre decembre déc",
)  # fmt: skip
_MONTHS: Final = {name: number for number, names in enumerate(_NAMES, start=1) for name in names.split()}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_CLOCK = r"(?:\D{0,12}?(?P<hour>\d{1,2})\s?(?:h|:|heures?)\s?(?P<minute>\d{2})?\s?(?P<half>[ap]\.?m\b)?)?"
_WRITTEN = (
    re.compile(
        rf"(?P<day>\d{{1,2}})(?:er|st|nd|rd|th)?\.?\s+(?:of\s+)?(?P<month>{_MONTH})\.?,?\s+(?P<year>\d{{4}}){_CLOCK}",
        re.I,
    ),
    re.compile(
        rf"\b(?P<month>{_MONTH})\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}}){_CLOCK}", re.I
    ),
    re.compile(rf"\b(?P<day>\d{{1,2}})[/.](?P<number>\d{{1,2}})[/.](?P<year>\d{{4}}){_CLOCK}", re.I),
)
_PUBLISHED = re.compile(
    r"\b(?:publi(?:é|ée|e|cation|shed)|post(?:ed|é)|paru|créé|mis en ligne|première publication|first published|date)\b",
    re.I,
)
_CHANGED = re.compile(
    r"\b(?:mis(?:e)? à jour|modifié|modifiée|actualisé|updated|last modified|modified|màj|maj)\b", re.I
)
_LONGEST: Final = 160  # characters of a line that says when
_LINES: Final = 400
_BARE: Final = 60  # characters of a line that is hardly more than a date


def moment(told: str | None) -> str | None:
    """Return a date or date-time in ISO 8601, its zone kept; None where it is none, or none that a page can have."""
    text = (told or "").strip()
    found = _read(text) if text else None
    return found if found and _EARLIEST <= int(found[:4]) <= datetime.now().year + 1 else None


def _read(text: str) -> str | None:
    if match := _ISO.match(text):
        return _iso(match.groups())
    if match := _COMPACT.match(text):
        return _iso((*match.groups(), None))
    if match := _SLASHED.match(text):
        return _day(*map(int, match.groups()))
    if _STAMP.match(text):
        return datetime.fromtimestamp(int(text[:10])).astimezone().isoformat()
    if _MAILED.match(text):
        try:
            return parsedate_to_datetime(text).isoformat()
        except (ValueError, TypeError, IndexError):
            return None
    return next((_written(match) for pattern in _WRITTEN if (match := pattern.search(text))), None)


def _iso(parts: Sequence[str | None]) -> str | None:
    """Return year, month, day, hour, minute, second and zone, as they were matched, in ISO 8601."""
    year, month, day, hour, minute, second, zone = parts
    on = _day(int(year or 0), int(month or 0), int(day or 0))
    if on is None or hour is None or minute is None or int(hour) > 23 or int(minute) > 59:
        return on
    zone = (zone or "").upper()
    zone = "+00:00" if zone in ("Z", "UTC", "GMT") else f"{zone[:3]}:{zone[-2:]}" if zone else ""
    return f"{on}T{hour}:{minute}:{min(int(second or 0), 59):02}{zone}"


def _day(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def _written(match: re.Match[str]) -> str | None:
    said = match.groupdict()
    number = said.get("number")
    month = int(number) if number else _MONTHS[said["month"].casefold()]
    on = _day(int(said["year"]), month, int(said["day"]))
    if on is None or not said["hour"]:
        return on
    hour, minute = int(said["hour"]), int(said["minute"] or 0)
    if said["half"] and hour <= 12:
        hour = hour % 12 + (12 if said["half"].lower().startswith("p") else 0)
    return f"{on}T{hour:02}:{minute:02}:00" if hour < 24 and minute < 60 else on


def stated(lines: Sequence[str]) -> tuple[str | None, str | None]:
    """Return when a page tells its readers that it was published and changed: where it says so, else in a line that is a date."""
    published = changed = bare = None
    for line in lines[:_LINES]:
        if len(line) > _LONGEST:
            continue
        for match in (m for pattern in _WRITTEN for m in pattern.finditer(line)):
            when = moment(match[0])
            before = line[: match.start()]
            if when is None:
                continue
            if (said := [*_CHANGED.finditer(before)]) and not [
                p for p in _PUBLISHED.finditer(before) if p.start() > said[-1].start()
            ]:
                changed = changed or when
            elif _PUBLISHED.search(before):
                published = published or when
            elif len(line) <= _BARE:
                bare = bare or when
    return published or bare, changed
