"""Names changed: for another of the passage, for one of another passage, with each other; and what may be swapped in."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from benchmarks.quality.alterations.calendar_words import DAYS, MONTHS

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

    from retrieval.domain import Language

_RUN = re.compile(
    r"(?<=[a-zà-ÿ,’'] )(?!I\b|I['’])([A-ZÉÈÀÂÎÔ][\w’'-]*[a-zà-ÿ][\w-]*(?: (?:de |du |of |van |von )?[A-ZÉÈÀÂÎÔ][\w-]+)*|[A-Z]{2,5})(?![\w’'])"
)


class Speech:
    """What may be swapped in: the names of a passage, and those of others."""

    def __init__(self, passage: str, elsewhere: str) -> None:
        self.passage = passage
        self.here = named(passage)
        self.there = named(elsewhere)


def named(text: str) -> list[str]:
    """Return the runs of capitalised words inside the sentences of `text`, but no months and days."""
    calendar = {*MONTHS["en"], *DAYS["en"]}
    runs = (m[1] for m in _RUN.finditer(text))
    return [run for run in dict.fromkeys(runs) if not calendar & set(run.split()) and len(run) > 2]


def swap(sentence: str, match: re.Match[str], words: str) -> str:
    """Return the sentence with other words in the place of a match."""
    return sentence[: match.start()] + words + sentence[match.end() :]


def name_here(sentence: str, _language: Language, chance: np.random.Generator, names: Speech) -> str | None:
    """Put another name of the passage in the place of one."""
    return _rename(sentence, names.here, chance)


def name_elsewhere(
    sentence: str, _language: Language, chance: np.random.Generator, names: Speech
) -> str | None:
    """Put a name of another passage in the place of one."""
    return _rename(sentence, names.there, chance)


def surname(sentence: str, _language: Language, chance: np.random.Generator, names: Speech) -> str | None:
    """Leave somebody the first name, and put the surname of another passage behind it."""
    inside = [m for m in _RUN.finditer(sentence) if re.fullmatch(_TWO, m[1])]
    others = [run.split()[1] for run in names.there if re.fullmatch(_TWO, run)]
    said = set(re.findall(r"\w+", names.passage.casefold()))
    others = [name for name in others if name.casefold() not in said]
    if not inside or not others:
        return None
    match = inside[chance.integers(len(inside))]
    return swap(sentence, match, f"{match[1].split()[0]} {others[chance.integers(len(others))]}")


def _rename(sentence: str, pool: Sequence[str], chance: np.random.Generator) -> str | None:
    calendar = {*MONTHS["en"], *DAYS["en"]}
    inside = [m for m in _RUN.finditer(sentence) if not calendar & set(m[1].split()) and len(m[1]) > 2]
    said = set(re.findall(r"\w+", sentence.casefold()))
    others = [name for name in pool if not said & set(re.findall(r"\w{3,}", name.casefold()))]
    if not inside or not others:
        return None
    match = inside[chance.integers(len(inside))]
    others = [name for name in others if not _of_one_family(name, match[1])]
    return swap(sentence, match, others[chance.integers(len(others))]) if others else None


def _of_one_family(one: str, other: str) -> bool:
    """Tell whether two names may be of one thing: Java and Javanese, Spain and Spanish, Afghan and Afghans."""
    for a in one.casefold().split():
        for b in other.casefold().split():
            shorter = min(len(a), len(b))
            common = next((n for n in range(shorter) if a[n] != b[n]), shorter)
            if common >= 3 and common >= 0.6 * shorter:
                return True
    return False


def names_swapped(
    sentence: str, _language: Language, chance: np.random.Generator, _names: Speech
) -> str | None:
    """Let two names of the sentence change places: who did it and to whom."""
    calendar = {*MONTHS["en"], *DAYS["en"]}
    inside = [m for m in _RUN.finditer(f" {sentence}") if not calendar & set(m[1].split()) and len(m[1]) > 2]
    pairs = [
        (a, b)
        for a, b in pairwise(inside)
        if not set(a[1].split()) & set(b[1].split())
        and not re.fullmatch(_LISTED, f" {sentence}"[a.end() : b.start()])
    ]
    if not pairs:
        return None
    a, b = pairs[chance.integers(len(pairs))]
    text = f" {sentence}"
    return (text[: a.start()] + b[1] + text[a.end() : b.start()] + a[1] + text[b.end() :])[1:]


_TWO = r"[A-ZÉ][a-zà-ÿ]+ [A-ZÉ][a-zà-ÿ]+"
_LISTED = r",? (?:and|or|et|ou) |, |-|/"
