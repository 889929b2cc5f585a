"""Any part of a library, searched as if the rest were not there: the real search over a view of some articles."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from retrieval.domain import LANGUAGES, Language
from retrieval.layout import VECTORS
from retrieval.vectors import Vectors

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from retrieval.library import Library
    from retrieval.snapshot import Candidate, Snapshot


class Whole:
    """A library with all that search compares at hand."""

    def __init__(self, library: Library, snapshot: Snapshot) -> None:
        model = snapshot.model()
        fingerprint = model[1] if model else ""
        self.snapshot = snapshot
        self.coder = snapshot.coder(fingerprint)
        self.ids, self.vectors = stored(library, fingerprint)
        every = [i for ids in self.ids.values() for i in ids]
        self.candidates = {c.passage_id: c for c in snapshot.candidates(fingerprint, every, [])}
        self.by_row = {c.row: c for c in self.candidates.values()}
        self.hits = {hit.passage.passage_id: hit for hit in snapshot.hits(dict.fromkeys(every, 0.0))}
        self.postings: dict[tuple[Language, str], NDArray[np.int64]] = {}


def stored(
    library: Library, fingerprint: str
) -> tuple[dict[Language, list[str]], dict[Language, NDArray[np.float32]]]:
    """Return the passage ids of each language that has any, and their vectors (n, d) in the same order."""
    vectors = Vectors(library.folder / VECTORS, fingerprint)
    ids = {language: found for language in LANGUAGES if (found := sorted(vectors.ids(language)))}
    arrays = {language: vectors.of(language, listed) for language, listed in ids.items()}
    vectors.close()
    return ids, arrays


class Part:
    """The articles of a `Whole` that are in `kept`; takes the place of a `View`, and of its snapshot."""

    def __init__(self, whole: Whole, kept: set[str]) -> None:
        self.stories: dict[str, str] = {}
        self._whole = whole
        self._here = {i for i, c in whole.candidates.items() if c.article_id in kept}
        self._rows = {whole.candidates[i].row for i in self._here}
        self._places = {
            language: np.array([n for n, i in enumerate(ids) if i in self._here], np.int64)
            for language, ids in whole.ids.items()
        }
        self.sizes = {language: len(places) for language, places in self._places.items() if len(places)}
        self.coder = whole.coder
        self.snapshot = self

    def nearest(self, vectors: Sequence[NDArray[np.float32]], most: Sequence[int]) -> list[list[str]]:
        return [
            [i for language in self.sizes for i in self._nearest(language, vector, k)]
            for vector, k in zip(vectors, most, strict=True)
        ]

    def _nearest(self, language: Language, vector: NDArray[np.float32], k: int) -> list[str]:
        places = self._places[language]
        likeness = self._whole.vectors[language][places] @ vector
        return [self._whole.ids[language][places[n]] for n in np.argsort(-likeness)[:k]]

    def candidates(self, named: Iterable[str | int]) -> list[Candidate]:
        whole = self._whole
        found = [whole.candidates[n] if isinstance(n, str) else whole.by_row[n] for n in named]
        return [*{c.passage_id: c for c in found}.values()]

    def postings(self, language: Language, stems: Sequence[str]) -> dict[str, NDArray[np.int64]]:
        known = self._whole.postings
        missing = [stem for stem in stems if (language, stem) not in known]
        found = self._whole.snapshot.postings(language, missing) if missing else {}
        known |= {(language, stem): rows for stem, rows in found.items()}
        return {
            stem: np.array([row for row in known[language, stem] if row in self._rows], np.int64)
            for stem in stems
        }

    def hits(self, scores: dict[str, float]) -> list[Any]:
        found = [replace(self._whole.hits[i], score=score) for i, score in scores.items()]
        return sorted(found, key=lambda hit: (-hit.score, hit.passage.passage_id))
