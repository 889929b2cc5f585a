"""Which articles, and how many: exact, from the catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from retrieval import overview
from retrieval.news import texts
from retrieval.news.latest import lines
from retrieval.news.made import Made

if TYPE_CHECKING:
    from retrieval.news.asked import Request
    from retrieval.news.search import Search

_SHOWN = 8


def count(request: Request, search: Search) -> Made | None:
    """Return how many articles there are, on a topic or in all, the newest of them; None where there are none."""
    if request.topic:
        ids = search.naming(request.topic, request.language, request.within)
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
