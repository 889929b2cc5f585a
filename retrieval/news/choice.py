"""Which articles somebody chooses: by day, by source as they call it, by language."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from retrieval.errors import DepecheError
from retrieval.news.sources import Sources
from retrieval.overview import Within
from retrieval.told import Phrase

if TYPE_CHECKING:
    from collections.abc import Mapping

    from retrieval.domain import Language
    from retrieval.library import Library

_AGO: Final = re.compile(r"(\d{1,4})\s*([dwjs])", re.I)  # days and weeks, jours et semaines
_FIRST_YEAR: Final = 1000  # before any article, and days before it can still be reckoned
_SHOWN: Final = 20  # sources that are named to who names one that is not there


@dataclass(frozen=True, slots=True)
class Choice:
    """The articles meant, all by default; `sources` are as they were typed."""

    since: date | None = None
    until: date | None = None
    sources: tuple[str, ...] = ()
    language: Language | None = None

    def within(self, library: Library) -> Within | None:
        """Return the articles meant, None for all; raise `DepecheError` that names the sources there are where one is none."""
        if self == Choice():
            return None
        there = library.look(lambda view: view.sources) if self.sources else {}
        named = frozenset(name for typed in self.sources for name in _named(typed, there))
        return Within(self.since, self.until, named, self.language)


def _named(typed: str, there: Mapping[str, str | None]) -> frozenset[str]:
    # After a word, as it stands in a question, with a capital: « Le Monde ».
    found = {typed} & {*there} or Sources(there).named(f"de {typed[:1].upper()}{typed[1:]}").sources
    if not found or not typed.strip():
        known = ", ".join(sorted(there)[:_SHOWN]) or Phrase("none")
        raise DepecheError(
            Phrase("No article is by {typed}", typed=typed),
            Phrase("The library's sources: {known}.", known=known),
        )
    return frozenset(found)


def day(said: str) -> date:
    """Return the day that is written, as 2026-11-24 or as so long ago, 3d or 2w; raise `ValueError` that says so where it is none."""
    if ago := _AGO.fullmatch(said.strip()):
        weeks = ago[2].casefold() in "ws"
        return date.today() - timedelta(days=int(ago[1]) * (7 if weeks else 1))
    try:
        given = date.fromisoformat(said.strip())
        return given.replace(year=max(given.year, _FIRST_YEAR))
    except ValueError:
        raise ValueError(
            Phrase("{said} is no day: write 2026-11-24, or 3d for three days ago.", said=said)
        ) from None
