"""Opens what a question needs, side by side: most of a cold question's time is spent here.

Model and tokens load outside Python's lock while SQLAlchemy is imported, and Chroma where there is no flat index, so
nothing heavy is imported at this module's top.
"""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TYPE_CHECKING, Final

from retrieval import layout
from retrieval.domain import LANGUAGES
from retrieval.errors import DepecheError
from retrieval.progress import Progress, silent
from retrieval.reader.opening import OpeningReader
from retrieval.settings import QUOTES
from retrieval.translate.files import is_pulled, translator_folder

if TYPE_CHECKING:
    from collections.abc import Callable

    from retrieval.answerer import Answerer
    from retrieval.compose.grounds import Composer
    from retrieval.domain import Language
    from retrieval.embedding import Embedder
    from retrieval.late import Coder
    from retrieval.library import Library
    from retrieval.reranker import Reranker
    from retrieval.settings import Settings
    from retrieval.taking import Rewriter
    from retrieval.translate.quotations import Quotations
    from retrieval.verify.nli import Entailment

log = logging.getLogger(__name__)

# Of 30 French sentences of our local model, read by eye, 27 were wrong or broken; a file of one's own is one's own to judge.
_LOCAL_WRITES: Final[tuple[Language, ...]] = ("en",)


def open_library(settings: Settings) -> Library:
    """Return the library the settings name."""
    from retrieval.library import Library

    return Library(settings.data_dir, lock_timeout=settings.lock_timeout)


def open_answerer(
    settings: Settings,
    progress: Progress = silent,
    tell: Callable[[str], object] = log.warning,
    *,
    eager: bool = False,
    reads: bool = True,
) -> Answerer:
    """Return an answerer on the settings' library; raise `DepecheError` where it is empty or of another model.

    `tell` is told, in one line, why the chat model that the settings name, or the one that checks it, cannot be used: answers are
    quotations then; or why the reader, or the translator that is there, cannot.
    `eager`: the local chat model begins to load now. For a single question it had better not: two seconds of both cores, which
    a refusal and a quotation need not wait for. `reads`: the reader is opened beside all else; a search needs none.
    """
    layout.require(settings.data_dir)  # before a model is built for nothing
    with ThreadPoolExecutor(max_workers=1) as pool:
        opening = pool.submit(_open_embedder, settings, progress)
        reader = OpeningReader(settings, opening, progress, tell) if reads else None
        from retrieval.answerer import Answerer
        from retrieval.models import check_model

        library = open_library(settings)
        library.warm()
        embedder = opening.result()
    if reader:
        reader.wait_if_new()
    known = library.model()
    if known:
        check_model(known, embedder)
    checks = settings.chat_model != QUOTES or is_pulled(settings)
    coder = library.look(lambda view: view.coder) if checks and reads else None
    composer, rewriter = open_chat(settings, embedder, tell, coder, eager=eager)
    return Answerer(
        library,
        embedder,
        threshold=settings.answer_threshold,
        reranker=_open_reranker(settings),
        open_reader=reader,
        rewriter=rewriter,
        composer=composer,
        quotations=open_quotations(settings, embedder, tell, coder) if reads else None,
        open_embedder=lambda name: _open_embedder(
            settings.model_copy(update={"embedding_model": name}), silent
        ),
    )


def open_chat(
    settings: Settings,
    embedder: Embedder,
    tell: Callable[[str], object] = log.warning,
    coder: Coder | None = None,
    *,
    eager: bool = False,
) -> tuple[Composer | None, Rewriter | None]:
    """Return what composes answers by the settings' chat model, and what puts follow-ups anew by it; None for each that is not used.

    A library's `coder` saves the first check three seconds. `eager` as in `open_answerer`.
    """
    if settings.chat_model == QUOTES:
        return None, None
    from retrieval.chat.local_file import LOCAL, is_local
    from retrieval.chat.models import open_chat_model
    from retrieval.compose.composers import Answering, Unready, Wording
    from retrieval.conversation.rewriter import ChatRewriter
    from retrieval.verify.verifier import Verifier

    try:
        model = open_chat_model(settings, eager=eager)
        check = Verifier(embedder, _open_nli(settings), coder)
    except DepecheError as error:
        tell(error.told)
        return Unready(), None
    if model is None:
        return None, None
    if is_local(settings.chat_model):
        languages = _LOCAL_WRITES if settings.chat_model == LOCAL else LANGUAGES
        return Wording(model, check, timeout=settings.chat_timeout, languages=languages), None
    timeout = settings.chat_timeout
    return Answering(model, check, timeout=timeout), ChatRewriter(model, timeout=timeout)


def open_quotations(
    settings: Settings,
    embedder: Embedder,
    tell: Callable[[str], object] = log.warning,
    coder: Coder | None = None,
) -> Quotations | None:
    """Return what puts quotations into the reader's language; None where the translator's files are not here, or its package is not.

    A library's `coder` as in `open_chat`.
    """
    if not is_pulled(settings):
        return None
    from retrieval.translate.engine import FirefoxTranslator, require
    from retrieval.translate.quotations import Quotations
    from retrieval.verify import Meaning

    try:
        require()
        meaning = Meaning(embedder, _open_nli(settings), coder.mean if coder else None)
    except DepecheError as error:
        tell(error.told)
        return None
    return Quotations(FirefoxTranslator(translator_folder(settings)), meaning)


def _open_nli(settings: Settings) -> Entailment | None:
    return _nli(settings.nli) if settings.nli else None


@cache
def _nli(name: str) -> Entailment:
    """Return the model of a name, one for what a chat model words and for what a translator does: it takes seconds, and memory."""
    from retrieval.verify.nli import Nli

    return Nli(name)


def _open_reranker(settings: Settings) -> Reranker | None:
    if not settings.reranker:
        return None
    from retrieval.reranker import Reranker

    return Reranker(settings.reranker)


def _open_embedder(settings: Settings, progress: Progress) -> Embedder:
    from retrieval.embedding import open_embedder

    return open_embedder(settings, progress)
