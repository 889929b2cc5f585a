"""Runs any sentence-transformers model there is, by the library itself (import and load: seconds, not tenths)."""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING, Any

import numpy as np

from retrieval.onnx_runner import fingerprint, prompts
from retrieval.prompted import Prompted
from retrieval.readings import Reading

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

_BATCH = 32


class SentenceTransformersEmbedder(Prompted):
    """Embeds texts by one model folder, through torch."""

    def __init__(self, name: str, folder: Path) -> None:
        hush()
        from sentence_transformers import SentenceTransformer

        self.name = name
        self.fingerprint = fingerprint(folder)
        self._model = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
        self._prompts = prompts(folder, name)
        self.dimension = int(self._model.encode(["a"], show_progress_bar=False).shape[1])

    def _embed(self, texts: Sequence[str], prompt: str) -> NDArray[np.float32]:
        if not texts:
            return np.zeros((0, self.dimension), np.float32)
        return np.asarray(
            self._model.encode(
                list(texts),
                prompt=prompt,
                batch_size=_BATCH,
                normalize_embeddings=True,
                show_progress_bar=False,
            ),
            np.float32,
        )

    def _read(self, texts: Sequence[str], prompt: str) -> Iterator[tuple[int, Reading]]:
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        for start in range(0, len(order), _BATCH):
            batch = order[start : start + _BATCH]
            read = self._model.encode(
                [texts[i] for i in batch], prompt=prompt, output_value=None, show_progress_bar=False
            )
            for number, one in zip(batch, read, strict=True):
                yield number, self._reading(one, texts[number], prompt)

    def _reading(self, read: dict[str, Any], text: str, prompt: str) -> Reading:
        vector = np.asarray(read["sentence_embedding"], np.float32)
        vector /= max(float(np.linalg.norm(vector)), 1e-12)
        tokens = read.get("token_embeddings")
        spans = self._spans(prompt + text)
        if tokens is None or len(tokens) < len(spans) or not spans:
            return Reading.of_words(vector, text)
        return Reading.of(vector, np.asarray(tokens)[: len(spans)], spans, len(prompt))

    def _spans(self, text: str) -> list[tuple[int, int]]:
        """Return the tokens' places; none where the model's tokenizer does not tell them."""
        if not getattr(self._model.tokenizer, "is_fast", False):
            return []
        longest = self._model.max_seq_length
        encoded = self._model.tokenizer(
            text, truncation=longest is not None, max_length=longest, return_offsets_mapping=True
        )
        return [tuple(place) for place in encoded["offset_mapping"]]


def hush() -> None:
    """Keep sentence-transformers from drawing bars and warning of its threads; to be called before it is imported."""
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    logging.getLogger("sentence_transformers").setLevel(logging.WARNING)
