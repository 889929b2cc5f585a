"""`depeche latest`, `depeche digest` and `depeche timeline`: the newest stories, all of some days, and the days of one."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from retrieval.choosing import OfArticles, Since, Source, Until, choice, language_option
from retrieval.commands import AsJson, answering, print_json
from retrieval.domain import LANGUAGES
from retrieval.speech import locale_language
from retrieval.told import Phrase

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.domain import Answer, Kind
    from retrieval.news.choice import Choice

Topic = Annotated[list[str] | None, typer.Argument(metavar="[TOPIC]...", help="What it is about.")]
Lang = Annotated[str | None, typer.Option(help="Answer in this language, fr or en.")]


def latest(  # noqa: PLR0917 - what one may ask for
    topic: Topic = None,
    since: Since = None,
    until: Until = None,
    source: Source = None,
    lang_of_articles: OfArticles = None,
    lang: Lang = None,
    as_json: AsJson = False,
) -> None:
    """Tell the newest stories, or the newest on a topic, each with the sentence that tells it."""
    _tell("latest", topic, choice(since, until, source, lang_of_articles), lang, as_json=as_json)


def digest(  # noqa: PLR0917
    topic: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="TOPIC", help="What it is about; one of several words between quotation marks."
        ),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(
            help="Articles of this day or later: 2026-11-24, or 3d, 2w ago.",
            show_default="the day before --until",
        ),
    ] = None,
    until: Annotated[
        str | None, typer.Option(help="Articles of this day or before.", show_default="today")
    ] = None,
    source: Source = None,
    lang_of_articles: OfArticles = None,
    lang: Lang = None,
    as_json: AsJson = False,
    as_html: Annotated[bool, typer.Option("--html", help="Print a page of HTML, to mail.")] = False,
) -> None:
    """Tell the stories of a day, or of a week (--since 1w), each once with all its sources, the newest first."""
    if as_json and as_html:
        raise typer.BadParameter("--json or --html, not both", param_hint="--html")
    chosen, topics = choice(since, until, source, lang_of_articles), tuple(topic or ())
    last = chosen.until or date.today()
    chosen = replace(chosen, since=chosen.since or last - timedelta(days=1), until=last)
    if chosen.since and chosen.since > last:
        raise typer.BadParameter(
            Phrase("{since} is after the last day, {last}", since=chosen.since, last=last),
            param_hint="--since",
        )
    spoken = language_option(lang) or locale_language()
    _check(topics)
    with answering() as answerer:
        from retrieval.news.asked import Request
        from retrieval.overview import Within

        within = chosen.within(answerer.library) or Within()
        request = Request("digest", ", ".join(topics), spoken, within=within, topics=topics)
        answer = answerer.news(request)
        if as_html:
            from retrieval.news.page import page

            sys.stdout.buffer.write(page(answer).encode("utf-8"))
        else:
            _show(answer, as_json=as_json)


def _check(topics: Sequence[str]) -> None:
    """Raise `BadParameter` where a topic names nothing: « du » beside others is of one that was meant as a whole."""
    from retrieval.words import content_spans

    for topic in topics:
        held = [any(content_spans(topic, language)) for language in LANGUAGES]
        if not (any(held) if len(topics) == 1 else all(held)):
            raise typer.BadParameter(
                Phrase(
                    "“{topic}” is no topic; put one of several words between quotation marks", topic=topic
                ),
                param_hint="TOPIC",
            )


def timeline(  # noqa: PLR0917
    topic: Topic = None,
    since: Since = None,
    until: Until = None,
    source: Source = None,
    lang_of_articles: OfArticles = None,
    lang: Lang = None,
    as_json: AsJson = False,
) -> None:
    """Tell what happened in a story, day by day."""
    if not topic:
        raise typer.BadParameter("of which story?", param_hint="TOPIC")
    _tell("timeline", topic, choice(since, until, source, lang_of_articles), lang, as_json=as_json)


def _tell(kind: Kind, topic: list[str] | None, chosen: Choice, lang: str | None, *, as_json: bool) -> None:
    spoken, said = language_option(lang), " ".join(topic or ())
    with answering() as answerer:
        from retrieval.language import detect
        from retrieval.news.asked import Request
        from retrieval.overview import Within

        language = spoken or (detect(said, locale_language()) if said else locale_language())
        within = chosen.within(answerer.library) or Within()
        _show(answerer.news(Request(kind, said, language, said, within)), as_json=as_json)


def _show(answer: Answer, *, as_json: bool) -> None:
    if as_json:
        print_json(answer.to_json())
    else:
        from retrieval.terminal import console, show_answer

        show_answer([answer], console())
