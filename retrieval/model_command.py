"""`depeche model`: which models are in use; get them ready; check them."""

from __future__ import annotations

import json
import time
from typing import Annotated

import typer

from retrieval.settings import Settings

model = typer.Typer(
    help="Show which models are in use, get them ready, check them.", invoke_without_command=True
)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@model.callback()
def show(context: typer.Context, as_json: AsJson = False) -> None:
    """Show which embedding model the settings name, and which one the library was made with."""
    if context.invoked_subcommand:
        return
    from retrieval.opening import open_library

    settings = Settings.load()
    library = open_library(settings)
    known = library.model() if library.exists else None
    if as_json:
        made = {"name": known[0], "fingerprint": known[1]} if known else None
        typer.echo(json.dumps({"embedding": settings.embedding_model, "library": made}))
        return
    typer.echo(f"Embedding model: {settings.embedding_model}")
    typer.echo(f"The library was made with: {f'{known[0]} ({known[1]})' if known else 'nothing yet'}")


@model.command()
def pull() -> None:
    """Get the embedding model ready: built or fetched once, kept in the cache folder."""
    from retrieval.embedding import open_embedder
    from retrieval.terminal import progress_bars

    with progress_bars() as progress:
        embedder = open_embedder(Settings.load(), progress)
    typer.echo(f"Embedding model {embedder.name} is ready ({embedder.dimension} dimensions).")


@model.command()
def check() -> None:
    """Embed a few sentences and say how fast, and how near a sentence is to its translation."""
    from retrieval.background import TEXTS
    from retrieval.embedding import open_embedder

    embedder = open_embedder(Settings.load())
    embedder.embed_questions(TEXTS[:1])
    start = time.perf_counter()
    vectors = embedder.embed_passages(TEXTS)
    taken = time.perf_counter() - start
    near = float((vectors[0::2] * vectors[1::2]).sum(axis=1).mean())
    far = float((vectors[0::2] @ vectors[1::2].T).mean())
    typer.echo(
        f"{embedder.name} ({embedder.fingerprint}): {len(TEXTS) / taken:.0f} short sentences a second."
    )
    typer.echo(f"Cosine of a sentence with its translation {near:.3f}, with any other {far:.3f}.")
