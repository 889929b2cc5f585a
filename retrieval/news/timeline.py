"""A chronology: the dated events of a story over its articles in either language, one line each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from retrieval.news.leads import lead
from retrieval.news.made import Line, Made
from retrieval.news.summary import articles_meant
from retrieval.news.texts import further, heading
from retrieval.when import day_of, stated_day
from retrieval.words import names

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from retrieval.domain import Article
    from retrieval.news import leads
    from retrieval.news.asked import Request
    from retrieval.news.search import Search

_MOST = 12  # lines
_ARTICLES = 20  # whose days are told
_SAME = 0.4  # share of a sentence's words, or of its names and numbers, from which it tells the event of another of its day
_LONGEST = 420  # characters of a sentence


@dataclass(frozen=True, slots=True)
class _Event:
    day: date
    line: leads.Line
    leads: bool
    marks: frozenset[str]  # names and numbers: the same in both languages

    def same(self, other: _Event) -> bool:
        """Tell whether two sentences on a day tell the same."""
        if self.day != other.day:
            return False
        if self.line.quote.hit.article.language != other.line.quote.hit.article.language:
            return len(self.marks & other.marks) >= max(_SAME * min(len(self.marks), len(other.marks)), 1)
        return len(self.line.stems & other.line.stems) >= _SAME * min(
            len(self.line.stems), len(other.line.stems)
        )


def timeline(request: Request, search: Search) -> Made | None:
    """Return the events of a story in order, those that open an article before those told in passing; None where there are none."""
    articles = search.meant(request) if request.topic else articles_meant(request, search)
    events: list[_Event] = []
    for event in sorted(_events(articles[:_ARTICLES], search), key=lambda one: not one.leads):
        if not any(event.same(other) for other in events):
            events.append(event)
    kept = sorted(_spread(events), key=lambda one: one.day)
    found = [Line(event.line.quote, "", event.day.isoformat()) for event in kept]
    more = len(events) - len(kept)
    notes = (further(more, request.language),) if more else ()
    return Made(heading(request), tuple(found), notes) if found else None


def _spread(events: Sequence[_Event]) -> list[_Event]:
    """Return as many events as are told: those that open an article, from the first to the last of them, then the others."""
    if len(events) <= _MOST:
        return [*events]
    opening = sorted((event for event in events if event.leads), key=lambda one: one.day)
    if len(opening) <= _MOST:
        return [*opening, *(event for event in events if not event.leads)][:_MOST]
    return [opening[round(n * (len(opening) - 1) / (_MOST - 1))] for n in range(_MOST)]


def _events(articles: Iterable[Article], search: Search) -> Iterator[_Event]:
    """Yield the sentences that open an article or state a day of their own, which is seen from the article's."""
    for article in articles:
        told = day_of(article.published)
        lines = search.lines(article)
        first = lead(lines)
        for line in lines:
            if len(line.quote.text) > _LONGEST:
                continue
            day = stated_day(line.quote.text, article.language, told) if told else None
            opens = line.quote == first
            if day is None and opens:
                day = told
            if day is not None:
                marks = frozenset(names(line.quote.text[1:], article.language))
                yield _Event(day, line, opens, marks)
