"""The rows of a JSON Lines file, plain or gzipped, one line at a time, however long or broken the file is."""

from __future__ import annotations

import gzip
import unicodedata
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from retrieval.told import Phrase

# Five million characters written as \uXXXX pairs, and room for the other fields.
_LONGEST = 64 * 1024 * 1024
_COUNTED = 256 * 1024 * 1024  # bytes read to count lines: a tenth of a second from a disk's cache


@dataclass(frozen=True, slots=True)
class Line:
    """One line that is not blank: its number from 1, its bytes, and what is wrong where it could not be read."""

    number: int
    raw: bytes
    broken: str | None = None


def lines_of(path: Path) -> Iterator[Line]:
    """Yield the lines of `path` that are not blank; a truncated or damaged gzip ends in a broken Line."""
    number = 0
    with _opened(path) as file:
        while True:
            number += 1
            try:
                raw = file.readline(_LONGEST)
                long = len(raw) == _LONGEST and not raw.endswith(b"\n")
                if long:
                    _skip_line(file)
            except EOFError:
                yield Line(number, b"", Phrase("the gzip file ends before its end; the rows before are kept"))
                return
            except (gzip.BadGzipFile, zlib.error):
                yield Line(number, b"", Phrase("the gzip file is damaged; the rows before are kept"))
                return
            if not raw:
                return
            if long:
                yield Line(number, b"", Phrase("the line is longer than 64 MB"))
            elif raw.strip():
                yield Line(number, raw)


def quick_line_count(path: Path) -> int | None:
    """Return about how many lines `path` has; None for a gzip of more than a few megabytes, whose lines take long."""
    size = path.stat().st_size
    packed = _is_packed(path)
    if packed and size > _COUNTED // 16:
        return None
    lines = seen = 0
    last = b"\n"
    try:
        with _opened(path) as file:
            while seen < _COUNTED and (block := file.read(1 << 20)):
                lines += block.count(b"\n")
                seen += len(block)
                last = block[-1:]
    except (EOFError, zlib.error, gzip.BadGzipFile):
        return lines or None
    if not packed and size > seen:
        return round(lines * size / seen)
    return lines + (last != b"\n")


def row_id(given: object) -> str | None:
    """Return a row's id as text, None where it has none; raise `ValueError` saying why it cannot be one."""
    if given is None:
        return None
    if isinstance(given, bool) or not isinstance(given, (str, int)):
        raise ValueError(Phrase('"id" must be text or a whole number'))
    name = str(given).strip()
    if not name:
        raise ValueError(Phrase('"id" is empty; give one, or leave the field out'))
    if len(name) > 200:
        raise ValueError(Phrase('"id" is longer than 200 characters'))
    if any(unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"} for c in name):
        raise ValueError(Phrase('"id" holds a line break or a control character'))
    return name


def _opened(path: Path) -> IO[bytes]:
    """Open a file, unpacked where it is a gzip, whatever its name says."""
    return cast("IO[bytes]", gzip.open(path)) if _is_packed(path) else path.open("rb")


def _is_packed(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) == b"\x1f\x8b"


def _skip_line(file: IO[bytes]) -> None:
    while (rest := file.readline(1 << 20)) and not rest.endswith(b"\n"):
        pass
