"""Which articles, and how many: exact, from the catalogue."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from retrieval import overview
from retrieval.news import texts
from retrieval.news.holdings import held
from retrieval.news.latest import lines
from retrieval.news.made import Line, Made
from retrieval.news.reading import stated
from retrieval.overview import Within

if TYPE_CHECKING:
    from retrieval.news.asked import Request
    from retrieval.news.search import Search

_SHOWN = 12
_ARTICLES = re.compile(
    r"\b(?:articles?|papiers?|textes?|d[ée]p[êe]ches?|presse|stor(?:y|ies)|pieces?|reports?|coverage|news|papers?|wr[io]te|written|[ée]cri\w*|publi\w*|mention\w*|parl\w+|talk(?:s|ing)?)\b",
    re.I,
)
_SURE = 4.0  # log odds, twice, from which a sentence answers what is asked for a list of
_APART = 6.0  # how far below the best's another sentence's may be


def listed(request: Request, search: Search) -> Made | None:
    """Return the articles, where those are asked for, else the sentences that name what is; None where none surely does."""
    if not request.topic or _ARTICLES.search(request.text):
        return _counted(request, search)
    found = [one for one in stated(request, search) if one.odds >= _SURE]
    if not found:
        return None
    kept = [one.quote for one in found if one.odds >= found[0].odds - _APART][:_SHOWN]
    named = tuple(Line(quote, quote.hit.article.title, quote.hit.article.published) for quote in kept)
    return Made(texts.heading(request), named)


def count(request: Request, search: Search) -> Made | None:
    """Return how many articles there are, on a topic or of some days or a source, and the newest of them, or what the library holds in all.

    None where something else is to be counted.
    """
    if not request.topic and request.within == Within():
        return held(request, search)
    if request.topic and not _ARTICLES.search(request.text):
        return None
    return _counted(request, search)


def _counted(request: Request, search: Search) -> Made | None:
    """Return how many articles there are, on a topic or in all, the newest of them; None where there are none."""
    if request.articles:
        ids = [one.article_id for one in search.meant(request)]
        number, shown = len(ids), [[one] for one in search.newest_of(ids, _SHOWN)]
    elif request.topic:
        written = overview.by_author(search.view.snapshot.connection, request.topic, request.within)
        ids = written or search.naming(request.topic, request.language, request.within)
        number, shown = len(ids), [[one] for one in search.newest_of(ids, _SHOWN)]
    else:
        number = overview.count_within(search.view.snapshot.connection, request.within)
        shown = search.newest(request.within, _SHOWN)
    if not number:
        return None
    listed = lines(shown, search)
    more = number - len(listed)
    notes = (texts.further(more, request.language),) if more > 0 else ()
    return Made(texts.counted(number, request), tuple(listed), notes)
