"""What must be as much in a translation as in its source, and can be told without knowing what either means."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from retrieval.verify.exonyms import ids_in
from retrieval.words import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

_BETWEEN_THOUSANDS = re.compile(r"(?<=\d)[ \u00a0\u202f\u2009,.’'](?=\d{3}(?!\d))")
# Hours after noon as French counts them, whole ones without their minutes: "5 p.m.", « 17 h 00 » and "17:00" are 17.
_AFTERNOON = re.compile(r"\b(1[0-2]|[1-9])(?=(?:[:.]\d{2})?\s?p\.?m\b)", re.I)
_SHARP = re.compile(r"\b(\d{1,2})\s?[:h]\s?00\b")
_ROMAN = re.compile(r"\b(?:([IVXLC]{2,})(?:e|er)?|([IVX])e)\b")
_BEGINNING: Final = 5  # letters
_DIGITS: Final = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
_OPENING = re.compile(r"[«“„]")
_DOTTED = re.compile(r"\b(?:[A-Z]\.){2,}")
# Where a sentence begins, a whole text's or one within it, a capital says nothing.
_BEGUN = re.compile(
    r"(?:^|[!?…:]|(?<!\b[A-Z])(?<!\b(?:Mr|Ms|Dr|Pr|St))(?<!\bMrs)(?<!\bMgr)\.|[«“„\"‘(–—])\s*$"
)
_CAPITAL = re.compile(r"(?<![\w.])(?:[dlDL]['’])?([A-ZÀ-ÖØ-ÞŒ][\w’'-]*\w|[A-ZÀ-ÖØ-ÞŒ])")
# What one language writes with a capital and the other need not.
_COMMON: Final = frozenset(
    """monday tuesday wednesday thursday friday saturday sunday war games guerre jeux january february march april may june july august september october
    november december jan feb mar apr jun jul aug sep sept oct nov dec i president minister prime secretary senator governor mayor judge justice general colonel captain king queen prince
    princess pope bishop archbishop lord lady sir mr mrs ms miss dr professor court supreme parliament government council senate congress
    assembly cabinet party ministry department office bureau agency church cathedral university college school street road avenue square
    bridge river lake sea ocean bay island mount mountain union state states etat
    eglise republique nation premier ministre president conseil cour mme m mlle dieu bourse internet web ok no yes the a an
    le la les un une des""".split()  # noqa: SIM905
)


def unlike(source: str, said: str) -> Iterator[str]:
    """Yield what differs between a sentence and its translation into whatever language: its numbers, its quotation marks."""
    if sorted(_numbers(source)) != sorted(_numbers(said)):
        yield "its numbers are not the source's"
    if _quotations(source) != _quotations(said):
        yield "its quotation marks are not the source's"


def renamed(source: str, said: str, *, across: bool) -> Iterator[str]:
    """Yield the names that only one of two sentences has; `across` languages, what both call differently is one name."""
    shared = _shared(source, said) | _shared(said, source) | _akin(source, said) if across else set()
    for name in sorted(_names(source) - _words(said) - shared):
        yield f"it lacks the name {name}"
    for name in sorted(_names(said) - _words(source) - shared):
        yield f"it names {name}"


def _numbers(text: str) -> list[str]:
    text = _BETWEEN_THOUSANDS.sub("", _ROMAN.sub(lambda found: str(_arabic(found[1] or found[2])), text))
    text = _AFTERNOON.sub(lambda found: str(int(found[1]) % 12 + 12), text)
    return re.findall(r"\d+", _SHARP.sub(r"\1", text))


def _arabic(roman: str) -> int:
    """Return the number that Roman numerals write: « XIIIe », 13."""
    values = [_DIGITS[letter] for letter in roman]
    return sum(-one if one < after else one for one, after in zip(values, [*values[1:], 0], strict=True))


def _quotations(text: str) -> int:
    return len(_OPENING.findall(text)) or text.count('"') // 2


def _names(text: str) -> set[str]:
    """Return the words with a capital that do not begin a sentence, folded."""
    text = _undotted(text)
    found = (word for word in _CAPITAL.finditer(text) if not _BEGUN.search(text[: word.start()]))
    return {part for word in found for part in _parts(word[1])} - _COMMON


def _words(text: str) -> set[str]:
    return {part for word in re.findall(r"[\w’'-]+", _undotted(text)) for part in _parts(word)}


def _undotted(text: str) -> str:
    """Return a text with its initials without dots: "the U.S." is "the US"."""
    return _DOTTED.sub(lambda found: found[0].replace(".", ""), text)


def _parts(word: str) -> list[str]:
    """Return a word's parts, folded, without the English genitive and the French elision: "O’Neil’s", « d’Eastmoor », Port-Lauzan."""
    bare = re.sub(r"['’]s?$", "", word)
    return [fold(part) for part in re.split(r"['’-]", bare) if len(part) > 1 or part.isupper()]


def _akin(one: str, other: str) -> set[str]:
    """Return the words of both texts that begin as one of the other does: Amazone, Catholic. A person's is told by what comes back."""
    here, there = ({word[:_BEGINNING]: word for word in _words(text)} for text in (one, other))
    return {
        word for at in here.keys() & there.keys() if len(at) == _BEGINNING for word in (here[at], there[at])
    }


def _shared(one: str, other: str) -> set[str]:
    """Return the words of `one` that are part of what both texts name, each in its way."""
    one = _undotted(one)
    there = {known for known, _, _ in ids_in(_undotted(other))}
    return {part for known, start, end in ids_in(one) if known in there for part in _words(one[start:end])}
