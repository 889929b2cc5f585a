"""Speakers changed: for another of the passage, for a role the passage does not speak of, or put where nobody speaks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from benchmarks.quality.alterations.names import Speech

if TYPE_CHECKING:
    import numpy as np

    from retrieval.domain import Language

_SPEAKER: Final[dict[Language, re.Pattern[str]]] = {
    "fr": re.compile(
        r"(?:\b[Ss]elon|\bd['’]après|\b(?:a|ont) (?:déclaré|affirmé|expliqué|indiqué|ajouté|annoncé|estimé|dit|assuré|précisé)|\b(?:déclare|affirme|explique|indique|ajoute|estime|raconte|écrit|dit)) (?:M\. |Mme |le |la |l['’])?(?P<name>[A-ZÉ][\w-]+(?: [A-ZÉ][\w-]+)*)"
        r"|(?P<before>[A-ZÉ][\w-]+(?: [A-ZÉ][\w-]+)*) (?:a (?:déclaré|affirmé|expliqué|indiqué|ajouté|annoncé|estimé|dit|assuré|précisé)|déclare|affirme|explique|indique|ajoute|estime)\b"
    ),
    "en": re.compile(
        r"(?:\b[Aa]ccording to|\b(?:said|says|added|told|wrote|argued|claimed|announced|explained|stated|suggested|warned)) (?:Mr |Mrs |Ms |Dr |the )?(?P<name>[A-Z][\w-]+(?: [A-Z][\w-]+)*)"
        r"|(?P<before>[A-Z][\w-]+(?: [A-Z][\w-]+)*) (?:said|says|added|told|wrote|argued|claimed|announced|explained|stated|suggested|warned|believes|believed)\b"
    ),
}
_TITLE = re.compile(r"(?:M\. |Mme |Mr |Mrs |Ms |Dr |[Ll][ea] |[Ll]['’]|[Tt]he )$")
_ROLES: Final[dict[Language, tuple[str, ...]]] = {
    "fr": (
        "le maire",
        "un porte-parole de la police",
        "la ministre",
        "le procureur",
        "un témoin",
        "la directrice",
        "la police",
        "le ministère",
        "un avocat",
        "les médecins",
    ),
    "en": (
        "the mayor",
        "a police spokesman",
        "the minister",
        "the prosecutor",
        "a witness",
        "the headteacher",
        "police",
        "the ministry",
        "a lawyer",
        "doctors",
    ),
}


def speaks(sentence: str, language: Language) -> bool:
    """Tell whether somebody is said to have said what a sentence says."""
    return bool(_SPEAKER[language].search(sentence))


def attribution(sentence: str, language: Language, chance: np.random.Generator, names: Speech) -> str | None:
    """Let somebody else have said it: another of the passage where there is one."""
    match = _SPEAKER[language].search(sentence)
    if not match:
        return None
    group = "name" if match["name"] else "before"
    speaker = match[group]
    if len(speaker) < 4 or speaker in ("Il", "Elle", "They", "This", "Cette"):
        return None
    own = set(speaker.split())
    pool = [n for n in names.here if not own & set(n.split()) and n not in sentence] or names.there
    pool = [n for n in pool if n not in sentence]
    if not pool:
        return None
    start, end = match.span(group)
    return sentence[:start] + pool[chance.integers(len(pool))] + sentence[end:]


def attributed_to_a_role(
    sentence: str, language: Language, chance: np.random.Generator, names: Speech
) -> str | None:
    """Let somebody whom the passage does not speak of have said it: "the mayor", « un porte-parole »."""
    match = _SPEAKER[language].search(sentence)
    roles = [role for role in _ROLES[language] if role.split()[-1] not in names.passage]
    if not match or not roles:
        return None
    role = roles[chance.integers(len(roles))]
    start, end = match.span("name" if match["name"] else "before")
    title = _TITLE.search(sentence[:start])
    start = title.start() if title else start
    role = role[0].upper() + role[1:] if start == 0 else role
    return sentence[:start] + role + sentence[end:]


def attribution_added(
    sentence: str, language: Language, chance: np.random.Generator, names: Speech
) -> str | None:
    """Let somebody of the passage have said what nobody is said to have said."""
    if _SPEAKER[language].search(sentence) or not re.search(r"[\w)]\.$", sentence):
        return None
    pool = [name for name in names.here if len(name.split()) == 2 and name not in sentence]
    if not pool:
        return None
    by = "selon" if language == "fr" else "according to"
    return f"{sentence[:-1]}, {by} {pool[chance.integers(len(pool))]}."
