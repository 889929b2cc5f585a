"""Texts in, vectors out: the model the settings name, by the fastest way it can be run."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Protocol

from retrieval.errors import DepecheError
from retrieval.models import from_hub, resolve
from retrieval.onnx_runner import OnnxEmbedder, runs_here
from retrieval.progress import Progress, silent
from retrieval.told import Phrase

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from retrieval.readings import Reading
    from retrieval.settings import Settings


class Embedder(Protocol):
    """A model that embeds. Vectors are rows of unit length; equal fingerprints mean comparable vectors."""

    @property
    def name(self) -> str:
        """The model, as the settings name it."""

    @property
    def fingerprint(self) -> str:
        """12 hex digits."""

    @property
    def dimension(self) -> int:
        """Numbers in a vector."""

    def embed_questions(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return (n, dimension) vectors."""

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return (n, dimension) vectors."""

    def read_question(self, text: str) -> Reading:
        """Return the question's vector and tokens."""

    def read_questions(self, texts: Sequence[str]) -> list[Reading]:
        """Return each question's vector and tokens, in order."""

    def read_passages(self, texts: Sequence[str]) -> Iterator[tuple[int, Reading]]:
        """Yield each passage's number in `texts` and its reading, in the order that is fastest."""


def open_embedder(settings: Settings, progress: Progress = silent) -> Embedder:
    """Return the embedder the settings name; raise `DepecheError` where its model cannot be had."""
    # From 1.29 on, ONNX Runtime tells its makers about each session unless this is set before it loads.
    os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
    name = settings.embedding_model
    folder = resolve(name, settings.models_dir, progress) or from_hub(name)
    if runs_here(folder):
        try:
            return OnnxEmbedder.open(folder, name)
        except Exception as error:  # ONNX Runtime's and the tokenizers' own: a dozen kinds
            ours = folder.is_relative_to(settings.models_dir)
            raise DepecheError(
                Phrase(
                    "The embedding model in {folder} cannot be loaded ({kind})",
                    folder=folder,
                    kind=type(error).__name__,
                ),
                "Delete that folder, and it is made anew." if ours else "See that its files are whole.",
            ) from error
    from retrieval.torch_runner import SentenceTransformersEmbedder

    try:
        return SentenceTransformersEmbedder(name, folder)
    except (OSError, ValueError, ImportError, RuntimeError) as error:
        raise DepecheError(
            Phrase(
                "sentence-transformers cannot load the model {name} ({kind})",
                name=name,
                kind=type(error).__name__,
            ),
            "Check that it is a sentence-transformers model; `depeche model check` tries it.",
        ) from error
