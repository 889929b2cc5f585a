"""Rows c and e: articles in to an answer out, what the model reads a second, and articles that come again unchanged."""

from __future__ import annotations

import shutil
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Final

from benchmarks.speed.embedding import rates
from benchmarks.speed.measures import OURS, Measure
from benchmarks.speed.processes import run
from benchmarks.speed.stores import tell
from benchmarks.speed.texts import QUESTIONS, rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.speed.bench import Bench
    from benchmarks.speed.processes import Ran

_BROUGHT: Final = 300  # articles


def bringing(bench: Bench) -> Iterator[Measure]:
    """Yield the times of bringing articles into something empty and asking one question, then how fast texts are embedded."""
    chosen = bench.articles[:_BROUGHT]
    brought: dict[str, list[Ran]] = defaultdict(list)
    asked: dict[str, list[Ran]] = defaultdict(list)
    for number in range(bench.runs):
        for system in bench.systems:
            tell(f"bringing in {len(chosen)} articles, run {number + 1} of {bench.runs}: {system.name}")
            with tempfile.TemporaryDirectory() as place:
                file, folder = Path(place) / "rows.jsonl", Path(place) / "store"
                file.write_text(rows(chosen), encoding="utf-8")
                brought[system.name].append(run(system.ingest(file, folder)))
                asked[system.name].append(run(system.ask(folder, QUESTIONS[number % len(QUESTIONS)])))
    both = {name: [*zip(ran, asked[name], strict=True)] for name, ran in brought.items()}
    label = f"{len(chosen):,} articles"
    yield Measure(
        f"{label} in to an answer out",
        "s",
        {name: [a.seconds + b.seconds for a, b in pairs] for name, pairs in both.items()},
        panel="articles in to an answer out",
    )
    yield Measure(
        f"{label} in to an answer out, of the processors' time",
        "s",
        {name: [a.cores_seconds + b.cores_seconds for a, b in pairs] for name, pairs in both.items()},
    )
    yield Measure(
        f"ingestion alone, {label}",
        "articles/s",
        {name: [len(chosen) / one.seconds for one in ran] for name, ran in brought.items()},
        rate=True,
    )
    yield Measure(
        "most memory of an ingestion", "MB", {name: [r.peak_mb for r in ran] for name, ran in brought.items()}
    )
    yield from rates(bench)


def again(bench: Bench) -> Iterator[Measure]:
    """Yield the times of bringing in the whole archive when nothing has changed; the others, which do all of it again, once."""
    library = bench.whole()
    file = bench.stores.rows(library)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "library"
        shutil.copytree(library.folder, folder)
        tell("bringing in the archive again, unchanged")
        ours = [run(bench.ours.ingest(file, folder)).seconds for _ in range(bench.runs + 1)]
        values = {OURS: ours[1:]}
        for system in bench.others:
            tell(f"bringing in the archive, all of it, which takes long: {system.name}")
            values[system.name] = [run(system.ingest(file, Path(place) / system.module)).seconds]
    yield Measure(f"{library.articles:,} articles again, unchanged", "s", values)
