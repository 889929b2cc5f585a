"""A flat index: the vectors of one state of the library, a file a language, which a question is compared with one and all.

Chroma keeps the vectors; `retrieval/flattening.py` makes these files of them at the end of each ingestion. A reader that finds them maps
them into memory, which it shares with every other reader, and needs no Chroma: no time to import it and open its index, no 1.7 ms of
a warm question among 10,000 passages (here .5; among 100,000 7.5 and 4.9), and no neighbour is missed. The catalogue names the files
and the generation they are of: until an ingestion has ended, and among more than `MOST` numbers, Chroma's index is asked.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from retrieval.domain import Language

log = logging.getLogger(__name__)

MOST: Final = 40_000_000  # numbers in all: 100,000 passages of 384, 160 MB


@dataclass(frozen=True, slots=True, eq=False)
class Flat:
    """One language's passages: `rows` (n,) of the catalogue, ascending, `marks` (n,) of their ids, `vectors` (n, d) of unit length."""

    rows: NDArray[np.int64]
    marks: NDArray[np.uint64]
    vectors: NDArray[np.float32]

    @classmethod
    def open(cls, file: Path) -> Self:
        """Return what `flattening` wrote; `OSError` or `ValueError` where it is not there, or not whole."""
        try:
            records = np.load(file, mmap_mode="r", allow_pickle=False).view(np.ndarray)
        except OSError:
            raise
        except (
            Exception
        ) as error:  # EOFError, SyntaxError, the tokenizer's own: whatever a garbled header is read as
            raise ValueError(f"{file} is damaged") from error
        if records.dtype.names != ("row", "mark", "vector"):
            raise ValueError(f"{file} is no flat index")
        return cls(records["row"], records["mark"], records["vector"])

    @np.errstate(invalid="ignore")  # as in `late.match`
    def nearest(self, vector: NDArray[np.float32], most: int) -> list[int]:
        """Return the rows of the passages with the largest cosine, up to so many, the nearest first."""
        cosines = self.vectors @ vector
        most = min(most, len(cosines))
        best = np.argpartition(cosines, -most)[-most:]
        found: list[int] = self.rows[best[np.argsort(-cosines[best])]].tolist()
        return found

    def of(self, rows: Sequence[int]) -> NDArray[np.float32]:
        """Return the vectors (n, d) of passages, in their order; `KeyError` for one that is not here."""
        places = np.minimum(np.searchsorted(self.rows, rows), len(self.rows) - 1)
        if (wrong := self.rows[places] != np.asarray(rows)).any():
            raise KeyError(*np.asarray(rows)[wrong].tolist())
        return self.vectors[places]


def opened(folder: Path, name: str | None, sizes: Mapping[Language, int]) -> dict[Language, Flat]:
    """Return the flat index of that name, with as many passages of each language as `sizes` says; empty where any of it is missing."""
    if name is None:
        return {}
    try:
        found = {language: Flat.open(path(folder, name, language)) for language in sizes}
    except (OSError, ValueError) as error:
        log.debug("no flat index: %s", error)  # doctor tells
        return {}
    whole = all(len(flat.rows) == sizes[language] for language, flat in found.items())
    return found if whole else {}


def path(folder: Path, name: str, language: Language) -> Path:
    """Return where a language's part of the flat index of that name lies."""
    return folder / f"{name}-{language}.npy"
