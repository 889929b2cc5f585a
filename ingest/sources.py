"""Where documents come from: files, folders and JSON Lines, read one at a time, each trouble told in one line."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from ingest.rows import Line, lines_of, quick_line_count, row_id

# Raise it when cleaning, extraction or sentence splitting changes: every document is then read afresh.
CLEANING_VERSION = 2

MAX_CHARACTERS = 5_000_000  # a text; the Bible has four million, so anything longer is a dump, not an article
_MAX_BYTES = 4 * MAX_CHARACTERS

_TEXT = {".txt": "text", ".md": "markdown", ".markdown": "markdown"}
_TYPES = ".txt, .md, .jsonl and .jsonl.gz"
_UTF8_HINT = "Convert it to UTF-8, for example: iconv -f WINDOWS-1252 -t UTF-8"

Kind = Literal["text", "markdown", "row"]


@dataclass(frozen=True, slots=True)
class Document:
    """One thing that arrived, not yet cleaned.

    `origin` is what identifies it from one run to the next: the absolute path of a file; for a JSONL row
    "id:<id>", else its url, else path#digest. `container` is the absolute path of the file it came from. An equal
    `digest` means that nothing changed, neither it nor how we clean. `place` is for messages. A text or Markdown
    file has its words in `text`, a row its fields in `row`.
    """

    origin: str
    container: str
    digest: str
    place: str
    kind: Kind
    text: str = ""
    row: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that could not be read, in one line: where, what is wrong, what to do."""

    place: str
    what: str
    hint: str = ""

    def __str__(self) -> str:
        line = f"{self.place}: {self.what}"
        return " ".join((f"{line}. {self.hint}" if self.hint else line).split())


def absolute(source: str) -> str:
    """Return the absolute path of `source`, links kept: what a reader calls a folder is its name from run to run."""
    return os.path.abspath(Path(source).expanduser())  # noqa: PTH100 - resolve() would follow links


def short_id(origin: str) -> str:
    """Return the twelve hexadecimal digits that name an article without an id of its own."""
    return _digest(origin.encode("utf-8", "surrogateescape"), 6)


def read(source: str) -> Iterator[Document | Problem]:
    """Yield what `source` holds: a file, or a folder with everything below it in the order of names.

    Rows are read one at a time, so memory does not grow with their number. Never raises for what a file holds.
    """
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]+://", source):
        yield Problem(
            _shown(source), "URLs are not read yet", f"Save the page as text and give the file ({_TYPES})"
        )
        return
    path = Path(absolute(source))
    try:
        if path.is_dir():
            yield from _read_folder(path, source)
        elif not path.exists():
            dangling = (
                "is a link to a file that is not there"
                if path.is_symlink()
                else "there is no such file or folder"
            )
            yield Problem(_shown(source), dangling, "Check the path")
        elif _kind(path) is None:
            yield Problem(
                _shown(source),
                f"files of this type are not read ({path.suffix or 'no ending'})",
                f"Types read: {_TYPES}",
            )
        else:
            yield from _read_file(path, _shown(source))
    except OSError as error:
        yield _unreadable(_shown(source), error)


def count(source: str) -> int | None:
    """Return about how many documents `source` holds, for a progress bar; None where that cannot be told cheaply."""
    path = Path(absolute(source))
    try:
        if path.is_dir():
            total = 0
            for file in _walk(path):
                if _kind(file) is None:
                    continue
                inside = quick_line_count(file) if _kind(file) == "row" else 1
                if inside is None:
                    return None
                total += inside
            return total
        if not path.is_file():
            return None
        return quick_line_count(path) if _kind(path) == "row" else 1
    except OSError:
        return None


def _kind(path: Path) -> Kind | None:
    name = path.name.lower()
    if name.endswith((".jsonl", ".jsonl.gz")):
        return "row"
    kind = _TEXT.get(path.suffix.lower())
    return "markdown" if kind == "markdown" else "text" if kind else None


def _read_folder(folder: Path, source: str) -> Iterator[Document | Problem]:
    empty = True
    for path in _walk(folder):
        if _kind(path) is None:
            continue
        empty = False
        place = _shown(str(Path(source) / path.relative_to(folder)))
        try:
            yield from _read_file(path, place)
        except OSError as error:
            yield _unreadable(place, error)
    if empty:
        yield Problem(_shown(source), "nothing in this folder can be read", f"Types read: {_TYPES}")


def _walk(folder: Path) -> Iterator[Path]:
    """Yield the files below `folder`, by name, hidden ones left out; a folder met twice (links) is read once."""
    seen: set[str] = set()
    for parent, folders, files in os.walk(folder, followlinks=True):
        real = os.path.realpath(parent)
        if real in seen:
            folders.clear()
            continue
        seen.add(real)
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files + [name for name in folders if _kind(Path(name))]):
            if not name.startswith("."):
                yield Path(parent) / name


def _read_file(path: Path, place: str) -> Iterator[Document | Problem]:
    if not path.is_file():
        if path.is_dir():
            what = "is a folder, though its name is a file's"
        else:
            what = "is a link to a file that is not there" if path.is_symlink() else "is not a regular file"
        yield Problem(place, what)
    elif _kind(path) == "row":
        yield from _read_rows(path, place)
    else:
        yield _read_text(path, place)


def _read_text(path: Path, place: str) -> Document | Problem:
    if path.stat().st_size > _MAX_BYTES:
        return _too_long(place)
    raw = path.read_bytes()
    problem = _not_text(raw, place)
    if problem:
        return problem
    text = raw.decode("utf-8-sig")
    if not text.strip():
        return Problem(place, "the file is empty")
    if len(text) > MAX_CHARACTERS:
        return _too_long(place)
    kind: Kind = "markdown" if _kind(path) == "markdown" else "text"
    return Document(str(path), str(path), _content_digest(raw), place, kind, text=text)


def _read_rows(path: Path, place: str) -> Iterator[Document | Problem]:
    good, bad = 0, 0
    for line in lines_of(path):
        where = f"{place} line {line.number}"
        found = _read_row(line, path, where) if line.broken is None else Problem(where, line.broken)
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
                f"its first {bad} lines could not be read; the rest is left",
                "Each line must be one JSON object",
            )
            return
    if not good and not bad:
        yield Problem(place, "the file is empty")


_HOPELESS = 50  # bad lines before the first good one


def _read_row(line: Line, path: Path, place: str) -> Document | Problem:
    try:
        row = json.loads(line.raw.decode("utf-8-sig" if line.number == 1 else "utf-8"))
    except UnicodeDecodeError as error:
        return Problem(place, f"is not UTF-8 text (byte {error.start} of the line)", _UTF8_HINT)
    except json.JSONDecodeError as error:
        return Problem(
            place,
            f"is not valid JSON ({error.msg}, column {error.colno})",
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
        return Problem(place, str(error))
    digest = _content_digest(json.dumps(row, sort_keys=True, separators=(",", ":")).encode())
    url = row.get("url")
    if name is not None:
        origin = f"id:{name}"
        row["id"] = name
    elif isinstance(url, str) and url.strip():
        origin = url.strip().encode("utf-8", "replace").decode()
    else:
        origin = f"{path}#{digest}"
    return Document(origin, str(path), digest, place, "row", row=row)


def _not_text(raw: bytes, place: str) -> Problem | None:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return Problem(
            place,
            "is UTF-16, not UTF-8 text (byte 0)",
            "Convert it to UTF-8, for example: iconv -f UTF-16 -t UTF-8",
        )
    if b"\0" in raw:
        return Problem(
            place, f"is not text (a NUL byte at byte {raw.index(0)})", "Only text is read, in UTF-8"
        )
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as error:
        return Problem(place, f"is not UTF-8 text (byte {error.start})", _UTF8_HINT)
    return None


def _too_long(place: str) -> Problem:
    return Problem(place, f"is longer than {MAX_CHARACTERS:,} characters", "Split it into its articles")


def _unreadable(place: str, error: OSError) -> Problem:
    return Problem(
        place, f"cannot be read ({error.strerror or type(error).__name__})", "Check that you may read it"
    )


def _shown(path: str) -> str:
    """Return a path as a message can print it: one line, bytes that are no text replaced."""
    text = path.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return "".join(c if c.isprintable() else "\ufffd" for c in text)


def _content_digest(raw: bytes) -> str:
    return _digest(b"%d\0" % CLEANING_VERSION + raw, 16)


def _digest(raw: bytes, size: int) -> str:
    return hashlib.blake2b(raw, digest_size=size).hexdigest()
