"""Tells what kind of message a short text is, by its words and by the vector an embedding model reads it as: a learned linear model.

What each weighs lies in a file of JSON: `kinds`; `model`, the name of the embedding model whose vectors were learned from; and
two sets of weights, `read` with the vector and `words` without, for other models. A set has `bias`, `shape` (see `shape`) and `words`,
each word or pair of neighbours with a number a kind.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from retrieval.words import fold

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

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
class Classifier:
    """Tells kinds of text apart. `probabilities` are in the order of `kinds`."""

    kinds: tuple[str, ...]
    model: str
    _sets: dict[str, dict[str, Any]]

    @classmethod
    def load(cls, file: Path) -> Classifier:
        """Return the classifier whose weights are in `file`."""
        given = json.loads(file.read_text(encoding="utf-8"))
        return cls(tuple(given["kinds"]), given["model"], {name: given[name] for name in ("read", "words")})

    def probabilities(
        self, text: str, vector: NDArray[np.float32] | None = None, model: str = ""
    ) -> dict[str, float]:
        """Return how likely each kind is; the vector counts where it is by the `model` that was learned from."""
        read = vector is not None and model == self.model
        weights = self._sets["read" if read else "words"]
        scores = np.array(weights["bias"], np.float64)
        scores += np.array(weights["shape"]) @ np.array(shape(text))
        for gram in grams(text):
            if (each := weights["words"].get(gram)) is not None:
                scores += each
        if read and vector is not None:
            scores += VECTOR * (np.array(weights["vector"]) @ vector)
        odds = np.exp(scores - scores.max())
        return dict(zip(self.kinds, (odds / odds.sum()).tolist(), strict=True))
