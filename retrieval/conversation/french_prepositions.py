"""French prepositions before a noun phrase: « du bac », « d’Inès », « aux élèves », « en Chine »."""

from __future__ import annotations

import re
from typing import Final

VOWEL: Final = re.compile(r"[aeiouyàâéèêëîïôöùûœæ]", re.IGNORECASE)
# What a phrase of a question may begin with, as an alternation.
LEADS: Final = r"à|au|aux|en|dans|de|du|des|d['’]|depuis|pour|par|avec|sur|sous|sans|chez|contre|entre|vers|jusqu['’]à|jusqu['’]en|auprès de|après|avant|pendant|selon"


def of(words: str) -> str:
    """Return « de » with a noun phrase: « du bac », « de la ligne », « d’Inès »."""
    if re.match(r"le ", words):
        return f"du {words[3:]}"
    if re.match(r"les ", words):
        return f"des {words[4:]}"
    return f"d’{words}" if VOWEL.match(words) else f"de {words}"


def to(words: str) -> str:
    """Return « à » with a noun phrase: « au bac », « aux élèves », « à Poutine »."""
    if words.startswith("le "):
        return f"au {words[3:]}"
    return f"aux {words[4:]}" if words.startswith("les ") else f"à {words}"


def keeping(lead: str, words: str) -> str:
    """Return a phrase with the preposition that the one in its place had: « en Chine » for « la Chine » after « en Ukraine »."""
    if lead in {"de", "d", "du"}:
        return of(words)
    if lead == "à":
        return to(words)
    bare = re.sub(r"^(?:la |l['’])", "", words, flags=re.IGNORECASE) if lead == "en" else words
    return f"{lead} {bare}"
