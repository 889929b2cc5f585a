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
_QUOTED = re.compile(
    rf"(?:«{_SPACES}*|“|„|\"(?=\S))([^«»“”„\"]*[^«»“”„\"\s][^«»“”„\"]*?)(?:{_SPACES}*»|”|(?<=\S)\")"
)
_APOSTROPHE = re.compile(r"(?<=\w)'(?=\w)")
_TALL = re.compile(rf"(?<=[\w»”)%€$]){_SPACES}*([;!?]+)(?=\s|$|[»”)])")
_COLON = re.compile(rf"(?<=[\w»”)%€$]){_SPACES}*:(?=\s|$)")
_APART = re.compile(rf"{_SPACES}+([;:!?])(?=\s|$|[”)])")
_MARKS: Final[dict[Language, tuple[str, str]]] = {"fr": ("«\u00a0", "\u00a0»"), "en": ("“", "”")}

_ENGLISH_NUMBER = re.compile(r"(?<![\w.,])(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d+))?(?![\w,.]*\d)(?!\s?[ap]\.?m\b)")
_FRENCH_NUMBER = re.compile(rf"(?<![\w.,])(\d{{1,3}}(?:{_SPACES}\d{{3}})+(?!\d)|\d+)(?:,(\d+))?(?![\w,.]*\d)")


def set_in(text: str, language: Language) -> str:
    """Return `text` with the quotation marks, apostrophes and spaces of `language`; letters and digits stay."""
    begin, end = _MARKS[language]
    text = _APOSTROPHE.sub("’", _QUOTED.sub(lambda found: f"{begin}{found[1].strip()}{end}", text))
    if language == "fr":
        return _COLON.sub("\u00a0:", _TALL.sub("\u202f\\1", text))
    return _APART.sub(r"\1", text)


def renumbered(text: str, language: Language) -> str:
    """Return a text of the other language with its numbers as `language` writes them: 1,250.5 and 1 250,5."""
    if language == "fr":
        return _ENGLISH_NUMBER.sub(lambda found: _joined(found[1].split(","), "\u202f", found[2], ","), text)
    return _FRENCH_NUMBER.sub(lambda found: _joined(re.split(_SPACES, found[1]), ",", found[2], "."), text)


def _joined(groups: list[str], between: str, decimals: str | None, point: str) -> str:
    return between.join(groups) + (f"{point}{decimals}" if decimals else "")
