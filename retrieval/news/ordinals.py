"""Which article of a list that was just told a message means: "the second one", « le premier », "number 3", « le dernier »."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

_FORMS: Final = (
    r"1st|first|1ère|1re|1er|premi[eè]re?",
    r"2nd|2(?:ème|e|nde?)|second|deuxi[eè]me|seconde",
    r"3rd|3(?:ème|e)|third|troisi[eè]me",
    r"4th|4(?:ème|e)|fourth|quatri[eè]me",
    r"5th|5(?:ème|e)|fifth|cinqui[eè]me",
    r"6th|6(?:ème|e)|sixth|sixi[eè]me",
    r"7th|7(?:ème|e)|seventh|septi[eè]me",
    r"8th|8(?:ème|e)|eighth|huiti[eè]me",
    r"last|derni[eè]re?",
)
_NUMBERS: Final = "|".join(f"(?P<n{n}>{form})" for n, form in enumerate(_FORMS))
# With a word for an article after it, or nothing: « le premier bac » is another thing.
_ORDINAL: Final = re.compile(
    rf"(?:^|\s|['’])(?:{_NUMBERS})"
    r"(?:\s(?:one|article|story|item|piece|news|papier|info|nouvelle|histoire|sujet|actu(?:alité)?)\b|(?=\s*(?:[?!.,]|$|please|stp|svp|s['’]il|s['’]te)))",
    re.I,
)
_NUMBERED: Final = re.compile(
    r"^\W*(?:(?:and|et|more on|open|ouvre)\s)?(?:(?:the|le|la|l['’])\s?)?(?:(?:number|numéro|numero|no|n°|#)\s?)?(?P<number>[1-8])\W*$",
    re.I,
)


def chosen(text: str, listed: Sequence[str]) -> tuple[str, str] | None:
    """Return the words that choose one of what was listed, and that one; None where a message chooses none, or one that is not there."""
    if len(listed) < 2:
        return None
    found = _NUMBERED.search(text) or _ORDINAL.search(text)
    if found is None:
        return None
    told = found.groupdict()
    if number := told.get("number"):
        place = int(number) - 1
    else:
        place = next(n for n in range(len(_FORMS)) if told[f"n{n}"])
        place = len(listed) - 1 if place == len(_FORMS) - 1 else place
    return (found[0].strip(), listed[place]) if place < len(listed) else None
