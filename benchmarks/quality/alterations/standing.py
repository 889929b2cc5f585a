"""Somebody's standing changed: a president made a former, an acting or a vice-president, or the other way round."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from benchmarks.quality.alterations.names import Speech, swap

if TYPE_CHECKING:
    import numpy as np

    from retrieval.domain import Language

_OFFICES: Final[dict[Language, str]] = {
    "fr": r"présidente?|premi(?:er|ère) ministre|ministre|maire|gouverneure?|direct(?:eur|rice)|chef|cheffe|secrétaire|ambassad(?:eur|rice)"
    r"|procureure?|entraîneure?|sélectionneur|capitaine|commandante?|vice-roi|juge|députée?|sénat(?:eur|rice)|championne?|patronne?|premier secrétaire",
    "en": r"[Pp]resident|[Pp]rime [Mm]inister|(?:\w+ )?[Mm]inister|[Mm]ayor|[Gg]overnor|[Dd]irector|[Cc]hief|[Cc]hairman|[Cc]hairwoman|[Ss]ecretary"
    r"|[Aa]mbassador|[Mm]anager|[Cc]oach|[Cc]aptain|[Cc]ommissioner|[Pp]rosecutor|[Hh]eadteacher|[Ss]enator|[Cc]hampion",
}
# What stands before an office, and what behind it.
_BEFORE: Final[dict[Language, str]] = {
    "fr": r"l['’](?:ancien(?:ne)? |ex-)|ancien(?:ne)? |ex-|vice-|sous-",
    "en": r"[Ff]ormer |[Ee]x-|[Aa]cting |[Ii]nterim |[Dd]eputy |[Vv]ice[- ]|[Oo]utgoing |[Ll]ate ",
}
_BEHIND: Final[dict[Language, str]] = {
    "fr": r" (?:par intérim|intérimaire|adjointe?|sortante?)\b",
    "en": r" ad interim\b",
}
_ANY: Final[dict[Language, re.Pattern[str]]] = {
    "fr": re.compile(
        r"\bancien|\bex-|\bvice|\bsous-|\bintérim|\badjoint|\bsortant|\bfeu\b|\bprécédent", re.I
    ),
    "en": re.compile(
        r"\bformer|\bex-|\bacting|\binterim|\bdeputy|\bvice|\boutgoing|\blate\b|\bprevious|\bthen\b", re.I
    ),
}


def has_standing(sentence: str, language: Language) -> bool:
    """Tell whether a sentence calls an office-holder former, acting, deputy or the like."""
    return bool(_given(sentence, language))


def has_office(sentence: str, language: Language) -> bool:
    """Tell whether a sentence speaks of an office-holder."""
    return bool(re.search(rf"\b(?:{_OFFICES[language]})\b", sentence))


def _given(sentence: str, language: Language) -> list[re.Match[str]]:
    before, behind, office = _BEFORE[language], _BEHIND[language], _OFFICES[language]
    return [
        *re.finditer(rf"\b(?P<by>{before})(?P<office>{office})\b", sentence),
        *re.finditer(rf"\b(?P<office>{office})(?P<by>{behind})", sentence),
    ]


def standing_left_out(
    sentence: str, language: Language, chance: np.random.Generator, names: Speech
) -> str | None:
    """Leave somebody's standing out: "the former mayor" is the mayor, and the passage names no other."""
    found = [
        m
        for m in _given(sentence, language)
        if len(re.findall(rf"\b{m['office']}\b", names.passage))
        == len(re.findall(rf"\b{m['office']}\b", sentence))
    ]
    if not found:
        return None
    match = found[chance.integers(len(found))]
    by, office = match["by"], match["office"]
    if by[:2] not in ("l'", "l’"):
        return swap(sentence, match, office)
    article = "la" if "enne" in by or re.search(r"(?:rice|ère ministre|nte|ure|ée|onne)$", office) else "le"
    made = swap(sentence, match, f"{article} {office}")
    return re.sub(r"\bà le (?=\w)", "au ", re.sub(r"\bde le (?=\w)", "du ", made))


def standing_added(
    sentence: str, language: Language, chance: np.random.Generator, names: Speech
) -> str | None:
    """Give an office-holder a standing that nobody in the passage has."""
    if _ANY[language].search(names.passage):
        return None
    article = r"(?P<by>\b(?:[Ll]e|[Ll]a|[Dd]u|[Aa]u) )" if language == "fr" else r"(?P<by>\b)"
    found = [*re.finditer(rf"{article}(?P<office>{_OFFICES[language]})\b(?!['’-])", sentence)]
    if not found:
        return None
    match = found[chance.integers(len(found))]
    kind = ("former", "acting", "deputy")[chance.integers(3)]
    made = (_made_french if language == "fr" else _made_english)(match["by"], match["office"], kind)
    return swap(sentence, match, made)


def _made_english(_by: str, office: str, kind: str) -> str:
    if kind == "deputy" and office[1:] == "resident":
        return f"{office[0].replace('p', 'v').replace('P', 'V')}ice-president"
    return f"{kind} {office}"


def _made_french(by: str, office: str, kind: str) -> str:
    if kind == "acting":
        return f"{by}{office} par intérim"
    if kind == "deputy" and office.startswith("président"):
        return f"{by}vice-{office}"
    feminine = by[:2].casefold() == "la"
    if kind == "deputy":
        return f"{by}{office} adjoint{'e' if feminine else ''}"
    bare = {"du ": "de l’", "au ": "à l’"}.get(by.casefold(), "l’")
    bare = bare[0].upper() + bare[1:] if by[0].isupper() else bare
    return f"{bare}ancien{'ne' if feminine else ''} {office}"


def reworded_standing(sentence: str, language: Language) -> str | None:
    """Say a former or an acting office-holder by another word for the same."""
    if language == "fr":
        made = re.sub(
            r"\b([lL])['’]ancien(?:ne)? (?=(?:présid|minist|maire|direct|capit|chef|entraîn))",
            r"\1’ex-",
            sentence,
        )
        made = re.sub(r"\bpar intérim\b", "intérimaire", made)
    else:
        made = re.sub(
            r"\bformer (?=(?:president|minister|mayor|governor|captain|director|chief|coach|prime))",
            "ex-",
            sentence,
        )
        made = re.sub(
            r"\b([a-z]+ )?interim (?=president|prime|coach|manager|director|leader)", r"\1acting ", made
        )
    return made if made != sentence else None
