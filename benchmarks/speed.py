"""How long a reader waits: `depeche ask` from cold against the plain script, run in turn.

    python -m benchmarks.speed ARCHIVE... [--library FOLDER] [--runs 7] [--write]

Ingests ARCHIVE (files or folders) into a library of its own, or into FOLDER, which may hold it already; gives the plain
script the very same passages and vectors; and times both as whole processes, start to exit, alternating. Prints medians, spreads and the ratio pair by
pair; `--write` keeps them in benchmarks/results/. Times depend on the machine, the ratio much less.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.plain_index import plain_index
from retrieval.layout import CATALOGUE

HERE = Path(__file__).parent
QUESTIONS = (
    "Qui dirige la Banque mondiale ?",
    "Which company recalled its cars?",
    "Combien de personnes ont été vaccinées ?",
    "What did the prime minister say about the economy?",
)


def main() -> None:
    """Run the comparison."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("archive", nargs="+")
    parser.add_argument("--library", type=Path, help="a library to use, and keep, instead of a temporary one")
    parser.add_argument("--runs", type=int, default=7, help="counted runs of each, after one warm-up")
    parser.add_argument("--write", action="store_true", help="keep the result in benchmarks/results/")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        library = options.library or Path(folder) / "library"
        result = compare(Path(folder), library.absolute(), options.archive, options.runs)
    print(json.dumps(result, indent=2, ensure_ascii=False))
    if options.write:
        file = HERE / "results" / f"speed-{result['date']}.json"
        file.parent.mkdir(exist_ok=True)
        file.write_text(json.dumps(result, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        print(f"kept in {file.relative_to(HERE.parent)}", file=sys.stderr)


def compare(folder: Path, library: Path, archive: list[str], runs: int) -> dict[str, object]:
    """Return the figures of one comparison; what it needs beside the library is made in `folder`."""
    environment = os.environ | {"DEPECHE_DATA_DIR": str(library), "HF_HUB_OFFLINE": "1"}
    depeche = [sys.executable, "-m", "depeche"]
    fresh = not (library / CATALOGUE).exists()
    first = _timed([*depeche, "ingest", *archive], environment)
    again = _timed([*depeche, "ingest", *archive], environment)
    articles, passages, model = plain_index(folder / "plain", library)
    ours, theirs = [], []
    for run in range(runs + 1):
        question = QUESTIONS[run % len(QUESTIONS)]
        a = _timed([*depeche, "ask", question], environment)
        b = _timed(
            [sys.executable, str(HERE / "plain_ask.py"), str(folder / "plain"), model, question], environment
        )
        if run:  # the first fills the page cache
            ours.append(a)
            theirs.append(b)
    return {
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "machine": f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}",
        "articles": articles,
        "passages": passages,
        "ingest_s": round(first, 2) if fresh else None,
        "ingest_unchanged_s": round(again, 2),
        "ask_s": spread(ours),
        "plain_ask_s": spread(theirs),
        "plain_over_ask": spread([b / a for a, b in zip(ours, theirs, strict=True)]),
    }


def _timed(command: list[str], environment: dict[str, str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - start


def spread(values: list[float]) -> dict[str, float]:
    """Return the least, the median and the largest value."""
    return {
        "min": round(min(values), 3),
        "median": round(statistics.median(values), 3),
        "max": round(max(values), 3),
    }


if __name__ == "__main__":
    main()
