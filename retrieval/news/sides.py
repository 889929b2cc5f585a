"""Where accounts differ: the sentences in which somebody takes a side on what is asked, of one article or of several.

In the press a view stands beside the one it is opposed to, and says whose it is: a sentence counts more that is said by somebody, that
opposes one thing to another, or, where numbers are asked for, holds one; and more where it is near one that is told already, or of a source
that is not.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from retrieval.news.leads import alike
from retrieval.news.reading import compared, read_of
from retrieval.quotes import Quote
from retrieval.verify.attribution import spoken
from retrieval.words import fold, names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.news.asked import Request
    from retrieval.news.search import Search

_MOST: Final = 7  # sentences
_SPOKEN, _OPPOSED, _NUMBER, _NAMED = 1.0, 1.0, 1.0, 2.0  # what these add to the log odds
_BESIDE, _OTHER = 1.5, 1.5  # the same of one near a sentence that is told, and of a source that is not told
_READ: Final = 0.15  # what a unit of the reader's log odds adds, up to so many
_SURE: Final = 10.0
_NEAR: Final = 2  # sentences between two that stand together
_APART: Final = 6.0  # how far below the best's another's may be
_LONGEST: Final = 420  # characters of a sentence
_OPPOSES: Final = re.compile(
    r"\b(?:mais|contre|contraire|revanche|tandis que|alors que|dément\w*|rejett?e\w*|conteste\w*|refus\w+|reproch\w+|accus\w+|désaccord|divergen\w+|en face|de son côté"
    r"|but|however|while|whereas|den(?:y|ies|ied)|reject\w*|disput\w*|disagree\w*|blam\w+|instead|contradict\w*|at odds|conflict\w*|fewer|not)\b",
    re.I,
)
_COUNTS: Final = re.compile(
    r"\b(?:combien|nombre|chiffres?|montants?|prix|coût|cout|valeur|estimations?|bilan|facture|indemnité|pénalité|how (?:many|much)|numbers?|figures?|amounts?|prices?|costs?"
    r"|values?|estimates?|toll|bill|fee|penalty)\b",
    re.I,
)
_DIGITS: Final = re.compile(
    r"\d|\b(?:cent|cents|mille|millions?|milliards?|hundred|thousand|billions?|pour cent|per cent)\b"
)


def sides(request: Request, search: Search) -> list[Quote]:
    """Return the sentences that tell the sides, each beside those it stands with; none where nothing is said on it."""
    sentences = compared(request, search)
    found = sentences.found
    odds = {(one.quote.rank, one.quote.number): one.odds for one in read_of(sentences, search)}
    counts = bool(_COUNTS.search(request.text))
    sided = [fold(name) for name in names(request.text[1:], request.language)]
    worth: dict[Quote, float] = {}
    for (rank, number), score in zip(sentences.places, sentences.scores.tolist(), strict=True):
        hit = found.hits[rank]
        quote = Quote(hit, *hit.passage.sentences[number], score, rank, number)
        text, language = quote.text, hit.article.language
        if len(text) > _LONGEST:
            continue
        worth[quote] = (
            score
            + _SPOKEN * spoken(text, language)
            + _OPPOSED * bool(_OPPOSES.search(text))
            + _NUMBER * (counts and bool(_DIGITS.search(text)))
            + _NAMED * any(name in fold(text) for name in sided)
            + _READ * max(min(odds.get((rank, number), -_SURE), _SURE), -_SURE)
        )
    return _taken(worth)


def _taken(worth: dict[Quote, float]) -> list[Quote]:
    """Return the best sentences, one after the other, in the order of articles as they were taken and of sentences in each."""
    taken: list[Quote] = []
    least = max(worth.values(), default=0.0) - _APART
    while len(taken) < _MOST:
        open_ = {
            quote: value + _beside(quote, taken)
            for quote, value in worth.items()
            if value >= least and not any(quote == one or alike(quote, one) for one in taken)
        }
        if not open_:
            break
        taken.append(max(open_, key=open_.__getitem__))
    order = list(dict.fromkeys(quote.hit.article.article_id for quote in taken))
    return sorted(taken, key=lambda quote: (order.index(quote.hit.article.article_id), quote.start))


def _beside(quote: Quote, taken: Sequence[Quote]) -> float:
    """Return what a sentence gains by standing near one that is told, or by being of a source that is not."""
    if not taken:
        return 0.0
    article = quote.hit.article
    near = any(
        one.hit.article.article_id == article.article_id
        and one.rank == quote.rank
        and abs(one.number - quote.number) <= _NEAR
        for one in taken
    )
    other = article.source not in {one.hit.article.source for one in taken}
    return _BESIDE * near + _OTHER * other
