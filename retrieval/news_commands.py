"""`depeche latest` and `depeche timeline`: the newest stories, and the days of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from retrieval.choosing import OfArticles, Since, Source, Until, choice, language_option
from retrieval.commands import AsJson, answering, locale_language, print_json

if TYPE_CHECKING:
    from retrieval.domain import Kind
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
        answer = answerer.news(Request(kind, said, language, said, within))
        if as_json:
            print_json(answer.to_json())
        else:
            from retrieval.terminal import console, show_answer

            show_answer([answer], console())
