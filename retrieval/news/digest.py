"""The digest: all stories of some days, on anything or on several topics, each once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from retrieval.language import asks, detect
from retrieval.news.latest import lines, stories_of
from retrieval.news.made import Made
from retrieval.news.search import by_day
from retrieval.news.story import grouped
from retrieval.news.texts import digest_heading, nothing_new, older
from retrieval.news.topics import topic_in

if TYPE_CHECKING:
    from retrieval.domain import Article
    from retrieval.news.asked import Request
    from retrieval.news.search import Search

_MOST = 20  # stories told


def digest(request: Request, search: Search) -> Made:
    """Return the stories of the request's days, the newest first, or that there are none."""
    most = _MOST + 1 + len(request.told)
    stories = _on_topics(request, search, most) if request.topics else stories_of(request, search, most)
    new = [story for story in stories if not request.told & {article.article_id for article in story}]
    if not new:
        return Made(nothing_new(request), ())
    notes = (older(request.language),) if len(new) > _MOST else ()
    return Made(digest_heading(request), tuple(lines(new[:_MOST], search)), notes)


def _on_topics(request: Request, search: Search, most: int) -> list[list[Article]]:
    """Return the newest stories on any of the topics: each by its newest article, with that one's near-copies."""
    copies: dict[str, dict[str, Article]] = {}
    for topic in request.topics:
        language = detect(topic, request.language)
        # of « Quand ouvrira l’hôpital ? », which a chat may follow, the hospital
        about = (asks(topic, language) and topic_in(topic, language)) or topic
        for story in stories_of(replace(request, topic=about, language=language), search, most):
            name = search.view.stories.get(story[0].article_id, story[0].article_id)
            copies.setdefault(name, {}).update({article.article_id: article for article in story})
    told = {found[0].article_id: found for found in map(by_day, (one.values() for one in copies.values()))}
    newest = by_day(found[0] for found in told.values())
    return [told[first.article_id] for first, *_ in grouped(newest, search.view)][:most]
