"""Libraries of Dépêche, and the same passages and vectors in the stores of others, made once and kept where that is asked for."""

from __future__ import annotations

import json
import shutil
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.parts import stored
from benchmarks.speed import texts
from benchmarks.speed.others.script import TEXTS, VECTORS
from benchmarks.speed.processes import run
from benchmarks.speed.systems import Depeche, Script
from retrieval.library import Library

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from benchmarks.speed.systems import System
    from retrieval.domain import Article


@dataclass(frozen=True, slots=True)
class Kept:
    """A library in `folder`, with how many articles and passages it has."""

    folder: Path
    articles: int
    passages: int


class Stores:
    """Makes what rows need in `folder`. What is there already is used: names hold a digest of the articles and the model."""

    def __init__(self, folder: Path, model: str) -> None:
        self.folder = folder.absolute()
        self._model = model
        self.folder.mkdir(parents=True, exist_ok=True)

    def library(self, of: Sequence[Article], begun: Kept | None = None) -> Kept:
        """Return a library of articles, made by the real command; `begun` holds the first of them already."""
        rows = texts.rows(of)
        name = f"library-{len(of)}-{self._model}-{texts.digest(rows)}"
        folder, ready = self.folder / name, self.folder / f"{name}.ready"
        if not ready.exists():
            tell(f"bringing {len(of):,} articles into a library ({folder})")
            if begun and not folder.exists():
                shutil.copytree(begun.folder, folder)
            file = self.folder / f"{name}.jsonl"
            file.write_text(rows, encoding="utf-8")
            run(Depeche().ingest(file, folder))  # goes on where an interruption left it
            ready.touch()
        library = Library(folder)
        with library.snapshot() as snapshot:
            counts = snapshot.counts()
        library.close()
        return Kept(folder, *counts)

    def rows(self, of: Kept) -> Path:
        """Return the JSONL rows a library was made of."""
        return self.folder / f"{of.folder.name}.jsonl"

    def store(self, system: System, of: Kept) -> Path:
        """Return where a system holds a library's passages and vectors; for Dépêche that is the library."""
        if not isinstance(system, Script):
            return of.folder
        name = f"{system.module}-{of.folder.name}"
        folder, ready = self.folder / name, self.folder / f"{name}.ready"
        if not ready.exists():
            tell(f"{system.name}: taking in {of.passages:,} passages with their vectors")
            shutil.rmtree(folder, ignore_errors=True)
            run(system.index(self._dump(of), folder))
            ready.touch()
        return folder

    def _dump(self, of: Kept) -> Path:
        """Return a folder with a library's passages and vectors, as the scripts read them."""
        folder = self.folder / f"passages-{of.folder.name}"
        if not (folder / VECTORS).exists():
            folder.mkdir(exist_ok=True)
            library = Library(of.folder)
            with library.snapshot() as snapshot:
                model = snapshot.model()
                ids, vectors = stored(library, model[1] if model else "")
                words = {h.passage.passage_id: h.text for h in snapshot.hits(dict.fromkeys(_all(ids), 0.0))}
            library.close()
            with (folder / TEXTS).open("w", encoding="utf-8") as lines:
                lines.writelines(json.dumps(words[i], ensure_ascii=False) + "\n" for i in _all(ids))
            np.save(folder / VECTORS, np.concatenate([*vectors.values()]))
        return folder


def _all(ids: dict[Any, list[str]]) -> list[str]:
    return [i for listed in ids.values() for i in listed]


def tell(line: str) -> None:
    """Say on standard error what is being done."""
    print(f"{line} …", file=sys.stderr, flush=True)
