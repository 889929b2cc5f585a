"""kill -9 at random moments of ingestions, updates, prunings and reindexings: whether anything is lost, doubled or half visible.

    python -m benchmarks.kills [--kills 100] [--seed 0] [--write]

The real command and the packaged model. In turn, each kind of work is begun and killed at a moment drawn between its start and
the time it last took undisturbed (work that was done sooner is begun anew, and not counted); then another process looks at what a reader would see, the command is run again to its end, that process looks
again, and `depeche doctor` is asked after every fifth. An article must be its old or its new self, have all its passages, vectors and codes, and be there once. Reindexing goes back
and forth between the packaged model and a copy of it under another fingerprint.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from retrieval.domain import LANGUAGES
from retrieval.errors import DepecheError
from retrieval.flat import opened
from retrieval.layout import CATALOGUE, FLAT, VECTORS
from retrieval.library import Library
from retrieval.models import resolve
from retrieval.settings import Settings
from retrieval.vectors import Vectors

HERE = Path(__file__).parent
ARTICLES: Final = 300  # more than are made visible at once
_ASKED: Final = 5  # kills between two questions to doctor
_SOONER: Final = 0.8  # what a work's time is taken to be of what it was, where it was done before its kill
KINDS: Final = ("new", "update", "prune", "reindex")
Texts = dict[str, str]


@dataclass(slots=True)
class Tally:
    """What was seen: kills by kind, works that were done before theirs came, and each fault in a line.

    `unreadable` counts the kills that left vectors unreadable until the command was run again.
    """

    kills: Counter[str] = field(default_factory=Counter)
    too_late: int = 0
    unreadable: int = 0
    faults: list[str] = field(default_factory=list)


class Run:
    """A library in a folder of its own, and what should be in it."""

    def __init__(self, folder: Path, chance: random.Random) -> None:
        settings = Settings.load()
        packaged = resolve(settings.embedding_model, settings.models_dir)
        if packaged is None:
            raise SystemExit("the embedding model must be a folder")
        self.models = [str(packaged), str(folder / "copy")]
        shutil.copytree(packaged, self.models[1])
        (folder / "copy" / "copy.json").write_text("{}")  # what gives it a fingerprint of its own
        self.folder, self.library, self.chance = folder, folder / "library", chance
        self.before: Texts = {}
        self.after: Texts = {}
        self.version = 0

    def prepare(self, kind: str) -> list[str]:
        """Return the next work of a kind as the command's arguments; `before` and `after` are what may be seen."""
        self.before = self.after
        self.version += 1
        if kind == "new":
            shutil.rmtree(self.library, ignore_errors=True)
            self.before, self.after = {}, {f"a{n:03}": self._text(n) for n in range(ARTICLES)}
        elif kind == "update":
            self.after = {i: self._text(n) if n % 2 else t for n, (i, t) in enumerate(self.before.items())}
        elif kind == "prune":
            kept = dict([*self.before.items()][ARTICLES // 3 :])
            come = {f"p{self.version}-{n}": self._text(n) for n in range(ARTICLES // 3)}
            self.after = kept | come
        else:
            self.models.reverse()
            return ["reindex"]
        rows = [{"id": i, "title": i, "text": t, "lang": "fr"} for i, t in self.after.items()]
        file = self.folder / "rows.jsonl"
        file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        return ["ingest", str(file), "--prune"]

    def _text(self, n: int) -> str:
        return f"Le bac numéro {n} rouvre lundi.\n\nIl en est à sa version {self.version}."

    def start(self, arguments: list[str]) -> subprocess.Popen[bytes]:
        """Start the command."""
        environment = os.environ | {
            "DEPECHE_DATA_DIR": str(self.library),
            "DEPECHE_EMBEDDING_MODEL": self.models[0],
            "HF_HUB_OFFLINE": "1",
        }
        quiet = subprocess.DEVNULL
        return subprocess.Popen(
            [sys.executable, "-m", "depeche", *arguments], env=environment, stdout=quiet, stderr=quiet
        )

    def seen(self) -> list[str]:
        """Return what is wrong with what a reader of the library sees now."""
        if not (self.library / CATALOGUE).exists():
            return []
        library = Library(self.library)
        wrong = []
        with library.snapshot() as snapshot:
            rows = snapshot.articles() if snapshot.schema() else []
            model = snapshot.model()
            coded = snapshot.coded_ids(model[1]) if model else set()
            for row in rows:
                article = row.article
                passages = snapshot.passages_of(article.article_id)
                if not passages or passages[-1].end != len(article.text):
                    wrong.append(f"{article.article_id} has not all its passages")
                if not {p.passage_id for p in passages} <= coded:
                    wrong.append(f"{article.article_id} has not all its codes")
            wanted = {language: snapshot.passage_ids(language) for language in LANGUAGES}
            for language, flat in opened(self.library / FLAT, snapshot.flat(), snapshot.sizes()).items():
                if flat.rows.tolist() != sorted(snapshot.passage_rows(language)):
                    wrong.append(f"the flat index has other passages in {language}")
        library.close()
        texts = {row.article.article_id: row.article.text for row in rows}
        if len(texts) < len(rows) or len(set(texts.values())) < len(texts):
            wrong.append("an article is there twice")
        for i, text in texts.items():
            if text not in {self.before.get(i), self.after.get(i)}:
                wrong.append(f"{i} is neither its old nor its new self")
        wrong += [f"{i} is lost" for i in self.before.keys() & self.after.keys() if i not in texts]
        if model:
            vectors = Vectors(self.library / VECTORS, model[1])
            wrong += [
                f"vectors are missing in {language}"
                for language in LANGUAGES
                if not wanted[language] <= vectors.ids(language)
            ]
            vectors.close()
        return wrong


def main() -> None:
    """Run the measurement."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--write", action="store_true", help="keep the result in benchmarks/results/")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        tally = _kill(Run(Path(folder), random.Random(options.seed)), options.kills)  # noqa: S311
    result = {
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "machine": f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}",
        "kills": dict(tally.kills),
        "not_counted_done_before": tally.too_late,
        "vectors_unreadable_until_run_again": tally.unreadable,
        "faults": tally.faults,
    }
    print(json.dumps(result, indent=2, ensure_ascii=False))
    if options.write:
        file = HERE / "results" / f"kills-{result['date']}.json"
        file.write_text(json.dumps(result, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    if tally.faults:
        raise SystemExit(1)


def _kill(run: Run, kills: int) -> Tally:
    tally, took, number = Tally(), dict.fromkeys(KINDS, 4.0), 0
    while number < kills:
        kind = KINDS[number % len(KINDS)]
        arguments = run.prepare(kind)
        process = run.start(arguments)
        time.sleep(run.chance.uniform(0, took[kind]))
        killed = process.poll() is None
        process.send_signal(signal.SIGKILL)
        process.wait()
        at = f"kill {number} ({kind})"
        try:
            tally.faults += [f"{at}: {what}" for what in run.seen()]
        except (
            DepecheError
        ):  # Chroma was killed while it wrote its index: a reader is told, and the next writer mends it
            tally.unreadable += 1
        began = time.perf_counter()
        ended = run.start(arguments).wait()
        if killed:
            took[kind] = max(time.perf_counter() - began, took[kind])
            tally.kills[kind] += 1
            number += 1
        else:
            took[kind] *= _SOONER
            tally.too_late += 1
        run.before = run.after
        tally.faults += [f"{at}, run again: {what}" for what in run.seen()]
        if ended or (number % _ASKED == 0 and run.start(["doctor"]).wait()):
            tally.faults.append(f"{at}: run again it ended with {ended}, or doctor finds something wrong")
        print(f"{number} of {kills}, {len(tally.faults)} faults", file=sys.stderr)
    return tally


if __name__ == "__main__":
    main()
