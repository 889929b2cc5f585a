"""How fast Dépêche is, against what a reader would use instead: whole processes, runs of each in turn, ratios run by run.

    python -m benchmarks.speed ARCHIVE... [--rows a,b,c,d,e,f,g] [--runs 5] [--articles N] [--sizes 1000,10000,100000]
                               [--keep FOLDER] [--make] [--others FOLDER] [--write]

ARCHIVE is whatever `depeche ingest` reads from files. The rows:

    a  cold `depeche ask` and `depeche search`: ten articles, the archive, the largest library
    b  a warm question, and each stage of it
    c  articles in to an answer out; texts embedded a second, by runtime and length
    d  memory of one question, of the idle bot
    e  the archive again, unchanged
    f  how questions and files grow with the library; recall of the index against exact search
    g  what the embedder's operators take of a core, beside 8-bit products alone

Libraries of `--sizes` passages are made of the archive's sentences, shuffled between articles of one language, by the real ingestion:
100,000 take half an hour, so `--keep` keeps what is made, and `--make` makes all of it and measures nothing. `--others` names the
environments that `python -m benchmarks.speed.others FOLDER` makes. With `--write` figures go, as they come, into the
day's file in benchmarks/results/, beside the other rows that are there, and the chart of the docs is drawn from that.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from benchmarks.speed.bench import Bench
from benchmarks.speed.bringing import again, bringing
from benchmarks.speed.chart import draw
from benchmarks.speed.cold import cold
from benchmarks.speed.growth import growth
from benchmarks.speed.limit import limit
from benchmarks.speed.measures import Measure
from benchmarks.speed.memory import memory
from benchmarks.speed.processes import TOP
from benchmarks.speed.stores import Stores, tell
from benchmarks.speed.systems import ALIKE, UNEQUAL, scripts
from benchmarks.speed.texts import articles
from benchmarks.speed.warm import warm
from retrieval.models import resolve
from retrieval.onnx_runner import fingerprint
from retrieval.settings import Settings

Row = Callable[[Bench], Iterator[Measure]]
ROWS: Final[dict[str, tuple[str, Row]]] = {
    "a": ("a question from cold", cold),
    "b": ("a warm question", warm),
    "c": ("articles brought in", bringing),
    "d": ("memory", memory),
    "e": ("unchanged articles", again),
    "f": ("growth", growth),
    "g": ("the embedder and the processor", limit),
}
CHART: Final = TOP / "docs" / "speed.png"


def main() -> None:
    """Measure the rows that are asked for, one after the other."""
    options = _options()
    settings = Settings.load()
    model = resolve(settings.embedding_model, settings.models_dir)
    if model is None:
        raise SystemExit("The embedding model must be a folder: set DEPECHE_EMBEDDING_MODEL to one.")
    with tempfile.TemporaryDirectory() as scratch:
        bench = Bench(
            articles(options.archive, options.articles),
            options.runs,
            options.sizes,
            Stores(options.keep or Path(scratch), fingerprint(model)),
            model,
            scripts(model, options.others),
        )
        if options.make:
            bench.make()
            return
        for key in options.rows:
            _measure(key, bench, write=options.write)
    print(f"\n{ALIKE}")
    for other in bench.others:
        print(f"{other.name}: {UNEQUAL[other.name]}")
    if not options.others:
        print("txtai and llama-index are left out: --others names the folder of their environments.")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("archive", nargs="+")
    parser.add_argument("--rows", type=_rows, default=[*ROWS])
    parser.add_argument("--runs", type=int, default=5, help="counted runs of each")
    parser.add_argument("--articles", type=int, help="at most so many of the archive's, at random")
    parser.add_argument("--sizes", type=_sizes, default=(1_000, 10_000, 100_000), help="in passages")
    parser.add_argument("--keep", type=Path, help="make libraries here, and use those that are there")
    parser.add_argument("--make", action="store_true", help="make all that rows need, and measure nothing")
    parser.add_argument("--others", type=Path, help="the folder of the others' environments")
    parser.add_argument("--write", action="store_true", help="keep the rows in benchmarks/results/")
    return parser.parse_args()


def _rows(given: str) -> list[str]:
    keys = given.split(",")
    if not ROWS.keys() >= {*keys}:
        raise argparse.ArgumentTypeError(f"which of {', '.join(ROWS)}?")
    return keys


def _sizes(given: str) -> tuple[int, ...]:
    return tuple(sorted(map(int, given.split(","))))


def _measure(key: str, bench: Bench, *, write: bool) -> None:
    """Print a row's figures as they come, and keep them where asked."""
    title, row = ROWS[key]
    print(f"\n{key}  {title}", flush=True)
    day = datetime.datetime.now(datetime.UTC).date().isoformat()
    file = TOP / "benchmarks" / "results" / f"speed-{day}.json"
    measures = []
    for measure in row(bench):
        print("\n".join(f"   {line}" for line in measure.lines()), flush=True)
        measures.append(measure.to_json())
        if write:  # each at once: a row may take an hour
            draw(merged(file, day, key, {"title": title, "runs": bench.runs, "measures": measures}), CHART)
    if write:
        tell(f"kept in {file.relative_to(TOP)}")


def merged(file: Path, day: str, key: str, row: dict[str, Any]) -> dict[str, Any]:
    """Put a row into the day's file; return all that is in it."""
    kept: dict[str, Any] = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {"rows": {}}
    kept |= {
        "date": day,
        "machine": f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}",
        "alike": ALIKE,
        "unequal": UNEQUAL,
    }
    kept["rows"] = dict(sorted({**kept["rows"], key: row}.items()))
    file.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return kept


if __name__ == "__main__":
    main()
