"""Is everything in order? Each finding says what was looked at, how it is, and what to do."""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from retrieval.domain import LANGUAGES
from retrieval.errors import DepecheError
from retrieval.layout import VECTORS
from retrieval.library import Library
from retrieval.vectors import Vectors
from retrieval.writer import check_model

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from retrieval.settings import Settings

_OLDEST_SQLITE = (3, 35)  # Chroma's own bound
_ROOM = 1 << 30  # bytes free: the model takes half of it


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    what: str
    ok: bool
    state: str
    advice: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return the finding as a dict for JSON."""
        return asdict(self)


def examine(settings: Settings) -> list[Finding]:
    """Return the findings, in the order in which to mend them."""
    checks: tuple[Callable[[Settings], Iterator[Finding]], ...] = (
        _machine,
        _model,
        _chat,
        _library,
        _telegram,
    )
    found = []
    for check in checks:
        try:
            found += list(check(settings))
        except DepecheError as error:
            found.append(Finding(check.__name__.strip("_"), False, error.what, error.hint))
    return found


def repair(settings: Settings) -> None:
    """Bring catalogue and vectors back in step; what is there is not embedded again."""
    from retrieval.embedding import open_embedder

    library = Library(settings.data_dir, lock_timeout=settings.lock_timeout)
    library.require()
    with library.writing(lambda: open_embedder(settings)) as writer:
        writer.mend(always=True)


def _machine(settings: Settings) -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    yield Finding("Python", sys.version_info >= (3, 11), version)
    recent = sqlite3.sqlite_version_info >= _OLDEST_SQLITE
    advice = "" if recent else "Chroma needs a newer SQLite: use a newer Python or system."
    yield Finding("SQLite", recent, sqlite3.sqlite_version, advice)
    for what, folder in (("Data folder", settings.data_dir), ("Cache folder", settings.cache_dir)):
        existing = _first_existing(folder)
        if not os.access(existing, os.W_OK):
            yield Finding(
                what, False, f"{existing} cannot be written", "Change its rights, or choose another folder."
            )
        elif shutil.disk_usage(existing).free < _ROOM:
            yield Finding(what, False, f"less than 1 GB free in {existing}", "Make room.")
        else:
            yield Finding(what, True, str(folder))


def _model(settings: Settings) -> Iterator[Finding]:
    from retrieval.embedding import open_embedder

    embedder = open_embedder(settings)
    norm = float((embedder.embed_questions(["Où est la gare ?"])[0] ** 2).sum())
    ok = abs(norm - 1) < 1e-3
    yield Finding(
        "Embedding model", ok, f"{embedder.name} ({embedder.dimension} dimensions, {embedder.fingerprint})"
    )
    library = Library(settings.data_dir)
    known = library.model() if library.exists else None
    if known:
        check_model(known, embedder)


def _chat(settings: Settings) -> Iterator[Finding]:
    from retrieval.chat.models import check_chat_model

    try:
        check_chat_model(settings)
    except DepecheError as error:
        yield Finding("Chat model", False, error.what, error.hint)
    else:
        yield Finding("Chat model", True, settings.chat_model)


def _library(settings: Settings) -> Iterator[Finding]:
    library = Library(settings.data_dir)
    if not library.exists:
        yield Finding("Library", True, "empty", "Put articles in: depeche ingest FILE_OR_FOLDER.")
        return
    with library.snapshot() as snapshot:
        articles, passages = snapshot.counts()
        wanted = {language: snapshot.passage_ids(language) for language in LANGUAGES}
        model, unfinished = snapshot.model(), bool(snapshot.meta("dirty"))
    yield Finding("Library", True, f"articles: {articles}, passages: {passages}")
    vectors = Vectors(settings.data_dir / VECTORS, model[1] if model else "unbound")
    stored = {language: vectors.ids(language) for language in LANGUAGES}
    vectors.close()
    missing = sum(len(wanted[language] - stored[language]) for language in LANGUAGES)
    idle = sum(len(stored[language] - wanted[language]) for language in LANGUAGES)
    state = f"{missing} passages without a vector, {idle} vectors without a passage"
    if unfinished and (missing or idle):
        state += " (an ingestion is under way, or was interrupted)"
    advice = "Run: depeche doctor --repair" if missing or idle else ""
    yield Finding("Vectors", not missing, state if missing or idle else "in step with the articles", advice)


def _telegram(settings: Settings) -> Iterator[Finding]:
    advice = "" if settings.telegram_bot_token else "For the bot: TELEGRAM_BOT_TOKEN, from @BotFather."
    yield Finding("Telegram token", True, "set" if settings.telegram_bot_token else "not set", advice)


def _first_existing(folder: Path) -> Path:
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return folder
