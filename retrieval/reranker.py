"""A second opinion on the order of the best passages, by a cross-encoder that a reader names; none by default.

A cross-encoder reads question and passage together, which the embedding model does not: better, and hundreds of times slower.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from retrieval.errors import DepecheError
from retrieval.models import from_hub
from retrieval.torch_runner import hush

if TYPE_CHECKING:
    from collections.abc import Sequence

_ADVICE = (
    "Set DEPECHE_RERANKER to a sentence-transformers cross-encoder: a hub id or a folder; or leave it empty."
)


class Reranker:
    """Puts passages in order by one `CrossEncoder` (torch: seconds to load, tenths of a second a question)."""

    def __init__(self, name: str) -> None:
        folder = Path(name).expanduser()
        if not folder.is_dir():
            if folder.is_absolute() or name.startswith((".", "~")):
                raise DepecheError(f"There is no reranker folder {folder}", _ADVICE)
            folder = from_hub(name, otherwise=_ADVICE)
        hush()
        from sentence_transformers import CrossEncoder

        try:
            self._model = CrossEncoder(str(folder), device="cpu", local_files_only=True)
        except Exception as error:  # whatever the libraries raise for a folder that holds no such model
            raise DepecheError(
                f"The reranker {name} cannot be loaded ({type(error).__name__})", _ADVICE
            ) from error

    def order(self, question: str, texts: Sequence[str]) -> list[int]:
        """Return the numbers of `texts`, the likeliest to answer first."""
        scores = self._model.predict([(question, text) for text in texts], show_progress_bar=False)
        return [int(n) for n in np.argsort(-np.asarray(scores).reshape(len(texts), -1)[:, 0], kind="stable")]
