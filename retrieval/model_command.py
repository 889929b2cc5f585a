"""`depeche model`: which models are in use; get them ready; check them."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from retrieval.errors import DepecheError
from retrieval.settings import Settings
from retrieval.speech import give
from retrieval.told import Phrase
from retrieval.translate.files import NAME, is_pulled, translator_folder

_LOCAL_ADVICE: Final = "See that its file is whole and a chat model's, and that there is memory for it."
_ELSEWHERE_ADVICE: Final = (
    "See that DEPECHE_CHAT_MODEL, DEPECHE_CHAT_BASE_URL and the provider's key are what they should be."
)

if TYPE_CHECKING:
    from retrieval.progress import Progress

model = typer.Typer(
    help="Show which models are in use, get them ready, check them.", invoke_without_command=True
)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@model.callback()
def show(context: typer.Context, as_json: AsJson = False) -> None:
    """Show which models the settings name, and which one the library was made with."""
    if context.invoked_subcommand:
        return
    from retrieval.opening import open_library

    settings = Settings.load()
    library = open_library(settings)
    known = library.model() if library.exists else None
    missing = _missing(settings)
    if as_json:
        made = {"name": known[0], "fingerprint": known[1]} if known else None
        chat = {"name": settings.chat_model, "ready": missing is None, "missing": missing}
        told = {"embedding": settings.embedding_model, "library": made, "chat": chat}
        typer.echo(json.dumps(told | {"translator": {"ready": is_pulled(settings)}}))
        return
    give(Phrase("Embedding model: {name}", name=settings.embedding_model))
    made_with = f"{known[0]} ({known[1]})" if known else Phrase("nothing yet")
    give(Phrase("The library was made with: {name}", name=made_with))
    what = missing or _what(settings)
    give(Phrase("Chat model: {name} ({what})", name=settings.chat_model, what=what))
    translator = translator_folder(settings) if is_pulled(settings) else Phrase("none")
    give(Phrase("Translator: {folder}", folder=translator))


@model.command()
def pull(
    chat: Annotated[
        bool,
        typer.Option("--chat", help="The local chat model too (1.1 GB), whether or not it is in use yet."),
    ] = False,
    translator: Annotated[
        bool,
        typer.Option("--translator", help="What puts quotations into the reader's language too (74 MB)."),
    ] = False,
    given: Annotated[
        Path | None,
        typer.Option("--from", metavar="FOLDER", help="Take the translator's files from here, not the Web."),
    ] = None,
) -> None:
    """Get the models ready: the embedding model, the reader, the translator on demand, and the local chat model where DEPECHE_CHAT_MODEL=local.

    Built or fetched once, kept in the cache folder; interrupted, it goes on where it was.
    """
    from retrieval.embedding import open_embedder
    from retrieval.reader.opening import open_network
    from retrieval.terminal import progress_bars

    settings = Settings.load()
    with progress_bars() as progress:
        embedder = open_embedder(settings, progress)
        reader = open_network(settings, progress)
    ready = Phrase(
        "Embedding model {name} is ready ({count} dimensions).", name=embedder.name, count=embedder.dimension
    )
    give(ready)
    if reader:
        give("The reader is ready.")
    if translator or given:
        _pull_translator(settings, given)
    from retrieval.chat.local_file import LOCAL, QWEN

    if not (chat or settings.chat_model == LOCAL):
        return
    from retrieval.chat.local_engine import require
    from retrieval.chat.local_pull import pull as pull_chat

    require()  # said before the download, not after
    with progress_bars() as progress:
        path = pull_chat(QWEN, settings.models_dir, progress)
        _prepare(settings, progress)
    give(Phrase("Chat model {name} is ready ({path}).", name=QWEN.name, path=path))


def _pull_translator(settings: Settings, given: Path | None) -> None:
    from retrieval.terminal import progress_bars
    from retrieval.translate.engine import require
    from retrieval.translate.pull import pull as pull_translator

    require()  # said before the download, not after
    with progress_bars() as progress:
        pull_translator(translator_folder(settings), progress, given)
    give(Phrase("The translator is ready ({name}).", name=NAME))


def _prepare(settings: Settings, progress: Progress) -> None:
    """Load the local chat model, and have it read its instructions."""
    from retrieval.chat.errors import ChatError
    from retrieval.chat.local_file import LOCAL
    from retrieval.chat.models import open_chat_model
    from retrieval.compose.preparation import prepare

    opened = open_chat_model(settings.model_copy(update={"chat_model": LOCAL}))
    try:
        if opened:
            prepare(opened, progress)
    except ChatError as error:
        raise DepecheError(
            Phrase("The chat model is there, and does not run ({why})", why=error),
            "It needs 2 GB of free memory: `depeche model check` tries it again.",
        ) from error


@model.command()
def check() -> None:
    """Embed a few sentences and say how fast, and how near a sentence is to its translation; try the translator and the chat model."""
    settings = Settings.load()
    _check_embedding(settings)
    _check_translator(settings)
    _check_chat(settings)


def _missing(settings: Settings) -> str | None:
    """Return what keeps the chat model from being asked, and what to do; None where nothing does."""
    from retrieval.chat.models import check_chat_model

    try:
        check_chat_model(settings)
    except DepecheError as error:
        return error.told
    return None


def _what(settings: Settings) -> str:
    from retrieval.chat.local_file import is_local, local_path
    from retrieval.settings import QUOTES

    if settings.chat_model == QUOTES:
        return Phrase("none: answers are the articles' own sentences")
    if is_local(settings.chat_model):
        return str(local_path(settings))
    return Phrase("by its provider; `depeche model check` asks it")


def _check_chat(settings: Settings) -> None:
    from retrieval.chat.errors import ChatError
    from retrieval.chat.local_file import is_local
    from retrieval.chat.models import open_chat_model
    from retrieval.chat.stream import stream
    from retrieval.terminal import clean

    start = time.perf_counter()
    opened = open_chat_model(settings)
    if opened is None:
        return
    from langchain_core.messages import HumanMessage

    from retrieval.background import TEXTS

    told = [HumanMessage(" ".join(TEXTS[1::2][:8]) + "\n\nSay that in fewer words.")]
    first, said = 0.0, []
    try:
        for words in stream(opened, told, timeout=settings.chat_timeout, max_tokens=64):
            first = first or time.perf_counter() - start
            said.append(words)
    except ChatError as error:
        advice = _LOCAL_ADVICE if is_local(settings.chat_model) else _ELSEWHERE_ADVICE
        raise DepecheError(
            Phrase(
                "{why} ({model})",
                why=error,
                model=", ".join(filter(None, (settings.chat_model, error.kind))),
            ),
            advice,
        ) from error
    rest = time.perf_counter() - start - first
    give(
        Phrase(
            "{model}: first words after {first:.1f} s, then {pieces:.0f} pieces a second.",
            model=settings.chat_model,
            first=first,
            pieces=len(said) / rest,
        )
    )
    give(Phrase("The chat model says: {words}", words=clean("".join(said).strip())))


def _check_translator(settings: Settings) -> None:
    if not is_pulled(settings):
        return
    from retrieval.background import TEXTS
    from retrieval.language import detect
    from retrieval.translate.engine import FirefoxTranslator

    translator = FirefoxTranslator(translator_folder(settings))
    for text in TEXTS[:2]:
        its = detect(text, "fr")
        there = "en" if its == "fr" else "fr"
        start = time.perf_counter()
        said = translator.translate(text, its, there)
        taken = time.perf_counter() - start
        line = Phrase(
            "Translator, {its} to {there}, in {taken:.2f} s: {text} → {said}",
            its=its,
            there=there,
            taken=taken,
            text=text,
            said=said,
        )
        give(line)


def _check_embedding(settings: Settings) -> None:
    from retrieval.background import TEXTS
    from retrieval.embedding import open_embedder

    embedder = open_embedder(settings)
    embedder.embed_questions(TEXTS[:1])
    start = time.perf_counter()
    vectors = embedder.embed_passages(TEXTS)
    taken = time.perf_counter() - start
    near = float((vectors[0::2] * vectors[1::2]).sum(axis=1).mean())
    far = float((vectors[0::2] @ vectors[1::2].T).mean())
    give(
        Phrase(
            "{name} ({fingerprint}): {count:.0f} short sentences a second.",
            name=embedder.name,
            fingerprint=embedder.fingerprint,
            count=len(TEXTS) / taken,
        )
    )
    give(
        Phrase(
            "Cosine of a sentence with its translation {near:.3f}, with any other {far:.3f}.",
            near=near,
            far=far,
        )
    )
