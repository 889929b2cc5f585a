"""Opens the reader beside all else that a question needs; nothing heavy is imported at this module's top."""

from __future__ import annotations

import logging
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING

from retrieval.errors import DepecheError
from retrieval.models import PACKAGED
from retrieval.progress import Progress, silent
from retrieval.reader.place import folder_in
from retrieval.told import Phrase

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from retrieval.embedding import Embedder
    from retrieval.reader.model import Network, Reader
    from retrieval.settings import Settings

log = logging.getLogger(__name__)

_TOKENS = 512  # of a text, as the packaged model takes them


def open_network(settings: Settings, progress: Progress = silent) -> tuple[Network, Path] | None:
    """Return the reader's network and its folder, built where it is not there yet; None where this machine has no weights for it.

    Raises `DepecheError` where it cannot be built or opened.
    """
    from retrieval.reader.model import Network

    folder = folder_in(settings.models_dir)
    if not folder.is_dir():
        from retrieval.packaged import weights_file
        from retrieval.reader.folder import reader_folder

        weights = weights_file()
        if weights is None:
            return None
        reader_folder(settings.models_dir, weights, progress)
    try:
        return Network(folder), folder
    except Exception as error:  # ONNX Runtime's own: a dozen kinds
        raise DepecheError(
            Phrase(
                "The reader in {folder} cannot be opened ({kind})", folder=folder, kind=type(error).__name__
            ),
            "Delete that folder, and it is made anew.",
        ) from error


class OpeningReader:
    """Opens the reader in a thread of its own; called, waits for it. None where there is none to be had, which `tell` is told."""

    def __init__(
        self,
        settings: Settings,
        embedder: Future[Embedder],
        progress: Progress,
        tell: Callable[[str], object],
    ) -> None:
        self._settings = settings
        self._embedder = embedder
        self._progress = progress
        self._tell = tell
        pool = ThreadPoolExecutor(1, "opening-reader")
        self._opened = pool.submit(self._open)
        pool.shutdown(wait=False)

    def __call__(self) -> Reader | None:
        """Return the reader once it is open."""
        return self._opened.result()

    def wait_if_new(self) -> None:
        """Wait where the reader has to be built first, while whoever asked for it still shows how far that is."""
        if not folder_in(self._settings.models_dir).is_dir():
            self()

    def _open(self) -> Reader | None:
        if not folder_in(self._settings.models_dir).is_dir():
            self._embedder.result()  # one thing is built after the other
        try:
            opened = open_network(self._settings, self._progress)
        except DepecheError as error:  # without a reader questions are answered all the same
            self._tell(Phrase("{why} Meanwhile answers are less exact.", why=error))
            return None
        except Exception as error:  # a fault of ours must not cost the reader their answer either
            self._tell(
                Phrase(
                    "The reader cannot be prepared ({kind}). Meanwhile answers are less exact.",
                    kind=type(error).__name__,
                )
            )
            log.exception("no reader")
            return None
        return opened and _with_tokens(opened, self._embedder.result(), self._settings)


def open_reader(settings: Settings, embedder: Embedder, progress: Progress = silent) -> Reader | None:
    """Return the reader, None where this machine has no weights for it; raise `DepecheError` where it cannot be built or opened."""
    opened = open_network(settings, progress)
    return opened and _with_tokens(opened, embedder, settings)


def _with_tokens(opened: tuple[Network, Path], embedder: Embedder, settings: Settings) -> Reader:
    """Return a reader with the packaged model's tokens, where that is the one that embeds, or with its own."""
    from retrieval.reader.model import Reader
    from retrieval.tokens import open_tokens

    network, folder = opened
    own = getattr(embedder, "tokens", None) if settings.embedding_model == PACKAGED else None
    return Reader(network, own or open_tokens(folder, _TOKENS))
