"""`depeche doctor` and `depeche reindex`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Final

import typer

from retrieval.settings import Settings
from retrieval.speech import give, reader_language, say
from retrieval.told import Phrase, said

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.domain import Language
    from retrieval.finding import Finding

# What is in order, what is wrong, and what somebody should look at.
_MARKS: Final[dict[Language, tuple[tuple[str, str], ...]]] = {
    "fr": (("ok      ", "green"), ("ERREUR  ", "bold red"), ("À VOIR  ", "yellow")),
    "en": (("ok    ", "green"), ("WRONG ", "bold red"), ("LOOK  ", "yellow")),
}


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
            say(line)
    findings = examine(settings, context.obj() if context.obj else ())
    if as_json:
        typer.echo(json.dumps([f.to_json() for f in findings], ensure_ascii=False))
    else:
        _show(findings, reader_language())
    if not all(f.ok for f in findings):
        raise typer.Exit(1)


def _show(findings: Sequence[Finding], language: Language) -> None:
    from rich.text import Text

    from retrieval.terminal import clean, console

    out, marks = console(), _MARKS[language]
    for finding in findings:
        mark = marks[2] if finding.warning else marks[0] if finding.ok else marks[1]
        told = Phrase("{what}: {state}", what=finding.what, state=finding.state)
        out.print(Text.assemble(mark, clean(said(told, language))))
        if finding.advice:
            out.print(Text(" " * len(mark[0]) + clean(said(finding.advice, language)), style="dim"))


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
            count = writer.rebuild(lambda done, total: progress(Phrase("Passages"), done, total))
    give(Phrase("Passages embedded by {name}: {count}.", name=embedder.name, count=count))
    if settings.embedding_model != given.embedding_model:
        say(Phrase("From now on set DEPECHE_EMBEDDING_MODEL={name}", name=settings.embedding_model))
