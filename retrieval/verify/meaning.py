"""How near a sentence is to its source in meaning: word by word, by the embedding model, and by an NLI model where one is named."""

from __future__ import annotations

import re
from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from retrieval.background import TEXTS
from retrieval.late import unit
from retrieval.words import fold, is_stop, stems, word_spans

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from retrieval.domain import Language
    from retrieval.embedding import Embedder
    from retrieval.readings import Reading
    from retrieval.verify.nli import Entailment
    from retrieval.verify.source import Source

_SHORT = 300  # characters
_PLAIN = 0.85  # cosine of words that are one, as .9 is given to those written the same
# What says who says it, or that the passage does, and nothing of what is said.
_FRAME = re.compile(
    r"\b(?:according to|selon|d['’]après)(?: (?:the|l['’]|le|ce|cet|this) ?(?:article|passage|texte?|document|source)\b)?",
    re.I,
)
_KEPT = 256  # texts whose readings are kept: a passage is cited by several sentences, and names recur


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text: as written, its place, the sentence it is in, and whether it only says how things are put."""

    text: str
    start: int
    end: int
    sentence: int
    stop: bool
    stem: str


@dataclass(frozen=True, slots=True, eq=False)
class Alignment:
    """A sentence's words beside its source's: `likeness` (n, m) is the cosine of each of `words` with each of `held`.

    `nearest` (n, s) is that of each of `words` with its nearest in each of the source's sentences, `sentences` (s,) the mean of the
    content words' nearest, `whole` the cosine of both texts' vectors; `support` numbers the source's sentences that say what the
    sentence says, the nearest first.
    """

    words: tuple[Word, ...]
    held: tuple[Word, ...]
    likeness: NDArray[np.float32]
    nearest: NDArray[np.float32]
    sentences: NDArray[np.float32]
    whole: float
    support: tuple[int, ...]

    def untaken(self, row: int) -> NDArray[np.float32]:
        """Return the cosines (m,) of one of `words` with `held`, -1 for those that another of the words plainly is.

        A name lies near any other in its place, but what the sentence itself gives as well, it is not.
        """
        taken = (self.likeness >= _PLAIN).any(axis=0) & (self.likeness[row] < _PLAIN)
        return np.where(taken, np.float32(-1), self.likeness[row])


class Meaning:
    """Compares sentences with their sources by one embedding model, and by `entailment` where it is given. Threads may share one.

    `mean` (d,) is the model's mean token, which a library's `Coder` has at hand; else it is worked out at the first comparison.
    """

    def __init__(
        self,
        embedder: Embedder,
        entailment: Entailment | None = None,
        mean: NDArray[np.float32] | None = None,
    ) -> None:
        self.entailment = entailment
        self._embedder = embedder
        self._kept: OrderedDict[str, Reading] = OrderedDict()
        self._lock = Lock()
        self._mean = mean

    def align(self, sentence: str, language: Language, source: Source) -> Alignment:
        """Return the words of a sentence beside its source's."""
        ours, theirs = self._read([sentence, source.text])
        words = words_of([sentence], language)
        held = words_of(source.sentences, source.language)
        likeness = self._vectors(words, ours) @ self._vectors(held, theirs).T
        # A model places « 29 » and "29", or one name in two sentences, by what stands around them.
        key = _stem if language == source.language else _figure_or_name
        same = np.array([key(w) for w in words])[:, None] == np.array([key(w) or "-" for w in held])
        likeness = np.where(same, np.maximum(likeness, 0.9), likeness)
        count = len(source.sentences)
        owner = np.array([w.sentence for w in held], np.int64)
        content = np.array([not w.stop for w in words], bool)
        if not content.any():
            content[:] = True
        best = np.full((len(words), count), -0.1, np.float32)
        spoken, starts = np.unique(owner, return_index=True)
        if len(spoken) and len(words):
            best[:, spoken] = np.maximum.reduceat(likeness, starts, axis=1)
        scores = best[content].mean(axis=0) if content.any() else np.zeros(count, np.float32)
        return Alignment(
            words,
            held,
            likeness,
            best,
            scores,
            float(ours.vector @ theirs.vector),
            _support(best[content], scores),
        )

    def likeness(self, one: Sequence[str], other: Sequence[str]) -> NDArray[np.float32]:
        """Return the cosines (n, m) of short texts, each read by itself: names in two languages are at .9, others below .86."""
        rows = self._read([*one, *other])
        vectors = np.stack([reading.vector for reading in rows])
        return np.asarray(vectors[: len(one)] @ vectors[len(one) :].T)

    def _read(self, texts: Sequence[str]) -> list[Reading]:
        with self._lock:
            missing = [text for text in dict.fromkeys(texts) if text not in self._kept]
        found: dict[str, Reading] = {}
        for part in (
            [text for text in missing if len(text) <= _SHORT],
            [t for t in missing if len(t) > _SHORT],
        ):
            if part:  # short and long apart: a batch is as slow as its longest
                found |= {part[n]: reading for n, reading in self._embedder.read_passages(part)}
        with self._lock:
            for text in texts:
                found.setdefault(text, self._kept[text]) if text in self._kept else None
                self._kept[text] = found[text]
                self._kept.move_to_end(text)
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return [found[text] for text in texts]

    def _centre(self) -> NDArray[np.float32]:
        if self._mean is None:
            read = [reading.tokens for _, reading in self._embedder.read_passages(TEXTS)]
            self._mean = unit(np.concatenate(read)).mean(axis=0)
        return self._mean

    def _vectors(self, words: Sequence[Word], reading: Reading) -> NDArray[np.float32]:
        """Return a unit vector for each word: the mean of its tokens, less what all tokens have in common."""
        tokens = unit(unit(reading.tokens) - self._centre())
        if not words:
            return np.zeros((0, tokens.shape[1] if tokens.ndim == 2 else 0), np.float32)
        starts = np.array([w.start for w in words])
        ends = np.array([w.end for w in words])
        owner = np.searchsorted(starts, reading.spans[:, 1] - 1, "right") - 1
        inside = (owner >= 0) & (reading.spans[:, 0] < ends[owner])
        chosen = np.zeros((len(words), len(tokens)), np.float32)
        chosen[owner[inside], np.flatnonzero(inside)] = 1.0
        return np.asarray(unit(chosen @ tokens), np.float32)


def _stem(word: Word) -> str:
    return word.stem


def _figure_or_name(word: Word) -> str:
    """Return what is written the same in both languages; nothing for any other word."""
    return fold(word.text) if word.text[0].isupper() or word.text[0].isdigit() else ""


def words_of(sentences: Sequence[str], language: Language) -> tuple[Word, ...]:
    """Return the words of some sentences, offsets counted in the sentences joined by a space."""
    found, offset = [], 0
    for number, sentence in enumerate(sentences):
        framed = [match.span() for match in _FRAME.finditer(sentence)]
        for start, end in word_spans(sentence):
            text = sentence[start:end]
            stop = is_stop(text, language) or (len(text) == 1 and not text.isdigit())
            stop = stop or any(first <= start < last for first, last in framed)
            stem = (stems(text, language) or [fold(text)])[0]
            found.append(Word(text, start + offset, end + offset, number, stop, stem))
        offset += len(sentence) + 1
    return tuple(found)


def _support(best: NDArray[np.float32], scores: NDArray[np.float32]) -> tuple[int, ...]:
    """Return the source's sentences that together say most of what the words say: each but the first must add to it."""
    if not len(scores):
        return ()
    chosen = [int(scores.argmax())]
    while len(chosen) < min(3, len(scores)):
        now = best[:, chosen].max(axis=1)
        gains = np.maximum(best, now[:, None]).mean(axis=0) - now.mean()
        nearest = int(gains.argmax())
        if gains[nearest] < _GAIN:
            break
        chosen.append(nearest)
    return tuple(chosen)


_GAIN = 0.05  # mean cosine that a further sentence must add to count as part of what is said
