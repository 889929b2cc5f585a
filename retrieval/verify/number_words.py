"""Numbers written out, French and English: « quatre-vingt-douze », "a hundred and twenty", « une douzaine », "two thirds"."""

from __future__ import annotations

from typing import Final

from retrieval.domain import Language

_FRENCH_UNITS = """zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize""".split()  # noqa: SIM905
_ENGLISH_UNITS = """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
    seventeen eighteen nineteen""".split()  # noqa: SIM905

CARDINALS: Final[dict[Language, dict[str, int]]] = {
    "fr": {word: n for n, word in enumerate(_FRENCH_UNITS)}
    | {"une": 1, "vingt": 20, "vingts": 20, "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60}
    | {"septante": 70, "huitante": 80, "octante": 80, "nonante": 90},
    "en": {word: n for n, word in enumerate(_ENGLISH_UNITS)}
    | {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80}
    | {"ninety": 90},
}
HUNDREDS: Final[dict[Language, frozenset[str]]] = {
    "fr": frozenset({"cent", "cents"}),
    "en": frozenset({"hundred"}),
}
SCALES: Final[dict[Language, dict[str, float]]] = {
    "fr": {
        "mille": 1e3, "million": 1e6, "millions": 1e6, "milliard": 1e9, "milliards": 1e9, "billion": 1e12,
        "billions": 1e12, "md": 1e9, "mds": 1e9, "mrd": 1e9,
    },
    "en": {
        "thousand": 1e3, "million": 1e6, "millions": 1e6, "billion": 1e9, "billions": 1e9, "trillion": 1e12,
        "mn": 1e6, "bn": 1e9, "tn": 1e12,
    },
}  # fmt: skip
JOINS: Final[dict[Language, str]] = {"fr": "et", "en": "and"}

# About so many: « une trentaine », "a dozen".
ROUND: Final[dict[Language, dict[str, int]]] = {
    "fr": {
        "dizaine": 10, "douzaine": 12, "quinzaine": 15, "vingtaine": 20, "trentaine": 30, "quarantaine": 40,
        "cinquantaine": 50, "soixantaine": 60, "centaine": 100, "millier": 1000,
    },
    "en": {"dozen": 12},
}  # fmt: skip
# No number, an order of magnitude: « des centaines », "tens of thousands" (its last word counts).
VAGUE: Final[dict[Language, dict[str, int]]] = {
    "fr": {
        "dizaines": 10, "douzaines": 10, "vingtaines": 10, "centaines": 100, "milliers": 1000,
        "millions": 10**6, "milliards": 10**9,
    },
    "en": {
        "tens": 10, "dozens": 10, "hundreds": 100, "thousands": 1000, "millions": 10**6, "billions": 10**9,
    },
}  # fmt: skip

# The lower part of a fraction, where a number or an article stands before it.
PARTS: Final[dict[Language, dict[str, int]]] = {
    "fr": {
        "tiers": 3,
        "quart": 4,
        "quarts": 4,
        "cinquième": 5,
        "cinquièmes": 5,
        "dixième": 10,
        "dixièmes": 10,
    }
    | {"sixième": 6, "septième": 7, "huitième": 8, "centième": 100},
    "en": {"third": 3, "thirds": 3, "quarter": 4, "quarters": 4, "fifth": 5, "fifths": 5, "tenth": 10}
    | {"tenths": 10, "sixth": 6, "seventh": 7, "eighth": 8, "eighths": 8, "hundredth": 100},
}
HALVES: Final[dict[Language, frozenset[str]]] = {
    "fr": frozenset({"moitié", "demi", "demie", "demis", "demies"}),
    "en": frozenset({"half", "halves"}),
}
# Words that say a number without being one, for what they may stand beside: « doubler », "twice".
TIMES: Final[dict[Language, dict[str, int]]] = {
    "fr": {"double": 2, "doublé": 2, "doubler": 2, "triple": 3, "triplé": 3, "tripler": 3, "deuxièmement": 2,
           "premièrement": 1,
        "abord": 1,
        "initial": 1,
        "initiale": 1, "couple": 2, "duo": 2, "paire": 2, "trio": 3, "jumeaux": 2, "bicentenaire": 200,
           "centenaire": 100, "décennie": 10, "millénaire": 1000, "millénaires": 1000, "siècle": 100, "deux": 2},
    "en": {"double": 2, "doubled": 2, "doubling": 2, "triple": 3, "tripled": 3, "twice": 2, "thrice": 3,
           "pair": 2, "couple": 2, "both": 2, "duo": 2, "trio": 3, "twins": 2, "decade": 10, "millennium": 1000, "millennia": 1000, "century": 100,
           "centenary": 100, "once": 1,
        "prime": 1,
        "original": 1,
        "initial": 1},
}  # fmt: skip


def _ordinals_fr() -> dict[str, int]:
    made = {"premier": 1, "première": 1, "premiers": 1, "premières": 1, "second": 2, "seconde": 2}
    for word, n in CARDINALS["fr"].items():
        if n > 1 and word != "vingts":
            stem = {"cinq": "cinqu", "neuf": "neuv"}.get(word, word.removesuffix("e"))
            made[stem + "ième"] = made[stem + "ièmes"] = n
    return made | {"unième": 1, "centième": 100, "millième": 1000}


def _ordinals_en() -> dict[str, int]:
    made = {"first": 1, "second": 2, "third": 3, "fifth": 5, "eighth": 8, "ninth": 9, "twelfth": 12}
    for word, n in CARDINALS["en"].items():
        if n > 3 and n not in made.values():
            made[word.removesuffix("y") + "ieth" if word.endswith("y") else word + "th"] = n
    return made | {"hundredth": 100, "thousandth": 1000}


ORDINALS: Final[dict[Language, dict[str, int]]] = {"fr": _ordinals_fr(), "en": _ordinals_en()}


def spelled(words: list[str], start: int, language: Language) -> tuple[float, int] | None:
    """Return the number that `words` (lower case) spell from `start` on, and where it ends; None where they spell none.

    The longest run counts: « quatre-vingt-douze mille » is 92,000, not 4 and what follows.
    """
    return _run(words, start, language, 0.0, 0.0)


def scaled(value: float, words: list[str], start: int, language: Language) -> tuple[float, int]:
    """Return a number in figures times the words that follow it (« 1,5 million »), and where they end."""
    found = value
    while start < len(words) and words[start] in SCALES[language]:
        found, start = found * SCALES[language][words[start]], start + 1
    return found, start


def _run(
    words: list[str], at: int, language: Language, total: float, current: float
) -> tuple[float, int] | None:
    cardinals, scales, hundreds = CARDINALS[language], SCALES[language], HUNDREDS[language]
    begun = False
    while at < len(words):
        word = words[at]
        joined = begun and word == JOINS[language] and at + 1 < len(words)
        if joined and _may_follow(current, total, cardinals.get(words[at + 1]), language, joined=True):
            at += 1
            word = words[at]
        elif word in cardinals:
            if begun and not _may_follow(current, total, cardinals[word], language, joined=False):
                break
        elif word in hundreds:
            if current >= 100 or (word == "cents" and not begun):
                break
        elif word not in scales or (not begun and word not in ("mille", "thousand")):
            break
        if word in cardinals:
            value = cardinals[word]
            current = (
                current + 76 if language == "fr" and value == 20 and current % 100 == 4 else current + value
            )
        elif word in hundreds:
            current = (current or 1) * 100
        else:
            total, current = total + (current or 1) * scales[word], 0.0
        begun, at = True, at + 1
    return (total + current, at) if begun else None


def _may_follow(current: float, total: float, value: int | None, language: Language, *, joined: bool) -> bool:
    """Tell whether a word's number adds to what came before it: "twenty" "three" does, "three" "four" does not."""
    if value is None or value == 0:
        return False
    rest = current % 100
    if language == "fr" and value == 20 and rest == 4:
        return not joined
    if language == "fr" and rest in (60, 80) and 10 <= value < 20:
        return not joined or value == 11
    if joined and language == "fr":
        return value == 1 and rest >= 20 and rest % 10 == 0
    if joined:
        return rest == 0 and (current >= 100 or total >= 1000)
    if rest == 0:
        return current >= 100 or total >= 1000
    return (rest >= 20 and rest % 10 == 0 and value < 10) or (
        rest == 10 and language == "fr" and value in (7, 8, 9)
    )
