"""The numbers of a text, in figures and in words, with what they count: values, kind, unit and place."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import TYPE_CHECKING, Literal

from retrieval.verify import number_words as words_of
from retrieval.verify.units import CURRENCIES, unit_beside
from retrieval.words import is_stop

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from retrieval.domain import Language

Kind = Literal["plain", "ordinal", "part", "round", "vague"]

_SPACES = "\u0020\u00a0\u202f\u2009"
_FIGURES = re.compile(
    rf"(?<![\w.,])\d{{1,3}}(?:(?:[{_SPACES}]\d{{3}})+|(?:,\d{{3}})+|(?:\.\d{{3}})+|(?:['’]\d{{3}})+)(?![\d])(?:[.,]\d+(?!\d))?"
    r"|\d+(?:[.,]\d+)?"
)
_WORD = re.compile(r"[^\W\d_]+")
_MARK = re.compile(
    r"(?:(?P<ordinal>er|re|ère|nde?|e|ème|ième|èmes|es|st|nd|rd|th)(?:s)?\b(?!['’]))|(?P<decade>s\b)|(?P<short>[kKMm]|bn|mn|Mds?)(?=[€$£\s.,;:)\u00a0\u202f]|$)"
)
_RANGE = re.compile(r"\s?(?:[-–]|à|to|or|ou|et|and)\s?(?:[$€£]\s?)?")
_SCALED = re.compile(r"million|milliard|billion|trillion|mille|thousand|bn|m", re.I)
_CENTURY = re.compile(r"\b(?:([IVX]{1,6})(?:e|ème)s?|(I)(?:er|re))(?![\w'’])")  # « Vers » is none
_ABOUT = re.compile(
    r"\b(?:environ|près de|presque|quelque|quelques|autour de|à peu près|plus de|moins de|au moins|approximativement|jusqu['’]à"
    r"|pas moins de|dépasse|about|around|nearly|almost|approximately|roughly|some|over|more than|less than|at least|up to|under"
    r"|as many as|no fewer than|just|circa|vers)\s(?:[$€£]\s?)?(?:de\s|the\s|les\s)?$",
    re.I,
)
_AND_HALF = re.compile(r"^(?:[\s-][^\W\d_]+)?[\s-](?:et[\s-]demie?|and[\s-]a[\s-]half)\b", re.I)
_RANKED = frozenset("the a an his her its their our my your s this that".split())  # noqa: SIM905
_SOME = frozenset(("several", "few", "many"))  # "several hundred" is no number either
_DASH_JOIN = re.compile(r"[\s\u00a0\u202f-]+")
_DECADE = re.compile(r"\bannées\s$", re.I)
_SHORT = {"k": 1e3, "m": 1e6, "mn": 1e6, "bn": 1e9, "md": 1e9, "mds": 1e9}


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number in a text: what it may be read as, what it counts, where it stands.

    `exact=False` for « environ 120 », "more than 300". `weak` ones are words that need not be meant as a number: "one", « second ».
    """

    values: frozenset[float]
    kind: Kind
    unit: str | None
    start: int
    end: int
    exact: bool = True
    weak: bool = False


def quantities(text: str, language: Language) -> list[Quantity]:
    """Return the numbers of `text`, in order."""
    found = [*_in_figures(text, language)]
    taken = [(q.start, q.end) for q in found]
    found += [q for q in _in_words(text, language) if not _overlaps((q.start, q.end), taken)]
    found.sort(key=lambda q: q.start)
    return [_shared(q, following, text) for q, following in zip_longest(found, found[1:])]


def _shared(one: Quantity, following: Quantity | None, text: str) -> Quantity:
    """Return a number with what its range's other end multiplies it by as a further reading: « deux à trois millions »."""
    if not following or not _RANGE.fullmatch(text[one.end : following.start]):
        return one
    larger = max(following.values)
    scales = [scale for scale in (1e3, 1e6, 1e9, 1e12) if larger >= scale > max(one.values)]
    scaled = _SCALED.search(text[following.start : following.end])
    unit = one.unit or following.unit
    values = one.values | {v * scales[-1] for v in one.values} if scales and scaled else one.values
    return replace(one, values=values, unit=unit)


def _overlaps(place: tuple[int, int], taken: Iterable[tuple[int, int]]) -> bool:
    return any(place[0] < end and start < place[1] for start, end in taken)


def _in_figures(text: str, language: Language) -> Iterator[Quantity]:
    for match in _FIGURES.finditer(text):
        start, end = match.span()
        if start and text[start - 1].isalpha() and text[start - 1] not in "xX":
            yield Quantity(
                frozenset({float(re.sub(r"\D", "", match[0]))}), "plain", None, start, end, weak=True
            )
            continue
        values = readings(match[0], language)
        mark = _MARK.match(text, end)
        if mark and mark["ordinal"] and values and "," not in match[0]:
            yield Quantity(values, "ordinal", unit_beside(text, start, mark.end()), start, mark.end())
            continue
        half = (
            end < len(text)
            and unicodedata.category(text[end]) == "No"
            and 0 < unicodedata.numeric(text[end]) < 1
        )
        if half:
            values, end = frozenset(v + unicodedata.numeric(text[end]) for v in values), end + 1
        if mark and mark["decade"]:
            end = mark.end()
        unit = unit_beside(text, start, end)
        following = _WORD.match(text, mark.end() if mark and mark["short"] else end)
        if mark and mark["short"] and not following:
            short = mark["short"].casefold()
            if short != "m" or unit in CURRENCIES or mark["short"] == "M":
                values, end = frozenset(v * _SHORT[short] for v in values), mark.end()
                unit = unit_beside(text, start, end)
        scaled, end = _scales(text, end, language)
        if scaled != 1:
            values = frozenset(v * scaled for v in values)
            unit = unit_beside(text, start, end)
        if _AND_HALF.match(text[end : end + 40]):
            values |= {v + 0.5 for v in values}
        if _DECADE.search(text[:start]):
            values |= {v + 1900 for v in values if v < 100 and v % 10 == 0}
        yield Quantity(values, "plain", unit, start, end, exact=not _ABOUT.search(text[:start]))


def _scales(text: str, end: int, language: Language) -> tuple[float, int]:
    """Return what the words right after a number in figures multiply it by, and where they end."""
    factor = 1.0
    while True:
        gap = _DASH_JOIN.match(text, end)
        word = _WORD.match(text, gap.end()) if gap else None
        value = words_of.SCALES[language].get(word[0].casefold()) if word else None
        if not word or value is None:
            return factor, end
        factor, end = factor * value, word.end()


def readings(figures: str, language: Language) -> frozenset[float]:
    """Return what a number in figures may mean: "1,190" is 1,190 in English; in French 1.19, or 1,190 written the English way."""
    plain = re.sub(rf"[{_SPACES}'’]", "", figures)
    commas, points = plain.count(","), plain.count(".")
    if commas + points == 0:
        return frozenset({float(plain)})
    if commas and points:
        last = max(plain.rfind(","), plain.rfind("."))
        return frozenset({float(re.sub(r"\D", "", plain[:last]) + "." + plain[last + 1 :])})
    if commas + points > 1:
        return frozenset({float(re.sub(r"\D", "", plain))})
    mark = "," if commas else "."
    whole, rest = plain.split(mark)
    decimal = float(f"{whole}.{rest}")
    if len(rest) == 3 and 1 <= len(whole) <= 3 and whole != "0":
        own = (mark == ",") == (language == "en")  # the mark this language sets between thousands
        return (
            frozenset({float(whole + rest)})
            if own and language == "en"
            else frozenset({decimal, float(whole + rest)})
        )
    return frozenset({decimal})


def _in_words(text: str, language: Language) -> Iterator[Quantity]:
    matches = [*_WORD.finditer(text)]
    words = [m[0].casefold() for m in matches]
    at = 0
    while at < len(words):
        quantity, following = _at_word(text, matches, words, at, language)
        if quantity:
            yield quantity
        at = max(following, at + 1)
    for match in _CENTURY.finditer(text):
        yield Quantity(
            frozenset({float(roman(match[1] or match[2]))}),
            "ordinal",
            unit_beside(text, *match.span()),
            *match.span(),
        )


def _at_word(
    text: str, matches: list[re.Match[str]], words: list[str], at: int, language: Language
) -> tuple[Quantity | None, int]:
    """Return the number that begins with a word, and the number of the word after it."""

    def made(value: float, end: int, kind: Kind, *, weak: bool = False, exact: bool = True) -> Quantity:
        start, stop = matches[at].start(), matches[end - 1].end()
        exact = exact and kind in ("plain", "ordinal") and not _ABOUT.search(text[:start])
        return Quantity(frozenset({value}), kind, unit_beside(text, start, stop), start, stop, exact, weak)

    word = words[at]
    if word == "cent" and at and words[at - 1] == "pour":
        return None, at + 1
    if at and words[at - 1] in _SOME and f"{word}s" in words_of.VAGUE[language]:
        return made(words_of.VAGUE[language][f"{word}s"], at + 1, "vague"), at + 1
    run = words_of.spelled(words[: _unbroken(text, matches, at)], at, language)
    if run:
        value, end = run
        return _after_cardinal(text, matches, words, at, value, end, language, made)
    if word in words_of.ORDINALS[language]:
        rank = not (word == "first" and language == "en") or (at and words[at - 1] in _RANKED)
        weak = word in ("second", "seconde", "seconds") or not rank  # "first check that"
        return made(words_of.ORDINALS[language][word], at + 1, "ordinal", weak=weak), at + 1
    if word in words_of.HALVES[language]:
        return made(0.5, at + 1, "part", weak=word != "moitié" and language == "fr"), at + 1
    if word in words_of.PARTS[language] and at and words[at - 1] in ("le", "un", "a", "du", "au", "the"):
        return made(1 / words_of.PARTS[language][word], at + 1, "part"), at + 1
    if word in words_of.ROUND[language]:
        factor, end = _word_scales(words, at + 1, language)
        return made(words_of.ROUND[language][word] * factor, end, "round"), end
    if word in words_of.VAGUE[language]:
        return made(words_of.VAGUE[language][word], at + 1, "vague"), at + 1
    if word in words_of.TIMES[language]:
        return made(words_of.TIMES[language][word], at + 1, "plain", weak=True), at + 1
    return None, at + 1


def _word_scales(words: list[str], at: int, language: Language) -> tuple[float, int]:
    step = at + 1 if at < len(words) and words[at] in ("de", "d") else at
    factor, end = words_of.scaled(1.0, words, step, language)
    return (factor, end) if factor != 1 else (1.0, at)


def _after_cardinal(
    text: str,
    matches: list[re.Match[str]],
    words: list[str],
    at: int,
    value: float,
    end: int,
    language: Language,
    made: Callable[..., Quantity],
) -> tuple[Quantity, int]:
    """Return a cardinal in words as what the word after it makes it: an ordinal, a part, a dozen, or itself."""
    following = words[end] if end < len(words) else ""
    next_to = end < len(words) and _DASH_JOIN.fullmatch(text[matches[end - 1].end() : matches[end].start()])
    if next_to and following in words_of.PARTS[language] and value < 100:
        part = words_of.PARTS[language][following]
        tens = value >= 20 and part in words_of.ORDINALS[language].values()
        if not tens and (following.endswith("s") or value == 1):
            return made(value / part, end + 1, "part"), end + 1
    if next_to and following in words_of.ORDINALS[language] and value >= 20 and value % 10 == 0:
        return made(value + words_of.ORDINALS[language][following], end + 1, "ordinal"), end + 1
    if next_to and following in words_of.ROUND[language]:
        factor, stop = _word_scales(words, end + 1, language)
        return made(value * words_of.ROUND[language][following] * factor, stop, "round"), stop
    if next_to and following in words_of.HALVES[language]:
        return made(0.5, end + 1, "part"), end + 1
    lonely = end == at + 1 and words[at] in ("un", "une", "one", "neuf")
    quantity = made(value, end, "plain", weak=lonely)
    if lonely and words[at] == "neuf" and (quantity.unit or _several(following)):
        quantity = replace(quantity, weak=False)
    if _AND_HALF.match(text[quantity.end : quantity.end + 40]):
        quantity = Quantity(
            quantity.values | {value + 0.5}, "plain", quantity.unit, quantity.start, quantity.end
        )
    return quantity, end


def _several(word: str) -> bool:
    """Tell whether a French word may be a plural that « neuf » counts: « neuf gratte-ciels », not « un immeuble neuf dans »."""
    return word.endswith(("s", "x")) and not is_stop(word, "fr")


def _unbroken(text: str, matches: list[re.Match[str]], start: int) -> int:
    """Return the number of the word before which something other than spaces and hyphens stands, from `start` on."""
    end = start + 1
    while end < len(matches) and _DASH_JOIN.fullmatch(text[matches[end - 1].end() : matches[end].start()]):
        end += 1
    return end


def roman(letters: str) -> int:
    """Return the value of a Roman numeral of I, V and X."""
    values = [{"I": 1, "V": 5, "X": 10}[letter] for letter in letters]
    return sum(-v if any(v < later for later in values[n + 1 : n + 2]) else v for n, v in enumerate(values))
