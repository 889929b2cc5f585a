"""Search: both languages apart, scores made comparable, words added where they help, then one list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from retrieval.domain import Hit, Language
from retrieval.words import name_stems, query_stems

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from retrieval.library import View

_CANDIDATES = 50  # from the vectors and from the words, in each language


@dataclass(frozen=True, slots=True)
class Found:
    """The passages found for a question, best first."""

    question: str
    language: Language
    hits: tuple[Hit, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the result as `search --json` prints it."""
        return {
            "question": self.question,
            "language": self.language,
            "hits": [hit.to_json(rank) for rank, hit in enumerate(self.hits, start=1)],
        }
