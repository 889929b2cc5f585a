"""What is told to a person, of what is wrong and what to do: English in itself, and French by the catalogue."""

from __future__ import annotations

import re
from string import Formatter
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from retrieval.domain import Language


class Phrase(str):
    """A text made of an English template and its values, `Phrase("There is no file {path}", path=path)`; `said` tells it in French too.

    A value that is such a text itself, or an error that is told by one, is told in the language with it.
    """

    template: str
    values: dict[str, object]

    def __new__(cls, template: str, /, **values: object) -> Phrase:
        """Return the text; each run of spaces and line breaks in a value is one space."""
        kept = {name: _value(value) for name, value in values.items()}
        made = super().__new__(cls, template.format(**kept) if kept else template)
        made.template, made.values = template, kept
        return made

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, object]]:
        return (self.template,), self.values


def said(text: str, language: Language) -> str:
    """Return a text as it is told in `language`; what the catalogue has not, as the name of a file, stays as it is."""
    if language == "en":
        return str(text)
    from retrieval.french import FRENCH

    if not isinstance(text, Phrase):
        return FRENCH.get(text, text)
    template = FRENCH.get(text.template, text.template)
    values = {name: said(one, language) if isinstance(one, str) else one for name, one in text.values.items()}
    return _FRENCH.vformat(template, (), values) if values else template


def recovered(text: str) -> str:
    """Return the `Phrase` that `text` is the English of, where it came without its template; `text` itself where there is none.

    Other libraries' messages come so, and what was stored, or told by another process.
    """
    from retrieval.french import FRENCH

    wordy = [template for template in FRENCH if _FIELD.search(template) and _literal(template)]
    found = {template: match for template in wordy if (match := _pattern(template).fullmatch(text))}
    if not found:
        return text
    template = max(found, key=_literal)
    given = found[template].groupdict()
    numbers = {name for name, spec in _FIELD.findall(template) if spec}
    return Phrase(template, **{name: _number(one) if name in numbers else one for name, one in given.items()})


_FIELD: Final = re.compile(
    r"\{(\w+)(?::([^{}]*))?\}"
)  # a value's name, and how it is written where that is as a number


def _literal(template: str) -> int:
    """Return how many letters of a template are its own."""
    return sum(map(str.isalpha, _FIELD.sub("", template)))


def _pattern(template: str) -> re.Pattern[str]:
    """Return what a text made of a template looks like, its values in groups of their names."""
    pattern, start = "", 0
    for field in _FIELD.finditer(template):
        value = r"[\d.,]+" if field[2] else ".+?"
        pattern += f"{re.escape(template[start : field.start()])}(?P<{field[1]}>{value})"
        start = field.end()
    return re.compile(pattern + re.escape(template[start:]))


def _number(written: str) -> int | float:
    """Return a number as English writes it."""
    plain = written.replace(",", "")
    return int(plain) if plain.isdecimal() else float(plain)


class _Formatter(Formatter):
    """Writes numbers as French does: narrow no-break spaces between thousands, a comma for decimals."""

    def format_field(self, value: object, format_spec: str) -> str:
        """Return a value as its field asks."""
        made = format(value, format_spec)
        return made if isinstance(value, str) else made.replace(",", "\u202f").replace(".", ",")


_FRENCH: Final = _Formatter()


def _value(value: object) -> object:
    told = getattr(value, "told", value)
    return told if isinstance(told, Phrase | int | float) else " ".join(str(told).split())
