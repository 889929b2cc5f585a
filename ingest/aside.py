"""Documents that were put aside, on disk: many of them, each of many megabytes, may be waiting to be read to their end."""

from __future__ import annotations

import pickle
import tempfile
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ingest.containers import Container
    from ingest.documents import Document


class Aside:
    """Documents in the order in which they were added; iterating takes them out."""

    def __init__(self) -> None:
        self._file: IO[bytes] | None = None
        self._count = 0

    def add(self, document: Document | Container) -> None:
        """Put a document, or what holds many, aside."""
        self._file = self._file or tempfile.TemporaryFile()  # noqa: SIM115 - closed when all are taken
        pickle.dump(document, self._file)
        self._count += 1

    def __iter__(self) -> Iterator[Document | Container]:
        if self._file is None:
            return
        with self._file as file:
            file.seek(0)
            for _ in range(self._count):
                yield pickle.load(file)  # noqa: S301 - our own, in a file without a name
        self._file, self._count = None, 0
