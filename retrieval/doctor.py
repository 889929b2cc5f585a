"""Is everything in order? Each finding says what was looked at, how it is, and what to do."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import sys
import time
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from retrieval import freshness
from retrieval.domain import LANGUAGES, Language
from retrieval.errors import DepecheError
from retrieval.finding import Finding, of_source, translator
from retrieval.flat import Flat, opened
from retrieval.layout import CATALOGUE, FLAT, VECTORS
from retrieval.library import Library
from retrieval.models import check_model
from retrieval.probe import damaged
from retrieval.progress import Progress, silent
from retrieval.salvage import is_damaged, salvage
from retrieval.settings import ENV_FILE
from retrieval.told import Phrase
from retrieval.vectors import Vectors

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from retrieval.settings import FromEnvironment, Settings

_TOKEN = re.compile(r"\d+:[\w-]+")
_ADVICE = "Run: depeche doctor --repair"
_OLDEST_SQLITE = (3, 35)  # Chroma's own bound
_LOOKED_AT = 200  # vectors of a flat index that are compared with Chroma's
_ROOM = 1 << 30  # bytes free: the model takes half of it


def examine(settings: Settings, others: Sequence[type[FromEnvironment]] = ()) -> list[Finding]:
    """Return the findings, in the order in which to mend them; `others` are the settings of other rooms, to be looked at too."""
    checks: tuple[Callable[[Settings], Iterator[Finding]], ...] = (
        _machine,
        _model,
        _reader,
        _chat,
        translator,
        _cross_encoders,
        _library,
        _telegram,
    )
    found = [*_settings((type(settings), *others))]
    for check in checks:
        try:
            found += list(check(settings))
        except DepecheError as error:
            found.append(Finding(check.__name__.strip("_"), False, error.what, error.hint))
    return found


def repair(settings: Settings, progress: Progress = silent) -> list[str]:
    """Bring catalogue and vectors back in step; return a line for each thing that was lost or moved.

    What is there is not embedded again. A damaged catalogue is put aside and made anew of what can be read of it, a damaged
    collection of vectors is embedded again.
    """
    from retrieval.embedding import open_embedder

    library = Library(settings.data_dir, lock_timeout=settings.lock_timeout)
    library.require()
    lines: list[str] = []
    with library.locked():
        if is_damaged(settings.data_dir / CATALOGUE):
            kept, aside = salvage(settings.data_dir / CATALOGUE)
            lines.append(
                Phrase(
                    "The catalogue was damaged: {kept} articles could be read, the old file is {aside}. "
                    "Ingest your sources again, or import a backup, for what is missing.",
                    kept=kept,
                    aside=aside,
                )
            )
    with library.writing(
        lambda: open_embedder(settings, progress),
        on_embedded=lambda count: progress(Phrase("Passages embedded"), count, 0),
        mending=False,
    ) as writer:
        lines += writer.mend(always=True)
    return lines


def _settings(kinds: Sequence[type[FromEnvironment]]) -> Iterator[Finding]:
    for kind in kinds:
        try:
            doubts = kind.load().doubts()
        except DepecheError as error:
            doubts = []
            yield Finding("Settings", False, error.what, error.hint)
        lines = (*kind.misspelt(), *doubts)
        yield from (Finding("Settings", True, line, "See .env.example.", True) for line in lines)


def _machine(settings: Settings) -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    yield Finding("Python", sys.version_info >= (3, 11), version)
    recent = sqlite3.sqlite_version_info >= _OLDEST_SQLITE
    advice = "" if recent else "Chroma needs a newer SQLite: use a newer Python or system."
    yield Finding("SQLite", recent, sqlite3.sqlite_version, advice)
    for what, folder in (
        (Phrase("Data folder"), settings.data_dir),
        (Phrase("Cache folder"), settings.cache_dir),
    ):
        existing = _first_existing(folder)
        if not existing.is_dir():
            yield Finding(
                what, False, Phrase("{existing} is no folder", existing=existing), "Choose another folder."
            )
        elif not os.access(existing, os.W_OK):
            yield Finding(
                what,
                False,
                Phrase("{existing} cannot be written", existing=existing),
                "Change its rights, or choose another folder.",
            )
        elif shutil.disk_usage(existing).free < _ROOM:
            yield Finding(
                what, False, Phrase("less than 1 GB free in {existing}", existing=existing), "Make room."
            )
        else:
            yield Finding(what, True, str(folder))
        if folder.is_dir() and _open_to_others(folder):
            yield _exposed(what, folder, "chmod -R go=")
    env = Path(ENV_FILE)
    if env.is_file() and _open_to_others(env):
        yield _exposed("Settings", env.absolute(), "chmod 600")


def _exposed(what: str, path: Path, mending: str) -> Finding:
    return Finding(
        what,
        True,
        Phrase("other people of this system may read {path}", path=path),
        Phrase("Run: {mending} {path}", mending=mending, path=path),
        True,
    )


def _open_to_others(path: Path) -> bool:
    return os.name == "posix" and bool(path.stat().st_mode & 0o077)


def _model(settings: Settings) -> Iterator[Finding]:
    from retrieval.embedding import open_embedder

    embedder = open_embedder(settings)
    norm = float((embedder.embed_questions(["Où est la gare ?"])[0] ** 2).sum())
    ok = abs(norm - 1) < 1e-3
    yield Finding(
        "Embedding model",
        ok,
        Phrase(
            "{name} ({dimension} dimensions, {fingerprint})",
            name=embedder.name,
            dimension=embedder.dimension,
            fingerprint=embedder.fingerprint,
        ),
    )
    library = Library(settings.data_dir)
    known = library.model() if library.exists else None
    if known:
        check_model(known, embedder)


def _reader(settings: Settings) -> Iterator[Finding]:
    from retrieval.reader.opening import open_network

    opened = open_network(settings)
    told = (
        Phrase("in {folder}", folder=opened[1]) if opened else "none for this machine: answers are less exact"
    )
    yield Finding("Reader", True, told)


def _chat(settings: Settings) -> Iterator[Finding]:
    from retrieval.chat.models import check_chat_model

    try:
        check_chat_model(settings)
    except DepecheError as error:
        yield Finding("Chat model", False, error.what, error.hint)
    else:
        yield Finding("Chat model", True, settings.chat_model)


def _cross_encoders(settings: Settings) -> Iterator[Finding]:
    from retrieval.reranker import Reranker
    from retrieval.verify.nli import Nli

    kinds: dict[str, tuple[str | None, Callable[[str], object]]] = {
        "Reranker": (settings.reranker, Reranker),
        "NLI model": (settings.nli, Nli),
    }
    for what, (name, kind) in kinds.items():
        if not name:
            continue
        try:
            kind(name)
        except DepecheError as error:
            yield Finding(what, False, error.what, error.hint)
        else:
            yield Finding(what, True, name)


def _library(settings: Settings) -> Iterator[Finding]:
    library = Library(settings.data_dir)
    if not library.exists:
        yield Finding("Library", True, "empty", "Put articles in: depeche ingest FILE_OR_FOLDER.")
        return
    if is_damaged(settings.data_dir / CATALOGUE):
        yield Finding(
            "Library", False, Phrase("{path} is damaged", path=settings.data_dir / CATALOGUE), _ADVICE
        )
        return
    with library.snapshot() as snapshot:
        articles, passages = snapshot.counts()
        rows = {language: snapshot.passage_rows(language) for language in LANGUAGES}
        model, unfinished = snapshot.model(), bool(snapshot.meta("dirty"))
        flat = opened(settings.data_dir / FLAT, snapshot.flat(), snapshot.sizes())
        large = snapshot.flat_settled() and not snapshot.flat()
        sources = freshness.look(snapshot.connection, now := int(time.time()))
    yield Finding(
        "Library",
        True,
        Phrase("articles: {articles}, passages: {passages}", articles=articles, passages=passages),
    )
    yield from (of_source(one, now) for one in sources)
    if model and (bad := damaged(settings.data_dir / VECTORS, model[1], LANGUAGES)):
        each = (Phrase("{what}: {state}", what=language, state=told) for language, told in bad.items())
        state = reduce(lambda one, other: Phrase("{one}; {other}", one=one, other=other), each)
        yield Finding("Vectors", False, Phrase("cannot be read ({why})", why=state), _ADVICE)
        return
    vectors = Vectors(settings.data_dir / VECTORS, model[1] if model else "unbound")
    wanted = {language: set(by_row.values()) for language, by_row in rows.items()}
    stored = {language: vectors.ids(language) for language in LANGUAGES}
    same = all(_agrees(one, rows[language], vectors, language) for language, one in flat.items())
    vectors.close()
    missing = sum(len(wanted[language] - stored[language]) for language in LANGUAGES)
    idle = sum(len(stored[language] - wanted[language]) for language in LANGUAGES)
    state = Phrase(
        "{missing} passages without a vector, {idle} vectors without a passage", missing=missing, idle=idle
    )
    if unfinished and (missing or idle):
        state = Phrase("{state} (an ingestion is under way, or was interrupted)", state=state)
    advice = _ADVICE if missing or idle else ""
    yield Finding("Vectors", not missing, state if missing or idle else "in step with the articles", advice)
    if flat:
        told = "of the present articles" if same else "has other vectors than Chroma"
        yield Finding("Flat index", same, told, "" if same else _ADVICE)
    elif large:
        yield Finding("Flat index", True, "none: the library is large, Chroma's index is searched")
    elif passages:
        advice = Phrase("Questions take longer until an ingestion has ended. {advice}", advice=_ADVICE)
        yield Finding("Flat index", True, "none of the present articles: Chroma's index is searched", advice)


def _agrees(flat: Flat, by_row: dict[int, str], vectors: Vectors, language: Language) -> bool:
    """Tell whether a flat index has the passages of these rows, and of a few the vectors that Chroma has."""
    if flat.rows.tolist() != sorted(by_row):
        return False
    some = flat.rows[:: len(flat.rows) // _LOOKED_AT + 1].tolist()
    try:
        stored = vectors.of(language, [by_row[row] for row in some])
    except KeyError:  # which is told of the vectors
        return True
    return bool(np.allclose(flat.of(some), stored, atol=1e-5))


def _telegram(settings: Settings) -> Iterator[Finding]:
    token = settings.telegram_bot_token
    if token and not _TOKEN.fullmatch(token.get_secret_value().strip()):
        yield Finding(
            "Telegram token", False, "is not written as one", "@BotFather shows it: 123456:ABC-DEF…"
        )
        return
    advice = "" if token else "For the bot: TELEGRAM_BOT_TOKEN, from @BotFather."
    yield Finding("Telegram token", True, "set" if token else "not set", advice)


def _first_existing(folder: Path) -> Path:
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return folder
