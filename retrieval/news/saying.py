"""Who says what: what a source writes on a topic, and what each source writes on it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from retrieval.news.counting import count
from retrieval.news.latest import lines as told
from retrieval.news.latest import stories_of
from retrieval.news.made import Line, Made
from retrieval.news.reading import read
from retrieval.news.sides import sides
from retrieval.news.story import names_in
from retrieval.news.texts import each_heading, heading, no_source, together
from retrieval.overview import Within
from retrieval.words import fold, is_stop, tokens

if TYPE_CHECKING:
    from retrieval.domain import Article
    from retrieval.news.asked import Request
    from retrieval.news.search import Search
    from retrieval.quotes import Quote

_MOST = 5  # sentences, of as many articles or sources
_READ = 3  # of these, those that answer
_SOURCES = 8  # of which each is told
# « Comment chaque journal raconte-t-il … ? », "how did the papers each …"
_EACH = re.compile(
    r"\b(?:chaque|chacun\w*|diff[ée]rents?|tous les|les (?:journaux|m[ée]dias|sources)|each|every|various|different|the (?:papers|sources|media|outlets))\b",
    re.I,
)
_ANSWERS = 0.0  # log odds from which a sentence of a source answers what is asked of it
_SURELY = 12.0  # the same of a source that has no article on the topic
_APART = 5.0  # how far below the best's another sentence's may be


def by_source(request: Request, search: Search) -> Made | None:
    """Return what the sources that are named say: the sentences that answer, then what they write on the topic, the newest articles first.

    Where one is named that the library has not, that it has not, and which it has; where none is named, what each writes, or which articles
    there are; None where there is nothing.
    """
    if request.unknown:
        return _unknown(request, search)
    if not request.within.sources:
        return (
            _each(request, search) if request.topic and _EACH.search(request.text) else count(request, search)
        )
    names = sorted(request.within.sources, key=len)
    apart = len(names) > 1 and bool(request.topic)
    lines = [
        line
        for name in (names if apart else names[:1])
        for line in _of_source(
            replace(request, within=_only(request.within, name)) if apart else request, search
        )[: max(_MOST // len(names), 2) if apart else _MOST]
    ]
    said = together(names, request.language) if apart else names[0]
    return Made(heading(request, said, several=apart), tuple(lines)) if lines else None


def _of_source(request: Request, search: Search) -> list[Line]:
    """Return the sentences of a source that answer, the surest first, then those that tell its articles on the topic."""
    others = told(stories_of(request, search, _MOST), search)
    least = _ANSWERS if others else _SURELY
    found = [one for one in read(request, search) if one.odds >= least] if request.topic else []
    lines = [_line(one.quote) for one in found if one.odds >= found[0].odds - _APART][:_READ]
    quoted = {line.quote.hit.article.article_id for line in lines}
    return [*lines, *(line for line in others if line.quote.hit.article.article_id not in quoted)]


def _each(request: Request, search: Search) -> Made | None:
    """Return what each source writes on the topic: of each the surest article's sentence that tells it."""
    first: dict[str | None, Article] = {}
    for article in search.about(request.topic, request.language, request.within):
        first.setdefault(article.source, article)
    lines = told([[article] for article in first.values()], search)
    return Made(each_heading(request), tuple(lines[:_SOURCES])) if lines else None


def _only(within: Within, name: str) -> Within:
    return replace(within, sources=frozenset({name}))


def _unknown(request: Request, search: Search) -> Made | None:
    """Return that the library has nothing of a source, and what it has; None where its articles speak of that name, which may be anybody's.

    Or where they tell what another paper wrote: "according to the Mirror".
    """
    words = {fold(word) for word in tokens(request.unknown) if not is_stop(word, request.language)}
    about = (
        one
        for said in (request.unknown, request.text)
        for one in search.about(said, request.language, Within())
    )
    if any(request.unknown in f"{one.title}\n{one.text}" or words <= {*names_in(one)} for one in about):
        return None
    return Made(no_source(request.unknown, sorted(search.view.sources), request.language), ())


def by_each_source(request: Request, search: Search) -> Made | None:
    """Return what each side says on what is asked, of one article or several; None where fewer than two sentences do."""
    found = sides(request, search) if request.topic else []
    return Made(heading(request), tuple(map(_line, found))) if len(found) > 1 else None


def _line(quote: Quote) -> Line:
    article = quote.hit.article
    return Line(quote, article.title, article.published)
