"""What a page says of its article: who wrote it, when, where, in what paper, under what title, below what picture. Exact, from the catalogue."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from retrieval import phrases
from retrieval.datelines import dateline
from retrieval.datelines import place as place_of
from retrieval.domain import Hit
from retrieval.language import detect
from retrieval.news import texts
from retrieval.news.leads import lead
from retrieval.news.made import Line, Made
from retrieval.news.summary import articles_meant
from retrieval.quotes import Quote

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from retrieval.domain import Article, Kind, Language, Passage
    from retrieval.news.asked import Request
    from retrieval.news.search import Search

_MOST = 3  # articles that are told of where several are as likely meant
_LIKELY = 0.1  # how much less one of them may be about what is named
# What says which article is meant, to the end of it where a topic's words end.
_TITLE: Final = re.compile(r"[«“\"](?P<words>[^«»“”\"]+\s[^«»“”\"]+)[»”\"]")
_ON: Final = re.compile(
    r"\b(?:l['’])?(?:articles?|papiers?|textes?|d[ée]p[êe]ches?|reportages?|pieces?|stor(?:y|ies)|reports?|features?|columns?)\b"
    r"(?:\s[\w'’-]+){0,2}?\s(?:sur|about|on|concernant|concerning|regarding)\s",
    re.I,
)
# What is quoted, or stands above.
_QUOTED: Final[frozenset[Kind]] = frozenset({"title", "caption", "standfirst"})
_PARAGRAPH = 400  # characters of an opening that is quoted whole


def imprint(request: Request, search: Search) -> Made | None:
    """Return what the article says that is meant, or that it does not say it; None where no article is about what is named."""
    meant = _meant(request)
    articles = articles_meant(meant, search)
    if meant.topic and not articles:
        articles = search.alone(meant.topic, meant.language, meant.within)
    if not articles:
        return None if meant.topic else Made(texts.which(request.language), ())
    if meant.topic and not meant.articles:
        articles = search.nearest(meant.topic, meant.language, articles, _LIKELY)[:_MOST]
    said = [(one, words) for one in articles if (words := SAID[request.kind](one, request.language))]
    if not said:
        return Made(texts.unsaid(articles[0].title, request), ())
    alone = len(said) == 1
    above = texts.said(said[0][1] if alone else "", request)
    lines = [
        Line(
            quote, one.title if alone or request.kind in _QUOTED else f"{one.title} · {words}", one.published
        )
        for one, words in said
        if (quote := _quote(one, request.kind, search))
    ]
    return Made(above, tuple(lines)) if lines else None


def _meant(request: Request) -> Request:
    """Return the request with a topic that leaves out nothing: the words it puts between quotation marks, or all since « l’article sur »."""
    if title := _TITLE.search(request.text):
        words = title["words"].strip()
        return replace(request, topic=words, language=detect(words, request.language))
    on, at = _ON.search(request.text), request.text.find(request.topic)
    if not request.topic or request.implied or on is None or at < on.end():
        return request
    return replace(request, topic=request.text[on.end() : at + len(request.topic)])


def _published(article: Article, language: Language) -> str | None:
    """Return when an article was published, and when it was changed where that is another day."""
    first, last = (phrases.long_date(when, language) for when in (article.published, article.modified))
    return texts.changed(first, last, language) if first and last and first != last else first or last


def _place(article: Article, _language: Language) -> str | None:
    """Return where an article was written, which its dateline has in capitals, as the article itself writes it.

    A page's dateline is kept apart from its text, a row's stands in it.
    """
    opening = dateline(article.text)
    place = article.dateline or (place_of(opening) if opening else None)
    if not place or not place.isupper():
        return place
    text = f"{article.title}\n{article.text}"
    at = text.casefold().find(place.casefold())
    written = text[at : at + len(place)] if at >= 0 else ""
    return written if written.casefold() == place.casefold() and not written.isupper() else place.title()


# What an article says, by what is asked; None where it says nothing of it.
SAID: Final[dict[Kind, Callable[[Article, Language], str | None]]] = {
    "author": lambda article, _: article.author,
    "published": _published,
    "dateline": _place,
    "outlet": lambda article, _: article.source,
    "title": lambda article, _: article.title,
    "caption": lambda article, _: article.caption,
    "standfirst": lambda article, _: article.text[:_PARAGRAPH].partition("\n")[0],
}


def _quote(article: Article, kind: Kind, search: Search) -> Quote | None:
    """Return the words of an article that stand under what it says: the caption, the opening, or its lead."""
    passages = search.view.snapshot.passages_of(article.article_id)
    if kind == "caption" and article.caption and article.text.endswith(article.caption):
        return _from(article, passages, len(article.text) - len(article.caption), len(article.text))
    if kind == "standfirst":
        end = len(article.text.partition("\n")[0])
        return _from(article, passages, 0, end if end <= _PARAGRAPH else 1)
    return lead(search.lines(article))


def _from(article: Article, passages: Sequence[Passage], start: int, end: int) -> Quote | None:
    """Return the sentences of an article that lie between two places, as far as they are of one passage."""
    for rank, passage in enumerate(passages):
        within = [n for n, (a, b) in enumerate(passage.sentences) if a < end and b > start]
        if within:
            first = Quote(Hit(passage, article, 0.0), *passage.sentences[within[0]], 0.0, rank, within[0])
            return replace(first, end=passage.sentences[within[-1]][1])
    return None
