"""What kind of answer a question wants (when: a date, how many: a number …), and what a sentence has to offer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, get_args

from retrieval.domain import Language
from retrieval.words import fold, is_stop, tokens

if TYPE_CHECKING:
    from collections.abc import Set

Kind = Literal["date", "number", "person", "place", "cause"]
KINDS: tuple[Kind, ...] = get_args(Kind)

# On folded text, both languages together: no question word of the one means another thing in the other, but "ou" in
# English, which is not a word there.
_ASKING: dict[Kind, re.Pattern[str]] = {
    "date": re.compile(
        r"\b(quand|when|quelle (annee|date|epoque|periode|decennie)|quel (mois|jour|siecle|moment)|how long ago"
        r"|(what|which) (year|month|date|day|century|decade|time))\b"
    ),
    "number": re.compile(
        r"\b(combien|how (many|much|long|far|old|tall|large|big|high|often)"
        r"|quel(le)? (nombre|pourcentage|prix|age|montant|part|taille|hauteur|superficie|distance|duree|population|somme"
        r"|proportion|cout|salaire|poids|longueur|vitesse|temperature)"
        r"|what (percentage|number|amount|percent|age|population|proportion|fraction|size|share))\b"
    ),
    "person": re.compile(
        r"\b(qui|who|whom|whose"
        r"|quel(le)? (homme|femme|joueur|joueuse|auteur|autrice|president|presidente|roi|reine|acteur|actrice|personnage|artiste"
        r"|ministre|general|scientifique|ecrivain|philosophe|peintre|realisateur|realisatrice)"
        r"|which (player|person|president|king|queen|author|team|actor|actress|company))\b"
    ),
    "place": re.compile(
        r"\b(ou|where|quelle (ville|region|province|ile|rue|commune|capitale)"
        r"|quel (pays|lieu|endroit|continent|departement|etat)"
        r"|(what|which) (city|country|place|state|region|location))\b"
    ),
    "cause": re.compile(
        r"\b(pourquoi|why|raison|reason|cause)\b|^\W*(comment|how (do|did|does|is|are|was|were|can|has)\b)"
    ),
}
_YEAR = re.compile(r"1\d{3}|20\d{2}")
_CALENDAR = re.compile(
    r"\b(janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre|siecle"
    r"|january|february|march|april|may|june|july|august|september|october|november|december|century)\b"
)
_COUNT = re.compile(
    r"%|\b(million|milliard|billion|thousand|mille|hundred|cent|un|une|deux|trois|quatre|cinq|six|sept|huit|neuf|dix"
    r"|one|two|three|four|five|seven|eight|nine|ten|dozen|douzaine|moitie|half|tiers|third|quart|kilometre|metre|km|euro"
    r"|dollar|ans|years|fois|times)"
)
_REASON = re.compile(
    r"\b(car|parce|grace|raison|afin|cause|ainsi|pour|permet|permettre"
    r"|because|due|since|therefore|so that|order to|result)\b"
)
_WHERE = re.compile(
    r"\b(a|au|aux|dans|en|pres|nord|sud|est|ouest|ville|situe|in|at|near|north|south|east|west|located)\b"
)

_PRONOUN_FIRST = re.compile(
    r"\W*(?:(?:mais|et|or|puis|ensuite|but|and|then)\b\W*)?"
    r"(?:il|elle|ils|elles|lui|eux|celui|celle|ceux|celles|ce dernier|cette derniere|ces derniers|cela|ceci|son|sa|ses|leur|leurs"
    r"|he|she|they|his|her|hers|their|theirs|it|its|this|these|those)\b"
)
_PRONOUN_SAYS = re.compile(
    r"[,;»”\"'’]\s*(?:\w+-(?:t-)?(?:il|elle|ils|elles)\b|(?:he|she|they)(?: (?:also|then|later))? "
    r"(?:said|says|added|adds|told|wrote|explained|noted|continued|insisted|recalled|argued|warned|stressed)\b)"
    r"|\b(?:selon|d.apres) (?:lui|elle|eux|elles)\b|\baccording to (?:him|her|them)\b"
)
_IMPERSONAL = re.compile(
    r"\W*(?:(?:mais|et|or|but|and)\b\W*)?(?:il (?:y (?:a|avait|aura|eut)|n.y|faut|fallait|faudra|s.agit|s.agissait|pleut|suffit|"
    r"semble|est (?:\w+ )?\w+ (?:de|d.|que|qu.)|etait (?:\w+ )?\w+ (?:de|d.|que|qu.))|it (?:is|was|will be|has been) (?:\w+ )?\w+ (?:to|that)|"
    r"it (?:seems|rains|snows|takes|took)|this (?:week|month|year|morning|summer|winter|spring|autumn|time))\b"
)
_REFERRING = re.compile(
    r"\b(il|elle|ils|elles|lui|eux|son|sa|ses|leur|leurs|ce|cet|cette|ces|cela|ceci|celui|celle|ceux|celles|c|y|en|dont|on"
    r"|he|him|she|it|they|them|his|her|hers|its|their|this|that|these|those|there)\b"
)


def wanted(question: str) -> frozenset[Kind]:
    """Return the kinds of answer a question wants; none where it does not show."""
    folded = fold(question)
    return frozenset(kind for kind, pattern in _ASKING.items() if pattern.search(folded))


def offered(kind: Kind, sentence: str, language: Language, said: Set[str]) -> float:
    """Return how much of a kind of answer a sentence offers, 0 to 1, beside the words that the question has `said` itself, folded."""
    folded = fold(sentence)
    match kind:
        case "date":
            years = any(map(_YEAR.fullmatch, _numbers(folded, said)))
            return 1.0 if years else 0.7 * bool(_CALENDAR.search(folded))
        case "number":
            others = any(not _YEAR.fullmatch(number) for number in _numbers(folded, said))
            return 1.0 if others else 0.6 * bool(_COUNT.search(folded))
        case "person":
            return _named(sentence, language, said)
        case "place":
            where = min(len(_WHERE.findall(folded)), 3) / 3
            return (_named(sentence, language, said) + where) / 2
        case "cause":
            return float(bool(_REASON.search(folded)))


def _numbers(folded: str, said: Set[str]) -> list[str]:
    """Return the words with a digit that the question has not said."""
    return [word for word in tokens(folded) if word not in said and any(map(str.isdigit, word))]


def _named(sentence: str, language: Language, said: Set[str]) -> float:
    """Return how many names a sentence has that the question has not: 1 from four on."""
    # The first word of a sentence has a capital whatever it is.
    capitals = [word for word in tokens(sentence)[1:] if word[0].isupper()]
    names = [word for word in capitals if fold(word) not in said and not is_stop(word, language)]
    return min(len(names), 4) / 4


def refers_back(sentence: str) -> bool:
    """Tell whether a sentence holds a word that may stand for something in the sentence before: « il », "their"."""
    return bool(_REFERRING.search(fold(sentence)))


def begins_with_a_pronoun(sentence: str) -> bool:
    """Tell whether a sentence's first words stand for something before it: « Elle a dit … », "Their boat …", not « Il y a … »."""
    folded = fold(sentence)
    return bool(_PRONOUN_FIRST.match(folded)) and not _IMPERSONAL.match(folded)


def is_said_by_a_pronoun(sentence: str) -> bool:
    """Tell whether a sentence says of its speaker only « a-t-il déclaré », "she added", « selon lui »: one in 25 of the press."""
    return bool(_PRONOUN_SAYS.search(fold(sentence))) and not sentence.rstrip().endswith("?")
