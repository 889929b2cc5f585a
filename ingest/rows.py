"""The rows of a JSON Lines file, plain or gzipped, one line at a time, however long or broken the file is."""

from __future__ import annotations

import gzip
import unicodedata
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from ingest.pulse import Pulse
from retrieval.told import Phrase

# Five million characters written as \uXXXX pairs, and room for the other fields.
_LONGEST = 64 * 1024 * 1024
_BEGINNING = 1 << 16  # bytes
_COUNTED = 256 * 1024 * 1024  # bytes read to count lines: a tenth of a second from a disk's cache


@dataclass(frozen=True, slots=True)
class Line:
    """One line that is not blank: its number from 1, its bytes, and what is wrong where it could not be read."""

    number: int
    raw: bytes
    broken: str | None = None


def lines_of(path: Path) -> Iterator[Line | None]:
    """Yield the lines of `path` that are not blank; a truncated or damaged gzip ends in a broken Line.

    None is for another megabyte that was read of it.
    """
    number = 0
    with _opened(path) as (file, pulse):
        while True:
            number += 1
            if pulse.beats():
                yield None
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
    """Return about how many lines `path` has: of a gzip as if all of it were like its beginning; None where that is damaged."""
    size, seen, lines, last = path.stat().st_size, 0, 0, b"\n"
    with path.open("rb") as file:
        if (block := file.read(_BEGINNING)).startswith(b"\x1f\x8b"):
            return _packed_line_count(block, size)
        while block:
            lines += block.count(b"\n")
            seen += len(block)
            last = block[-1:]
            block = file.read(1 << 20) if seen < _COUNTED else b""
    return round(lines * size / seen) if size > seen else lines + (last != b"\n")


def _packed_line_count(start: bytes, size: int) -> int | None:
    packed = zlib.decompressobj(wbits=31)
    try:
        text = packed.decompress(start, _COUNTED >> 6)
    except zlib.error:
        return None
    used = len(start) - len(packed.unconsumed_tail) - len(packed.unused_data)
    return round((text.count(b"\n") + (not text.endswith(b"\n"))) * size / used)


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


@contextmanager
def _opened(path: Path) -> Iterator[tuple[IO[bytes], Pulse]]:
    """Open a file, unpacked where it is a gzip, whatever its name says."""
    with path.open("rb") as raw:
        packed = raw.read(2) == b"\x1f\x8b"
        raw.seek(0)
        yield cast("IO[bytes]", gzip.GzipFile(fileobj=raw)) if packed else raw, Pulse(raw)


def _skip_line(file: IO[bytes]) -> None:
    while (rest := file.readline(1 << 20)) and not rest.endswith(b"\n"):
        pass
