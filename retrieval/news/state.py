"""The latest state of what changes: the newest article that states it, then what earlier ones said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from retrieval.news.made import Line, Made
from retrieval.news.reading import Stated, stated
from retrieval.news.texts import heading
from retrieval.words import fold, tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.domain import Article
    from retrieval.news.asked import Request
    from retrieval.news.search import Search

_LEAST = -4.0  # log odds of an answer
_APART = 8.0  # and how far below the best's they may be
_MOST = 4  # states told


def state(request: Request, search: Search) -> Made | None:
    """Return what the newest article states, and before it what others did where that is something else; None where none states it."""
    found = _states(request, search)
    return _made(request, found) if found else None


def change(request: Request, search: Search) -> Made | None:
    """Return the same for a question of fact; None where the articles do not state different things."""
    found = _states(request, search)
    return _made(request, found) if len(found) > 1 else None


def _made(request: Request, found: Sequence[Stated]) -> Made:
    lines = tuple(Line(one.quote, "", _day(one.quote.hit.article)) for one in found[:_MOST])
    return Made(heading(request), lines)


def _states(request: Request, search: Search) -> list[Stated]:
    """Return the different states that articles of known days tell, the newest first: those nearly as sure as the surest."""
    found = [one for one in stated(request, search) if one.quote.hit.article.published]
    least = max(_LEAST, found[0].odds - _APART) if found else 0.0
    kept: list[Stated] = []
    for one in sorted(found, key=lambda one: one.when, reverse=True):
        if one.odds >= least and not any(_alike(one.exact, other.exact) for other in kept):
            kept.append(one)
    return kept


def _day(article: Article) -> str | None:
    return article.published[:10] if article.published else None


def _alike(one: str, other: str) -> bool:
    """Tell whether two exact answers say the same: one's words are the other's, or all of their numbers are."""
    a, b = ({*map(fold, tokens(said))} for said in (one, other))
    numbers = [{word for word in words if any(map(str.isdigit, word))} for words in (a, b)]
    if all(numbers):
        return numbers[0] == numbers[1]
    return a <= b or b <= a
