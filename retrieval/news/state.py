"""The latest state of what changes: the newest article that states it, then what earlier ones said."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from retrieval.framing import unframed
from retrieval.news.made import Line, Made
from retrieval.news.texts import heading
from retrieval.quotes import Quote, weighed
from retrieval.reader.reading import Task, tell
from retrieval.search import Query, find
from retrieval.words import fold, tokens

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from retrieval.domain import Article
    from retrieval.news.asked import Request
    from retrieval.news.search import Search
    from retrieval.quotes import Weighed

_PASSAGES = 16  # in which the state is looked for
_EACH = 2  # sentences of an article around which pieces are read
_READ = 12  # pieces in all
_LEAST = -4.0  # log odds of an answer
_APART = 8.0  # and how far below the best's they may be
_MOST = 4  # states told


@dataclass(frozen=True, slots=True)
class _Stated:
    quote: Quote
    exact: str
    odds: float

    @property
    def when(self) -> str:
        return self.quote.hit.article.published or ""


def state(request: Request, search: Search) -> Made | None:
    """Return what the newest article states, and before it what others did where that is something else; None where none states it."""
    found = _states(request, search)
    return _made(request, found) if found else None


def change(request: Request, search: Search) -> Made | None:
    """Return the same for a question of fact; None where the articles do not state different things."""
    found = _states(request, search)
    return _made(request, found) if len(found) > 1 else None


def _made(request: Request, found: Sequence[_Stated]) -> Made:
    lines = tuple(Line(one.quote, "", _day(one.quote.hit.article)) for one in found[:_MOST])
    return Made(heading(request), lines)


def _states(request: Request, search: Search) -> list[_Stated]:
    """Return the different states that articles tell, the newest first: of each article the best answer that is nearly as sure as the best of all."""
    reader = search.reader()
    if reader is None:
        return []
    asked = request.sought or request.text
    subject = request.topic or asked
    ids = frozenset(one.article_id for one in search.about(subject, request.language, request.within))
    query = Query(asked, request.language, sought=unframed(asked, request.language), only=ids or None)
    [found] = find(search.view, [query], lambda: [search.embedder.read_question(query.wanted)], _PASSAGES)
    sentences = weighed(found, _PASSAGES)
    task = Task(query.wanted, found.hits, [*_few_each(sentences)])
    best: dict[str, _Stated] = {}
    for (rank, number), told in tell(reader, [task], _READ)[0].items():
        hit = found.hits[rank]
        start, end = hit.passage.sentences[number]
        exact = hit.article.text[told.start : told.end]
        known = best.get(hit.article.article_id)
        if told.odds >= _LEAST and (known is None or told.odds > known.odds):
            best[hit.article.article_id] = _Stated(
                Quote(hit, start, end, told.odds, rank, number, told), exact, told.odds
            )
    least = max((one.odds for one in best.values()), default=0.0) - _APART
    kept: list[_Stated] = []
    for one in sorted(best.values(), key=lambda one: one.when, reverse=True):
        if one.odds >= least and not any(_alike(one.exact, other.exact) for other in kept):
            kept.append(one)
    return kept


def _few_each(sentences: Weighed) -> Iterator[tuple[int, int]]:
    """Yield the places of sentences, the likeliest first, a few of each article."""
    counts: Counter[str] = Counter()
    for rank, number in sentences.likeliest:
        article_id = sentences.found.hits[rank].article.article_id
        counts[article_id] += 1
        if counts[article_id] <= _EACH:
            yield rank, number


def _day(article: Article) -> str | None:
    return article.published[:10] if article.published else None


def _alike(one: str, other: str) -> bool:
    """Tell whether two exact answers say the same: one's words are the other's, or all of their numbers are."""
    a, b = ({*map(fold, tokens(said))} for said in (one, other))
    numbers = [{word for word in words if any(map(str.isdigit, word))} for words in (a, b)]
    if all(numbers):
        return numbers[0] == numbers[1]
    return a <= b or b <= a
