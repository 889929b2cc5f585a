"""Tells what kind of message a short text is, by its words and by the vector an embedding model reads it as: a learned linear model.

What each weighs lies in a file of arrays: `kinds`; `model`, the name of the embedding model whose vectors were learned from; and
two sets of weights, `read` with the vector and `words` without, for other models. A set has `bias`, `shape` (see `shape`), `words`, a line
each word or pair of neighbours, and `weights`, a row each of a number a kind.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from retrieval.words import fold

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

SHAPES = 4  # numbers that `shape` gives
VECTOR = 4.0  # what a unit vector is multiplied by beside words that count 1
_TOKEN = re.compile(r"\w+'?|\?")
_DIGITS = re.compile(r"\d+")


def grams(text: str) -> list[str]:
    """Return the words of a text, folded, and its pairs of neighbours; "^" stands where it begins, 0 for a number."""
    words = ["^", *_TOKEN.findall(_DIGITS.sub("0", fold(text.replace("’", "'"))))]
    return [*dict.fromkeys([*words, *(f"{a} {b}" for a, b in pairwise(words))])]


def shape(text: str) -> list[float]:
    """Return how long a text is (ln), whether of one word, of three at most, and how many words past the first have a capital, up to three."""
    words = re.findall(r"\w+", text)
    capitals = sum(word[0].isupper() for word in words[1:])
    return [
        float(np.log1p(len(words))),
        float(len(words) <= 1),
        float(len(words) <= 3),
        float(min(capitals, 3)),
    ]


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """A set of weights, for each of k kinds: `bias` (k,), `shape` (k, 4), each word's row in `weights` (w, k), and `vector` (k, d), d 0 where none counts."""

    bias: NDArray[Any]
    shape: NDArray[Any]
    words: dict[str, int]
    weights: NDArray[Any]
    vector: NDArray[Any]


@dataclass(frozen=True, slots=True, eq=False)
class Classifier:
    """Tells kinds of text apart. `probabilities` are in the order of `kinds`."""

    kinds: tuple[str, ...]
    model: str
    _sets: dict[str, Weights]

    @classmethod
    def load(cls, file: Path) -> Classifier:
        """Return the classifier whose weights are in `file`."""
        with np.load(file) as held:
            sets = {
                name: Weights(
                    held[f"{name} bias"],
                    held[f"{name} shape"],
                    {word: n for n, word in enumerate(str(held[f"{name} words"]).split("\n"))},
                    held[f"{name} weights"],
                    held[f"{name} vector"],
                )
                for name in ("read", "words")
            }
            return cls(tuple(str(held["kinds"]).split("\n")), str(held["model"]), sets)

    def save(self, file: Path) -> None:
        """Write the weights to `file`."""
        kept: dict[str, Any] = {"kinds": "\n".join(self.kinds), "model": self.model}
        for name, each in self._sets.items():
            kept |= {
                f"{name} bias": each.bias.astype(np.float32),
                f"{name} shape": each.shape.astype(np.float32),
                f"{name} words": "\n".join(each.words),
                f"{name} weights": each.weights.astype(np.float16),
                f"{name} vector": each.vector.astype(np.float16),
            }
        np.savez_compressed(file, **kept)

    def probabilities(
        self, text: str, vector: NDArray[np.float32] | None = None, model: str = ""
    ) -> dict[str, float]:
        """Return how likely each kind is; the vector counts where it is by the `model` that was learned from."""
        read = vector is not None and model == self.model
        weights = self._sets["read" if read else "words"]
        scores = weights.bias.astype(np.float64)
        scores += weights.shape @ np.array(shape(text))
        rows = [row for gram in grams(text) if (row := weights.words.get(gram)) is not None]
        scores += weights.weights[rows].sum(axis=0, dtype=np.float64)
        if read and vector is not None:
            scores += VECTOR * (weights.vector @ vector)
        odds = np.exp(scores - scores.max())
        return dict(zip(self.kinds, (odds / odds.sum()).tolist(), strict=True))
