"""What of a question only asks the articles, and is in none of them: "what does the article say about", « selon le texte »."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from retrieval.domain import Language

_ABOUT: Final[dict[Language, str]] = {
    "fr": r"(?:(?:(?:à|a)\spropos|au\ssujet)\s(?:de\sla\s|de\sl['’]|de\s|d['’]|du\s|des\s)|(?:sur|concernant)\s(?:l[ea]s?\s|l['’])?)",
    "en": r"(?:about|on|regarding|concerning|of)\s",
}
_OF: Final = r"(?:de\sla\s|de\sl['’]|de\s|d['’]|du\s|des\s)"
_TEXT: Final[dict[Language, str]] = {
    "fr": r"(?:l['’]|les\s|ces?t?\s|le\s|la\s|vos\s|nos\s)(?:articles?|textes?|passages?|journ(?:al|aux)|presse|dépêches?|documents?)",
    "en": r"(?:(?:the|this|these|your|our)\s)?(?:articles?|texts?|passages?|news(?:papers?)?|press|stor(?:y|ies)|documents?)",
}
_SAYS: Final[dict[Language, str]] = {
    "fr": r"(?:(?:nous|me)\s)?(?:dit|disent|racontent?|rapportent?|indiquent?|apprend|apprennent|mentionnent?)",
    "en": r"(?:say|tell|report|mention)s?(?:\s(?:us|me))?",
}
# What opens a question whose subject follows, and what stands at either end of one.
_OPENING: Final[dict[Language, re.Pattern[str]]] = {
    "fr": re.compile(
        rf"^\W*(?:(?:qu['’]est-ce\s)?que\s{_SAYS['fr']}\s{_TEXT['fr']}\s{_ABOUT['fr']}"
        rf"|qu['’]est-ce\sque\s{_TEXT['fr']}\s{_SAYS['fr']}\s(?:{_ABOUT['fr']}|{_OF})"
        rf"|(?:que\s|qu['’])(?:sait|dit|apprend|raconte)-on\s(?:{_ABOUT['fr']}|{_OF})"
        rf"|(?:parle|parlez)-(?:moi|nous)\s{_OF})",
        re.I,
    ),
    "en": re.compile(
        rf"^\W*(?:what\s(?:do|does|did|can)\s{_TEXT['en']}\s{_SAYS['en']}|what\s(?:is|was)\s(?:said|written|reported|known)"
        rf"|what\sdo\s(?:we|you)\sknow|tell\s(?:me|us))\s{_ABOUT['en']}",
        re.I,
    ),
}
_BY: Final[dict[Language, str]] = {
    "fr": rf"(?:selon|d['’]après)\s{_TEXT['fr']}(?:\sci-dessus)?",
    "en": rf"according\sto\s{_TEXT['en']}(?:\sabove)?",
}
_AT_AN_END: Final[dict[Language, re.Pattern[str]]] = {
    language: re.compile(rf"^\W*{by},\s*|[\s,]+{by}(?=\W*$)", re.I) for language, by in _BY.items()
}


def unframed(question: str, language: Language) -> str:
    """Return a question without what only asks the articles: what is left to look for; all of it where nothing is left.

    The model takes "article" and "say" for what is asked about: "What does the article say about Taiwan?" was refused where
    "Taiwan?" is answered.
    """
    rest = _AT_AN_END[language].sub("", _OPENING[language].sub("", question)).strip()
    return rest if any(c.isalnum() for c in rest) else question
