"""Who says what: what a source writes on a topic, and what each source writes on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from retrieval.news.counting import count
from retrieval.news.latest import lines as told
from retrieval.news.latest import stories_of
from retrieval.news.made import Line, Made
from retrieval.news.reading import stated
from retrieval.news.sides import sides
from retrieval.news.texts import heading

if TYPE_CHECKING:
    from retrieval.news.asked import Request
    from retrieval.news.search import Search
    from retrieval.quotes import Quote

_MOST = 5  # sentences, of as many articles or sources
_ANSWERS = 0.0  # log odds from which a sentence of a source answers what is asked of it
_APART = 5.0  # how far below the best's another sentence's may be


def by_source(request: Request, search: Search) -> Made | None:
    """Return what one source says: the sentences that answer, or what it writes on the topic, its newest articles first.

    Where no source is named, which articles there are; None where there is nothing.
    """
    if not request.within.sources:
        return count(request, search)
    name = min(request.within.sources, key=len)
    found = [one for one in stated(request, search) if one.odds >= _ANSWERS] if request.topic else []
    if found:
        lines = [_line(one.quote) for one in found if one.odds >= found[0].odds - _APART]
    else:
        lines = told(stories_of(request, search, _MOST), search)
    return Made(heading(request, name), tuple(lines[:_MOST])) if lines else None


def by_each_source(request: Request, search: Search) -> Made | None:
    """Return what each side says on what is asked, of one article or several; None where fewer than two sentences do."""
    found = sides(request, search) if request.topic else []
    return Made(heading(request), tuple(map(_line, found))) if len(found) > 1 else None


def _line(quote: Quote) -> Line:
    article = quote.hit.article
    return Line(quote, article.title, article.published)
