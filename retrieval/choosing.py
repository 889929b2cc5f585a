"""Options of the command line that say which articles are meant, and which language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from retrieval.domain import LANGUAGES, Language

if TYPE_CHECKING:
    from datetime import date

    from retrieval.news.choice import Choice

Since = Annotated[str | None, typer.Option(help="Articles of this day or later: 2026-11-24, or 3d, 2w ago.")]
Until = Annotated[str | None, typer.Option(help="Articles of this day or before.")]
Source = Annotated[
    list[str] | None, typer.Option(help="Articles of this publication, by its name or its host.")
]
OfArticles = Annotated[
    str | None, typer.Option("--lang-of-articles", help="Articles in this language, fr or en.")
]


def choice(
    since: str | None, until: str | None, source: list[str] | None, lang_of_articles: str | None
) -> Choice:
    """Return which articles the options choose; raise `BadParameter` where one says nothing that can be understood."""
    from retrieval.news.choice import Choice

    return Choice(
        day_option(since, "--since"),
        day_option(until, "--until"),
        tuple(source or ()),
        language_option(lang_of_articles, "--lang-of-articles"),
    )


def day_option(said: str | None, option: str) -> date | None:
    """Return the day an option names, None where it is not given; raise `BadParameter` where it is none."""
    if said is None:
        return None
    from retrieval.news.choice import day

    try:
        return day(said)
    except ValueError as error:
        raise typer.BadParameter(error.args[0], param_hint=option) from None


def language_option(lang: str | None, option: str = "--lang") -> Language | None:
    """Return the language an option names; raise `BadParameter` where it is none of ours."""
    if lang is None:
        return None
    for language in LANGUAGES:
        if lang.lower() == language:
            return language
    raise typer.BadParameter("fr or en", param_hint=option)
