"""How fast articles come in, against the plain script with the same model, in turn.

    python -m benchmarks.ingest_speed ARCHIVE... [--articles 300] [--runs 3] [--seed 0] [--write]

Takes that many articles at random from ARCHIVE (JSONL, .gz too) and brings them into an empty library by `depeche ingest`
and one question by `depeche ask`, and into an empty Chroma folder by `plain_ingest.py` and one by `plain_ask.py`: whole processes,
articles in to an answer out, alternating. Prints seconds, articles and pieces a second, the ratio pair by pair, of seconds and of
the processors' seconds (which hold where others use the machine too), and the most memory any of the processes held.
"""

from __future__ import annotations

import argparse
import datetime
import gzip
import json
import os
import platform
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.speed import QUESTIONS, spread
from retrieval.catalogue import Catalogue
from retrieval.layout import CATALOGUE
from retrieval.models import resolve
from retrieval.settings import Settings

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Ran:
    """One command: seconds from start to exit, those of all cores, the most memory it held in MB, and what it printed."""

    seconds: float
    cores_seconds: float
    peak_mb: float
    output: str


def main() -> None:
    """Run the comparison."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("archive", nargs="+", type=Path)
    parser.add_argument("--articles", type=int, default=300)
    parser.add_argument("--runs", type=int, default=3, help="of each, in turn")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--write", action="store_true", help="keep the result in benchmarks/results/")
    options = parser.parse_args()
    rows = sorted(_rows(options.archive))
    picked = random.Random(options.seed).sample(rows, min(options.articles, len(rows)))  # noqa: S311
    result = compare(picked, options.runs)
    print(json.dumps(result, indent=2, ensure_ascii=False))
    if options.write:
        file = HERE / "results" / f"ingest-speed-{result['date']}.json"
        file.write_text(json.dumps(result, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        print(f"kept in {file.relative_to(HERE.parent)}", file=sys.stderr)


def _rows(archive: list[Path]) -> Iterator[str]:
    for place in archive:
        for file in sorted(place.iterdir()) if place.is_dir() else [place]:
            if file.name.endswith((".jsonl", ".jsonl.gz")):
                opener = gzip.open if file.suffix == ".gz" else open
                with opener(file, "rt", encoding="utf-8") as lines:
                    yield from (line.rstrip("\n") for line in lines)


def compare(rows: list[str], runs: int) -> dict[str, object]:
    """Return the figures of bringing the same rows in both ways, `runs` times each."""
    settings = Settings.load()
    model = str(resolve(settings.embedding_model, settings.models_dir))
    ours, theirs, passages, pieces = [], [], 0, 0
    for number in range(runs):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "rows.jsonl"
            file.write_text("\n".join(rows) + "\n", encoding="utf-8")
            library, store = Path(folder) / "library", Path(folder) / "plain"
            environment = os.environ | {"DEPECHE_DATA_DIR": str(library), "HF_HUB_OFFLINE": "1"}
            depeche, question = [sys.executable, "-m", "depeche"], QUESTIONS[number % len(QUESTIONS)]
            ours += [
                [
                    _run([*depeche, *words], environment)
                    for words in (["ingest", str(file)], ["ask", question])
                ]
            ]
            plain = [
                _run([sys.executable, str(HERE / script), str(store), model, argument], environment)
                for script, argument in (("plain_ingest.py", str(file)), ("plain_ask.py", question))
            ]
            theirs += [plain]
            pieces = int(plain[0].output)
            with Catalogue(library / CATALOGUE).reading() as snapshot:
                articles, passages = snapshot.counts()
    seconds = [sum(ran.seconds for ran in pair) for pair in ours]
    plain_seconds = [sum(ran.seconds for ran in pair) for pair in theirs]
    return {
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "machine": f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}",
        "rows": len(rows),
        "articles": articles,
        "passages": passages,
        "plain_pieces": pieces,
        "characters": sum(len(json.loads(row)["text"]) for row in rows),
        "in_to_answer_s": spread(seconds),
        "plain_in_to_answer_s": spread(plain_seconds),
        "plain_over_ours": spread([b / a for a, b in zip(seconds, plain_seconds, strict=True)]),
        "ingest_alone_plain_over_ours": spread(
            [b[0].seconds / a[0].seconds for a, b in zip(ours, theirs, strict=True)]
        ),
        "cores_in_to_answer_s": spread([sum(ran.cores_seconds for ran in pair) for pair in ours]),
        "cores_plain_over_ours": spread(
            [
                sum(ran.cores_seconds for ran in b) / sum(ran.cores_seconds for ran in a)
                for a, b in zip(ours, theirs, strict=True)
            ]
        ),
        "passages_a_second": round(passages / statistics.median(pair[0].seconds for pair in ours), 1),
        "plain_pieces_a_second": round(pieces / statistics.median(pair[0].seconds for pair in theirs), 1),
        "ingest_peak_mb": max(round(pair[0].peak_mb) for pair in ours),
        "plain_ingest_peak_mb": max(round(pair[0].peak_mb) for pair in theirs),
        "ask_peak_mb": max(round(pair[1].peak_mb) for pair in ours),
        "plain_ask_peak_mb": max(round(pair[1].peak_mb) for pair in theirs),
    }


def _run(command: list[str], environment: dict[str, str]) -> Ran:
    """Run a command to its end; raise `CalledProcessError` where it fails."""
    start = time.perf_counter()
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        output = process.stdout.read() if process.stdout else ""
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return Ran(time.perf_counter() - start, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, output)


if __name__ == "__main__":
    main()
