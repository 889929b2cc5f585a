"""`depeche articles export` and `import`: the backup."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, cast

import typer

from ingest.commands import WAITING
from retrieval.errors import DepecheError
from retrieval.settings import Settings
from retrieval.speech import give, say
from retrieval.told import Phrase

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ingest.documents import Problem

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def export_articles(
    file: Annotated[
        str, typer.Argument(help="Where to write (.jsonl, .jsonl.gz); - for standard output.")
    ] = "-",
) -> None:
    """Write every article, its history and where it came from: the backup."""
    from ingest.backup import write_backup
    from retrieval.opening import open_library
    from retrieval.terminal import progress_bars

    library = open_library(Settings.load())
    library.require()
    with library.snapshot() as snapshot:
        if file == "-":
            write_backup(snapshot, sys.stdout)
            return
        path, total, done = Path(file).expanduser(), snapshot.counts()[0], 0
        part = path.with_name(f".{path.name}.part")
        with progress_bars() as progress:

            def step() -> None:
                nonlocal done
                done += 1
                progress(Phrase("Articles"), done, total)

            try:
                with _opened(part, packed=path.suffix == ".gz") as written:
                    count = write_backup(snapshot, written, step)
                _to_disk(part)
                part.replace(path)
            except OSError as error:
                part.unlink(missing_ok=True)
                raise DepecheError(
                    Phrase(
                        "The backup {path} cannot be written: {why}", path=path, why=error.strerror or error
                    ),
                    "Nothing that was there before is lost. Make room, or name another file.",
                ) from error
    say(Phrase("Articles in {path}: {count}", path=path, count=count))


def import_articles(
    file: Annotated[str, typer.Argument(help="A backup (.jsonl, .jsonl.gz); - for standard input.")] = "-",
    as_json: AsJson = False,
) -> None:
    """Bring the articles of a backup in; of one that is there already, the later change stays."""
    from dataclasses import asdict

    from ingest.backup import read_backup
    from ingest.rows import quick_line_count
    from retrieval.embedding import open_embedder
    from retrieval.opening import open_library
    from retrieval.terminal import progress_bars

    settings, problems, done = Settings.load(), 0, 0

    def tell(problem: Problem) -> None:
        nonlocal problems
        problems += 1
        say(problem.told)

    with progress_bars(quiet=as_json) as progress, _there(file) as path:

        def step() -> None:
            nonlocal done
            done += 1
            progress(Phrase("Articles"), done, max(done, total or 0))

        try:
            total = quick_line_count(path)
            report = read_backup(
                path,
                open_library(settings),
                lambda: open_embedder(settings, progress),
                step=step,
                on_problem=tell,
                on_wait=lambda: say(WAITING),
            )
        except OSError as error:
            raise DepecheError(
                Phrase("The backup {file} cannot be read: {why}", file=file, why=error.strerror or error),
                "Check the path.",
            ) from error
    if as_json:
        typer.echo(json.dumps(asdict(report) | {"problems": problems}))
    else:
        give(
            Phrase(
                "Articles: {new} new, {changed} changed, {same} unchanged.",
                new=report.new,
                changed=report.changed,
                same=report.same,
            )
        )
    if problems:
        raise typer.Exit(1)


@contextmanager
def _there(file: str) -> Iterator[Path]:
    """Give the path of a backup; what comes through a pipe is kept in a file of its own meanwhile."""
    if file != "-":
        yield Path(file).expanduser()
        return
    with tempfile.TemporaryFile() as spooled:
        shutil.copyfileobj(sys.stdin.buffer, spooled)
        spooled.flush()
        yield Path(f"/dev/fd/{spooled.fileno()}")


def _opened(path: Path, *, packed: bool) -> IO[str]:
    opener = gzip.open if packed else open
    return cast("IO[str]", opener(path, "wt", encoding="utf-8"))


def _to_disk(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())
