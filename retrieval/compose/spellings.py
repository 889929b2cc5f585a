"""Persons whose names the two languages write differently, Cyrillic and Arabic ones above all: Poutine is Putin in English.

A small model copies a name as it stands; written as the reader's language has it, it copies that.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from retrieval.domain import Language

# French and English, by whole words.
_BOTH: Final = """
Poutine Putin; Eltsine Yeltsin; Gorbatchev Gorbachev; Khrouchtchev Khrushchev; Brejnev Brezhnev; Staline Stalin; Lénine Lenin
Trotski Trotsky; Prigojine Prigozhin; Choïgou Shoigu; Guerassimov Gerasimov; Navalnaïa Navalnaya; Khodorkovski Khodorkovsky
Abramovitch Abramovich; Sobianine Sobyanin; Michoustine Mishustin; Sourovikine Surovikin; Loukachenko Lukashenko
Tsikhanovskaïa Tsikhanouskaya; Ianoukovitch Yanukovych; Porochenko Poroshenko; Timochenko Tymoshenko; Saakachvili Saakashvili
Chevardnadze Shevardnadze; Pachinian Pashinyan; Nazarbaïev Nazarbayev; Tokaïev Tokayev; Aliev Aliyev; Netanyahou Netanyahu
Kadhafi Gaddafi; Khadafi Gaddafi; Bachar Bashar; Sissi Sisi; Rohani Rouhani; Khomeyni Khomeini; Moubarak Mubarak; Tolstoï Tolstoy
Dostoïevski Dostoevsky; Tchekhov Chekhov; Pouchkine Pushkin; Boulgakov Bulgakov; Soljenitsyne Solzhenitsyn; Tchaïkovski Tchaikovsky
Chostakovitch Shostakovich; Noureev Nureyev; Gagarine Gagarin; Chouvalov Shuvalov; Soukhoï Sukhoi; Tchernobyl Chernobyl
Zaporijjia Zaporizhzhia
"""


def _pairs(language: Language) -> dict[str, str]:
    pairs = [entry.split() for entry in re.split(r"[;\n]", _BOTH.strip())]
    return dict(pairs) if language == "en" else {english: french for french, english in reversed(pairs)}


# By language, the other language's names and its own.
PERSONS: Final[dict[Language, dict[str, str]]] = {"en": _pairs("en"), "fr": _pairs("fr")}


def respelled(text: str, language: Language) -> str:
    """Return a text of the other language with these names as `language` writes them."""
    return _pattern(language).sub(lambda found: PERSONS[language][found[0]], text)


@cache
def _pattern(language: Language) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(PERSONS[language])})\b")
