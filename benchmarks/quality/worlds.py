"""Libraries to ask, each made of some of the passages by the real ingestion."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from ingest.pipeline import ingest
from retrieval.answerer import Answerer
from retrieval.library import Library
from retrieval.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from benchmarks.quality.data import Text
    from retrieval.embedding import Embedder
    from retrieval.progress import Progress
    from retrieval.reader.model import Reader


class Worlds:
    """Makes libraries in `folder`, by name; one that is there already is used as it is."""

    def __init__(self, folder: Path, progress: Progress) -> None:
        self._folder = folder
        self._progress = progress
        self._settings = Settings.load()

    @cached_property
    def embedder(self) -> Embedder:
        """The model the settings name."""
        from retrieval.embedding import open_embedder

        return open_embedder(self._settings, self._progress)

    @cached_property
    def reader(self) -> Reader | None:
        """The reader that comes with the package."""
        from retrieval.reader.opening import open_reader

        return open_reader(self._settings, self.embedder, self._progress)

    def open(self, name: str, texts: Iterable[Text]) -> Answerer:
        """Return an answerer on a library of `texts`, with the settings' threshold."""
        library = Library(self._folder / name)
        if not library.exists:
            listed = list(texts)
            rows = self._folder / f"{name}.jsonl"
            rows.parent.mkdir(parents=True, exist_ok=True)
            rows.write_text("".join(text.row() + "\n" for text in listed), encoding="utf-8")
            done = 0

            def step(_place: str, _state: object) -> None:
                nonlocal done
                done += 1
                self._progress(f"Library {name}", done, len(listed))

            report = ingest([str(rows)], library, lambda: self.embedder, step=step)
            for problem in report.problems:
                raise ValueError(f"{name}: {problem}")
        return Answerer(
            library,
            self.embedder,
            threshold=self._settings.answer_threshold,
            open_reader=lambda: self.reader,
        )
