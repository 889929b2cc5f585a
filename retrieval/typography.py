"""Typography: quotation marks, apostrophes, spaces and numbers as each language sets them.

French after the Imprimerie nationale's rules: « » with no-break spaces, a thin one before « ; ! ? », one before « : », a comma for
decimals and thin spaces between thousands. English: “ ”, a point, commas.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from retrieval.domain import Language

_SPACES: Final = "[ \u00a0\u202f\u2009]"
# A model that copies a passage opens with ” too: prompts have that for each straight mark.
_QUOTED = re.compile(
    rf"(?:«{_SPACES}*|“|„|\"(?=\S)|(?<![^\s(])”(?=\S))([^«»“”„\"]*[^«»“”„\"\s][^«»“”„\"]*?)(?:{_SPACES}*»|”|(?<=\S)\")"
)
_APOSTROPHE = re.compile(r"(?<=\w)'(?=\w)")
_TALL = re.compile(rf"(?<=[\w»”)%€$]){_SPACES}*([;!?]+)(?=\s|$|[»”)])")
_COLON = re.compile(rf"(?<=[\w»”)%€$]){_SPACES}*:(?=\s|$)")
_APART = re.compile(rf"{_SPACES}+([;:!?])(?=\s|$|[”)])")
_MARKS: Final[dict[Language, tuple[str, str]]] = {"fr": ("«\u00a0", "\u00a0»"), "en": ("“", "”")}

_WITHIN: Final[dict[Language, tuple[str, str]]] = {"fr": ("“", "”"), "en": ("‘", "’")}
# In what is quoted: « and “ open, » closes, and “"” and “”” do either, by what stands before and after.
_OPENING = re.compile(rf"«{_SPACES}*|[“„]|(?<![^\s(\[«“„—–-])[\"”](?=\S)")
_MARK = re.compile(rf"{_OPENING.pattern}|{_SPACES}*»|[\"”]")
# Marks that close nothing at the beginning, or open nothing at the end.
_DANGLING = re.compile(rf"^\s*(?:»|”(?=\s))\s*(?=\S)|(?<=\S)\s*(?:[«“„]|(?<=\s)\"){_SPACES}*\s*$")

_ENGLISH_NUMBER = re.compile(r"(?<![\w.,])(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d+))?(?![\w,.]*\d)(?!\s?[ap]\.?m\b)")
_FRENCH_NUMBER = re.compile(rf"(?<![\w.,])(\d{{1,3}}(?:{_SPACES}\d{{3}})+(?!\d)|\d+)(?:,(\d+))?(?![\w,.]*\d)")

_BEFORE = re.compile(
    rf"([$£€]){_SPACES}?(\d++(?:[.,\u00a0\u202f]\d++)*+)(?!{_SPACES}?(?:[bm]illion|bn|[kmKM])\b)"
    rf"(?:{_SPACES}(millions?|milliards?)(?! d[e’']))?(?!\w)"
)
_AFTER = re.compile(rf"(?<![\w$£€.,])(\d++(?:[.,]\d++)*+){_SPACES}?([$£€])(?!\w)")
_MONEY: Final = {"$": "dollars", "£": "livres", "€": "euros"}

# « le onze », « le oui », « le un » and capitals (EDF, l’EDF) go their own ways; « h » may be either.
_FULL = re.compile(
    r"\b([Qq]u|[Dd]|[Nn]|[Ss]|[Mm]|[Jj]|[LlTt]|[Jj]usqu|[Ll]orsqu|[Pp]uisqu)(?:e|(?<=[Ll])a) "
    r"(?=[aàâeéèêëiîïoôuûœæ])(?!onz|oui|un|une|uhlan|ouistiti|y)"
)


def set_in(text: str, language: Language) -> str:
    """Return `text` with the quotation marks, apostrophes and spaces of `language`; letters and digits stay."""
    begin, end = _MARKS[language]
    # Before as well as after: what is left between two marks may be no quotation with a space, and one without.
    if language == "en":
        text = _APART.sub(r"\1", text)
    text = _APOSTROPHE.sub("’", _QUOTED.sub(lambda found: f"{begin}{found[1].strip()}{end}", text))
    if language == "fr":
        return _COLON.sub("\u00a0:", _TALL.sub("\u202f\\1", text))
    return _APART.sub(r"\1", text)


def within_quotation(text: str, language: Language) -> list[str]:
    """Return `text` as `language` sets it within a quotation, a string for each of its characters: « … “…” … », “… ‘…’ …”.

    A mark stays where it is; what stood between « or » and the words is "". One whose other is not in the text, as in a sentence out of a
    longer quotation, gets it at the text's end or beginning, and is left out where nothing would stand between them.
    """
    kept = _DANGLING.sub(lambda found: "\0" * len(found[0]), text)
    told = ["" if letter == "\0" else letter for letter in kept]
    opening, closing = _WITHIN[language]
    opened: list[int] = []
    unopened = False
    for found in _MARK.finditer(kept):
        start, end = found.span()
        told[start:end] = [""] * (end - start)
        if _OPENING.match(kept, start):
            told[start] = opening
            opened.append(start)
        else:
            told[end - 1] = closing
            unopened = unopened or not opened
            del opened[-1:]
    if unopened:
        told[0] = opening + told[0]
    if opened:
        told[-1] += closing
    return told


def renumbered(text: str, language: Language) -> str:
    """Return a text of the other language with its numbers as `language` writes them: 1,250.5 and 1 250,5."""
    if language == "fr":
        return _ENGLISH_NUMBER.sub(lambda found: _joined(found[1].split(","), "\u202f", found[2], ","), text)
    return _FRENCH_NUMBER.sub(lambda found: _joined(re.split(_SPACES, found[1]), ",", found[2], "."), text)


def priced(text: str, language: Language) -> str:
    """Return `text` with amounts of money as `language` writes them: $2.3 million, 2,3 millions de dollars; £29, 29 £."""
    if language == "en":
        return _AFTER.sub(lambda found: f"{found[2]}{found[1]}", text)
    return _BEFORE.sub(_french_amount, text)


def _french_amount(found: re.Match[str]) -> str:
    sign, number, unit = found.groups()
    if not unit:
        return f"{number}\u202f{sign}"
    noun = _MONEY[sign]
    link = "d’" if noun[0] in "aeiou" else "de "
    return f"{number}\u202f{unit} {link}{noun}"


def elided(text: str, language: Language) -> str:
    """Return French `text` with the vowels dropped that it drops before another: « que elles » becomes « qu’elles »."""
    if language == "en":
        return text
    return _FULL.sub(lambda found: f"{found[1]}’", text)


def _joined(groups: list[str], between: str, decimals: str | None, point: str) -> str:
    return between.join(groups) + (f"{point}{decimals}" if decimals else "")
