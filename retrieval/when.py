"""Times in questions: « hier », "last week", « en octobre 2024 », as the days they mean.

What looks like a time is found here, by its shape; what days it means is dateparser's to say. Most questions name no time and
cost one search of a pattern; dateparser (0.25 s to import) is loaded by the first that does.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from retrieval.domain import Language

_MONTHS = {
    "fr": "janvier|février|fevrier|mars|avril|mai|juin|juillet|août|aout|septembre|octobre|novembre|décembre|decembre",
    "en": "january|february|march|april|may|june|july|august|september|october|november|december",
}
_SHORT = {  # beside a day's number
    "fr": r"(?:janv|févr|fév|avr|juil|sept|oct|nov|déc|dec)\.?",
    "en": r"(?:jan|feb|mar|apr|jun|jul|aug|sept|sep|oct|nov|dec)\.?",
}
_DAYS = {
    "fr": "lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche",
    "en": "monday|tuesday|wednesday|thursday|friday|saturday|sunday",
}
_YEAR = r"(?:19|20)\d\d"
_SHAPES: dict[Language, re.Pattern[str]] = {
    "fr": re.compile(
        rf"\b(?:(?:ce |le )?(?:{_DAYS['fr']}) )?(?P<day>(?:1er|\d\d?) (?:{_MONTHS['fr']}|{_SHORT['fr']})(?: {_YEAR})?|avant-hier|hier|aujourd['’]hui"
        rf"|il y a (?:\d+|un|une|deux|trois|quatre|cinq|six|sept|huit|dix) (?:jours?|semaines?|mois|ans?)"
        rf"|(?:la semaine|le mois|l['’]année) (?:dernière|dernier|passée?)|l['’]an dernier|cette semaine|cette année|ce mois-ci)\b"
        rf"|\b(?:ce |le )?(?P<weekday>{_DAYS['fr']})(?: dernier)?\b"
        rf"|\b(?:en|de|début|fin|mi-|courant|depuis) ?(?P<month>(?:(?:{_MONTHS['fr']})(?: {_YEAR})?)|{_YEAR})\b"
        rf"|\b(?P<bare>(?:{_MONTHS['fr']}) {_YEAR})\b",
        re.IGNORECASE,
    ),
    "en": re.compile(
        rf"\b(?:(?:on |last |this |since )?(?:{_DAYS['en']}),? (?:the )?)?(?P<day>\d\d?(?:st|nd|rd|th)?(?: of)? (?:{_MONTHS['en']}|{_SHORT['en']})(?:,? {_YEAR})?|(?:{_MONTHS['en']}|{_SHORT['en']}) \d\d?(?:st|nd|rd|th)?(?:,? {_YEAR})?(?!\d)"
        rf"|the day before yesterday|yesterday|today|(?:\d+|a|an|one|two|three|four|five|six|seven|eight|ten) (?:days?|weeks?|months?|years?) ago"
        rf"|(?:last|this|past) (?:week|month|year))\b"
        rf"|\b(?:on |last |this |since )(?P<weekday>{_DAYS['en']})\b"
        rf"|\b(?:in|of|since|during|early|late|mid-) ?(?P<month>(?:(?:{_MONTHS['en']})(?:,? {_YEAR})?)|{_YEAR})\b"
        rf"|\b(?P<bare>(?:{_MONTHS['en']}) {_YEAR})\b",
        re.IGNORECASE,
    ),
}


# What tells of days to come: with it « lundi » is the next one.
_TO_COME: dict[Language, re.Pattern[str]] = {
    "fr": re.compile(r"\b(?:\w{2,}(?:era|eront|ira|iront)|(?:au|vien|tien|pour|dev|se|fe|i)r(?:a|ont)|doit|doivent|devait|devrait|devraient|jusqu['’]|d['’]ici|dès|prochaine?)\b", re.I),
    "en": re.compile(r"\b(?:will|would|shall|expects?|expected|due|until|next|is to|are to|plans?)\b", re.I),
}  # fmt: skip
# What tells of days past: « lundi » in a sentence without is one to come (« Le procès s’ouvre lundi »).
_PAST: dict[Language, re.Pattern[str]] = {
    "fr": re.compile(r"\b(?:(?:a|ont|avait|avaient|est|sont|était|étaient|a-t-(?:il|elle|on))\b.{0,40}?\b\w+(?:é|ée|és|ées|i|ie|is|it|ite|u|ue|us|rt|rte|rts|int)|\w{2,}(?:aient|ait|èrent))\b", re.I),
    "en": re.compile(r"\b(?:was|were|had|did|said|told|rose|fell|won|lost|made|took|came|went|left|found|held|gave|began|met|died|beat|hit|saw|got|became|brought|broke|kept|paid|sent|sold|spoke|stood|struck|drew|led|has|have|[a-z]{3,}ed)\b", re.I),
}  # fmt: skip
_SOON_AGAIN = 200  # days in the past from which « le 26 octobre » is rather one to come


@dataclass(frozen=True, slots=True)
class Period:
    """The days a question means, both included."""

    first: date
    last: date

    def holds(self, day: date, *, after: int) -> bool:
        """Tell whether a day lies in the period, or up to `after` days later: news is told after the event."""
        return self.first <= day <= self.last + timedelta(days=after)


def day_of(published: str | None) -> date | None:
    """Return the day of an ISO 8601 date or date-time; None for anything else."""
    try:
        return datetime.fromisoformat(published).date() if published else None
    except ValueError:
        return None


def period(question: str, language: Language, today: date) -> Period | None:
    """Return the days a question asks about, seen from `today`; None where it names none."""
    return dated(question, language, today)[0]


def dated(question: str, language: Language, today: date) -> tuple[Period | None, str]:
    """Return the days a question asks about, seen from `today`, and the words that name them; None and "" where it names none."""
    found = _SHAPES[language].search(question)
    if not found:
        return None, ""
    days = _meant(next(words for words in found.groupdict().values() if words), language, today)
    return days, found[0] if days else ""


def _meant(said: str, language: Language, today: date) -> Period | None:
    data = _parser(language, today).get_date_data(_plain(said))
    if data.date_obj is None:
        return None
    day, size = data.date_obj.date(), data.period
    if size == "week":
        first = day - timedelta(days=day.weekday())
        return Period(first, first + timedelta(days=6))
    if size == "month":
        following = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
        return Period(day.replace(day=1), following - timedelta(days=1))
    if size == "year":
        return Period(date(day.year, 1, 1), date(day.year, 12, 31))
    return Period(day, day)


def stated_day(sentence: str, language: Language, told: date) -> date | None:
    """Return the day on which a sentence told on the day `told` says something happened; None where it states none, or one to come."""
    found = _SHAPES[language].search(sentence)
    said = found and (found["day"] or found["weekday"])
    if not found or not said or (not re.search(_YEAR, said) and _TO_COME[language].search(sentence)):
        return None
    day = (
        _weekday(found["weekday"], sentence, language, told)
        if found["weekday"]
        else _date(said, language, told)
    )
    return day if day and day <= told else None


def _weekday(said: str, sentence: str, language: Language, told: date) -> date | None:
    """Return the last day of that name, where the sentence is of the past."""
    number = _DAYS[language].split("|").index(said.casefold())
    return told - timedelta(days=(told.weekday() - number) % 7) if _PAST[language].search(sentence) else None


def _date(said: str, language: Language, told: date) -> date | None:
    """Return the day that is written; one without a year that lies long in the past is rather to come."""
    data = _parser(language, told).get_date_data(_plain(said))
    if data.date_obj is None or data.period != "day":
        return None
    day: date = data.date_obj.date()
    return day if re.search(_YEAR, said) or told - day <= timedelta(days=_SOON_AGAIN) else None


def _plain(said: str) -> str:
    """Return what dateparser knows for what it does not."""
    return re.sub(r"\bl['’]an dernier\b", "l’année dernière", re.sub(r"\b1er\b", "1", said.casefold()))


@cache
def _parser(language: Language, today: date) -> Any:  # noqa: ANN401 - dateparser has no types
    from dateparser.date import DateDataParser

    base = datetime.combine(today, time())
    return DateDataParser(languages=[language], settings={"RELATIVE_BASE": base, "PREFER_DATES_FROM": "past"})
