"""What an article or a story is about: its lead, and the sentences that carry most, in order."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final

from retrieval.news.genre import answers_in, genre_in, likest
from retrieval.news.leads import lead, weightiest
from retrieval.news.made import Line, Made
from retrieval.news.texts import heading, which
from retrieval.verify.number_words import spelled
from retrieval.when import day_of
from retrieval.words import fold

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from retrieval.domain import Article, Language
    from retrieval.news import leads
    from retrieval.news.asked import Request
    from retrieval.news.search import Search

_CARRYING = 4  # sentences beside the lead
_STORY = 7  # articles of a story that are told, a sentence each
_MOST = 10  # sentences that may be asked for
_SENTENCES: Final = re.compile(
    r"\b(\w+) (?:phrases?|lignes?|sentences?|lines?)\b", re.I
)  # « en deux phrases »


def summary(request: Request, search: Search) -> Made | None:
    """Return what the article in hand, or the articles on a topic, are about, or ask which is meant; None where there is none."""
    articles = articles_meant(request, search)
    if not articles and request.topic and genre_in(request.text):
        articles = search.written_by(request.topic, request.within) or search.alone(
            request.topic, request.language, request.within
        )
    if not articles:
        return None if request.topic else Made(which(request.language), ())
    wanted = _sentences(request.text, request.language)
    if len(articles) == 1:
        return Made(heading(request), tuple(_article(articles[0], search, wanted)))
    if genre := genre_in(request.text):
        one = likest(genre, request.topic, request.language, articles, search)
        first = answers_in(one) if genre == "interview" else 0
        return Made(heading(request), tuple(_article(one, search, wanted, first)))
    told = _story(articles, search)
    # the end of a story is where it stands
    few = [*told[: wanted - 1], *told[-1:]] if wanted and wanted < len(told) else told
    return Made(heading(request), tuple(few))


def _sentences(text: str, language: Language) -> int:
    """Return how many sentences are asked for, « en deux phrases », "in 3 lines"; 0 where it is not said."""
    for found in _SENTENCES.finditer(text):
        word = fold(found[1])
        named = (float(word), 1) if word.isdecimal() else spelled([word], 0, language)
        if named and 1 <= named[0] <= _MOST:
            return int(named[0])
    return 0


def articles_meant(request: Request, search: Search) -> list[Article]:
    """Return the article of the conversation, the only one there is, or the surest ones on the topic."""
    if request.articles:
        return [*search.articles(request.articles).values()][:1]
    if request.topic:
        return search.about(request.topic, request.language, request.within)
    stories = search.newest(request.within, 2)
    return stories[0][:1] if len(stories) == 1 else []


def _article(article: Article, search: Search, wanted: int = 0, after: int = 0) -> list[Line]:
    """Return an article's lead under its title, then the sentences that carry most, of those after a place in its text.

    As many in all as are `wanted`, five where that is 0.
    """
    lines = search.lines(article)
    first = lead(lines)
    if first is None:
        return []
    said = [line for line in lines if line.quote == first]
    others = weightiest(
        [line for line in lines if line not in said and line.quote.start >= after],
        wanted - 1 if wanted else _CARRYING,
        said,
    )
    return [Line(first, article.title, article.published), *(Line(quote) for quote in others)]


def _story(articles: Sequence[Article], search: Search) -> list[Line]:
    """Return the leads of a story's articles, in the order of their days: of the first, the last, and those of days that most articles tell of."""
    said: list[tuple[leads.Line, Article]] = []
    for article in sorted(articles, key=lambda one: one.published or "", reverse=True):
        lines = search.lines(article)
        first = lead(lines)
        line = next((line for line in lines if line.quote == first), None)
        if line and not any(len(line.stems & one.stems) > len(line.stems) / 2 for one, _ in said):
            said.append((line, article))
    if not said:
        return []
    places = _weightiest(said, Counter(day_of(article.published) for article in articles))
    told: list[Line] = []
    for n in places:
        line, article = said[n]
        told.append(Line(line.quote, article.title, article.published))
        if n in {places[0], places[-1]}:  # where it began, and where it stands
            before = [one for one, _ in said]
            others = [one for one in search.lines(article) if one.quote != line.quote]
            told += map(Line, weightiest(others, 1, before))
    return told


def _weightiest(said: Sequence[tuple[leads.Line, Article]], days: Counter[date | None]) -> list[int]:
    """Return which articles are told, the first first: the first, the last, and those of days most written of, far from those told already."""
    places = {0, len(said) - 1}
    while len(places) < min(_STORY, len(said)):
        others = [n for n in range(len(said)) if n not in places]
        places.add(
            max(
                others,
                key=lambda n: (days[day_of(said[n][1].published)], min(abs(n - one) for one in places)),
            )
        )
    return sorted(places, reverse=True)
