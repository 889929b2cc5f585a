"""How a question is taken in its conversation: by itself, or after the last one that stood by itself.

What leans is looked for together with the question it leans on, and the one that leaned on that before it, and rather in the articles just cited: of 69 follow-ups of conversations
written blind .45 were answered so, .35 by rules of grammar that put the question anew, .01 by their words alone. Among the sentences
found, the reader's own words count for most (`focus`).
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from retrieval import phrases
from retrieval.conversation.leaning import told
from retrieval.language import detect

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from retrieval.domain import Language, Question, Turn
    from retrieval.embedding import Embedder

_LEANS: Final = 0.15  # probability from which a message may lean
_SURELY: Final = 0.8  # and from which it is not asked by itself too
_SURE: Final = 0.6  # weight of how sure the answer is, beside how likely the way is
_TALK: Final = 0.5  # probability from which an earlier message was small talk
_LONGEST: Final = 200  # characters of an earlier question that are looked for


@dataclass(frozen=True, slots=True)
class Way:
    """A way to take a message: `text` is looked for, rather in the articles `within`; `prior` are the log odds of this way.

    `written` is the message where more stands before it, `shown` how the reader is told it was understood; None where it is as asked.
    """

    text: str
    language: Language
    prior: float = 0.0
    written: str | None = None
    shown: str | None = None
    within: tuple[str, ...] = ()


def understand(
    text: str, question: Question, embedder: Embedder, rewriter: Callable[[Question], str | None] | None
) -> tuple[Language, tuple[Way, ...]]:
    """Return the language a message is in, and the ways to take it, none where it stands by itself.

    A `rewriter` is asked to put what leans so that it stands by itself.
    """
    history = question.history
    spoken = detect(text, history[-1].language)
    likely = told(text, embedder)
    leans = likely["leans"]
    if leans < _LEANS or likely["talk"] > leans:
        return spoken, ()
    prior = _log_odds(leans)
    if rewriter and leans > 0.5 and (line := rewriter(replace(question, text=text))):
        return spoken, (
            Way(line, spoken, prior, text, line if line != text else None, _articles(history[-2:])),
        )
    ways = []
    for chain, within in _chains(history, embedder):
        earlier = " ".join(turn.question[:_LONGEST] for turn in chain)
        joined = f"{earlier} {text}"
        language = detect(joined, spoken)
        ways.append(Way(joined, language, prior, text, phrases.after(text, earlier, spoken), within))
    if leans < _SURELY:
        ways.append(Way(text, spoken, -prior))
    return spoken, tuple(ways)


def as_first_asked(text: str, history: tuple[Turn, ...]) -> tuple[Turn, ...]:
    """Return what a message may follow: where it repeats the last, or one that stood by itself, what came before that."""
    words = _words(text)
    for number, turn in reversed([*enumerate(history)]):
        last = number == len(history) - 1
        if (last or turn.understood is None) and _words(turn.question) == words:
            return history[:number]
    return history


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def weight(way: Way, confidence: float) -> float:
    """Return how much speaks for a way: how likely it is, and how sure its answer is."""
    return way.prior + _SURE * _log_odds(confidence)


def _log_odds(probability: float) -> float:
    sure = min(max(probability, 1e-3), 1 - 1e-3)
    return math.log(sure / (1 - sure))


def _chains(history: Sequence[Turn], embedder: Embedder) -> Iterator[tuple[Sequence[Turn], tuple[str, ...]]]:
    """Yield what a message may lean on, with articles that may answer: the last turns, and where no article answered those, the last that one did.

    « Et pour les enfants ? » asks again what was refused, "who complained?" what comes after that is of what was told before it.
    Thanks in between are none.
    """
    asked = [turn for turn in history if turn.said or told(turn.question, embedder)["talk"] < _TALK]
    last = [*_last(asked or history)]
    yield last, _articles(history[-2:])
    answered = [turn for turn in asked if turn.articles]
    if answered and not any(turn.articles for turn in last):
        yield [*_last(answered)], _articles(answered[-2:])


def _articles(turns: Sequence[Turn]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(article for turn in turns for article in turn.articles))


def _last(turns: Sequence[Turn]) -> Iterator[Turn]:
    """Yield the last turn whose question stood by itself, and the last that leaned on it."""
    stood = [n for n, turn in enumerate(turns) if turn.understood is None]
    yield turns[stood[-1]] if stood else turns[0]
    if stood and stood[-1] + 1 < len(turns):
        yield turns[-1]
