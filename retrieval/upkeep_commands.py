"""`depeche doctor` and `depeche reindex`."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from retrieval.settings import Settings


def doctor(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    mend: Annotated[
        bool, typer.Option("--repair", help="First bring articles and vectors back in step.")
    ] = False,
) -> None:
    """Check that everything is in order, and say what to do where it is not."""
    from retrieval.doctor import examine, repair

    settings = Settings.load()
    if mend:
        from retrieval.terminal import progress_bars

        with progress_bars(quiet=as_json) as progress:
            lines = repair(settings, progress)
        for line in lines:
            typer.echo(line, err=True)
    findings = examine(settings, context.obj() if context.obj else ())
    if as_json:
        typer.echo(json.dumps([f.to_json() for f in findings], ensure_ascii=False))
    else:
        from rich.text import Text

        from retrieval.terminal import clean, console

        out = console()
        for finding in findings:
            mark = ("ok    ", "green") if finding.ok else ("WRONG ", "bold red")
            mark = ("LOOK  ", "yellow") if finding.warning else mark
            out.print(Text.assemble(mark, clean(f"{finding.what}: {finding.state}")))
            if finding.advice:
                out.print(Text(f"      {clean(finding.advice)}", style="dim"))
    if not all(f.ok for f in findings):
        raise typer.Exit(1)


def reindex(
    model: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="A hub id or a folder; else what DEPECHE_EMBEDDING_MODEL names."),
    ] = None,
) -> None:
    """Embed every passage anew, by another embedding model, and switch to it in one step; readers go on meanwhile."""
    from retrieval.embedding import open_embedder
    from retrieval.opening import open_library
    from retrieval.terminal import progress_bars

    given = Settings.load()
    settings = given.model_copy(update={"embedding_model": model}) if model else given
    library = open_library(settings)
    library.require()
    with progress_bars() as progress:
        embedder = open_embedder(settings, progress)
        with library.writing(lambda: embedder, mending=False) as writer:
            count = writer.rebuild(lambda done, total: progress("Passages", done, total))
    typer.echo(f"Passages embedded by {embedder.name}: {count}.")
    if settings.embedding_model != given.embedding_model:
        typer.echo(f"From now on set DEPECHE_EMBEDDING_MODEL={settings.embedding_model}", err=True)
