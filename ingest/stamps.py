"""What a page's own lines say about when it was published and changed, and by whom, in French and English.

« Publié le 12 mars 2024 à 18h30 », "Updated Oct. 3, 2025, 9:35 p.m. ET", "By Ann Lee". Relative times (« il y a 2 heures ») are no
dates. Nothing is guessed: a line is a stamp as a whole or not at all, and a day that does not exist is none.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

_LONGEST = 160  # characters of such a line
_NAMES = 8  # words of a byline
_AFTER = 6  # words after it (« pour Le Courrier »)

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan janvier janv", "february feb février fevrier févr fév fev", "march mar mars", "april apr avril avr",
            "may mai", "june jun juin", "july jul juillet juil", "august aug août aout", "september sept sep septembre",
            "october oct octobre", "november nov novembre", "december dec décembre decembre déc",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DAY = (
    r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|mon|tue|wed|thu|fri|sat|sun|"
    r"lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|lun|mar|mer|jeu|ven|sam|dim)\.?"
)
# Only zones that mean one offset; "ET" is two, by the day of the year, and so leaves the time without one.
_ZONES = {
    "gmt": 0,
    "utc": 0,
    "z": 0,
    "bst": 60,
    "cet": 60,
    "cest": 120,
    "est": -300,
    "edt": -240,
    "pst": -480,
    "pdt": -420,
}
_ZONE = r"(?P<zone>gmt|utc|z|bst|cest|cet|est|edt|pst|pdt|[+-]\d\d:?\d\d)|(?:et|pt|ct|mt|cst|cdt|mst|mdt|heure de paris|\(?heure locale\)?|local time)"
_CLOCK = re.compile(
    rf"(?P<h>\d{{1,2}}) ?(?:[:h.] ?(?P<m>\d\d)(?::(?P<s>\d\d)(?:\.\d+)?)?|h|(?=[ap]\.?m))(?: ?(?P<half>[ap])\.?m\b\.?)?(?: ?(?:{_ZONE})\b)?",
    re.I,
)
_DATE = re.compile(
    rf"(?:(?P<y1>\d{{4}})[-/.](?P<m1>\d{{1,2}})[-/.](?P<d1>\d{{1,2}})"
    rf"|(?P<d2>\d{{1,2}})(?P<sep>[-/.])(?P<m2>\d{{1,2}})(?P=sep)(?P<y2>\d{{4}})"
    rf"|(?P<d3>\d{{1,2}})(?:er|st|nd|rd|th)?(?: of)? (?P<m3>{_MONTH})\.?,? (?P<y3>\d{{4}})"
    rf"|(?P<m4>{_MONTH})\.? (?P<d4>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<y4>\d{{4}}))(?!\d)",
    re.I,
)
_MODIFIED = r"(?:last |dernière )?(?:updated|modified|revised|amended|mise? à jour|modifiée?|actualisée?|mise à jour|modification|maj)"
_PUBLISHED = r"(?:first |originally |initialement )?(?:published|posted|publication|publiée?|parue?|mise? en ligne|écrite?|créée?|posté|diffusée?|published online)"
_WORD = re.compile(rf"(?:(?P<modified>{_MODIFIED})|(?P<published>{_PUBLISHED}))\b(?: ?:)?", re.I)
_GLUE = re.compile(
    rf"(?:[\s,;:|·•()\[\]–—-]+|T(?=\d)|(?:le|the|on|at|à|a|de|du|and|et|il est|date|l’|article|by admin|par admin|(?:temps de )?lecture ?:? ?\d+ ?min(?:utes?)?|(?:reading time:? )?\d+ ?min(?:ute)?s?(?: read| de lecture)|last|dernière)\b|{_DAY}(?!\w))",
    re.I,
)
_BY = re.compile(
    r"(?:written by|words by|text by|reported by|propos recueillis par|écrit par|publié par|texte|by|par|de notre correspondante?)(?: ?: ?| )(?P<names>\S.*)",
    re.I,
)
_BY_AFTER = re.compile(r"[\s,|·•–—-]+(?=(?:written by|écrit par|publié par|by|par) )", re.I)
_NAME = r"(?:(?:d[eu]|van|von|der|den|la|le|el|al|bin|da|di|dos|ben|O|D|L|Mc)[’' -]?)?[A-ZÀ-ÖØ-ÞŒ][\w’'.-]*"
PEOPLE = re.compile(rf"{_NAME}(?: {_NAME}){{0,4}}(?:(?:,? (?:and|et|&) |, ?){_NAME}(?: {_NAME}){{0,4}})*")
_AFTER_NAME = re.compile(
    r"\s*(?:[|•·/]|,? (?:for|pour|avec|with|à|in|publié|published|updated|mis à jour|le \d|le [A-Z])\b|[–—]|\(|, \d)",
    re.I,
)
_ORGANISATION = re.compile(r",? ?\b[A-Z]{2,}(?: [A-Z]{2,})*$")  # USA TODAY, AFP
_NOBODY = re.compile(
    r"(?:AFP|AP|Reuters|the|la|le|les|staff|rédaction|admin|ailleurs|contre|exemple|rapport)\b", re.I
)

Form = Literal["published", "modified"]


@dataclass(frozen=True, slots=True)
class Stamps:
    """When a page says it was published and modified (ISO 8601, with time and offset where it gives them), and by whom."""

    published: str | None = None
    modified: str | None = None
    author: str | None = None

    def __or__(self, other: Stamps) -> Stamps:
        """Return these, with `other` for what they do not say."""
        return Stamps(
            self.published or other.published, self.modified or other.modified, self.author or other.author
        )


def read_stamp(line: str, *, day_first: bool = False) -> Stamps | None:
    """Return what a line that is a stamp or a byline, or both, says; None where it says anything else too.

    A date on its own is when it was published. 03/04/2024 is 3 April where `day_first`, as in French; else it is a stamp that
    says no day, since it would be another in Britain than in the United States. 25/04/2024 is one day everywhere.
    """
    plain = " ".join(line.replace("'", "’").split()).strip(" |·•–—-*")
    if not plain or len(plain) > _LONGEST:
        return None
    author = None
    if match := _BY.match(plain):
        people = PEOPLE.match(match["names"])
        if people is None or _NOBODY.match(people[0]):
            return None
        names = _ORGANISATION.sub("", people[0])
        plain = match["names"][people.end() :]
        if not 2 <= len(names.split()) <= _NAMES or (plain and not _AFTER_NAME.match(plain)):
            return None
        author = names.rstrip(" .,")
    dates = _dates(plain, day_first=day_first)
    if dates is not None:
        return Stamps(dates.get("published"), dates.get("modified"), author)
    if author is None:
        return _signed(plain, day_first=day_first)
    return Stamps(author=author) if len(plain.split()) <= _AFTER and plain[-1:] not in tuple(".?!") else None


def _signed(plain: str, *, day_first: bool) -> Stamps | None:
    """Return what a line says that gives the day first, then the name: 14 mars 2025, par Ann Lee."""
    match = _BY_AFTER.search(plain)
    if match is None:
        return None
    when, by = read_stamp(plain[: match.start()], day_first=day_first), read_stamp(plain[match.end() :])
    return when | by if when and by and by.author else None


def read_stamps(lines: Iterable[str], *, day_first: bool = False) -> Stamps:
    """Return what those of `lines` say that are stamps; what comes first counts."""
    found = Stamps()
    for line in lines:
        found |= read_stamp(line, day_first=day_first) or Stamps()
    return found


def is_relative(line: str) -> bool:
    """Tell whether a line says only how long ago something was (« il y a 2 heures », "5m ago"), or only an hour."""
    plain = " ".join(line.split()).strip(" |·•–—-()").casefold()
    return bool(_RELATIVE.fullmatch(plain))


_RELATIVE = re.compile(
    r"(?:(?:publié|mis à jour|updated|posted|published|modifié) )?(?:il y a (?:\d+|une?|quelques) ?(?:s|sec|secondes?|min|mn|minutes?|h|heures?|j|jours?|semaines?|mois|ans?)"
    r"|(?:\d+|an?|one) ?(?:s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?|w|weeks?|months?|years?) ago|just now|à l’instant|yesterday|hier|today|aujourd’hui)"
    r"|\d{1,2}(?:[:h]\d\d| h \d\d)(?: ?[ap]\.?m\.?)?(?: ?(?:et|gmt|bst|utc|cet))?"
)


def _dates(plain: str, *, day_first: bool) -> dict[Form, str] | None:
    """Return the dates of a line that holds nothing else, by what they are; None where it holds other words, or no date."""
    found: dict[Form, str] = {}
    form: Form | None = None
    day = time = ""  # what is read and not yet kept
    place, dates = 0, 0

    def keep() -> None:
        if day:
            found.setdefault(form or "published", f"{day}T{time}" if time else day)

    while place < len(plain):
        if match := _DATE.match(plain, place):
            if day:
                keep()
                form, time = None, ""
            read = _day(match, day_first=day_first)
            if read is None:
                return None
            day, dates = read, dates + 1
        elif not time and (match := _CLOCK.match(plain, place)):
            read = _time(match)
            if read is None:
                return None
            time = read
        elif match := _WORD.match(plain, place):
            keep()
            day = time = ""
            form = "modified" if match["modified"] else "published"
        elif not (match := _GLUE.match(plain, place)) or match.end() == place:
            return None
        place = match.end()
    keep()
    return found if dates else None


def _day(match: re.Match[str], *, day_first: bool) -> str | None:
    """Return a day in ISO 8601, "" where it may be either of two, None where there is none such."""
    form = next(f for f in "1234" if match[f"y{f}"])
    year, month, day = int(match[f"y{form}"]), match[f"m{form}"].casefold(), int(match[f"d{form}"])
    readings = [(_MONTHS.get(month) or int(month), day)]
    if form == "2":
        readings.append((day, int(month)))
    days = []
    for m, d in readings:
        with suppress(ValueError):
            days.append(date(year, m, d).isoformat())
    if not days:
        return None
    return days[0] if day_first or len(set(days)) == 1 else ""


def _time(match: re.Match[str]) -> str | None:
    hour, minute = int(match["h"]), int(match["m"] or 0)
    if half := (match["half"] or "").lower():
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    if hour > 23 or minute > 59 or int(match["s"] or 0) > 59:
        return None
    seconds = f":{match['s']}" if match["s"] else ":00"
    return f"{hour:02d}:{minute:02d}{seconds}{_offset(match['zone'])}"


def _offset(zone: str | None) -> str:
    if not zone:
        return ""
    if zone[0] in "+-":
        return zone if ":" in zone else f"{zone[:3]}:{zone[3:]}"
    minutes = _ZONES[zone.casefold()]
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:00"
