"""Ways to make a true sentence false: a number, a date, a name, a negation, a speaker changed.

Nothing here is shared with `retrieval/verify`, so that what is measured is not what was written into the check.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

    from retrieval.domain import Language

MONTHS: Final[dict[Language, list[str]]] = {
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split(),  # noqa: SIM905
    "en": "January February March April May June July August September October November December".split(),  # noqa: SIM905
}
DAYS: Final[dict[Language, list[str]]] = {
    "fr": "lundi mardi mercredi jeudi vendredi samedi dimanche".split(),  # noqa: SIM905
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split(),  # noqa: SIM905
}
WORDS: Final[dict[Language, list[str]]] = {
    "fr": "deux trois quatre cinq six sept huit dix onze douze quinze vingt trente quarante cinquante".split(),  # noqa: SIM905
    "en": "two three four five six seven eight ten eleven twelve fifteen twenty thirty forty fifty".split(),  # noqa: SIM905
}
_FIGURE = re.compile(r"(?<![\w.,/:-])\d[\d  ,.]*\d(?![\d/:-])|(?<![\w.,/:-])\d(?![\w/:.,-])")
_RUN = re.compile(
    r"(?<=[a-zà-ÿ,’'] )(?!I\b|I['’])([A-ZÉÈÀÂÎÔ][\w’'-]*[a-zà-ÿ][\w-]*(?: (?:de |du |of |van |von )?[A-ZÉÈÀÂÎÔ][\w-]+)*|[A-Z]{2,5})(?![\w’'])"
)
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
_AUXILIARY: Final = re.compile(
    r"\b(is|are|was|were|has|have|had|will|would|can|could|should|must|may|might|did|does)\b(?! (?:not|never|no|n['’]t)\b)(?!n['’]t)"
)
_VERB_FR: Final = re.compile(
    r"(?<=[\w»)] )(?!ne |n['’])(est|sont|était|étaient|a|ont|avait|avaient|sera|seront|peut|peuvent|pouvait|doit|doivent|devait|fut|furent|va|vont|permet|fait|reste|devient)"
    r"(?= (?!-|pas\b|plus\b|jamais\b|t-)\w)"
)


class Speech:
    """What may be swapped in: the names of a passage, and those of others."""

    def __init__(self, passage: str, elsewhere: str) -> None:
        self.passage = passage
        self.here = named(passage)
        self.there = named(elsewhere)


def speaks(sentence: str, language: Language) -> bool:
    """Tell whether somebody is said to have said what a sentence says."""
    return bool(_SPEAKER[language].search(sentence))


def named(text: str) -> list[str]:
    """Return the runs of capitalised words inside the sentences of `text`, but no months and days."""
    calendar = {*MONTHS["en"], *DAYS["en"]}
    runs = (m[1] for m in _RUN.finditer(text))
    return [run for run in dict.fromkeys(runs) if not calendar & set(run.split()) and len(run) > 2]


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
        made.append(_swap(sentence, match, str(int(match[0]) + shift)))
    for listed in (MONTHS[language], DAYS[language]):
        known = "|".join(name for name in listed if name not in ("May", "March"))
        for match in re.finditer(rf"\b({known})\b", sentence, flags):
            others = [name for name in listed if name.casefold() != match[0].casefold()]
            made.append(_swap(sentence, match, others[chance.integers(len(others))]))
    months = "|".join(MONTHS[language])
    for match in re.finditer(rf"\b(\d\d?)(?=(?:er|st|nd|rd|th)? (?:{months})\b)", sentence, flags):
        day = 1 + (int(match[0]) + int(chance.integers(1, 27))) % 28
        made.append(_swap(sentence, match, str(day if day != int(match[0]) else day + 1)))
    return made[chance.integers(len(made))] if made else None


def _swap(sentence: str, match: re.Match[str], words: str) -> str:
    return sentence[: match.start()] + words + sentence[match.end() :]


def name_here(sentence: str, _language: Language, chance: np.random.Generator, names: Speech) -> str | None:
    """Put another name of the passage in the place of one."""
    return _rename(sentence, names.here, chance)


def name_elsewhere(
    sentence: str, _language: Language, chance: np.random.Generator, names: Speech
) -> str | None:
    """Put a name of another passage in the place of one."""
    return _rename(sentence, names.there, chance)


def _rename(sentence: str, pool: Sequence[str], chance: np.random.Generator) -> str | None:
    calendar = {*MONTHS["en"], *DAYS["en"]}
    inside = [m for m in _RUN.finditer(sentence) if not calendar & set(m[1].split()) and len(m[1]) > 2]
    said = set(re.findall(r"\w+", sentence.casefold()))
    others = [name for name in pool if not said & set(re.findall(r"\w{3,}", name.casefold()))]
    if not inside or not others:
        return None
    match = inside[chance.integers(len(inside))]
    return _swap(sentence, match, others[chance.integers(len(others))])


def negation(sentence: str, language: Language, chance: np.random.Generator, _names: Speech) -> str | None:
    """Take a negation away, or put one in."""
    return _flip_fr(sentence, chance) if language == "fr" else _flip_en(sentence, chance)


def _flip_en(sentence: str, chance: np.random.Generator) -> str | None:
    for pattern, plain in (
        (r"\b(is|are|was|were|has|have|had|will|would|can|could|should|must|may|might)(?: not|n['’]t)\b", r"\1"),
        (r"\bcannot\b", "can"), (r"\b(?:did|does|do) not (?=\w)", ""), (r"\b(?:never|not) (?=\w)", ""), (r"\bno longer\b", "still"),
    ):  # fmt: skip
        if re.search(pattern, sentence):
            return re.sub(pattern, plain, sentence, count=1)
    places = [*_AUXILIARY.finditer(sentence)]
    if not places:
        return None
    match = places[chance.integers(len(places))]
    return _swap(sentence, match, f"{match[0]} {'never' if chance.random() < 0.2 else 'not'}")


def _flip_fr(sentence: str, chance: np.random.Generator) -> str | None:
    taken = re.search(r"\b(?:n['’]|ne )(\w+(?:-t-\w+)?) (?:pas|jamais|plus|guère)\b", sentence)
    if taken:
        return _swap(sentence, taken, taken[1])
    places = [*_VERB_FR.finditer(sentence)]
    if not places:
        return None
    match = places[chance.integers(len(places))]
    verb = match[0]
    ne = "n’" if verb[0] in "aeéiou" else "ne "
    return _swap(sentence, match, f"{ne}{verb} {'jamais' if chance.random() < 0.2 else 'pas'}")


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


def antonym(sentence: str, language: Language, chance: np.random.Generator, _names: Speech) -> str | None:
    """Put a word's contrary in its place."""
    contraries = {a: b for one, other in _CONTRARIES[language] for a, b in ((one, other), (other, one))}
    known = "|".join(sorted(contraries, key=len, reverse=True))
    found = [*re.finditer(rf"\b(?:{known})\b", sentence)]
    if not found:
        return None
    match = found[chance.integers(len(found))]
    return _swap(sentence, match, contraries[match[0]])


_TITLE = re.compile(r"(?:M\. |Mme |Mr |Mrs |Ms |Dr |[Ll][ea] |[Ll]['’]|[Tt]he )$")
_LISTED = r",? (?:and|or|et|ou) |, |-|/"
_ROLES: Final[dict[Language, tuple[str, ...]]] = {
    "fr": (
        "le maire",
        "un porte-parole de la police",
        "la ministre",
        "le procureur",
        "un témoin",
        "la directrice",
    ),
    "en": (
        "the mayor",
        "a police spokesman",
        "the minister",
        "the prosecutor",
        "a witness",
        "the headteacher",
    ),
}
_CONTRARIES: Final[dict[Language, tuple[tuple[str, str], ...]]] = {
    "fr": (("augmenté", "diminué"), ("hausse", "baisse"), ("plus", "moins"), ("avant", "après"), ("premier", "dernier"), ("première", "dernière"),
           ("gagné", "perdu"), ("nord", "sud"), ("victoire", "défaite"), ("début", "fin"), ("grande", "petite"), ("grand", "petit"),
           ("haut", "bas"), ("riche", "pauvre"), ("ouvert", "fermé"), ("accepté", "refusé"), ("ancien", "nouveau"), ("meilleur", "pire"), ("succès", "échec")),
    "en": (("increased", "decreased"), ("rose", "fell"), ("more", "less"), ("before", "after"), ("first", "last"), ("won", "lost"), ("north", "south"),
           ("victory", "defeat"), ("beginning", "end"), ("large", "small"), ("high", "low"), ("higher", "lower"), ("rich", "poor"), ("opened", "closed"),
           ("accepted", "refused"), ("old", "new"), ("best", "worst"), ("success", "failure"), ("many", "few"), ("above", "below"), ("largest", "smallest")),
}  # fmt: skip

SPEECH: Final = {
    "attribution": attribution,
    "attribution to a role": attributed_to_a_role,
}
WAYS: Final = {
    "number": number,
    "date": date,
    "name of the passage": name_here,
    "name from elsewhere": name_elsewhere,
    "names swapped": names_swapped,
    "negation": negation,
    "antonym": antonym,
    "attribution added": attribution_added,
}
