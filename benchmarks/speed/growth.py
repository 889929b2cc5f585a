"""Row f: what becomes of a question as the library grows, and whether the nearest passages are still found."""

from __future__ import annotations

import shutil
import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from benchmarks.parts import stored
from benchmarks.speed.measures import OURS, Measure, in_turn
from benchmarks.speed.processes import run
from benchmarks.speed.stores import tell
from benchmarks.speed.texts import QUESTIONS, rows
from benchmarks.speed.warm import asking
from retrieval.embedding import open_embedder
from retrieval.layout import CATALOGUE, FLAT, VECTORS
from retrieval.library import Library
from retrieval.search import NEAREST
from retrieval.settings import Settings
from retrieval.vectors import Vectors

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from benchmarks.speed.bench import Bench
    from benchmarks.speed.stores import Kept

_BEST: Final = 10
_RECALLED: Final = 200  # questions
_MORE: Final = 100  # articles


def growth(bench: Bench) -> Iterator[Measure]:
    """Yield, for libraries of each size, a warm question, a cold ask and its memory, articles more, the library's files, and recall."""
    libraries = bench.grown()
    tell("asking warm processes, libraries of each size in turn")
    works = {
        (system.name, library.passages): asking(bench, system, library, [])
        for library in libraries
        for system in bench.growing
    }
    values = in_turn({f"{passages} {name}": work for (name, passages), work in works.items()}, bench.runs)
    found = {
        library.passages: {s.name: values[f"{library.passages} {s.name}"] for s in bench.growing}
        for library in libraries
    }
    for passages, measured in found.items():
        yield Measure(f"warm question, {passages:,} passages", "ms", measured)
    yield from _ratios("warm question", found)
    yield from _cold(bench, libraries)
    yield from _adding(bench, libraries)
    for library in libraries:
        yield Measure(
            f"files of {library.passages:,} passages",
            "MB",
            {name: [_megabytes(library.folder, name)] for name in (CATALOGUE, VECTORS, FLAT)},
            compared=False,
        )
    asked = bench.questions(_RECALLED)
    for library in libraries:
        tell(f"comparing with exact search: {library.passages:,} passages")
        yield Measure(
            f"recall@{_BEST}, {library.passages:,} passages", "", recall(library, asked), compared=False
        )


def _cold(bench: Bench, libraries: list[Kept]) -> Iterator[Measure]:
    tell("asking from cold, libraries of each size in turn")

    def seconds(library: Kept, number: int) -> float:
        return run(bench.ours.ask(library.folder, QUESTIONS[number % len(QUESTIONS)])).seconds

    values = in_turn({str(library.passages): partial(seconds, library) for library in libraries}, bench.runs)
    for library in libraries:
        yield Measure(f"cold ask, {library.passages:,} passages", "s", {OURS: values[str(library.passages)]})
        own = run(bench.ours.ask(library.folder, QUESTIONS[0]), looked_at=True).own_mb
        yield Measure(f"its most memory of its own, {library.passages:,} passages", "MB", {OURS: [own]})
    yield from _ratios("cold ask", {int(passages): {OURS: found} for passages, found in values.items()})


def _adding(bench: Bench, libraries: list[Kept]) -> Iterator[Measure]:
    tell(f"bringing {_MORE} articles more into libraries of each size in turn")
    more = rows(bench.articles[:_MORE])

    def seconds(library: Kept, _run: int) -> float:
        with tempfile.TemporaryDirectory() as place:
            file, folder = Path(place) / "rows.jsonl", Path(place) / "library"
            file.write_text(more, encoding="utf-8")
            shutil.copytree(library.folder, folder)
            return run(bench.ours.ingest(file, folder)).seconds

    values = in_turn({str(library.passages): partial(seconds, library) for library in libraries}, bench.runs)
    name = f"{_MORE} articles more"
    for passages, found in values.items():
        yield Measure(f"{name}, {int(passages):,} passages", "s", {OURS: found})
    yield from _ratios(name, {int(passages): {OURS: found} for passages, found in values.items()})


def _ratios(name: str, found: dict[int, dict[str, list[float]]]) -> Iterator[Measure]:
    """Yield how many times longer each larger library takes than the smallest, run by run."""
    (least, first), *larger = found.items()
    for passages, measured in larger:
        times = {
            system: [a / b for a, b in zip(values, first[system], strict=True)]
            for system, values in measured.items()
        }
        yield Measure(f"{name}, {passages:,} over {least:,} passages", "times", times, compared=False)


def _megabytes(folder: Path, name: str) -> float:
    """Return what a file takes on disk with those that belong to it, or a folder with all that is in it."""
    files = [file for file in folder.rglob("*") if file.is_file()]
    return sum(f.stat().st_size for f in files if f.relative_to(folder).parts[0].startswith(name)) / 1e6


def recall(library: Kept, questions: list[str]) -> dict[str, list[float]]:
    """Return which share of the ten passages nearest by exact cosine the index gives, in each language.

    Asked for ten; and among as many as search asks for.
    """
    embedder = open_embedder(Settings.load())
    ids, vectors = stored(opened := Library(library.folder), embedder.fingerprint)
    opened.close()
    index = Vectors(library.folder / VECTORS, embedder.fingerprint)
    asked = embedder.embed_questions(questions)
    shares: dict[str, list[float]] = {}
    for language, listed in ids.items():
        exact = np.argsort(-(asked @ vectors[language].T), axis=1)[:, :_BEST]
        for k in (_BEST, NEAREST):
            given: list[float] = []
            for vector, best in zip(asked, exact, strict=True):
                [near] = index.nearest([language], [vector], [k])
                given.append(_share(listed, best, near))
            shares[f"{language}, asked for {k}"] = [float(np.mean(given))]
    index.close()
    return shares


def _share(listed: list[str], best: NDArray[np.int64], near: list[str]) -> float:
    return len({listed[n] for n in best} & {*near}) / len(best)
