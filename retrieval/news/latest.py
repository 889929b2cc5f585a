"""What is new: the newest stories, anywhere, on a topic, of a period or a source, each with the sentence that tells it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from retrieval.news.leads import alike, lead
from retrieval.news.made import Line, Made
from retrieval.news.search import by_day
from retrieval.news.texts import heading

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from retrieval.domain import Article
    from retrieval.news.asked import Request
    from retrieval.news.search import Search

_MOST = 6  # stories told


def latest(request: Request, search: Search) -> Made | None:
    """Return the newest stories, the newest first; None where there are none."""
    stories = stories_of(request, search, _MOST)
    if not stories:
        return None
    return Made(heading(request), tuple(lines(stories, search)))


def on_days(request: Request, search: Search) -> Made | None:
    """Return what was told on some days, the first first; None where there is nothing."""
    stories = stories_of(request, search, _MOST)
    return Made(heading(request), tuple(lines(reversed(stories), search))) if stories else None


def stories_of(request: Request, search: Search, most: int) -> list[list[Article]]:
    """Return the stories a request asks for, the newest first: each an article with its near-copies."""
    if not request.topic:
        return search.newest(request.within, most)
    articles = by_day(search.meant(request))
    stories: dict[str, list[Article]] = {}
    for article in articles:
        name = search.view.stories.get(article.article_id, article.article_id)
        stories.setdefault(name, []).append(article)
    return [*stories.values()][:most]


def lines(stories: Iterable[Sequence[Article]], search: Search) -> list[Line]:
    """Return a line for each story: its newest article's title and the sentence that tells it."""
    found: list[Line] = []
    for first, *copies in stories:
        quote = lead(search.lines(first))
        if quote and not any(alike(quote, line.quote) for line in found):
            found.append(Line(quote, first.title, first.published, tuple(copies)))
    return found
