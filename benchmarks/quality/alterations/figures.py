"""Numbers and dates changed to others of the same form."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from benchmarks.quality.alterations.calendar_words import DAYS, MONTHS
from benchmarks.quality.alterations.names import Speech, swap

if TYPE_CHECKING:
    import numpy as np

    from retrieval.domain import Language

WORDS: Final[dict[Language, list[str]]] = {
    "fr": "deux trois quatre cinq six sept huit dix onze douze quinze vingt trente quarante cinquante".split(),  # noqa: SIM905
    "en": "two three four five six seven eight ten eleven twelve fifteen twenty thirty forty fifty".split(),  # noqa: SIM905
}
_FIGURE = re.compile(r"(?<![\w.,/:-])\d[\d  ,.]*\d(?![\d/:-])|(?<![\w.,/:-])\d(?![\w/:.,-])")


def number(sentence: str, language: Language, chance: np.random.Generator, _names: Speech) -> str | None:
    """Change one number, no year, to another of the same form."""
    figures = [m for m in _FIGURE.finditer(sentence) if not re.fullmatch(r"1\d{3}|20\d\d", m[0])]
    figures = [m for m in figures if not _in_a_date(sentence, m, language)]
    if figures:
        match = figures[chance.integers(len(figures))]
        return sentence[: match.start()] + _other_figure(match[0], chance) + sentence[match.end() :]
    spelt = [*re.finditer(rf"\b({'|'.join(WORDS[language])})\b", sentence)]
    if spelt:
        match = spelt[chance.integers(len(spelt))]
        others = [w for w in WORDS[language] if w != match[0]]
        return sentence[: match.start()] + others[chance.integers(len(others))] + sentence[match.end() :]
    return None


def _in_a_date(sentence: str, match: re.Match[str], language: Language) -> bool:
    near = sentence[max(0, match.start() - 12) : match.end() + 12]
    return any(month in near for month in MONTHS[language])


def _other_figure(figures: str, chance: np.random.Generator) -> str:
    """Change one digit, or two that stand side by side, keeping the form."""
    places = [n for n, c in enumerate(figures) if c.isdigit()]
    while True:
        made = list(figures)
        place = places[chance.integers(len(places))]
        made[place] = str(chance.integers(1, 10))
        if len(places) > 2 and chance.random() < 0.3:
            a, b = places[0], places[1]
            made[a], made[b] = made[b], made[a]
        if made[places[0]] != "0" and "".join(made) != figures:
            return "".join(made)


def date(sentence: str, language: Language, chance: np.random.Generator, _names: Speech) -> str | None:
    """Change a year, a month, a day of the month or a weekday."""
    made: list[str] = []
    flags = re.IGNORECASE if language == "fr" else 0
    for match in re.finditer(r"(?<![\w.,-])(1[0-9]{3}|20[0-2]\d)(?![\w,-])", sentence):
        shift = int(chance.choice([-30, -10, -4, -2, -1, 1, 2, 3, 5, 10, 20]))
        made.append(swap(sentence, match, str(int(match[0]) + shift)))
    for listed in (MONTHS[language], DAYS[language]):
        known = "|".join(name for name in listed if name not in ("May", "March"))
        for match in re.finditer(rf"\b({known})\b", sentence, flags):
            others = [name for name in listed if name.casefold() != match[0].casefold()]
            made.append(swap(sentence, match, others[chance.integers(len(others))]))
    months = "|".join(MONTHS[language])
    for match in re.finditer(rf"\b(\d\d?)(?=(?:er|st|nd|rd|th)? (?:{months})\b)", sentence, flags):
        day = 1 + (int(match[0]) + int(chance.integers(1, 27))) % 28
        made.append(swap(sentence, match, str(day if day != int(match[0]) else day + 1)))
    return made[chance.integers(len(made))] if made else None
