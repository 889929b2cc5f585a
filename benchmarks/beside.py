"""What it costs to read documents in processes that can be stopped: the same ingestion with them and without, in turn.

    python -m benchmarks.beside ROWS.jsonl.gz ... [--articles 600] [--rounds 5] [--write]

Each ingestion is a process of its own with the packaged model and a new library; its time is from the first document to the last article that readers see, without the
start of Python and the model. Both kinds begin a round in turn. `ratio` is the median time of those with the processes over that of those without, `ratio_cpu` the same of
processors' time, which other work on the machine disturbs less.
"""

from __future__ import annotations

import argparse
import datetime
import gzip
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import closing, suppress
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ingest.apart import Apart
from ingest.containers import Container, in_place
from ingest.documents import Document, Problem
from ingest.pipeline import ingest
from ingest.readying import Ready, ready
from ingest.rows import lines_of
from retrieval.embedding import open_embedder
from retrieval.library import Library
from retrieval.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE: Final = Path(__file__).parent
_KINDS: Final = ("beside", "here")


class Here(Apart):
    """Reads documents in this process, which nothing stops."""

    def article(self, document: Document, *, briefly: bool = False) -> Ready | Problem | None:
        """Return what a document holds, or why nothing."""
        del briefly
        return ready(document)

    def unfold(
        self, container: Container, *, briefly: bool = False
    ) -> Iterator[Document | Problem | Container]:
        """Yield what a container holds."""
        del briefly
        return in_place(container)


def once(kind: str, rows: str) -> dict[str, float]:
    """Ingest rows into a new library; return the seconds it took, those of processors with them, and how many articles came."""
    embedder = open_embedder(Settings.load())
    embedder.embed_passages(["Le bac rouvre lundi."])
    with tempfile.TemporaryDirectory() as folder, closing(Library(Path(folder) / "library")) as library:
        worked, began = _worked(), time.perf_counter()
        with closing(Apart() if kind == "beside" else Here()) as apart:
            report = ingest([rows], library, lambda: embedder, apart=apart)
            taken, worked = time.perf_counter() - began, _worked() - worked
    return {"seconds": taken, "cpu": worked, "articles": report.new}


def _worked() -> float:
    """Return the seconds of processors' time that the processes of this one's group have had."""
    total = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it ended
            about = stat.read_text().rsplit(")", 1)[1].split()
            if int(about[2]) == os.getpgrp():
                total += sum(
                    map(int, about[11:15])
                )  # its own and its ended children's, in user and system mode
    return total / os.sysconf("SC_CLK_TCK")


def run(kind: str, rows: str) -> dict[str, float]:
    """Do `once` in a process of its own."""
    words = [sys.executable, "-m", "benchmarks.beside", rows, "--one", kind]
    told: dict[str, float] = json.loads(
        subprocess.run(words, stdout=subprocess.PIPE, check=True, start_new_session=True).stdout
    )
    return told


def measure(files: list[str], most: int, rounds: int) -> dict[str, object]:
    """Run both kinds in turn; return the figures."""
    taken: dict[str, list[dict[str, float]]] = {kind: [] for kind in _KINDS}
    with tempfile.TemporaryDirectory() as folder:
        rows = Path(folder) / "rows.jsonl.gz"
        lines = chain.from_iterable(lines_of(Path(file)) for file in files)
        with gzip.open(rows, "wb") as written:
            written.writelines(line.raw.rstrip(b"\n") + b"\n" for line in islice(filter(None, lines), most))
        for number in range(rounds):
            for kind in _KINDS if number % 2 else reversed(_KINDS):
                taken[kind].append(run(kind, str(rows)))
                print(kind, json.dumps(taken[kind][-1]), file=sys.stderr, flush=True)

    def median(kind: str, name: str) -> float:
        return statistics.median(one[name] for one in taken[kind])

    return {
        "articles": taken["here"][0]["articles"],
        "rounds": rounds,
        "ratio": round(median("beside", "seconds") / median("here", "seconds"), 4),
        "ratio_cpu": round(median("beside", "cpu") / median("here", "cpu"), 4),
        "taken": taken,
    }


def main() -> None:
    """Run the measurement."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", nargs="+", help="rows, plain or .gz")
    parser.add_argument("--articles", type=int, default=600, help="how many of their rows")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--write", action="store_true", help="keep the result in benchmarks/results/")
    parser.add_argument("--one", choices=_KINDS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(once(options.one, options.files[0])))
        return
    result = {
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "machine": f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}",
        "load_before": round(os.getloadavg()[0], 1),
    } | measure(options.files, options.articles, options.rounds)
    print(json.dumps(result, indent=2))
    if options.write:
        file = HERE / "results" / f"beside-{result['date']}.json"
        file.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
