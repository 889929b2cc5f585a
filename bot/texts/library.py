"""What the bot says of the library: how much it holds, and of which articles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Library:
    """What is said of the library, in one language; pairs are for one and for several."""

    empty: str
    articles: tuple[str, str]
    in_french: str
    in_english: str
    sources: tuple[str, str]
    one_day: str
    days: str
    changed: str
    shown: tuple[str, str]
    earlier_button: str
    later_button: str
    too_late: str


FRENCH: Final = Library(
    empty="La bibliothèque ne contient encore aucun article.",
    articles=("La bibliothèque compte un article", "La bibliothèque compte {count} articles"),
    in_french="{count} en français",
    in_english="{count} en anglais",
    sources=("Une source", "{count} sources"),
    one_day="Articles du {first}",
    days="Articles du {first} au {last}",
    changed="Dernière mise à jour\u00a0: le {day} à {time}",
    shown=("Article {first}", "Articles {first} à {last}"),
    earlier_button="Plus anciens ›",
    later_button="‹ Plus récents",
    too_late="Désolé, cette recherche prend trop de temps. Réessayez dans un moment, s’il vous plaît.",
)

ENGLISH: Final = Library(
    empty="The library does not hold any articles yet.",
    articles=("The library holds one article", "The library holds {count} articles"),
    in_french="{count} in French",
    in_english="{count} in English",
    sources=("One source", "{count} sources"),
    one_day="Articles from {first}",
    days="Articles from {first} to {last}",
    changed="Last updated: {day} at {time}",
    shown=("Article {first}", "Articles {first} to {last}"),
    earlier_button="Older ›",
    later_button="‹ Newer",
    too_late="Sorry, this search is taking too long. Please try again in a moment.",
)
