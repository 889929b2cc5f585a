"""What the makers of lists look in: articles by day and source, articles about a topic, and their sentences."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import reduce
from typing import TYPE_CHECKING

import numpy as np

from retrieval import overview
from retrieval.matching import nearness, titled
from retrieval.news.aboutness import ABOUT, aboutness
from retrieval.news.leads import Line, lines_of
from retrieval.news.story import SAME, cosine, grouped, names_in, vectors
from retrieval.overview import Within
from retrieval.search import Query, find
from retrieval.when import day_of
from retrieval.words import content_spans, fold, name_stems, query_stems, stem_finder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import date

    from retrieval.domain import Article, Language
    from retrieval.embedding import Embedder
    from retrieval.library import View
    from retrieval.news.asked import Request
    from retrieval.reader.model import Reader
    from retrieval.readings import Reading

_LOOKED = 5  # times as many of the newest articles are looked at as stories are told
_FOUND = 60  # passages in which a topic is looked for
_LIKELY = -2.0  # log odds from which the best article is taken to be about a topic whose names it holds, where none surely is
_ALONE, _AHEAD = -0.5, 1.0  # the same where the next is so far behind, and no name is there to look for
_HELD = 10.0  # what an article that holds all words of a topic is surer by
# Nearness from which the article that stands out is taken to be about a topic, where none surely is.
_NEAR = -0.3
_NAMED = 0.2  # how much more the words of its title count where one article is meant
_UNLIKE = -9.0  # nearness of an article that has no passage
_APART = 0.2  # how much nearer than any other the article is that is meant, though it is not surely about what is named
_FEW = 60  # articles of a period or a source that are all compared with a topic


@dataclass(frozen=True, slots=True)
class Search:
    """One state of the library, with the model that reads topics, what gives the reader where there is one, and the day it is."""

    view: View
    embedder: Embedder
    reader: Callable[[], Reader | None]
    today: date

    def newest(self, within: Within, most: int) -> list[list[Article]]:
        """Return the newest stories, up to so many: of each the newest article, with its near-copies."""
        listed = overview.newest(self.view.snapshot.connection, limit=_LOOKED * most, within=within)
        copies: dict[str, list[str]] = {}
        for one in listed:
            story = self.view.stories.get(one.article_id, one.article_id)
            copies.setdefault(story, []).append(one.article_id)
        articles = self.articles(one.article_id for one in listed)
        told = {
            found[0].article_id: found
            for ids in copies.values()
            if (found := [articles[i] for i in ids if i in articles])
        }
        stories = grouped([found[0] for found in told.values()], self.view)
        return [told[first.article_id] for first, *_ in stories[:most]]

    def about(self, topic: str, language: Language, within: Within) -> list[Article]:
        """Return the articles about a topic, the surest first: those the model says so of, and others of their story.

        The model finds « crue » and hardly "flood": names make the bridge (`story`). One that only holds the words is about it where its story is.
        What a topic's story is does not depend on the days that are asked for: of a week without it, no article that only holds the word is told.
        """
        allowed = self.allowed(within)
        query, reading = Query(topic, language), self.embedder.read_question(topic)
        found = self._found(query, reading)
        if allowed is not None:
            found |= self._found(replace(query, only=allowed), reading)
        odds = aboutness(self.view, query, reading, found)
        held = {i for i, article in found.items() if holds(article, topic)}
        sure = sorted(odds, key=lambda i: (-odds[i] - _HELD * (i in held), i))
        met = {i for i in odds if odds[i] >= ABOUT}
        direct = [i for i in sure if i in met or i in held] or [
            i
            for i in sure[:1]
            if (odds[i] >= _LIKELY and _likely(found[i], topic, language)) or _alone(odds, sure)
        ]
        if not direct:
            return []
        best = found[direct[0]]
        pool = found | self._beside(best, allowed)
        alike = self._likeness(best, pool)
        if sum(alike[i] >= SAME for i in direct) < max(len(direct) / 3, 1):  # a topic of many stories
            return [found[i] for i in direct if allowed is None or i in allowed]
        kept = [i for i in direct if alike[i] >= SAME or i in met]
        others = sorted(
            (i for i in pool if i not in direct and alike[i] >= SAME), key=lambda i: (-alike[i], i)
        )
        return [pool[i] for i in (*kept, *others) if allowed is None or i in allowed]

    def meant(self, request: Request) -> list[Article]:
        """Return the articles a request is about, the surest first; where none is about its topic, of the article in hand those of its story."""
        found = self.about(request.topic, request.language, request.within)
        in_hand = [*self.articles(request.articles).values()][:1]
        if found or not in_hand:
            return found
        allowed = self.allowed(request.within)
        pool = self._beside(in_hand[0], None) | {one.article_id: one for one in in_hand}
        alike = self._likeness(in_hand[0], pool)
        story = sorted((i for i in pool if alike[i] >= SAME), key=lambda i: (-alike[i], i))
        return [pool[i] for i in story if allowed is None or i in allowed]

    def _beside(self, article: Article, allowed: frozenset[str] | None) -> dict[str, Article]:
        """Return the articles in which search finds an article's title."""
        query = Query(article.title, article.language, only=allowed)
        return self._found(query, self.embedder.read_question(article.title))

    def _likeness(self, article: Article, pool: dict[str, Article]) -> dict[str, float]:
        """Return how far each of some articles, of which it is one, tells the story of an article."""
        named = dict(zip(pool, vectors([*pool.values()], self.view), strict=True))
        return {i: cosine(named[i], named[article.article_id]) for i in pool}

    def alone(self, topic: str, language: Language, within: Within) -> list[Article]:
        """Return the article that stands out among all as the likeliest to be about a topic, where none surely is; none where none does."""
        query, reading = Query(topic, language, only=self.allowed(within)), self.embedder.read_question(topic)
        found = self._found(query, reading)
        near = nearness(self.view, query, reading, found.values())
        best, *others = sorted(near, key=lambda i: -near[i]) or [""]
        apart = near[best] - near[others[0]] if others else 0.0
        return [found[best]] if best and near[best] >= _NEAR and apart >= _APART else []

    def written_by(self, author: str, within: Within) -> list[Article]:
        """Return the articles somebody wrote, the newest first."""
        ids = overview.by_author(self.view.snapshot.connection, author, within)
        return self.newest_of(ids, len(ids))

    def allowed(self, within: Within) -> frozenset[str] | None:
        """Return the ids of the articles meant, None where that is all."""
        return overview.ids_within(self.view.snapshot.connection, within) if within != Within() else None

    def naming(self, topic: str, language: Language, within: Within) -> list[str]:
        """Return the ids of the articles that hold a topic's words, all of them, where those are names; else of those that are about it."""
        about = self.about(topic, language, within)
        meant = " ".join(topic[a:b] for a, b in content_spans(topic, language))
        words = {*map(fold, meant.split())}
        if not words or not about or not words <= {*names_in(about[0])}:
            return [one.article_id for one in about]
        ids: dict[str, None] = {}
        for one in self.view.sizes:
            # « Verlane et Ashdown »: what carries no meaning in its language is no word to look for in the other.
            found = self.view.postings(one, query_stems(meant, one)).values()
            held = reduce(np.intersect1d, found) if found else np.zeros(0, np.int64)
            ids |= dict.fromkeys(self.view.snapshot.articles_at_rows(held.tolist()))
        allowed = self.allowed(within)
        return [i for i in ids if allowed is None or i in allowed]

    def nearest(
        self, text: str, language: Language, articles: Iterable[Article], apart: float = 0.0
    ) -> list[Article]:
        """Return which of some articles a text is most likely about, the likeliest first: one, or those hardly further `apart`."""
        given = {one.article_id: one for one in articles}
        reading = self.embedder.read_question(text)
        query = Query(text, language)
        near = nearness(self.view, query, reading, given.values())
        sure = {
            i: near.get(i, _UNLIKE) + _NAMED * titled(query, one.title, one.language)
            for i, one in given.items()
        }
        least = max(sure.values()) - apart
        return [given[i] for i in sorted(given, key=lambda i: -sure[i]) if sure[i] >= least]

    def newest_of(self, ids: Iterable[str], most: int) -> list[Article]:
        """Return the newest of some articles."""
        listed = overview.newest(self.view.snapshot.connection, limit=most, ids=ids)
        return [*self.articles(one.article_id for one in listed).values()]

    def _found(self, query: Query, reading: Reading) -> dict[str, Article]:
        """Return the articles in which search finds a topic, or all that are allowed where those are few."""
        if query.only is not None and len(query.only) <= _FEW:
            return self.articles(sorted(query.only))
        [found] = find(self.view, [query], lambda: [reading], _FOUND)
        return self.articles(hit.article.article_id for hit in found.hits)

    def articles(self, ids: Iterable[str]) -> dict[str, Article]:
        """Return those of the articles that are there, by id, in the order given."""
        wanted = list(dict.fromkeys(ids))
        rows = self.view.snapshot.articles_by_id(wanted)
        return {i: rows[i].article for i in wanted if i in rows}

    def lines(self, article: Article) -> list[Line]:
        """Return an article's sentences that state something."""
        return lines_of(article, self.view.snapshot.passages_of(article.article_id))


def holds(article: Article, topic: str) -> bool:
    """Tell whether an article holds every word of a topic that carries meaning."""
    wanted = {*query_stems(topic, article.language)}
    return bool(wanted) and wanted == stem_finder(wanted, article.language)(
        f"{article.title}\n{article.text}"
    )


def _likely(article: Article, topic: str, language: Language) -> bool:
    """Tell whether an article that is near a topic holds its names, and half of its words where they are in one language."""
    text = f"{article.title}\n{article.text}"
    named = {*name_stems(topic, language, article.language)}
    stems = {*query_stems(topic, article.language)} if article.language == language else named
    held = stem_finder(stems | named, article.language)(text)
    return bool(stems) and named <= held and 2 * len(stems & held) >= len(stems)


def _alone(odds: Mapping[str, float], sure: Sequence[str]) -> bool:
    """Tell whether the surest article is likely about a topic, and no other nearly as likely."""
    first, second = odds[sure[0]], odds[sure[1]] if len(sure) > 1 else -9.0
    return first >= _ALONE and first - second >= _AHEAD


def by_day(articles: Iterable[Article]) -> list[Article]:
    """Return articles the newest first; those without a date last."""
    return sorted(
        articles, key=lambda one: (day_of(one.published) is not None, one.published or ""), reverse=True
    )
