"""Where documents come from: files, folders, patterns of names, addresses and standard input, each trouble told in one line."""

from __future__ import annotations

import glob
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ingest import kinds
from ingest.containers import Container, in_place
from ingest.documents import Document, Problem, absolute, failed, shown_path, unreadable
from ingest.files import read_bytes, read_folder, read_safely, unpack, unpacked_start, walk
from ingest.rows import quick_line_count
from retrieval.told import Phrase
from retrieval.urls import is_url, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ingest.web import Web
    from retrieval.fetched import Fetched

    Found = Document | Problem | Fetched | Container

STANDARD_INPUT: Final = "-"
_MOST_PIPED: Final = 64_000_000  # bytes of one document; rows may be more


def read(
    source: str, web: Web | None = None, unfold: Callable[[Container], Iterator[Found]] = in_place
) -> Iterator[Found]:
    """Yield what `source` holds: a file, a folder with everything below it in the order of names, what a pattern matches, or an address.

    What holds many documents is unfolded by `unfold`, one at a time, so that memory does not grow with their number. Never raises for what a
    file holds.
    """
    for found in _read(source, web):
        if isinstance(found, Container):
            yield from unfold(found)
        else:
            yield found


def _read(source: str, web: Web | None) -> Iterator[Found]:
    if is_url(source):
        if web is None:
            yield Problem(shown(source), "addresses are not read here", "Use: depeche ingest URL")
        else:
            yield from web.read(source)
        return
    path = Path(absolute(source))
    try:
        if source == STANDARD_INPUT:
            yield from _read_piped()
        elif path.is_dir():
            yield from read_folder(path, source)
        elif path.exists():
            yield from read_safely(path, shown_path(source))
        elif path.is_symlink():
            yield Problem(shown_path(source), "is a link to a file that is not there", "Check the path")
        elif glob.has_magic(source):
            yield from _read_matching(source)
        else:
            yield Problem(shown_path(source), "there is no such file or folder", "Check the path")
    except OSError as error:
        yield unreadable(shown_path(source), error)
    except Exception as error:
        yield failed(shown_path(source), error)


def is_place(source: str) -> bool:
    """Tell whether a source is a file or folder by name, so that what is no more in it can be told; a pattern or a pipe is none."""
    return source != STANDARD_INPUT and Path(absolute(source)).exists()


def count(source: str) -> int | None:
    """Return about how many documents `source` holds, for a progress bar; None where that cannot be told cheaply."""
    path = Path(absolute(source))
    try:
        if path.is_dir():
            total = 0
            for file in walk(path):
                inside = _count_in(file)
                if inside is None:
                    return None
                total += inside
            return total
        return _count_in(path) if path.is_file() else None
    except OSError:
        return None


def _count_in(file: Path) -> int | None:
    if kinds.named(file.name) == "warc":
        return None
    return quick_line_count(file) if kinds.is_rows(file.name) else 1


def _read_matching(pattern: str) -> Iterator[Document | Problem | Container]:
    """Yield what the files hold whose names match, in order, and the folders, unless "**" names what is in them too."""
    found = sorted(glob.glob(str(Path(pattern).expanduser()), recursive=True))  # noqa: PTH207 - a Path takes no absolute pattern
    for name in found:
        path = Path(absolute(name))
        if not path.is_dir():
            yield from read_safely(path, shown_path(name))
        elif "**" not in pattern:
            yield from read_folder(path, name)
    if not found:
        yield Problem(shown_path(pattern), "no file has a name of this pattern", "Check the path")


def _read_piped() -> Iterator[Document | Problem | Container]:
    """Yield what comes from standard input: rows, or one text, page, PDF or mail; known by its content, having no name."""
    place = Phrase("standard input")
    with tempfile.NamedTemporaryFile() as spooled:  # whoever unfolds it may be another process
        head = sys.stdin.buffer.read(_MOST_PIPED + 1)
        kind = kinds.kind_of(unpacked_start(head), "")
        if kind not in ("row", "warc"):
            if len(head) > _MOST_PIPED:
                yield Problem(
                    place,
                    Phrase("is larger than {most} MB", most=_MOST_PIPED // 1_000_000),
                    "Split it into its articles",
                )
                return
            unpacked = unpack(head)
            found = (
                Problem(place, unpacked)
                if isinstance(unpacked, str)
                else read_bytes(unpacked, "", place, place)
            )
            if isinstance(found, Document):
                found = Document(
                    f"{STANDARD_INPUT}#{found.digest}", STANDARD_INPUT, found.digest, place, found.kind,
                    text=found.text, raw=found.raw,
                )  # fmt: skip
            yield found
            return
        spooled.write(head)
        while block := sys.stdin.buffer.read(1 << 20):
            spooled.write(block)
        spooled.flush()
        yield Container(spooled.name, place, STANDARD_INPUT, "warc" if kind == "warc" else "row")
