"""Who somebody is: the sentence that says it, then what the newest articles tell of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from retrieval.news.leads import weightiest
from retrieval.news.made import Line, Made
from retrieval.news.reading import read
from retrieval.news.texts import heading
from retrieval.words import content_spans, fold, tokens

if TYPE_CHECKING:
    from retrieval.news.asked import Request
    from retrieval.news.search import Search

_SURE = 2.0  # log odds, twice, from which a sentence says who it is
_ARTICLES = 8  # the newest that name the person
_BESIDE = 3  # sentences beside the one that says who it is


def person(request: Request, search: Search) -> Made | None:
    """Return who the person is, the surest sentence first, then the newest that carry most; None where none is about somebody of that name."""
    words = [fold(request.topic[a:b]) for a, b in content_spans(request.topic, request.language)]
    if not words:
        return None
    name = words[-1]  # by which somebody is called after the first time
    called = [one for one in read(request, search) if name in fold(one.quote.text)]
    said = [one for one in called if one.odds >= _SURE] or [
        one for one in called if {*words} <= _capitals(one.quote.text)
    ]
    if not said:
        return None
    first = said[0].quote
    articles = search.newest_of(search.naming(request.topic, request.language, request.within), _ARTICLES)
    naming = [line for one in articles for line in search.lines(one) if name in fold(line.quote.text)]
    known = [line for line in naming if line.quote.text == first.text]
    others = weightiest([line for line in naming if line not in known], _BESIDE, known)
    lines: list[Line] = []
    above = ""  # the article whose title stands above already
    for quote in (first, *others):
        article = quote.hit.article
        titled = article.article_id != above
        lines.append(Line(quote, article.title, article.published) if titled else Line(quote))
        above = article.article_id
    return Made(heading(request), tuple(lines))


def _capitals(sentence: str) -> set[str]:
    """Return the words of a sentence that are written as names are, folded."""
    return {fold(word) for word in tokens(sentence) if word[0].isupper()}
