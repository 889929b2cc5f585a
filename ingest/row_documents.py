"""The rows of a JSON Lines file as documents, each trouble told by its line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from ingest.documents import Document, Problem, content_digest, failed
from ingest.rows import Line, lines_of, row_id
from retrieval.told import Phrase

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

UTF8_HINT: Final = "Convert it to UTF-8, for example: iconv -f WINDOWS-1252 -t UTF-8"
# What `extract` reads of a row.
FIELDS: Final = frozenset(
    ("id", "text", "title", "lang", "url", "source", "published", "modified", "author", "tags", "caption", "partial")
)  # fmt: skip
_HOPELESS: Final = 50  # bad lines before the first good one
_TOLD: Final = 100  # bad lines that are told one by one: 300 KB may hold a hundred thousand


def read_rows(path: Path, place: str, container: str) -> Iterator[Document | Problem | None]:
    """Yield the rows of a file in turn; of many that cannot be read the first, and then how many more there are. `container` is what the file is known by.

    None is for another megabyte that was read of it. What no article has is left out of a row: it may be much.
    """
    problems = 0
    for found in _rows(path, place, container):
        problems += isinstance(found, Problem)
        if problems <= _TOLD or not isinstance(found, Problem):
            yield found
    if problems > _TOLD:
        yield Problem(
            place,
            Phrase("{count} more of its lines could not be read", count=problems - _TOLD),
            "Each line must be one JSON object",
        )


def _rows(path: Path, place: str, container: str) -> Iterator[Document | Problem | None]:
    """Yield the rows of a file in turn; one that is no rows at all is given up after some."""
    good, bad = 0, 0
    for line in lines_of(path):
        if line is None:
            yield None
            continue
        where = Phrase("{place} line {number}", place=place, number=line.number)
        if line.broken is not None:
            found: Document | Problem = Problem(where, line.broken)
        else:
            try:
                found = _read_row(line, container, where)
            except MemoryError:
                found = Problem(where, "takes more memory to read than there is for a document")
            except Exception as error:
                found = failed(where, error)
        if isinstance(found, Document):
            good += 1
        else:
            bad += 1
        if line.number == 1 and isinstance(found, Problem) and b"\0" in line.raw[:8192]:
            yield Problem(
                place, "is not text (it holds NUL bytes)", "Each line must be one JSON object, in UTF-8"
            )
            return
        yield found
        if not good and bad == _HOPELESS:
            yield Problem(
                place,
                Phrase("its first {bad} lines could not be read; the rest is left", bad=bad),
                "Each line must be one JSON object",
            )
            return
    if not good and not bad:
        yield Problem(place, "the file is empty")


def _read_row(line: Line, container: str, place: str) -> Document | Problem:
    try:
        row = json.loads(line.raw.decode("utf-8-sig" if line.number == 1 else "utf-8"))
    except UnicodeDecodeError as error:
        return Problem(
            place, Phrase("is not UTF-8 text (byte {number} of the line)", number=error.start), UTF8_HINT
        )
    except json.JSONDecodeError as error:
        return Problem(
            place,
            Phrase("is not valid JSON ({why}, column {column})", why=error.msg, column=error.colno),
            "Each line must be one JSON object",
        )
    except (ValueError, RecursionError):
        return Problem(
            place,
            "is not valid JSON (nested too deep, or a number too long)",
            "Each line must be one JSON object",
        )
    if not isinstance(row, dict):
        return Problem(
            place, "is not a JSON object", 'Write each row as {"id": ..., "title": ..., "text": ...}'
        )
    try:
        name = row_id(row.get("id"))
    except ValueError as error:
        return Problem(place, error.args[0])
    digest = content_digest(json.dumps(row, sort_keys=True, separators=(",", ":")).encode())
    url = row.get("url")
    if name is not None:
        origin = f"id:{name}"
        row["id"] = name
    elif isinstance(url, str) and url.strip():
        origin = url.strip().encode("utf-8", "replace").decode()
    else:
        origin = f"{container}#{digest}"
    kept = {name: value for name, value in row.items() if name in FIELDS}
    return Document(origin, container, digest, place, "row", row=kept)
