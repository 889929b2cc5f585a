"""An answer that stands in an article's title, and in no sentence of it, or less plainly.

The reader did not learn to find answers in titles. What it finds there counts where the title holds what is asked about: one article in four questions has
such a title.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from retrieval.evidence import share
from retrieval.quotes import Quote
from retrieval.reader.reading import Told, best_span
from retrieval.words import name_stems, stem_finder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.domain import Article
    from retrieval.reader.model import Reader
    from retrieval.search import Found

_TITLES = 5  # articles whose titles are read, those of the best passages
_HELD = 0.5  # share of the question's words, by rarity, that a title must hold beside all its names
_LEAST = 2.0  # log odds, twice, of an answer in one
_ANSWERED = 0.5  # probability from which the sentences answer
_SURE = 8.0  # log odds, twice, from which a sentence answers, whatever a title says
_PLAINER = 3.0  # how much larger those of a title must be than those of a sentence that answers too


def answering(
    reader: Reader, found: Found, quotes: Sequence[Quote], sure: float
) -> tuple[tuple[Quote, ...], float] | None:
    """Return a title that answers, with the first of its article's sentences that do, and the probability of that.

    `quotes` are the sentences that answer, if any, with the probability `sure`. None where no title says it more plainly.
    """
    own = _odds(quotes[0]) if quotes and sure >= _ANSWERED else -math.inf
    if own >= _SURE:
        return None
    titled = _best(reader, found)
    if titled is None or _odds(titled) < own + _PLAINER:
        return None
    beside = [quote for quote in quotes if quote.hit.article.article_id == titled.hit.article.article_id]
    likely = 1 / (1 + math.exp(-_odds(titled) / 2))
    return (titled, *beside[: sure >= _ANSWERED]), max(sure, likely)


def _best(reader: Reader, found: Found) -> Quote | None:
    """Return the title that answers best; None where none rather does than not."""
    first = {hit.article.article_id: rank for rank, hit in reversed([*enumerate(found.hits)])}
    ranks = [rank for rank in sorted(first.values()) if _is_about(found, found.hits[rank].article)][:_TITLES]
    titles = [found.hits[rank].article.title for rank in ranks]
    best: Quote | None = None
    least = _LEAST
    read = reader.read([(found.sought, title) for title in titles])
    for rank, title, one in zip(ranks, titles, read, strict=True):
        if not len(one.spans):
            continue
        odds, a, b = best_span(one, np.arange(len(one.spans)))
        if odds > least:
            least, start, end = odds, int(one.spans[a, 0]), int(one.spans[b, 1])
            start += len(title[start:end]) - len(title[start:end].lstrip())
            told = Told(odds, start, end, one.answers, one.denies)
            best = Quote(found.hits[rank], 0, len(title), 0.0, rank, -1, told, "title")
    return best


def _odds(quote: Quote) -> float:
    return quote.told.odds if quote.told else -math.inf


def _is_about(found: Found, article: Article) -> bool:
    """Tell whether a title holds what a question is about: its names, and where both are in one language half of its words."""
    words = found.words[article.language]
    names = {*name_stems(found.sought, found.language, article.language)}
    there = stem_finder({*words, *names}, article.language)(article.title)
    own = article.language == found.language
    return names <= there and (share(words, there) >= _HELD if own else bool(names))
