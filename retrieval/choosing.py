"""Options of the command line that say which articles are meant: `--since`, `--until`, `--source`, `--lang-of-articles`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from retrieval.domain import LANGUAGES, Language, Question
from retrieval.errors import DepecheError

if TYPE_CHECKING:
    from retrieval.answerer import Answerer
    from retrieval.overview import Within

_AGO = re.compile(r"(\d{1,4})\s*([dwjs])", re.I)  # days and weeks, jours et semaines
_SHOWN = 20  # sources that are named to who names one that is not there

Since = Annotated[str | None, typer.Option(help="Articles of this day or later: 2026-11-24, or 3d, 2w ago.")]
Until = Annotated[str | None, typer.Option(help="Articles of this day or before.")]
Source = Annotated[
    list[str] | None, typer.Option(help="Articles of this publication, by its name or its host.")
]
OfArticles = Annotated[
    str | None, typer.Option("--lang-of-articles", help="Articles in this language, fr or en.")
]


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which articles the options choose; `sources` are as they were typed."""

    since: date | None
    until: date | None
    sources: tuple[str, ...]
    language: Language | None

    @classmethod
    def of(
        cls, since: str | None, until: str | None, source: list[str] | None, lang_of_articles: str | None
    ) -> Chosen:
        """Return what the options say; raise `BadParameter` where one says nothing that can be understood."""
        return cls(
            day_option(since, "--since"),
            day_option(until, "--until"),
            tuple(source or ()),
            language_option(lang_of_articles, "--lang-of-articles"),
        )

    def ask(self, text: str, answerer: Answerer, language: Language | None = None) -> Question:
        """Return a question of the chosen articles."""
        if self == Chosen(None, None, (), None):
            return Question(text, language)
        return Question(text, language, within=self.within(answerer))

    def within(self, answerer: Answerer) -> Within:
        """Return the articles meant; raise `DepecheError` that names the sources there are where one is none."""
        from retrieval.overview import Within

        if not self.sources:
            return Within(self.since, self.until, language=self.language)
        from retrieval.news.sources import Sources

        there: dict[str, str | None] = answerer.library.look(lambda view: view.sources)
        found: set[str] = set()
        for name in self.sources:
            named = {name} & {*there} or Sources(there).named(f"de {name[:1].upper()}{name[1:]}").sources
            if not named:
                known = ", ".join(sorted(there)[:_SHOWN]) or "none"
                raise DepecheError(f"No article is by {name}", f"The library's sources: {known}.")
            found |= named
        return Within(self.since, self.until, frozenset(found), self.language)


def day_option(said: str | None, option: str) -> date | None:
    """Return the day an option names, as 2026-11-24 or as so long ago; raise `BadParameter` where it is none."""
    if said is None:
        return None
    if ago := _AGO.fullmatch(said.strip()):
        weeks = ago[2].casefold() in "ws"
        return date.today() - timedelta(days=int(ago[1]) * (7 if weeks else 1))
    try:
        return date.fromisoformat(said.strip())
    except ValueError:
        raise typer.BadParameter(
            f"{said} is no day: write 2026-11-24, or 3d for three days ago.", param_hint=option
        ) from None


def language_option(lang: str | None, option: str = "--lang") -> Language | None:
    """Return the language an option names; raise `BadParameter` where it is none of ours."""
    if lang is None:
        return None
    for language in LANGUAGES:
        if lang.lower() == language:
            return language
    raise typer.BadParameter("fr or en", param_hint=option)
