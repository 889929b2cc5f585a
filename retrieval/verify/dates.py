"""The days, months and hours a text names, in either language's way, and whether a sentence's are its source's."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from retrieval.domain import Language

_MONTHS: Final[dict[Language, tuple[str, ...]]] = {
    "fr": ("janv(?:ier|\\.)", "f[ée]vr(?:ier|\\.)", "mars", "avr(?:il|\\.)", "mai", "juin", "juil(?:let|\\.)", "ao[uû]t",
           "sept(?:embre|\\.)", "oct(?:obre|\\.)", "nov(?:embre|\\.)", "d[ée]c(?:embre|\\.)"),
    "en": ("Jan(?:uary|\\b\\.?)", "Feb(?:ruary|\\b\\.?)", "Mar(?:ch|\\.)", "Apr(?:il|\\b\\.?)", "May", "June?\\b", "July?\\b", "Aug(?:ust|\\b\\.?)",
           "Sept?(?:ember|\\b\\.?)", "Oct(?:ober|\\b\\.?)", "Nov(?:ember|\\b\\.?)", "Dec(?:ember|\\b\\.?)"),
}  # fmt: skip
_WEEKDAYS: Final[dict[Language, tuple[str, ...]]] = {
    "fr": ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
# Days, or (days, days) from the article's own, first and last.
_RELATIVE: Final[dict[str, tuple[int, int]]] = {
    "avant-hier": (-2, -2), "hier": (-1, -1), "aujourd'hui": (0, 0), "demain": (1, 1), "après-demain": (2, 2),
    "day before yesterday": (-2, -2), "yesterday": (-1, -1), "today": (0, 0), "tomorrow": (1, 1), "tonight": (0, 0),
    "ce matin": (0, 0), "ce soir": (0, 0), "cette nuit": (-1, 1), "this morning": (0, 0), "this afternoon": (0, 0),
    "this evening": (0, 0), "last night": (-1, 0), "cet après-midi": (0, 0),
    "la semaine dernière": (-14, -1), "la semaine passée": (-14, -1), "last week": (-14, -1), "cette semaine": (-7, 7),
    "this week": (-7, 7), "la semaine prochaine": (1, 14), "next week": (1, 14),
    "le mois dernier": (-62, -1), "last month": (-62, -1), "ce mois-ci": (-31, 31), "this month": (-31, 31),
    "le mois prochain": (1, 62), "next month": (1, 62),
}  # fmt: skip
_YEARS: Final[dict[str, int]] = {
    "l'an dernier": -1, "l'année dernière": -1, "l'an passé": -1, "l'année passée": -1, "last year": -1,
    "cette année": 0, "this year": 0, "l'an prochain": 1, "l'année prochaine": 1, "next year": 1,
}  # fmt: skip
_SEASONS: Final[dict[str, str]] = {
    "printemps": "spring", "été": "summer", "automne": "autumn", "hiver": "winter",
    "spring": "spring", "summer": "summer", "autumn": "autumn", "fall": "autumn", "winter": "winter",
}  # fmt: skip
_YEAR = r"(?P<year>1\d{3}|20\d\d)"
_GAP = r"[\s\u00a0\u202f]"


def _shape(language: Language) -> re.Pattern[str]:
    month = "|".join(f"(?P<m{n}>{name})" for n, name in enumerate(_MONTHS[language], start=1))
    weekday = "|".join(_WEEKDAYS[language])
    if language == "fr":
        body = (
            rf"\b(?:(?P<weekday>{weekday})s?\b{_GAP}?)?(?:(?P<day>\d\d?)(?:er)?{_GAP}(?:(?:et|au|-){_GAP}(?P<till>\d\d?){_GAP})?)?(?:{month})(?!\w)(?:,?{_GAP}(?:de l['’]année{_GAP})?{_YEAR}\b)?"
            rf"|\b(?P<only>{weekday})s?\b(?:{_GAP}(?P<number>\d\d?)(?:er)?\b(?!{_GAP}?(?:h\b|heures|ans|%)))?"
        )
        return re.compile(body, re.I)
    return re.compile(
        rf"\b(?:(?P<weekday>{weekday})s?,?{_GAP})?(?:the{_GAP})?(?:(?P<day>\d\d?)(?:st|nd|rd|th)?{_GAP}(?:of{_GAP})?)?(?:{month})(?![a-z])"
        rf"(?:{_GAP}(?P<after>\d\d?)(?:st|nd|rd|th)?(?!\d|,\d|\.\d|{_GAP}?%)(?:{_GAP}?(?:[-–]|and|to){_GAP}?(?P<till>\d\d?)\b(?!,\d|{_GAP}?%))?)?(?:,?{_GAP}(?:of{_GAP})?{_YEAR}\b)?"
        rf"|\b(?P<only>{weekday})s?\b(?:{_GAP}(?:the{_GAP})?(?P<number>\d\d?)(?:st|nd|rd|th)\b)?"
    )


_SHAPES: Final[dict[Language, re.Pattern[str]]] = {"fr": _shape("fr"), "en": _shape("en")}
_NUMERIC = re.compile(
    r"(?<![\d/.,-])(?:(?P<iso>\d{4})-(?P<im>\d\d)-(?P<id>\d\d)|(?P<a>\d\d?)/(?P<b>\d\d?)(?:/(?P<y>\d{4}|\d\d))?)(?![\d/])"
)
_SAID = re.compile(
    r"\b(?:"
    + "|".join(
        sorted((re.escape(w).replace("'", "['’]") for w in (*_RELATIVE, *_YEARS)), key=len, reverse=True)
    )
    + r")\b",
    re.I,
)
_MODAL = re.compile(
    r"(?:\b(?:in|of|since|by|until|till|early|late|mid|last|this|next|from|to|and|during|through|between|on|before|after|for|,)[\s-]|^)$",
    re.I,
)
_SEASON = re.compile(
    r"\b(?:(?:au|cet|l['’]|de l['’]|en|le|dès l['’])\s?(printemps|été|automne|hiver)|(?:in|the|this|last|next|early|late|during|over|every|each) (?:the |of )?(spring|summer|autumn|fall|winter))\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class When:
    """A time named in a text: its parts as far as they are said, or the days it is seen from the article's (`days`, `years`)."""

    start: int
    end: int
    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    days: tuple[int, int] | None = None
    years: int | None = None
    season: str | None = None

    @property
    def named(self) -> tuple[int | None, int | None, int | None, int | None]:
        """The year, month, day and weekday, as far as they are said."""
        return self.year, self.month, self.day, self.weekday

    @property
    def parts(self) -> tuple[bool, ...]:
        """Which of them are said but the year, which may be left out."""
        return tuple(part is not None for part in self.named[1:])


def whens(text: str, language: Language) -> list[When]:
    """Return the days and months `text` names, in order."""
    found = [*_calendar(text, language), *_numeric(text, language), *_relative(text)]
    seasons = ((m.span(), (m[1] or m[2]).casefold()) for m in _SEASON.finditer(text))
    found += [When(*span, season=_SEASONS[name]) for span, name in seasons]
    return sorted(found, key=lambda w: w.start)


def _calendar(text: str, language: Language) -> Iterator[When]:
    for match in _SHAPES[language].finditer(text):
        said = match.groupdict()
        month = next((n for n in range(1, 13) if said.get(f"m{n}")), None)
        name = said["weekday"] or said["only"]
        weekday = [w.casefold() for w in _WEEKDAYS[language]].index(name.casefold()) if name else None
        day = said["day"] or said.get("after") or said["number"]
        if (
            month == 5
            and language == "en"
            and not (day or said["year"] or _MODAL.search(text[: match.start()]))
        ):
            continue
        if month == 3 and language == "fr" and match[0].startswith("M") and not (day or said["year"]):
            continue  # the planet
        if day and not 1 <= int(day) <= 31:
            continue
        yield When(*match.span(), _number(said["year"]), month, _number(day), weekday)
        if said["till"] and 1 <= int(said["till"]) <= 31:
            yield When(*match.span(), _number(said["year"]), month, _number(said["till"]))


def _numeric(text: str, language: Language) -> Iterator[When]:
    for match in _NUMERIC.finditer(text):
        if match["iso"]:
            year, month, day = int(match["iso"]), int(match["im"]), int(match["id"])
        else:
            day, month = int(match["a"]), int(match["b"])
            if month > 12:
                day, month = month, day
            year = int(match["y"]) if match["y"] else 0
            year += 2000 if 0 < year < 100 else 0
            if not match["y"] and (language == "en" or len(match["b"]) < 2):
                continue  # a score, a fraction
        if 1 <= month <= 12 and 1 <= day <= 31:
            yield When(*match.span(), year or None, month, day)


def _relative(text: str) -> Iterator[When]:
    for match in _SAID.finditer(text):
        said = match[0].casefold().replace("’", "'")
        yield When(*match.span(), days=_RELATIVE.get(said), years=_YEARS.get(said))


def _number(digits: str | None) -> int | None:
    return int(digits) if digits else None


def agree(said: When, held: Iterable[When], published: date | None, years: set[int]) -> bool:
    """Tell whether a time a sentence names is one its source names, seen from the day the article was published.

    `years` are the years that the source names anywhere; the article's own counts as named.
    """
    listed = list(held)
    if (
        published is None
        and (said.days == (0, 0) or said.years == 0)
        and not any(w.days or w.years for w in listed)
    ):
        return True  # "today" may say no more than « de nos jours »
    return any(_same(said, one, published, years) for one in listed)


def _same(said: When, held: When, published: date | None, years: set[int]) -> bool:
    if said.season or held.season:
        return said.season == held.season
    if said.years is not None:
        return said.years == held.years or bool(published and held.year == published.year + said.years)
    if held.years is not None:
        return bool(
            published and said.year == published.year + held.years and not (said.month or said.weekday)
        )
    if said.days and held.days:
        return said.days[0] <= held.days[1] and held.days[0] <= said.days[1]
    if said.year and held.year and said.year != held.year:
        return False
    if said.year and not held.year and said.year not in years | ({published.year} if published else set()):
        return False
    if _parts(said, held):
        return True
    if not published:
        return False
    ours, theirs = [*_spans(said, published)], [*_spans(held, published)]
    return any(a <= d and c <= b for a, b in ours for c, d in theirs) and not _clash(said, held)


def _parts(said: When, held: When) -> bool:
    """Tell whether every part a sentence says of a date is said in its source."""
    pairs = ((said.month, held.month), (said.day, held.day), (said.weekday, held.weekday))
    stated = [(a, b) for a, b in pairs if a is not None]
    if said.month is not None and said.day is not None and said.weekday is not None and held.weekday is None:
        stated = stated[:2]
    return bool(stated) and all(a == b for a, b in stated)


def _clash(said: When, held: When) -> bool:
    pairs = ((said.month, held.month), (said.day, held.day), (said.weekday, held.weekday))
    return any(a is not None and b is not None and a != b for a, b in pairs)


def _spans(when: When, published: date) -> Iterator[tuple[date, date]]:
    """Yield the days a time may mean, first and last, seen from the day of publication."""
    if when.days:
        yield published + timedelta(days=when.days[0]), published + timedelta(days=when.days[1])
    elif when.month and when.day:
        for year in (when.year,) if when.year else (published.year, published.year - 1, published.year + 1):
            try:
                yield (day := date(year, when.month, when.day)), day
            except ValueError:
                return
    elif when.weekday is not None:
        back = (published.weekday() - when.weekday) % 7
        for day in (published - timedelta(days=back), published + timedelta(days=7 - back)):
            yield day, day


_CLOCKS: Final[dict[Language, re.Pattern[str]]] = {
    "fr": re.compile(
        rf"\b(?P<hour>[01]?\d|2[0-4]){_GAP}?(?:h\b|h(?=\d)|heures?\b){_GAP}?(?P<minute>[0-5]\d\b)?(?!\s?(?:%|sur\s))(?:{_GAP}(?P<part>du matin|du soir|de l['’]après-midi|de la nuit))?"
        rf"|\b(?P<hour2>[01]?\d|2[0-3]):(?P<minute2>[0-5]\d)\b|(?<!après[-\s])\b(?P<noon>midi|minuit)\b", re.I),
    "en": re.compile(
        rf"\b(?P<hour>[01]?\d|2[0-3])(?:[:.](?P<minute>[0-5]\d))?{_GAP}?(?P<part>[ap]\.?m\b\.?)|\b(?P<hour2>[01]?\d|2[0-3]):(?P<minute2>[0-5]\d)\b"
        rf"|\b(?P<oclock>\d\d?){_GAP}o['’]clock|\b(?P<noon>noon|midday|midnight)\b", re.I),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Clock:
    """An hour named in a text, as the minutes of the day it may be; `hours` where it may be a length of time instead."""

    minutes: frozenset[int]
    start: int
    end: int
    hours: int | None = None


def clocks(text: str, language: Language) -> list[Clock]:
    """Return the hours `text` names: « 18 h 30 », "6:30 pm", "noon"."""
    found = []
    for match in _CLOCKS[language].finditer(text):
        said = match.groupdict()
        if said["noon"]:
            minutes = {720} if said["noon"].casefold() in ("midi", "noon", "midday") else {0}
            found.append(Clock(frozenset(minutes), *match.span()))
            continue
        hour = int(said["hour"] or said["hour2"] or said.get("oclock") or 0) % 24
        minute = int(said["minute"] or said["minute2"] or 0)
        part = (said["part"] or "").casefold()
        if part[:1] == "p" or "soir" in part or "après" in part:
            hours = {hour % 12 + 12}
        elif part[:1] == "a" or "matin" in part or "nuit" in part:
            hours = {hour % 12}
        elif language == "en" and hour <= 12:
            hours = {hour % 12, hour % 12 + 12}
        else:
            hours = {hour}
        spoken = language == "fr" and "heure" in match[0] and not said["minute"] and not part
        found.append(
            Clock(frozenset(h * 60 + minute for h in hours), *match.span(), hour if spoken else None)
        )
    return found
