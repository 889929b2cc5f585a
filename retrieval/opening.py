"""Opens what a question needs, side by side: most of a cold question's time is spent here.

Model and tokens load outside Python's lock while SQLAlchemy and Chroma are imported, so nothing heavy is imported
at this module's top.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from retrieval import layout
from retrieval.progress import Progress, silent

if TYPE_CHECKING:
    from retrieval.answerer import Answerer
    from retrieval.embedding import Embedder
    from retrieval.library import Library
    from retrieval.reranker import Reranker
    from retrieval.settings import Settings


def open_library(settings: Settings) -> Library:
    """Return the library the settings name."""
    from retrieval.library import Library

    return Library(settings.data_dir, lock_timeout=settings.lock_timeout)


def open_answerer(settings: Settings, progress: Progress = silent) -> Answerer:
    """Return an answerer on the settings' library; raise `DepecheError` where it is empty or of another model."""
    layout.require(settings.data_dir)  # before a model is built for nothing
    with ThreadPoolExecutor(max_workers=1) as pool:
        opening = pool.submit(_open_embedder, settings, progress)
        from retrieval.answerer import Answerer
        from retrieval.writer import check_model

        library = open_library(settings)
        library.warm()
        embedder = opening.result()
    known = library.model()
    if known:
        check_model(known, embedder)
    return Answerer(library, embedder, threshold=settings.answer_threshold, reranker=_open_reranker(settings))


def _open_reranker(settings: Settings) -> Reranker | None:
    if not settings.reranker:
        return None
    from retrieval.reranker import Reranker

    return Reranker(settings.reranker)


def _open_embedder(settings: Settings, progress: Progress) -> Embedder:
    from retrieval.embedding import open_embedder

    return open_embedder(settings, progress)
