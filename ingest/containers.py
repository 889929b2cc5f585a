"""Files that hold many documents, rows and web archives: unfolded one document at a time, wherever that is done."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ingest.documents import Document, Problem, failed, unreadable
from ingest.row_documents import read_rows
from ingest.warcs import read_warc

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Container:
    """A file of many documents. `name` is what it is known by; `given` is how many of what it holds is known already."""

    path: str
    place: str
    name: str
    kind: Literal["row", "warc"]
    given: int = 0


def unfold(container: Container) -> Iterator[Document | Problem | None]:
    """Yield what a container holds after the first `given`; None where more of its file was read, with nothing to give of it.

    Never raises for what the file holds, but `MemoryError`.
    """
    read, known = read_warc if container.kind == "warc" else read_rows, container.given
    try:
        for found in read(Path(container.path), container.place, container.name):
            if known and found:
                known -= 1
                yield None
            else:
                yield found
    except MemoryError:
        raise
    except OSError as error:
        yield unreadable(container.place, error)
    except Exception as error:
        yield failed(container.place, error)


def in_place(container: Container) -> Iterator[Document | Problem]:
    """Yield what a container holds, read here."""
    return (found for found in unfold(container) if found)
