"""Search: each language apart, candidates by vector and by word, scored by late interaction, then one list.

An embedding model ranks the question's own language first, whatever it says: in a mixed index the raw cosine finds a
French question's English article first in .36 of cases. So each language is searched by itself. Its candidates are the
passages nearest by vector and those that share most of the question's words (weighted by rarity: all words in the
question's language, names and numbers in the other); `retrieval/ranking.py` makes one list of them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np

from retrieval.domain import Hit, Language
from retrieval.late import match
from retrieval.ranking import rank, score, standing_out
from retrieval.words import name_stems, query_stems

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from retrieval.late import Asked, Match, Matches
    from retrieval.library import View
    from retrieval.ranking import Scored
    from retrieval.readings import Reading
    from retrieval.reranker import Reranker
    from retrieval.snapshot import Candidate
    from retrieval.when import Period

NEAREST = 24  # candidates by vector, in each language: with eight more by words as good as 40 and 20, but for 1 question in 200
_BY_WORDS = 8  # candidates by words
_NEAREST_IN_TIME = (
    200  # candidates by vector where the question names a time or a source: those are few among all
)
_RERANKED = 20  # passages a reranker reads
_IN_HAND = (
    8.0  # what passages of the conversation's articles score more: as much as all of the question's words
)
_MOST_IN_HAND = 40  # such passages that are looked at
_MOST_ALLOWED = 300  # the same of the only articles that may answer
_NOWHERE = 3  # passages a word is taken to be in that is in none


@dataclass(frozen=True, slots=True, eq=False)
class Query:
    """A question made ready: in which language, and which days it asks about, if any.

    `sought` is what is looked for where that is less than the question (`retrieval/framing.py`), `within` the articles of the
    conversation, which are preferred; `written` is what the reader wrote of it, where more stands before. `only` are the articles
    that may answer, None for all.
    """

    text: str
    language: Language
    when: Period | None = None
    sought: str = ""
    within: tuple[str, ...] = ()
    written: str = ""
    only: frozenset[str] | None = None

    @property
    def wanted(self) -> str:
        """What is looked for, and what the model reads."""
        return self.sought or self.text


@dataclass(frozen=True, slots=True)
class Found:
    """The passages found for a question, best first.

    `sought` is what of the question was looked for, `asked` how it is compared (None in an empty library), `matches` how each
    hit's sentences match it, in the hits' order. For each language: `words` are the question's stems that count there with their
    rarity, `sizes` how many passages there are. `lift` is how far the best score lies above the mean of the ten best, `gap` how
    far above the second; where there is one passage alone, above what one on something else scores.
    """

    question: str
    sought: str
    language: Language
    asked: Asked | None
    hits: tuple[Hit, ...]
    matches: tuple[Match, ...]
    words: dict[Language, dict[str, float]]
    sizes: dict[Language, int]
    lift: float
    gap: float

    def to_json(self) -> dict[str, Any]:
        """Return the result as `search --json` prints it."""
        return {
            "question": self.question,
            "language": self.language,
            "hits": [hit.to_json(rank) for rank, hit in enumerate(self.hits, start=1)],
        }


def find(
    view: View,
    queries: Sequence[Query],
    read: Callable[[], Sequence[Reading]],
    k: int,
    *,
    reranker: Reranker | None = None,
    lap: Callable[[str], object] = lambda _stage: None,
) -> list[Found]:
    """Return for each query the best `k` passages of both languages, the first of them in the reranker's order where there is one.

    `read` gives how the model reads what each looks for, and is waited for after what can be done without. `lap` is told the end of
    each stage: "words", the passages that hold them; "embed", what is waited for the model after that; "vectors", the index; "codes",
    read from the catalogue; "fusion", late interaction with it.
    """
    wanted = [_wanted(view, query) for query in queries]
    by_words = [[row for share in one.shares.values() for row in _most(share)] for one in wanted]
    view.candidates(chain.from_iterable(by_words))  # read now, they are at hand when those by vector are
    lap("words")
    readings = read()
    lap("embed")
    nearest = [
        max(_NEAREST_IN_TIME if query.when or query.only is not None else NEAREST, k) for query in queries
    ]
    by_vector = view.nearest([reading.vector for reading in readings], nearest)
    lap("vectors")
    in_hand = [_in_hand(view, query) for query in queries]
    candidates = [
        _allowed(view.candidates(chain(*each)), query)
        for *each, query in zip(by_vector, by_words, in_hand, queries, strict=True)
    ]
    lap("codes")
    found = []
    for one, reading, those in zip(wanted, readings, candidates, strict=True):
        compared = _compared(view, one.query, reading, those)
        best = _ranked(view, one, compared, those)
        if reranker:
            _rerank(view, one.query, best[: max(_RERANKED, k)], reranker)
            best.sort(key=lambda s: -s.score)
        found.append(_found(view, one, compared, best, k))
    lap("fusion")
    return found


def among(view: View, query: Query, reading: Reading, candidates: Sequence[Candidate], k: int) -> Found:
    """Return the best `k` of some passages alone, scored as `find` scores them; words are as rare as they are in the whole library."""
    wanted, compared = _wanted(view, query), _compared(view, query, reading, candidates)
    return _found(view, wanted, compared, _ranked(view, wanted, compared, candidates), k)


def _in_hand(view: View, query: Query) -> list[str]:
    """Return the ids of passages of the conversation's articles, and of the only ones that may answer where those are few."""
    found = []
    for articles, most in ((query.within, _MOST_IN_HAND), (query.only or (), _MOST_ALLOWED)):
        if 0 < len(articles) <= most:
            found += [i for ids in view.snapshot.passages_in(articles).values() for i in ids][:most]
    return found


def _allowed(candidates: list[Candidate], query: Query) -> list[Candidate]:
    """Return the candidates of the only articles that may answer."""
    if query.only is None:
        return candidates
    return [candidate for candidate in candidates if candidate.article_id in query.only]


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A query, and in each language its stems with their rarity, and the share of them in each passage."""

    query: Query
    words: dict[Language, dict[str, float]]
    shares: dict[Language, NDArray[np.float64]]


def _wanted(view: View, query: Query) -> _Wanted:
    both = {language: _words(view, query, language) for language in view.sizes}
    return _Wanted(
        query,
        {language: words for language, (words, _) in both.items()},
        {language: shares for language, (_, shares) in both.items()},
    )


def _compared(view: View, query: Query, reading: Reading, candidates: Sequence[Candidate]) -> Matches | None:
    """Return how the candidates match the question; None in an empty library."""
    if view.coder is None:
        return None
    asked = view.coder.ask(query.wanted, query.language, reading)
    return match(asked, [candidate.coded for candidate in candidates])


def _ranked(
    view: View, wanted: _Wanted, compared: Matches | None, candidates: Sequence[Candidate]
) -> list[Scored]:
    query = wanted.query
    found = score(query.language, candidates, compared.scores, wanted.shares) if compared else []
    for s in found:
        s.preferred = _IN_HAND * (s.candidate.article_id in query.within)
        s.score += s.preferred
    return rank(found, query.language, query.when, view.stories, mixed=len(view.sizes) > 1)


def _found(view: View, wanted: _Wanted, compared: Matches | None, best: list[Scored], k: int) -> Found:
    query = wanted.query
    lift, gap = standing_out(best, query.language)
    matches = {s.candidate.passage_id: compared[s.number] for s in best[:k]} if compared else {}
    hits = tuple(view.hits({s.candidate.passage_id: s.score for s in best[:k]}))
    return Found(
        query.text,
        query.wanted,
        query.language,
        compared.asked if compared else None,
        hits,
        tuple(matches[hit.passage.passage_id] for hit in hits),
        wanted.words,
        view.sizes,
        lift=lift,
        gap=gap,
    )


def shares(view: View, query: Query, language: Language) -> NDArray[np.float64]:
    """Return the share of a question's words, weighted by rarity, in each passage of a language, by row number; rows past the last have none."""
    return _words(view, query, language)[1]


def rarities(passages: int, frequencies: dict[str, int]) -> dict[str, float]:
    """Return each stem's inverse document frequency among `passages`: ln(1 + (N - n + ½) / (n + ½)).

    A word found nowhere is no rarer than one found in a few passages: the articles may say it in another word.
    """
    return {
        stem: math.log(1 + (passages - n + 0.5) / (n + 0.5))
        for stem, found in frequencies.items()
        for n in [found or min(_NOWHERE, passages)]
    }


def _shares(weights: dict[str, float], postings: dict[str, NDArray[np.int64]]) -> NDArray[np.float64]:
    """Return the share of the question's words in each passage, by row number; rows past the last have none."""
    whole = sum(weights.values())
    if not postings or not whole:
        return np.zeros(0)
    rows = np.concatenate([*postings.values()])
    counts = [len(listed) for listed in postings.values()]
    weight = np.repeat([weights[stem] / whole for stem in postings], counts)
    return np.bincount(rows, weight).astype(np.float64)


def _words(view: View, query: Query, language: Language) -> tuple[dict[str, float], NDArray[np.float64]]:
    """Return the question's stems that count in a language, with their rarity, and the share of them in each passage."""
    own = language == query.language
    stems = query_stems(query.wanted, language) if own else name_stems(query.wanted, query.language, language)
    postings = view.postings(language, stems)
    weights = rarities(view.sizes[language], {stem: len(rows) for stem, rows in postings.items()})
    return weights, _shares(weights, postings)


def _most(shares: NDArray[np.float64]) -> list[int]:
    """Return the rows of the passages that share most of the question's words."""
    best = (
        np.argpartition(-shares, _BY_WORDS)[:_BY_WORDS] if len(shares) > _BY_WORDS else np.arange(len(shares))
    )
    return [int(row) for row in best if shares[row] > 0]


def _rerank(view: View, query: Query, best: list[Scored], reranker: Reranker) -> None:
    """Have the reranker hand out the scores anew: its first gets the best, so that they mean what they did before."""
    hits = {h.passage.passage_id: h for h in view.hits({s.candidate.passage_id: 0.0 for s in best})}
    texts = [f"{hit.article.title}\n{hit.text}" for s in best for hit in [hits[s.candidate.passage_id]]]
    scores = [s.score for s in best]
    for given, number in zip(scores, reranker.order(query.wanted, texts), strict=True):
        best[number].score = given
