"""How the flat index (`retrieval/flat.py`) is made: written beside the one before, named by the catalogue, and the one before goes.

A file is a NumPy array of records, in the order of the catalogue's rows. A passage's id names its content, so a vector that was in the
index before is taken from there: from Chroma, 100,000 take two seconds.
"""

from __future__ import annotations

import hashlib
import logging
import os
from contextlib import suppress
from typing import TYPE_CHECKING, Final

import numpy as np

from retrieval.domain import LANGUAGES, Language
from retrieval.errors import DepecheError
from retrieval.flat import MOST, Flat, opened, path
from retrieval.late import unit
from retrieval.layout import FLAT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from retrieval.catalogue import Catalogue
    from retrieval.vectors import Vectors

log = logging.getLogger(__name__)

_PAGE: Final = 5_000  # vectors at once


def renew(catalogue: Catalogue, open_vectors: Callable[[], Vectors], most: int = MOST) -> None:
    """Give the library a flat index of its state if it has none; of more than `most` numbers, or where that fails, readers ask Chroma."""
    folder = catalogue.path.with_name(FLAT)
    with catalogue.reading() as snapshot:
        before = snapshot.meta("flat")
        if snapshot.flattened() and (before is None or opened(folder, before, snapshot.sizes())):
            return
        passages = {language: rows for language in LANGUAGES if (rows := snapshot.passage_rows(language))}
    named = None
    try:
        vectors = open_vectors()
        if _numbers(passages, vectors) <= most:
            named = f"{vectors.fingerprint}-{os.urandom(6).hex()}"
            kept = before if before and before.startswith(vectors.fingerprint) else None
            _write(folder, named, passages, kept, vectors)
        with catalogue.writing() as draft:
            draft.set_flat(named)
    except (OSError, DepecheError, KeyError) as error:  # no room, or vectors that a repair has to make anew
        log.info("no flat index: %r", error)
        named = before
    for file in folder.glob("*.npy"):
        if named is None or not file.name.startswith(named):
            with suppress(OSError):  # on Windows, of one that a reader has open
                file.unlink()


def _numbers(passages: Mapping[Language, Mapping[int, str]], vectors: Vectors) -> int:
    """Return how many numbers all vectors are."""
    return sum(
        len(rows) * vectors.of(language, [*rows.values()][:1]).size for language, rows in passages.items()
    )


def _write(
    folder: Path,
    name: str,
    passages: Mapping[Language, Mapping[int, str]],
    kept: str | None,
    vectors: Vectors,
) -> None:
    """Write the flat index of that name; `passages` are ids by row, `kept` names one that has some of their vectors."""
    folder.mkdir(exist_ok=True)
    for language, by_row in passages.items():
        source = _Source(language, vectors, _kept(folder, kept, language))
        rows = np.array(sorted(by_row), np.int64)
        with path(folder, name, language).open("wb") as handle:
            for start in range(0, len(rows), _PAGE):
                page = rows[start : start + _PAGE]
                ids = [by_row[row] for row in page.tolist()]
                marks = [_mark(i) for i in ids]
                found = source.of(ids, marks)
                records = np.empty(len(page), _record(found.shape[1]))
                records["row"], records["mark"], records["vector"] = page, marks, found
                if not start:
                    told = {"descr": records.dtype.descr, "fortran_order": False, "shape": rows.shape}
                    np.lib.format.write_array_header_1_0(handle, told)
                handle.write(records.tobytes())
            handle.flush()
            os.fsync(handle.fileno())  # the catalogue must not name what a power cut may still take


class _Source:
    """Where a language's vectors are taken from: the flat index before, else Chroma."""

    def __init__(self, language: Language, vectors: Vectors, before: Flat | None) -> None:
        self._language = language
        self._vectors = vectors
        self._before = before
        self._places = {mark: n for n, mark in enumerate(before.marks.tolist())} if before else {}

    def of(self, ids: list[str], marks: list[int]) -> NDArray[np.float32]:
        """Return the vectors (n, d), of unit length; `KeyError` for one that is nowhere."""
        places = [self._places.get(mark, -1) for mark in marks]
        there = np.array(places) >= 0
        new = self._vectors.of(self._language, [i for i, held in zip(ids, there, strict=True) if not held])
        if self._before is None:
            return unit(new)
        found = self._before.vectors[places]
        if len(new):
            found[~there] = unit(new)
        return found


def _kept(folder: Path, name: str | None, language: Language) -> Flat | None:
    """Return a language's part of the flat index of that name, if it is there."""
    try:
        return Flat.open(path(folder, name, language)) if name else None
    except (OSError, ValueError):
        return None


def _record(dimension: int) -> np.dtype[np.void]:
    return np.dtype([("row", np.int64), ("mark", np.uint64), ("vector", np.float32, (dimension,))])


def _mark(passage_id: str) -> int:
    return int.from_bytes(hashlib.blake2b(passage_id.encode(), digest_size=8).digest(), "little")
