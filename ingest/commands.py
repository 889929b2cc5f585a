"""`depeche ingest`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from ingest.pipeline import Report, State
    from ingest.sources import Problem


def ingest(
    sources: Annotated[
        list[str], typer.Argument(metavar="SOURCE...", help="Files or folders: .txt .md .jsonl .jsonl.gz")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print what was done as JSON.")] = False,
    prune: Annotated[
        bool, typer.Option(help="Remove articles that came from these sources and are in them no more.")
    ] = False,
    explaining: Annotated[
        bool, typer.Option("--explain", help="Show what cleaning would leave out, and why; take nothing in.")
    ] = False,
) -> None:
    """Bring articles in: new ones are added, changed ones replaced, unchanged ones cost nothing."""
    if explaining:
        _explain(sources, as_json=as_json)
        return
    from functools import cache

    from ingest import pipeline
    from ingest.sources import count
    from retrieval.embedding import Embedder, open_embedder
    from retrieval.opening import open_library
    from retrieval.settings import Settings
    from retrieval.terminal import progress_bars

    settings = Settings.load()
    with progress_bars(quiet=as_json) as progress:
        counts = [count(source) for source in sources]
        total = sum(c for c in counts if c is not None) if None not in counts else 0
        done = 0

        def step(_place: str, _state: State | None) -> None:
            nonlocal done
            done += 1
            progress("Articles", done, max(total, done) if total else 0)

        @cache
        def embedder() -> Embedder:
            return open_embedder(settings, progress)

        report = pipeline.ingest(
            sources,
            open_library(settings),
            embedder,
            prune=prune,
            step=step,
            on_problem=_tell,
            on_embedded=lambda count: progress("Passages embedded", count, 0),
            on_wait=lambda: _say("Another process is writing to the library: waiting for it to end."),
        )
    if as_json:
        typer.echo(json.dumps(_json(report), ensure_ascii=False))
    else:
        typer.echo(_summary(report))
    if report.problems:
        raise typer.Exit(1)


def _explain(sources: list[str], *, as_json: bool) -> None:
    """Print what would become of each document; exit with 1 where one could not be read."""
    from ingest.explain import explain, show
    from ingest.sources import Problem, read
    from retrieval.terminal import console

    out, failed = console(), False
    for source in sources:
        for document in read(source):
            found = document if isinstance(document, Problem) else explain(document)
            if isinstance(found, Problem):
                failed = True
                _tell(found)
            elif as_json:
                typer.echo(json.dumps(found.to_json(), ensure_ascii=False))
            else:
                show(found, out)
    if failed:
        raise typer.Exit(1)


def _tell(problem: Problem) -> None:
    _say(str(problem))


def _say(line: str) -> None:
    typer.echo(f"depeche: {line}", err=True)


def _summary(report: Report) -> str:
    parts = [f"{report.new} new", f"{report.changed} changed", f"{report.same} unchanged"]
    if report.gone:
        parts.append(f"{report.gone} removed")
    if report.problems:
        parts.append(f"{len(report.problems)} failed")
    return f"Articles: {', '.join(parts)}. Passages embedded: {report.embedded}."


def _json(report: Report) -> dict[str, object]:
    return {
        "new": report.new,
        "changed": report.changed,
        "same": report.same,
        "gone": report.gone,
        "embedded": report.embedded,
        "problems": [str(problem) for problem in report.problems],
    }
