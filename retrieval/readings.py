"""What a model reads in a text: a vector for the whole, and one for each token with its place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """A text as a model reads it: `vector` (d,) of unit length, `tokens` (k, d), `spans` (k, 2) offsets into the text."""

    vector: NDArray[np.float32]
    tokens: NDArray[np.float32]
    spans: NDArray[np.int64]

    @classmethod
    def of(
        cls, vector: NDArray[Any], tokens: NDArray[Any], spans: list[tuple[int, int]], prompt: int
    ) -> Self:
        """Return the reading of a text that followed a prompt of `prompt` characters; the prompt's tokens are left out."""
        places = np.asarray(spans, np.int64).reshape(-1, 2) - prompt
        kept = (places[:, 1] > 0) & (places[:, 1] > places[:, 0])
        return cls(
            np.asarray(vector, np.float32), np.asarray(tokens, np.float32)[kept], np.maximum(places[kept], 0)
        )

    @classmethod
    def of_words(cls, vector: NDArray[np.float32], text: str) -> Self:
        """Return a reading by a model that tells no tokens apart: every word has the whole text's vector."""
        spans = [match.span() for match in _WORD.finditer(text)]
        return cls(vector, np.repeat(vector[None], len(spans), 0), np.asarray(spans, np.int64).reshape(-1, 2))
