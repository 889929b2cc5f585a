"""Runs any sentence-transformers model there is, by the library itself (import and load: seconds, not tenths)."""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING

import numpy as np

from retrieval.onnx_runner import fingerprint, prompts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

_BATCH = 32


class SentenceTransformersEmbedder:
    """Embeds texts by one model folder, through torch."""

    def __init__(self, name: str, folder: Path) -> None:
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging as transformers_logging

        transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        logging.getLogger("sentence_transformers").setLevel(logging.WARNING)
        self.name = name
        self.fingerprint = fingerprint(folder)
        self._model = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
        self._prompts = prompts(folder, name)
        self.dimension = int(self._model.encode(["a"], show_progress_bar=False).shape[1])

    def embed_questions(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return a unit vector for each question, (n, d)."""
        return self._embed(texts, self._prompts[0], None)

    def embed_passages(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        """Return a unit vector for each passage, (n, d); `progress` is told how many are done."""
        return self._embed(texts, self._prompts[1], progress)

    def _embed(
        self, texts: Sequence[str], prompt: str, progress: Callable[[int], None] | None
    ) -> NDArray[np.float32]:
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        for start in range(0, len(order), _BATCH):
            batch = order[start : start + _BATCH]
            vectors[batch] = self._model.encode(
                [texts[i] for i in batch], prompt=prompt, normalize_embeddings=True, show_progress_bar=False
            )
            if progress:
                progress(start + len(batch))
        return vectors
