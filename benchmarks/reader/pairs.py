"""Examples as the network reads them: a question as somebody types it, and a piece of a text of whole sentences."""

from __future__ import annotations

import random
import unicodedata
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from benchmarks.reader.examples import NEITHER
from retrieval.reader.pieces import heading
from retrieval.sentences import split
from retrieval.words import fold, query_stems, stem_finder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from benchmarks.quality.data import Text
    from benchmarks.reader.examples import Example, Learned
    from retrieval.tokens import Tokens

LONGEST = 240  # tokens of a pair
_LONG = 900  # characters of a text of several pieces
_SIZES = (220, 380, 540, 700)  # characters of a piece: the reader is given such as need not be read whole


@dataclass(frozen=True, slots=True)
class Pair:
    """Token ids of question and piece, and the first and last token of the answer, 0 and 0 where there is none.

    `says` is whether the answer grants or denies what the question supposes.
    """

    ids: list[int]
    first: int
    last: int
    says: int = NEITHER


class Pairs:
    """Makes pairs of one or several sets, at random."""

    def __init__(self, tokens: Tokens, wrong: Mapping[str, Sequence[str]], seed: int = 0) -> None:
        self._tokens = tokens
        self._wrong = (
            wrong  # by question, the texts that the product's own search found and that do not answer
        )
        self._random = random.Random(seed)  # noqa: S311 - training data, not a secret

    def of(self, learned: Learned, negatives: float) -> Iterator[list[Pair]]:
        """Yield the pairs of each question of a set, in any order, with so many wrong texts a question that has an answer."""
        examples = [*learned.examples]
        self._random.shuffle(examples)
        others = [*learned.texts]
        for example in examples:
            yield [*self._of(example, learned, others, negatives)]

    def _of(
        self, example: Example, learned: Learned, others: Sequence[str], negatives: float
    ) -> Iterator[Pair]:
        question = self._typed(example.question)
        size = self._random.choice(_SIZES)
        text = learned.texts[example.source]
        yield self._pair(question, example, text, example.answer, size)
        if example.answer is None and len(text.text) > _LONG:
            yield self._pair(question, example, text, None, size)
        count = int(negatives) + (self._random.random() < negatives % 1) if example.answer else 0
        found = [pid for pid in self._wrong.get(example.qid, ()) if pid in learned.texts]
        for _ in range(count):
            pid = self._random.choice(found[:4] if found and self._random.random() < 0.85 else others)
            if pid != example.source:
                yield self._pair(question, example, learned.texts[pid], None, size)
        # Another piece of the same text: on the subject, and without the answer.
        if example.answer and not example.in_title and len(text.text) > _LONG and self._random.random() < 0.6:
            yield from self._elsewhere(question, text, example, example.answer, size)

    def _elsewhere(
        self, question: str, text: Text, example: Example, place: tuple[int, int], size: int
    ) -> Iterator[Pair]:
        """Yield another piece of the text that answers, if the answer is not in that too."""
        spans = _sentences(text)
        answer = fold(text.text[slice(*place)])
        favoured = self._favoured(
            example, text, spans, lambda n: answer not in fold(text.text[slice(*spans[n])])
        )
        piece = self._piece(spans, favoured, favoured, size)
        head = heading(text.title, text.text, piece[0])
        if answer not in fold(f"{head} {text.text[slice(*piece)]}"):
            yield self._encode(question, text, piece, None)

    def _pair(
        self, question: str, example: Example, text: Text, answer: tuple[int, int] | None, size: int
    ) -> Pair:
        spans = _sentences(text)
        if not spans:
            return self._encode(question, text, (0, len(text.text)), answer, in_title=example.in_title)
        if answer is None or example.in_title:
            first = last = self._favoured(example, text, spans, lambda _n: True)
        else:
            holding = [n for n, (s, e) in enumerate(spans) if s < answer[1] and answer[0] < e] or [0]
            first, last = holding[0], holding[-1]
        piece = self._piece(spans, first, last, size)
        pair = self._encode(question, text, piece, answer, in_title=example.in_title)
        return replace(pair, says=example.says) if pair.first else pair

    def _favoured(
        self, example: Example, text: Text, spans: list[tuple[int, int]], allowed: Callable[[int], bool]
    ) -> int:
        """Return the sentence that shares most words with the question, or one at random, of those allowed."""
        numbers = [n for n in range(len(spans)) if allowed(n)] or [0]
        if self._random.random() < 0.3 or text.language != example.language:
            return self._random.choice(numbers)
        held = stem_finder({*query_stems(example.question, text.language)}, text.language)
        return max(numbers, key=lambda n: (len(held(text.text[slice(*spans[n])])), self._random.random()))

    def _piece(self, spans: list[tuple[int, int]], first: int, last: int, size: int) -> tuple[int, int]:
        """Return a run of whole sentences around some of them, of at most a size."""
        while True:
            sides = [n for n in (first - 1, last + 1) if 0 <= n < len(spans)]
            self._random.shuffle(sides)
            for n in sides:
                start, end = spans[min(n, first)][0], spans[max(n, last)][1]
                if end - start <= size:
                    first, last = min(n, first), max(n, last)
                    break
            else:
                return spans[first][0], spans[last][1]

    def _typed(self, question: str) -> str:
        """Return a question as it may be typed: a third without its mark, accents or capitals, some with a slip."""
        if self._random.random() < 0.35:
            if self._random.random() < 0.8:
                question = question.rstrip(" ?\u00a0\u202f")
            if self._random.random() < 0.5:
                question = question.lower()
            if self._random.random() < 0.5:
                plain = unicodedata.normalize("NFD", question)
                question = "".join(c for c in plain if not unicodedata.combining(c))
        if self._random.random() < 0.08 and len(question) > 12:
            n = self._random.randrange(3, len(question) - 3)
            if question[n].isalpha() and question[n + 1].isalpha():
                swapped = question[n + 1] + question[n]
                question = question[:n] + self._random.choice((swapped, question[n], "")) + question[n + 2 :]
        return question

    def _encode(
        self,
        question: str,
        text: Text,
        piece: tuple[int, int],
        answer: tuple[int, int] | None,
        *,
        in_title: bool = False,
    ) -> Pair:
        titled = in_title or self._random.random() < 0.9
        led = self._random.random() < 0.85
        head = heading(text.title if titled else "", text.text, piece[0] if led else 0)
        return encode(self._tokens, question, head, text.text, piece, answer, in_title=in_title)


def encode(  # noqa: PLR0917 - all that a pair is made of
    tokens: Tokens,
    question: str,
    head: str,
    text: str,
    piece: tuple[int, int],
    answer: tuple[int, int] | None,
    *,
    in_title: bool = False,
) -> Pair:
    """Return a pair as the reader is given it: `<s> question </s></s> head piece </s>`."""
    asked, read = tokens.encode([question, head + text[slice(*piece)]])
    before = [*asked.ids[:-1][:48], asked.ids[-1], asked.ids[-1]]
    ids = [*before, *read.ids[1:-1][: LONGEST - len(before) - 1], read.ids[-1]]
    if answer is None:
        return Pair(ids, 0, 0)
    shift = 0 if in_title else len(head) - piece[0]
    start, end = answer[0] + shift, answer[1] + shift
    held = [n for n, (s, e) in enumerate(read.spans) if e > start and s < end and e > s]
    if not held or held[-1] - 1 + len(before) >= len(ids) - 1:
        return Pair(ids, 0, 0)
    return Pair(ids, held[0] - 1 + len(before), held[-1] - 1 + len(before))


@cache
def _sentences(text: Text) -> list[tuple[int, int]]:
    return [*split(text.text, text.language)]
