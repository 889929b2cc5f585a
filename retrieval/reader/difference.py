"""What training changed in the packaged model, as it is shipped: `difference.npz`, a few megabytes.

Of each matrix the change is kept as a product of two thin ones (its singular value decomposition, cut off), in 8 bits with a
scale for each column of the first and each row of the second; of biases and norms the values themselves. With it come the largest
value of each channel of each LayerNorm, which the 8-bit graph is scaled by, and a few readings that a built graph must give again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from retrieval.e5_weights import Weights
from retrieval.reader.place import SHIPPED

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

# What is in the file, by prefix.
LEFT, RIGHT, VECTOR, SIZE, IDS, READ = "left ", "right ", "vector ", "size ", "ids ", "read "
HEAD, HEAD_BIAS = "head", "head bias"


@dataclass(frozen=True, slots=True, eq=False)
class Difference:
    """The changes by tensor name, the head (5, hidden) with its bias (5,), the channel sizes, and trials: ids and their (tokens, 5)."""

    changes: dict[str, NDArray[np.float32]]
    head: NDArray[np.float32]
    bias: NDArray[np.float32]
    sizes: dict[str, NDArray[np.float32]]
    trials: list[tuple[NDArray[np.int64], NDArray[np.float32]]]

    @classmethod
    def read(cls, file: Path = SHIPPED) -> Difference:
        """Return what is in the file."""
        with np.load(file) as held:
            kept = {name: held[name] for name in held.files}
        changes: dict[str, NDArray[np.float32]] = {}
        for name in _named(kept, RIGHT):
            left, right = (_unpacked(kept, side + name) for side in (LEFT, RIGHT))
            changes[name] = left @ right
        for name in _named(kept, VECTOR):
            changes[name] = kept[VECTOR + name].astype(np.float32)
        return cls(
            changes,
            kept[HEAD].astype(np.float32),
            kept[HEAD_BIAS].astype(np.float32),
            {name: kept[SIZE + name].astype(np.float32) for name in _named(kept, SIZE)},
            [(kept[IDS + n].astype(np.int64), kept[READ + n].astype(np.float32)) for n in _named(kept, IDS)],
        )


@dataclass(frozen=True, slots=True, eq=False)
class Changed(Weights):
    """The packaged weights with a difference added: what the reader's graph is written from."""

    difference: Difference

    @classmethod
    def of(cls, weights: Weights, difference: Difference) -> Changed:
        """Return the weights, changed."""
        return cls(
            weights.shape, weights.epsilon, weights.pieces, weights._raw, weights._directory, difference
        )

    def vector(self, name: str) -> NDArray[np.float32]:
        """Return an fp32 tensor, flat."""
        own = Weights.vector(self, name)
        change = self.difference.changes.get(name)
        return own if change is None else own + change

    def matrix(self, name: str, columns: int) -> NDArray[np.float32]:
        """Return a matrix in fp32, (rows, columns)."""
        own = Weights.matrix(self, name, columns)
        change = self.difference.changes.get(name)
        return own if change is None else own + change


def packed(name: str, matrix: NDArray[np.float32], *, columns: bool) -> dict[str, NDArray[np.generic]]:
    """Return a thin matrix in 8 bits as the file holds it, with a scale for each column, or else each row."""
    axis = 0 if columns else 1
    scales = np.maximum(np.abs(matrix).max(axis=axis, keepdims=True), 1e-12) / 127
    return {name: np.round(matrix / scales).astype(np.int8), f"{name}/scale": scales.astype(np.float32)}


def _unpacked(kept: Mapping[str, NDArray[np.generic]], name: str) -> NDArray[np.float32]:
    return np.asarray(kept[name].astype(np.float32) * kept[f"{name}/scale"].astype(np.float32), np.float32)


def _named(kept: Mapping[str, object], prefix: str) -> list[str]:
    return [name[len(prefix) :] for name in kept if name.startswith(prefix) and not name.endswith("/scale")]
