"""Words that show the shape of a question: articles, prepositions, auxiliaries, titles; French and English.

No dictionary: what is open-ended (nouns, most verbs) is told by its place, in `retrieval/conversation/mentions.py`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from retrieval.domain import Language

_ELISION = r"\b(?:l|d|qu|n|j|c|s|m|t|jusqu|lorsqu|puisqu)['’](?=\w)"
_WORD = r"[^\W_]+(?:[-.'’][^\W_]+)*"
TOKENS: Final[dict[Language, re.Pattern[str]]] = {
    "fr": re.compile(rf"{_ELISION}|{_WORD}|[^\w\s]", re.IGNORECASE),
    "en": re.compile(rf"{_WORD}(?:['’](?=\s))?|[^\w\s]"),
}
INVERTED = re.compile(r"[^\W\d_]+(?:-t)?-(?:il|elle|ils|elles|on|ce|vous|nous|tu|je)$", re.IGNORECASE)

FR_MASCULINE = frozenset("le un du au ce cet".split())  # noqa: SIM905
FR_FEMININE = frozenset("la une cette".split())  # noqa: SIM905
FR_PLURAL = frozenset("les des aux ces".split())  # noqa: SIM905
FR_OTHER = frozenset("l mon ma mes ton ta tes son sa ses notre nos votre vos leur leurs chaque".split())  # noqa: SIM905
DETERMINERS: Final[dict[Language, frozenset[str]]] = {
    "fr": FR_MASCULINE | FR_FEMININE | FR_PLURAL | FR_OTHER,
    "en": frozenset("the a an this these those my your his her its their our".split()),  # noqa: SIM905
}
CONTRACTED: Final = {"du": "le", "au": "le", "aux": "les", "des": "les"}
LINKS: Final[dict[Language, frozenset[str]]] = {
    "fr": frozenset("de d du des".split()),  # noqa: SIM905
    "en": frozenset(["of"]),
}
PLACING: Final[dict[Language, frozenset[str]]] = {  # attached where a name follows
    "fr": frozenset("à au aux en dans sur chez entre contre avec".split()),  # noqa: SIM905
    "en": frozenset("in on at for from to with between against near over".split()),  # noqa: SIM905
}
BEFORE: Final[dict[Language, frozenset[str]]] = {  # prepositions that say a phrase's part in the question
    "fr": LINKS["fr"]
    | PLACING["fr"]
    | frozenset("pour par avec sans sous vers depuis pendant après avant".split()),  # noqa: SIM905
    "en": LINKS["en"]
    | PLACING["en"]
    | frozenset("about by for after before during since under into".split()),  # noqa: SIM905
}
PARTICLES = frozenset("de du des d la le les l of the von van der den al el bin ben and et &".split())  # noqa: SIM905
# What ends a run of nouns beside the stop words of search.
BREAKS: Final[dict[Language, frozenset[str]]] = {
    "fr": frozenset("sera seront serait va vont dit disent fait font peut veut veulent a ont chez vers contre jamais toujours depuis déjà encore hier demain aujourd'hui ensuite".split()),  # noqa: SIM905
    "en": frozenset("last ever still also really first already today yesterday tomorrow now later next ago say says said get gets got".split()),  # noqa: SIM905
}  # fmt: skip
DO = frozenset("do does did will would can could shall should may might must".split())  # noqa: SIM905
BE = frozenset("is are was were be been has have had".split())  # noqa: SIM905
EN_VERBS = frozenset(
    """accept accuse add affect agree aim allow announce appear argue arrive ask attack avoid ban beat become begin believe blame
    bring build burn buy call cancel carry cause change charge choose claim close come complain compare consider continue cost
    cover create cross cut decide declare defend demand deny depend describe die disappear discover do draw drive drop earn eat
    end enter escape expect explain face fail fall feel fight find finish fire fix fly follow forget gain get give go grow happen
    hate have hear help hit hold hope hurt increase invade invest invite join keep kill know lack last launch lead learn leave
    lend let like live lose love make matter mean meet move need offer open oppose order own pay plan play point post predict
    prefer prepare prevent produce promise propose protect prove provide publish pull push put raise reach read receive reduce
    refuse reject release rely remain replace reply report resign respond return reveal rise run save say see seek seem sell send
    serve set share show sign sleep sound speak spend stand start stay stop study suffer suggest support survive take talk teach
    tell test think threaten touch travel treat try turn use visit vote wait walk want warn watch weigh win work worry write""".split()  # noqa: SIM905
)
EN_IRREGULAR = frozenset(
    """built made found held sold kept born shot seen done gone hit cut put set sent paid lost won told heard left met led read bought
    brought caught taught thought open closed free late able ready available safe true due worth like""".split()  # noqa: SIM905
)
TITLES = frozenset(
    """m mm mme mlle mr mrs ms miss dr pr sir lord lady president président présidente minister ministre maire mayor king queen
    roi reine pape pope prince princess princesse général general senator sénateur sénatrice chancelier chancellor gouverneur
    governor judge juge professor professeur secrétaire secretary directeur directrice director chairman chairwoman""".split()  # noqa: SIM905
)
HE = frozenset(
    [
        "m",
        "mr",
        "sir",
        "lord",
        "king",
        "roi",
        "prince",
        "pape",
        "pope",
        "président",
        "ministre",
        "sénateur",
        "chancelier",
        "directeur",
        "chairman",
    ]
)
SHE = frozenset(
    [
        "mme",
        "mlle",
        "mrs",
        "ms",
        "miss",
        "lady",
        "queen",
        "reine",
        "princess",
        "princesse",
        "présidente",
        "sénatrice",
        "directrice",
        "chairwoman",
    ]
)
SAYING = re.compile(
    r"^\W*(?:,\s*\d{1,2}\b|(?:a )?(?:dit|déclare|affirme|explique|ajoute|calcule|juge|raconte|sourit|says?|said|told|added|thinks?)\b)"
)
FEMININE_ENDING = re.compile(
    r"(?:tion|sion|té|ure|ée|ie|ette|ance|ence|ille|elle|esse|ise|ude|ade|oge|ole|ale|ane|ine|ique)$"
)


CALENDAR = frozenset(
    """monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september october
    november december mondays tuesdays wednesdays thursdays fridays saturdays sundays""".split()  # noqa: SIM905
)
DEMONYM = re.compile(
    r"(?:[a-z]+(?:ish|ese|ian|ean|ican|aeli|aqi|ani)|french|dutch|greek|german|swiss|welsh|czech|thai)$"
)


# Small words that join capitalised ones into one name; an article after « de » tells two: « Macron de l’Ukraine ».
JOINING: Final[dict[Language, frozenset[tuple[str, ...]]]] = {
    "fr": frozenset({("de",), ("d",), ("du",), ("le",), ("la",), ("et",)}),
    "en": frozenset({("of",), ("of", "the"), ("de",), ("van",), ("von",), ("&",), ("le",), ("al",)}),
}
FR_AUXILIARIES = frozenset("est sont était étaient a ont avait sera fut va vont peut doit".split())  # noqa: SIM905
