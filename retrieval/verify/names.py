"""The names in a text, and whether two of them are the same one, spelled by either language."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from typing import TYPE_CHECKING

from retrieval.verify import dates
from retrieval.verify.number_words import CARDINALS, ORDINALS, ROUND, SCALES
from retrieval.words import fold, is_stop

if TYPE_CHECKING:
    from retrieval.domain import Language

_WORD = re.compile(r"[^\W\d_]+(?:\d+)?")
_OPENING = re.compile(r"(?:^|[.!?…:]\s*|[«“\"(\[—–-]\s*|^\W+)$")
_SOUNDS = (
    ("tsch", "sh"), ("tch", "sh"), ("sch", "sh"), ("ch", "sh"), ("dj", "j"), ("ou", "u"), ("oo", "u"), ("ph", "f"), ("kh", "k"),
    ("gh", "g"), ("ck", "k"), ("qu", "k"), ("q", "k"), ("x", "ks"), ("w", "v"), ("y", "i"), ("th", "t"), ("z", "s"), ("h", ""),
)  # fmt: skip
_SOFT = re.compile(r"c(?=[eiy])")
_TWICE = re.compile(r"(.)\1+")
# Words that open a sentence and name nothing; adverbs go by their ending.
_OPENERS = re.compile(
    r"according|however|moreover|meanwhile|furthermore|overall|instead|despite|since|around|today|nevertheless|nonetheless|therefore|although"
    r"|whereas|without|within|among|along|besides|cependant|toutefois|neanmoins|ainsi|enfin|outre|malgre|grace|environ|afin|ensuite|plusieurs"
    r"|certaine?s?|pourtant|d'abord|autour|[a-z]{3,}(?:ly|ment)"
)
_ERAS = frozenset(("BC", "BCE", "AD", "CE"))
_YEAR = re.compile(r"(?:\d|century|centuries)\s$")
_LEAST = 0.84  # likeness of two spellings that may be of one name; Poutine and Putin are at 1 as they sound
_TITLES = frozenset(
    """m mr mrs ms mme mlle mm dr pr sir lord lady president président présidente minister ministre king roi queen reine
    general général colonel captain capitaine professor professeur pope pape prince princess princesse saint st ste""".split()  # noqa: SIM905
)


@dataclass(frozen=True, slots=True)
class Name:
    """A capitalised word; `initial` where its place alone may be why: first in a sentence or a quotation."""

    word: str
    start: int
    end: int
    initial: bool


@lru_cache(maxsize=512)
def names(text: str, language: Language) -> tuple[Name, ...]:
    """Return the names of `text` word by word: no dates, no numbers, no words that only say how things are put."""
    times = [(w.start, w.end) for w in dates.whens(text, language)]
    found = []
    for match in _WORD.finditer(text):
        word, (start, end) = match[0], match.span()
        if not word[0].isupper() or len(word) < 2 or any(s <= start < e for s, e in times):
            continue
        if text[end : end + 1] in tuple("$€£") or (word in _ERAS and _YEAR.search(text[:start])):
            continue  # "US$11,000", "in the third century BCE"
        initial = bool(_OPENING.search(text[:start]))
        shouted = word.isupper() and len(word) > 1
        if (is_stop(word, language) and not (shouted and not initial)) or _number(word, language):
            continue
        if fold(word) in _TITLES or (initial and _OPENERS.fullmatch(fold(word))):
            continue
        found.append(Name(word, start, end, initial and not shouted))
    return tuple(found)


def _number(word: str, language: Language) -> bool:
    lower = word.casefold()
    tables = (CARDINALS, ORDINALS, ROUND, SCALES)
    return any(lower in table[language] for table in tables) or bool(
        re.fullmatch(r"[IVX]+(?:e|er|es|th|st|nd|rd)?", word)
    )


@lru_cache(maxsize=16_384)
def sound(word: str) -> str:
    """Return about how a name sounds, so that Poutine and Putin, Zelensky and Zelenskyy are written the same."""
    plain = _SOFT.sub("s", fold(word))
    for written, heard in _SOUNDS:
        plain = plain.replace(written, heard)
    plain = _TWICE.sub(r"\1", plain.replace("c", "k"))
    return plain if len(plain) <= 3 else plain.removesuffix("s").removesuffix("e")


@lru_cache(maxsize=65_536)
def alike(one: str, other: str, *, across: bool) -> bool:
    """Tell whether two words may be one name: the same but for accents, case and a plural's s; across languages, as they sound."""
    a, b = fold(one), fold(other)
    if a == b or (min(len(a), len(b)) > 3 and (a.removesuffix("s") == b.removesuffix("s"))):
        return True
    if not across:
        return False
    a, b = sound(one), sound(other)
    if a == b and len(a) > 2:
        return True
    shorter = min(len(a), len(b))
    if shorter < 4:
        return False
    common = next((n for n in range(shorter) if a[n] != b[n]), shorter)
    return common >= max(5, 0.6 * max(len(a), len(b))) or SequenceMatcher(None, a, b).ratio() >= _LEAST


def initials(words: list[str]) -> str:
    """Return the capitals of some words, as an acronym would be made of them."""
    return "".join(word[0] for word in words if word[0].isupper())
