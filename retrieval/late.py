"""Late interaction: each word of a question finds its nearest in a passage, sentence by sentence.

One vector for a passage cannot say which sentence answers, nor weigh the words of a question apart. So the tokens that
carry meaning (no stop word, no punctuation) are kept too, as the model reads them in their passage, and a question's
tokens are compared with each (MaxSim, Khattab and Zaharia, ColBERT, 2020). It works across languages as within one.
Best of 40 candidates, R@1, by MaxSim alone where the column does not say otherwise:

    kept of each token                bytes   Belebele FR→FR  EN→FR  EN→EN  FR→EN   XQuAD   PIAF
    passage vector alone              0                .889   .848   .929   .853    .937    .620
    all tokens, fp32                  1536             .934   .914   .954   .909    .983    .733
    no stop words in the question     1536             .949   .934   .964   .919    .983    .748
    nor in the passage                1536             .949   .934   .970   .919    .980    .743
    the same, 4 bits                  192              .949   .934   .964   .914    .978    .740
    2 bits                            96               .944   .924   .970   .914    .980    .750
    1 bit: the form here              48               .944   .929   .954   .904    .978    .735

A token's code is the sign of each coordinate, after the model's mean token is taken off (without it, all tokens are
alike) and a random rotation (which spreads what is large in few coordinates; 2 points across languages).
"""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from retrieval.background import TEXTS
from retrieval.products import largest_sums
from retrieval.words import content_spans, is_name, word_spans

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from retrieval.domain import Language
    from retrieval.embedding import Embedder
    from retrieval.readings import Reading


_NOTHING = -0.1  # cosine with a sentence that has no token
_STOP_WEIGHT = 0.1  # of a question's stop words, beside 1 for the others


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """A question's tokens as they are compared: `tokens` (q, d) turned, of unit length, and `weights` (q,), sum 1.

    `words` (q,) numbers the word each token is of; `meant` (q,) tells which carry meaning, `named` (q,) which of them are of
    a name or a number; `centre` (d,) is the mean of all tokens, punctuation too, of unit length.
    """

    tokens: NDArray[np.float32]
    weights: NDArray[np.float32]
    words: NDArray[np.int64]
    meant: NDArray[np.bool_]
    named: NDArray[np.bool_]
    centre: NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Coded:
    """A passage's content tokens: `packed`, their codes one after the other, and how many of them each sentence has."""

    packed: bytes
    counts: tuple[int, ...]

    @property
    def codes(self) -> NDArray[np.uint8]:
        """The codes (k, d / 8), sentence by sentence."""
        return _rows(self.packed, sum(self.counts))

    def to_bytes(self) -> bytes:
        """Return one blob."""
        return struct.pack(f"<{len(self.counts) + 1}H", len(self.counts), *self.counts) + self.packed

    @classmethod
    def from_bytes(cls, blob: bytes) -> Self:
        """Return what `to_bytes` wrote."""
        sentences = blob[0] + 256 * blob[1]
        return cls(blob[2 * (sentences + 1) :], struct.unpack_from(f"<{sentences}H", blob, 2))


@dataclass(frozen=True, slots=True, eq=False)
class Match:
    """How well a passage matches a question: mean cosine of each word's nearest, in the whole, and in each sentence.

    `nearest` (q, s) is the cosine of each of the question's tokens with its nearest in each sentence of `passage`.
    """

    whole: float
    sentences: tuple[float, ...]
    nearest: NDArray[np.float32]
    passage: Coded


@dataclass(frozen=True, slots=True, eq=False)
class Matches:
    """How well each of several passages matches a question: `scores`, whole and best sentence added up, and its Match by number.

    A question is compared with sixty passages, and of five more is asked than their score.
    """

    asked: Asked
    scores: list[float]
    _wholes: NDArray[np.float64]
    _sentences: NDArray[np.float32]
    _nearest: NDArray[np.float32]
    _ends: NDArray[np.int64]
    _passages: Sequence[Coded]

    def __getitem__(self, number: int) -> Match:
        """Return how well the passage of that number matches."""
        passage = self._passages[number]
        end = int(self._ends[number])
        here = slice(end - len(passage.counts), end)
        sentences = tuple(self._sentences[here].tolist())
        return Match(float(self._wholes[number]), sentences, self._nearest[:, here], passage)


@dataclass(frozen=True, slots=True, eq=False)
class Coder:
    """One model's mean token (d,) and the rotation (d, d) before signs are taken."""

    mean: NDArray[np.float32]
    turn: NDArray[np.float32]

    @classmethod
    def of(cls, embedder: Embedder) -> Self:
        """Return the coder for a model's tokens, from the background's sentences."""
        read = [reading.tokens for _, reading in embedder.read_passages(TEXTS)]
        mean = unit(np.concatenate(read)).mean(axis=0)
        turn, _ = np.linalg.qr(np.random.default_rng(1).standard_normal((len(mean), len(mean))))
        return cls(mean.astype(np.float32), turn.astype(np.float32))

    def ask(self, text: str, language: Language, reading: Reading) -> Asked:
        """Return a question's tokens, weighted: what it is about, hardly how it is put, not its punctuation."""
        spans = word_spans(text)
        word = _owners(spans, reading.spans)
        meant = _covered(content_spans(text, language), reading.spans, len(text))
        named = np.array([is_name(text[start:end], language) for start, end in spans] + [False])[word]
        weights = np.where(meant, 1.0, np.where(word >= 0, _STOP_WEIGHT if meant.any() else 1.0, 0.0))
        kept = weights > 0
        turned = self._turned(reading.tokens)
        return Asked(
            turned[kept],
            (weights[kept] / (weights.sum() or 1.0)).astype(np.float32),
            word[kept],
            meant[kept] if meant.any() else kept[kept],
            named[kept],
            unit(turned.sum(axis=0, keepdims=True))[0],
        )

    def code(
        self, text: str, language: Language, sentences: Sequence[tuple[int, int]], reading: Reading
    ) -> Coded:
        """Return the codes of the content tokens of `sentences`, given by offsets into `text`, which was read."""
        meant = _covered(content_spans(text, language), reading.spans, len(text))
        starts = np.array([start for start, _ in sentences], np.int64)
        ends = np.array([end for _, end in sentences], np.int64)
        last = reading.spans[:, 1] - 1  # a token may begin with the space before it
        owner = np.searchsorted(starts, last, "right") - 1
        kept = meant & (owner >= 0) & (last < ends[owner])
        counts = np.bincount(owner[kept], minlength=len(sentences))
        bits = self._turned(reading.tokens[kept]) > 0
        return Coded(np.packbits(bits, axis=1).tobytes(), tuple(int(n) for n in counts))

    def to_bytes(self) -> bytes:
        """Return one blob."""
        buffer = io.BytesIO()
        np.save(buffer, np.concatenate([self.mean[None], self.turn]), allow_pickle=False)
        return buffer.getvalue()

    @classmethod
    def from_bytes(cls, blob: bytes) -> Self:
        """Return what `to_bytes` wrote."""
        both = np.load(io.BytesIO(blob), allow_pickle=False)
        return cls(both[0], both[1:])

    def _turned(self, tokens: NDArray[np.float32]) -> NDArray[np.float32]:
        return unit((unit(tokens) - self.mean) @ self.turn)


@np.errstate(invalid="ignore")  # OpenBLAS raises the flag on finite numbers, one question in thousands
def match(asked: Asked, passages: Sequence[Coded]) -> Matches:
    """Return how well each passage matches the question."""
    sizes = np.array([len(passage.counts) for passage in passages], np.int64)
    counts = np.array([n for passage in passages for n in passage.counts], np.int64)
    nearest = np.full((len(asked.tokens), len(counts)), _NOTHING, np.float32)
    said = counts > 0
    if said.any() and len(asked.tokens):
        codes = _rows(b"".join([passage.packed for passage in passages]), int(counts.sum()))
        nearest[:, said] = _nearest(asked, codes, counts[said])
    sentences = np.where(said, asked.weights @ nearest, np.float32(0))
    wholes, best = np.zeros(len(passages)), np.zeros(len(passages))
    if (filled := sizes > 0).any():
        starts = _starts(sizes[filled])
        best[filled] = np.maximum.reduceat(sentences, starts)
        wholes[filled] = asked.weights @ np.maximum.reduceat(nearest, starts, axis=1)
        wholes[[not passage.packed for passage in passages]] = 0.0
    return Matches(asked, (wholes + best).tolist(), wholes, sentences, nearest, np.cumsum(sizes), passages)


def _nearest(asked: Asked, codes: NDArray[np.uint8], counts: NDArray[np.int64]) -> NDArray[np.float32]:
    """Return the largest cosine of each question token with the tokens of each sentence, (q, sentences)."""
    # A bit stands for ±1: t·(2b - 1) = 2 t·b - Σt; the largest is the largest t·b.
    largest = largest_sums(codes, asked.tokens, _starts(counts))
    return np.asarray((2 * largest - asked.tokens.sum(axis=1)) / asked.tokens.shape[1] ** 0.5).T


def _owners(words: Sequence[tuple[int, int]], spans: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the number of the word each span ends in, or else the last that it reaches into; -1 where there is none."""
    if not words:
        return np.full(len(spans), -1, np.int64)
    starts, ends = np.array(words, np.int64).T
    owner = np.searchsorted(starts, spans[:, 1] - 1, "right") - 1
    inside = (owner >= 0) & (spans[:, 0] < ends[owner])
    return np.where(inside, owner, -1)


def _rows(packed: bytes, count: int) -> NDArray[np.uint8]:
    return np.frombuffer(packed, np.uint8).reshape(count, len(packed) // max(count, 1))


def _starts(counts: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.concatenate([[0], np.cumsum(counts)[:-1]])


def _covered(words: Sequence[tuple[int, int]], spans: NDArray[np.int64], length: int) -> NDArray[np.bool_]:
    """Tell for each of `spans` whether any character in it belongs to one of `words`."""
    inside = np.zeros(length + 1, np.int64)
    for start, end in words:
        inside[start + 1 : end + 1] = 1
    so_far = np.cumsum(inside)
    return np.asarray(so_far[spans[:, 1]] > so_far[spans[:, 0]])


def unit(rows: NDArray[Any]) -> NDArray[Any]:
    """Return the rows at length 1; one of zeros stays as it is."""
    lengths = np.sqrt(np.einsum("ij,ij->i", rows, rows))  # a third of the time of np.linalg.norm
    return np.asarray(rows / np.maximum(lengths, 1e-12)[:, None])
