"""How the flat index (`retrieval/flat.py`) is made: written beside the one before, named by the catalogue, and the one before goes.

A file is a NumPy array of records, in the order of the catalogue's rows. A passage's id names its content, so a vector that was in the
index before is taken from there: from Chroma, 100,000 take two seconds.
"""

from __future__ import annotations

import hashlib
import logging
import os
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from retrieval.errors import DepecheError
from retrieval.flat import MOST, Flat, opened, path
from retrieval.late import unit
from retrieval.layout import FLAT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from retrieval.catalogue import Catalogue
    from retrieval.domain import Language
    from retrieval.snapshot import Snapshot
    from retrieval.vectors import Vectors

log = logging.getLogger(__name__)

_PAGE: Final = 5_000  # vectors at once


def renew(catalogue: Catalogue, open_vectors: Callable[[], Vectors], most: int = MOST) -> None:
    """Give the library a flat index of its state if it has none; of more than `most` numbers, or where that fails, readers ask Chroma."""
    folder = catalogue.path.with_name(FLAT)
    with catalogue.reading() as snapshot:
        before = snapshot.meta("flat")
        if snapshot.flat_settled() and (before is None or opened(folder, before, snapshot.sizes())):
            _drop_others(folder, before)  # of one who was killed before he did
            return
        generation = snapshot.generation()
        listed = _listed(snapshot) if _numbers(snapshot) <= most else {}
    try:
        named = _made(folder, listed, before, open_vectors())
        with catalogue.writing() as draft:
            draft.set_flat(named, generation)
    except (OSError, DepecheError, KeyError) as error:  # no room, or vectors that a repair has to make anew
        log.info("no flat index: %r", error)
        named = before
    _drop_others(folder, named)


@dataclass(frozen=True, slots=True, eq=False)
class _Listed:
    """One language's passages: `rows` (n,) of the catalogue, ascending, their `ids`, and the `marks` (n,) of these."""

    rows: NDArray[np.int64]
    ids: list[str]
    marks: NDArray[np.uint64]


def _listed(snapshot: Snapshot) -> dict[Language, _Listed]:
    found = {}
    for language in snapshot.sizes():
        by_row = sorted(snapshot.passage_rows(language).items())
        rows, ids = [row for row, _ in by_row], [passage_id for _, passage_id in by_row]
        found[language] = _Listed(np.array(rows, np.int64), ids, np.array([*map(_mark, ids)], np.uint64))
    return found


def _numbers(snapshot: Snapshot) -> int:
    """Return how many numbers all vectors are."""
    model = snapshot.model()
    coder = snapshot.coder(model[1]) if model else None
    return sum(snapshot.sizes().values()) * len(coder.mean) if coder else 0


def _made(
    folder: Path, listed: Mapping[Language, _Listed], before: str | None, vectors: Vectors
) -> str | None:
    """Return the name of a flat index of what is listed, the one before where that is of the same passages; None where nothing is."""
    if not listed:
        return None
    known = before if before and before.startswith(vectors.fingerprint) else None
    kept = {language: _kept(folder, known, language) for language in listed}
    if known and all(_same(kept[language], those) for language, those in listed.items()):
        return known
    folder.mkdir(exist_ok=True)
    named = f"{vectors.fingerprint}-{os.urandom(6).hex()}"
    for language, those in listed.items():
        _write(path(folder, named, language), those, _Source(language, vectors, kept[language]))
    return named


def _write(file: Path, those: _Listed, source: _Source) -> None:
    with file.open("wb") as handle:
        for start in range(0, len(those.rows), _PAGE):
            page = slice(start, start + _PAGE)
            found = source.of(those.ids[page], those.marks[page])
            kind = [("row", np.int64), ("mark", np.uint64), ("vector", np.float32, found.shape[1:])]
            records = np.empty(len(found), np.dtype(kind))
            records["row"], records["mark"], records["vector"] = those.rows[page], those.marks[page], found
            if not start:
                told = {"descr": records.dtype.descr, "fortran_order": False, "shape": those.rows.shape}
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

    def of(self, ids: list[str], marks: NDArray[np.uint64]) -> NDArray[np.float32]:
        """Return the vectors (n, d), of unit length; `KeyError` for one that is nowhere."""
        places = np.array([self._places.get(mark, -1) for mark in marks.tolist()])
        new = places < 0
        missing = [i for i, lacks in zip(ids, new, strict=True) if lacks]
        if self._before is None:
            return unit(self._vectors.of(self._language, missing))
        found: NDArray[np.float32] = self._before.vectors[places]
        if missing:
            found[new] = unit(self._vectors.of(self._language, missing))
        return found


def _kept(folder: Path, name: str | None, language: Language) -> Flat | None:
    """Return a language's part of the flat index of that name, if it is there."""
    try:
        return Flat.open(path(folder, name, language)) if name else None
    except (OSError, ValueError):
        return None


def _same(flat: Flat | None, those: _Listed) -> bool:
    return (
        flat is not None and np.array_equal(flat.rows, those.rows) and np.array_equal(flat.marks, those.marks)
    )


def _drop_others(folder: Path, name: str | None) -> None:
    """Delete every flat index but the one of that name; readers that have another open keep it."""
    for file in folder.glob("*.npy"):
        if name is None or not file.name.startswith(name):
            with suppress(OSError):  # on Windows, of one that a reader has open
                file.unlink()


def _mark(passage_id: str) -> int:
    return int.from_bytes(hashlib.blake2b(passage_id.encode(), digest_size=8).digest(), "little")
