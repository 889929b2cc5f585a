"""Ranking: candidates of both languages, by late interaction and words, in one list.

What a candidate scores is

    60 x (late interaction with the passage + with its best sentence) + 8 x share of the words

and before the two languages' lists are merged, each is levelled: what its best ten have on average is taken off, for they match
by mere likeness of language. R@1 (Belebele with each story in one language only, worst of the four cells; PIAF; XQuAD):

    score                               mixed   PIAF   XQuAD
    raw cosine                          .36     .63    .94
    reciprocal rank fusion with BM25    .36     .72    .95
    passage vectors, z-scores           .83     .62    .94
    late interaction                    .89     .77    .97
    late interaction + 8·words          .89     .80    .98
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from retrieval.domain import LANGUAGES, Language
from retrieval.when import day_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from retrieval.snapshot import Candidate
    from retrieval.when import Period

_LATE = 60.0
_WORDS = 8.0  # weight of the words in the question's language
_NAMES = 1.0  # weight of names and numbers across languages
_LEVEL = 10  # the best so many are taken as what likeness of language brings
_LIKENESS = 4.0  # the question's own language's best ten score so much more: 3 (6 articles) to 6.6 (2,598), unanswered
_OWN = 2.0  # further advantage of the question's own language that is taken off
_TIMELY = 4.0  # what lies in the days a question means scores so much more
_TOLD_LATER = 2  # days after an event that articles about it still appear
_NEWER = 0.5  # the newest candidate's advantage over the oldest: less than what tells two passages apart
# What a passage on something else scores, in the question's language and in the other: compared with the only passage there is. Belebele,
# PIAF and XQuAD, one passage at a time: right ones score 70 and 55; .88 to .97 of what they answer is answered, .91 to 1 of the rest refused.
_UNRELATED, _UNRELATED_ACROSS = 33.0, 24.0


@dataclass(slots=True, eq=False)
class Scored:
    """A candidate with its score, and the number by which all that were compared know its match.

    `preferred` is what of the score is for the conversation's sake alone.
    """

    candidate: Candidate
    number: int
    score: float
    preferred: float = 0.0


def score(
    asked_in: Language,
    candidates: Sequence[Candidate],
    late: Sequence[float],
    shares: Mapping[Language, NDArray[np.float64]],
) -> list[Scored]:
    """Return the candidates with their scores, in their order.

    `late` is what late interaction says of each, `shares` the share of the question's words in each passage of a language, by row
    number; rows past the last have none.
    """
    found = []
    for number, candidate in enumerate(candidates):
        share = shares[candidate.language]
        words = float(share[candidate.row]) if candidate.row < len(share) else 0.0
        weight = _WORDS if candidate.language == asked_in else _NAMES
        found.append(Scored(candidate, number, _LATE * late[number] + weight * words))
    return found


def rank(
    scored: list[Scored], asked_in: Language, when: Period | None, stories: Mapping[str, str], *, mixed: bool
) -> list[Scored]:
    """Return what is scored, best first, one a story (`stories` names that of each article that has near-copies).

    What speaks for a language is taken off where the library is `mixed`, what speaks for the days that are asked about put on.
    """
    if mixed:
        _level(scored, asked_in)
    _prefer_in_time(scored, when)
    return _one_a_story(scored, stories)


def standing_out(ranked: Sequence[Scored], asked_in: Language) -> tuple[float, float]:
    """Return how far the best score lies above the mean of the ten best, and above the second; a passage alone has an unrelated one beside it."""
    if not ranked:
        return 0.0, 0.0
    scores = [s.score - s.preferred for s in ranked]
    if len(scores) == 1:
        own = ranked[0].candidate.language == asked_in
        scores.append(min(scores[0], _UNRELATED if own else _UNRELATED_ACROSS))
    best = sorted(scores, reverse=True)[:_LEVEL]
    return max(scores[0] - sum(best) / len(best), 0.0), max(scores[0] - scores[1], 0.0)


def _level(scored: list[Scored], asked_in: Language) -> None:
    """Take off what the scores of each language owe to likeness of language.

    A language with less than ten candidates cannot tell: what is missing is taken from the other.
    """
    best = {
        language: sorted((s.score for s in scored if s.candidate.language == language), reverse=True)[:_LEVEL]
        for language in LANGUAGES
    }
    means = {language: sum(scores) / max(len(scores), 1) for language, scores in best.items()}
    for language, other in (LANGUAGES, LANGUAGES[::-1]):
        own = language == asked_in
        expected = means[other] + (_LIKENESS if own else -_LIKENESS)
        missing = _LEVEL - len(best[language])
        level = (sum(best[language]) + missing * expected) / _LEVEL + (_OWN if own else 0.0)
        for s in scored:
            if s.candidate.language == language:
                s.score -= level


def _prefer_in_time(scored: list[Scored], when: Period | None) -> None:
    """Add what speaks for the days a question means, and of equals for the newer."""
    days = {day: 0.0 for s in scored if (day := day_of(s.candidate.published))}
    for n, day in enumerate(sorted(days)):
        days[day] = _NEWER * n / len(days)
    for s in scored:
        if day := day_of(s.candidate.published):
            s.score += days[day] + _TIMELY * bool(when and when.holds(day, after=_TOLD_LATER))


def _one_a_story(scored: list[Scored], stories: Mapping[str, str]) -> list[Scored]:
    """Return what is scored, best first, without near-copies: the article with the best passage speaks for its story."""
    speaker: dict[str, str] = {}
    kept = []
    for s in sorted(scored, key=lambda s: (-s.score, s.candidate.passage_id)):
        article = s.candidate.article_id
        if speaker.setdefault(stories.get(article, article), article) == article:
            kept.append(s)
    return kept
