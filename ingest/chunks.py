"""What was found, in lists that are looked up at once: of few things where they are large, or sixty files of 64 MB would be held together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ingest.documents import Document

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ingest.sources import Found

_HELD: Final = 64_000_000  # bytes, about


def chunks(found: Iterator[Found], most: int) -> Iterator[list[Found]]:
    """Yield what was found in lists, each of no more than so many, nor of much more than is held at once."""
    chunk: list[Found] = []
    held = 0
    for one in found:
        chunk.append(one)
        held += _weight(one)
        if len(chunk) >= most or held >= _HELD:
            yield chunk
            chunk, held = [], 0
    if chunk:
        yield chunk


def _weight(one: Found) -> int:
    """Return how many bytes what was found holds, about."""
    if not isinstance(one, Document):
        return 0
    fields = (len(value) for value in one.row.values() if isinstance(value, str | list))
    return len(one.raw) + len(one.text) + sum(fields)
