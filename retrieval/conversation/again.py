"""The last question in the other language: "in English", « en français s’il te plaît »; the passages stay, the words around them change."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from retrieval.domain import Language

_ONLY_A_LANGUAGE: Final = re.compile(
    r"\W*(?:(?:and|et|now|again|same|the same|la même chose|réponse|answer|réponds|répondez|stp|svp|please|pareil)[\s,]+){0,2}"
    r"(?:in|en)\s(?:(?P<en>english|anglais)|french|fran[cç]ais)(?:[\s,]+(?:please|stp|svp|s['’]il (?:te|vous) pla[iî]t))?\W*",
    re.I,
)


def language_asked_for(text: str) -> Language | None:
    """Return the language a message asks for and nothing else; None of any other message."""
    found = _ONLY_A_LANGUAGE.fullmatch(text)
    return ("en" if found["en"] else "fr") if found else None
