"""Which articles, and how many: exact, from the catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from retrieval import overview
from retrieval.news import texts
from retrieval.news.latest import lines
from retrieval.news.made import Made
from retrieval.news.search import by_day

if TYPE_CHECKING:
    from retrieval.news.asked import Request
    from retrieval.news.search import Search

_SHOWN = 8


def count(request: Request, search: Search) -> Made | None:
    """Return how many articles there are, on a topic or in all, the newest of them; None where there are none."""
    if request.topic:
        ids = [
            article.article_id
            for article in by_day(search.naming(request.topic, request.language, request.within))
        ]
    else:
        ids = [*overview.ids_within(search.view.snapshot.connection, request.within)]
    if not ids:
        return None
    shown = search.articles(ids) if request.topic else {}
    listed = lines([[one] for one in [*shown.values()][:_SHOWN]], search)
    if not request.topic:
        listed = lines(search.newest(request.within, _SHOWN), search)
    more = len(ids) - len(listed)
    notes = (texts.further(more, request.language),) if more > 0 else ()
    return Made(texts.counted(len(ids), request), tuple(listed), notes)
