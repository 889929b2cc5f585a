"""The sentences that carry an article: its lead, and those that say most of what it is about."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from retrieval.domain import Hit
from retrieval.evidence import states
from retrieval.kinds import begins_with_a_pronoun, is_said_by_a_pronoun
from retrieval.orders import is_order
from retrieval.quotes import Quote
from retrieval.words import query_stems

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from retrieval.domain import Article, Passage

_SHORTEST, _LONGEST = 30, 420  # characters of a sentence worth quoting by itself
_OPENING = 4  # sentences among which the lead is
_WHOLE = 60  # characters of a sentence that says something whole
_ALIKE = 0.5  # share of a sentence's words that another said, from which it says nothing new
_SAME = 0.7  # the same of both, from which they are one
_QUOTED = "«“\"'"  # a sentence that somebody else says, by itself
# « Écoutez notre journal de 22 heures », "Read more": what is said to readers, and not told.
_TO_READERS = re.compile(
    r"(?:(?:ré)?écoutez|regardez|lisez|lire (?:aussi|également)|à lire|(?:re)?voir (?:aussi|également)|retrouvez|abonnez|inscrivez|suivez|cliquez|partagez|envoyez|réagissez"
    r"|listen|watch|read (?:more|also|on)|see also|follow|subscribe|sign up|click|share|send us|get in touch|join us)\b",
    re.I,
)
_TITLE = 1.0  # what a word of the title counts more
_DOWN = 0.04  # what a sentence loses a place down the article, of its score, up to ten


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence of an article that states something, and the stems of its content words."""

    quote: Quote
    stems: frozenset[str]


def lines_of(article: Article, passages: Iterable[Passage]) -> list[Line]:
    """Return an article's sentences that state something, in order; no order to a machine, and not the caption, which closes its text."""
    found = []
    body = len(article.text) - (
        len(article.caption) if article.caption and article.text.endswith(article.caption) else 0
    )
    for rank, passage in enumerate(passages):
        hit = Hit(passage, article, 0.0)
        for number, (start, end) in enumerate(passage.sentences):
            text = article.text[start:end]
            if start < body and states(text) and not is_order(text):
                quote = Quote(hit, start, end, 0.0, rank, number)
                found.append(Line(quote, frozenset(query_stems(text, article.language))))
    return found


def lead(lines: Sequence[Line]) -> Quote | None:
    """Return the sentence that tells the news: of the first few the one that says most of what the title says, one of some length before."""
    if not lines:
        return None
    article = lines[0].quote.hit.article
    title = frozenset(query_stems(article.title, article.language))
    opening = [line for line in lines[:_OPENING] if _fit(line)] or lines[:1]
    said = [len(line.stems & title) + (len(line.quote.text) >= _WHOLE) for line in opening]
    return opening[max(range(len(said)), key=said.__getitem__)].quote


def alike(one: Quote, other: Quote) -> bool:
    """Tell whether two sentences of a language say the same in nearly the same words."""
    a, b = (frozenset(query_stems(quote.text, quote.hit.article.language)) for quote in (one, other))
    return len(a & b) >= _SAME * max(len(a), len(b), 1)


def weightiest(lines: Sequence[Line], most: int, said: Sequence[Line] = ()) -> list[Quote]:
    """Return up to so many sentences that carry most, in the articles' order: of words that come back, and said by none before (SumBasic).

    A sentence weighs the mean share of its words; the words of one that was taken, or is among `said`, count by the square
    (Nenkova and Vanderwende, 2005). Words of the title count more, sentences further down less.
    """
    counts = Counter(stem for line in lines for stem in line.stems)
    total = sum(counts.values()) or 1
    shares = {stem: count / total for stem, count in counts.items()}
    for line in lines[:1]:
        article = line.quote.hit.article
        for stem in query_stems(article.title, article.language):
            if stem in shares:
                shares[stem] *= 1 + _TITLE
    taken: list[Line] = []
    for line in said:
        _square(shares, line)
    while len(taken) < most:
        open_ = [
            (_share(line, shares) * (1 - _DOWN * min(n, 10)), -n, line)
            for n, line in enumerate(lines)
            if line not in taken and _fit(line) and not any(_says(line, one) for one in (*taken, *said))
        ]
        if not open_:
            break
        best = max(open_, key=lambda each: each[:2])[2]
        taken.append(best)
        _square(shares, best)
    return [line.quote for line in lines if line in taken]


def _share(line: Line, shares: dict[str, float]) -> float:
    """Return the mean share of a sentence's words."""
    return sum(shares[stem] for stem in line.stems) / max(len(line.stems), 6)


def _fit(line: Line) -> bool:
    text = line.quote.text
    alone = not begins_with_a_pronoun(text) and not is_said_by_a_pronoun(text) and text[0] not in _QUOTED
    return alone and _SHORTEST <= len(text) <= _LONGEST and not _TO_READERS.match(text)


def _says(line: Line, other: Line) -> bool:
    """Tell whether a sentence says little that another does not."""
    return len(line.stems & other.stems) >= _ALIKE * max(len(line.stems), 1)


def _square(shares: dict[str, float], line: Line) -> None:
    for stem in line.stems:
        if stem in shares:
            shares[stem] **= 2
