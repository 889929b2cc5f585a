"""A second opinion on the order of the best passages, by a cross-encoder that a reader names; none by default.

It reads question and passage together: better, and hundreds of times slower.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from retrieval.cross_encoder import open_cross_encoder

if TYPE_CHECKING:
    from collections.abc import Sequence

_ADVICE = (
    "Set DEPECHE_RERANKER to a sentence-transformers cross-encoder: a hub id or a folder; or leave it empty."
)


class Reranker:
    """Puts passages in order by one cross-encoder. Raises `DepecheError` where there is none of that name."""

    def __init__(self, name: str) -> None:
        self._model = open_cross_encoder("reranker", name, _ADVICE)

    def order(self, question: str, texts: Sequence[str]) -> list[int]:
        """Return the numbers of `texts`, the likeliest to answer first."""
        scores = self._model.predict([(question, text) for text in texts], show_progress_bar=False)
        return [int(n) for n in np.argsort(-np.asarray(scores).reshape(len(texts), -1)[:, 0], kind="stable")]
