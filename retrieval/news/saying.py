"""Who says what: what a source writes on a topic, and what each source writes on it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from retrieval.domain import Question
from retrieval.matching import Matcher
from retrieval.news.counting import count
from retrieval.news.latest import lines as told
from retrieval.news.latest import stories_of
from retrieval.news.made import Line, Made
from retrieval.news.search import by_day
from retrieval.news.texts import heading

if TYPE_CHECKING:
    from retrieval.news.asked import Request
    from retrieval.news.search import Search

_MOST = 5  # sentences, of as many articles or sources


def by_source(request: Request, search: Search) -> Made | None:
    """Return what one source writes on a topic, its newest articles first; where none is named, which articles there are; None where none is."""
    if not request.within.sources:
        return count(request, search)
    name = min(request.within.sources, key=len)
    if not request.topic:
        found = told(stories_of(request, search, _MOST), search)
    else:
        found = _on(request, search)[:_MOST]
    return Made(heading(request, name), tuple(found)) if found else None


def by_each_source(request: Request, search: Search) -> Made | None:
    """Return what each source writes on a topic, the newest of each; None where fewer than two do."""
    if not request.topic:
        return None
    sources: dict[str | None, Line] = {}
    for line in _on(request, search):
        sources.setdefault(line.quote.hit.article.source, line)
    if len(sources) < 2:
        return None
    return Made(heading(request), tuple([*sources.values()][:_MOST]))


def _on(request: Request, search: Search) -> list[Line]:
    """Return of each article on the topic the sentence that says most of it, the newest first."""
    articles = by_day(search.about(request.topic, request.language, request.within))
    asked = Question(request.topic, language=request.language, chat_language=request.language)
    best = {
        met.article_id: met.quotes[0]
        for met in Matcher(search.embedder).match(search.view, [asked], [one.article_id for one in articles])
    }
    return [
        replace(line, quote=best.get(line.quote.hit.article.article_id, line.quote))
        for line in told([[one] for one in articles], search)
    ]
