"""What the reader finds in articles on a request: of each the sentence that answers it best."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from retrieval.framing import unframed
from retrieval.quotes import Quote, weighed
from retrieval.reader.reading import Task, tell
from retrieval.search import Query, find

if TYPE_CHECKING:
    from retrieval.news.asked import Request
    from retrieval.news.search import Search
    from retrieval.quotes import Weighed

_PASSAGES = 24  # in which answers are looked for
_EACH = 2  # sentences of an article around which pieces are read
_READ = 12  # pieces in all


@dataclass(frozen=True, slots=True)
class Stated:
    """The sentence of an article that answers best, the exact answer in it, and the log odds of that."""

    quote: Quote
    exact: str
    odds: float

    @property
    def when(self) -> str:
        """When its article was published, ISO 8601; "" where that is not known."""
        return self.quote.hit.article.published or ""


def stated(request: Request, search: Search) -> list[Stated]:
    """Return of each article on the request's topic the sentence that answers best, the surest first; none without a reader."""
    best: dict[str, Stated] = {}
    for one in read(request, search):
        best.setdefault(one.quote.hit.article.article_id, one)
    return [*best.values()]


def compared(request: Request, search: Search) -> Weighed:
    """Return the sentences of articles on the request's topic, with how much speaks for each before any is read."""
    asked = request.sought or request.text
    about = search.about(request.topic or asked, request.language, request.within)
    ids = frozenset(one.article_id for one in about) or search.allowed(request.within)
    query = Query(asked, request.language, sought=unframed(asked, request.language), only=ids)
    [found] = find(search.view, [query], lambda: [search.embedder.read_question(query.wanted)], _PASSAGES)
    return weighed(found, _PASSAGES)


def read(request: Request, search: Search) -> list[Stated]:
    """Return the sentences of articles on the request's topic that were read, those that most surely answer it first; none without a reader."""
    return read_of(compared(request, search), search)


def read_of(sentences: Weighed, search: Search) -> list[Stated]:
    """Return the same of sentences that were compared."""
    reader = search.reader()
    if reader is None:
        return []
    found = sentences.found
    task = Task((found.sought,), found.hits, _few_each(sentences))
    all_: list[Stated] = []
    for (rank, number), one in tell(reader, [task], _READ)[0].items():
        hit = found.hits[rank]
        start, end = hit.passage.sentences[number]
        quote = Quote(hit, start, end, one.odds, rank, number, one)
        all_.append(Stated(quote, hit.article.text[one.start : one.end], one.odds))
    return sorted(all_, key=lambda one: -one.odds)


def _few_each(sentences: Weighed) -> list[tuple[int, int]]:
    """Return the places of sentences, a few of each article: the likeliest of every article first, so that none goes unread for another's."""
    counts: Counter[str] = Counter()
    turns: dict[tuple[int, int], int] = {}
    for place in sentences.likeliest:
        article_id = sentences.found.hits[place[0]].article.article_id
        if counts[article_id] < _EACH:
            turns[place] = counts[article_id]
            counts[article_id] += 1
    return sorted(turns, key=turns.__getitem__)
