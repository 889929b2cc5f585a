"""What the library holds: how many articles, in which languages, of which days, from which sources; exact, from the catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from retrieval import overview
from retrieval.news import texts
from retrieval.news.made import Made

if TYPE_CHECKING:
    from retrieval.news.asked import Request
    from retrieval.news.search import Search

_SHOWN = 40  # sources that are named


def held(request: Request, search: Search) -> Made | None:
    """Return how many articles there are, in which languages, from how many sources and of which days; None where there are none."""
    there = overview.look(search.view.snapshot.connection)
    return Made(texts.held(there, request.language), (), exact=True) if there.count else None


def sources_held(request: Request, search: Search) -> Made | None:
    """Return the sources with how many articles each has, the one with most first; where none is named, what is held at all."""
    counts = overview.by_source(search.view.snapshot.connection)
    if not counts:
        return held(request, search)
    lines = [texts.source_held(*one, request.language) for one in [*counts.items()][:_SHOWN]]
    more = len(counts) - len(lines)
    if more:
        lines.append(texts.further(more, request.language))
    heading = texts.sources_held(len(counts), request.language)
    return Made("\n".join((heading, *lines)), (), exact=True)
