"""Files and folders → documents, one at a time; what kind each is, is told by its content."""

from __future__ import annotations

import codecs
import os
import zlib
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ingest import documents, kinds
from ingest.containers import Container
from ingest.documents import Document, Problem, content_digest, failed, shown_path, unreadable
from ingest.pages.characters import latin
from ingest.row_documents import UTF8_HINT
from ingest.warcs import MARK
from retrieval.told import Phrase

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_WIDE_MARKS: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_MOST_BYTES: Final = (
    64_000_000  # of any file that is read at once, unpacked; each kind has a smaller bound of its own
)
_PIECE: Final = 4_096  # bytes unpacked at once: what follows a part of a gzip is copied with each
_MOST_MEMBERS: Final = 100_000
_HEAD: Final = 4_096  # bytes of a file whose name does not tell what it is


def read_folder(folder: Path, source: str) -> Iterator[Document | Problem | Container]:
    """Yield what a folder holds, below it too; files that are of no kind that is read are passed over."""
    empty = True
    closed: list[OSError] = []
    for path in walk(folder, closed.append):
        empty = False
        place = shown_path(str(Path(source) / path.relative_to(folder)))
        yield from read_safely(path, place)
    for trouble in closed:  # told, or --prune would take what is in it for gone
        empty = False
        yield unreadable(shown_path(str(Path(source) / Path(trouble.filename).relative_to(folder))), trouble)
    if empty:
        yield Problem(
            shown_path(source),
            "nothing in this folder can be read",
            Phrase("Types read: {types}", types=kinds.TYPES),
        )


def walk(folder: Path, on_closed: Callable[[OSError], object] | None = None) -> Iterator[Path]:
    """Yield the files below `folder` that may be read, by name, hidden ones left out; a folder met twice (links) is read once.

    `on_closed` is given the error of each folder that cannot be looked into.
    """
    seen: set[str] = set()
    for parent, folders, files in os.walk(folder, onerror=on_closed, followlinks=True):
        real = os.path.realpath(parent)
        if real in seen:
            folders.clear()
            continue
        seen.add(real)
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files + folders):
            if not name.startswith(".") and is_read(path := Path(parent) / name):
                yield path


def is_read(path: Path) -> bool:
    """Tell whether a file in a folder is of a kind that is read: by its name, or, as `wget` saves pages without one that tells, by its first bytes."""
    if kinds.named(path.name):
        return True
    try:
        return path.is_file() and kinds.shows(_beginning(path))
    except OSError:
        return False


def read_safely(path: Path, place: str) -> Iterator[Document | Problem | Container]:
    """Yield what one file holds, as `read_file` does; whatever its reading raises is a Problem too."""
    try:
        yield from read_file(path, place)
    except OSError as error:
        yield unreadable(place, error)
    except Exception as error:
        yield failed(place, error)


def read_file(path: Path, place: str) -> Iterator[Document | Problem | Container]:
    """Yield what one file holds: a document, or what holds many. Raises `OSError` where it cannot be read."""
    if not _is_text(str(path)):  # the catalogue, which knows it by its name, holds text alone
        yield Problem(place, "the bytes of its path are not UTF-8 text", "Rename it, or its folder")
    elif not path.is_file():
        if path.is_dir():
            what = "is a folder, though its name is a file's"
        elif path.is_symlink():
            what = "is a link to a file that is not there"
        else:
            what = "is not a regular file"
        yield Problem(place, what)
    elif kinds.is_rows(path.name):
        yield Container(str(path), place, str(path), "row")
    elif _is_warc(path):
        yield Container(str(path), place, str(path), "warc")
    elif path.stat().st_size > _MOST_BYTES:
        yield _too_large(place)
    else:
        raw = unpack(path.read_bytes())
        if isinstance(raw, str):
            yield Problem(place, raw)
        elif kinds.kind_of(raw, path.name) == "row":
            yield Container(str(path), place, str(path), "row")
        else:
            yield read_bytes(raw, path.name, str(path), place)


def read_bytes(raw: bytes, name: str, origin: str, place: str) -> Document | Problem:
    """Return the document that `raw` is, unpacked, or why it is none."""
    kind = kinds.kind_of(raw, name)
    digest = content_digest(raw)
    if kinds.named(name) and not raw.strip():
        return Problem(place, "the file is empty")
    if kind is None or kind in ("row", "warc"):
        return _not_read(raw, name, place)
    if kind in ("page", "pdf", "mail"):
        return Document(origin, origin, digest, place, kind, raw=raw)
    text = _characters(raw, place)
    if isinstance(text, Problem):
        return text
    if not text.strip():
        return Problem(place, "the file is empty")
    if len(text) > documents.MAX_CHARACTERS:
        return _too_long(place)
    return Document(origin, origin, digest, place, kind, text=text)


def unpack(raw: bytes) -> bytes | str:
    """Return what a gzip holds, anything else as it is; or what is wrong with it."""
    if not raw.startswith(b"\x1f\x8b"):
        return raw
    found, whole, at, members = bytearray(), memoryview(raw), 0, 0
    while raw.startswith(b"\x1f\x8b", at):  # a gzip may be several, one after the other
        packed = zlib.decompressobj(wbits=31)
        members += 1
        while not packed.eof:
            piece = whole[at : at + _PIECE]
            if not piece:
                return Phrase("the gzip file ends before its end")
            try:
                found += packed.decompress(piece, _MOST_BYTES + 1 - len(found))
            except zlib.error:
                return Phrase("the gzip file is damaged")
            if packed.unconsumed_tail or len(found) > _MOST_BYTES:
                return Phrase("is larger than {most} MB once unpacked", most=_MOST_BYTES // 1_000_000)
            at += len(piece)
        at -= len(packed.unused_data)
        if members > _MOST_MEMBERS:
            return Phrase(
                "is a gzip file of more than {most:,} parts, which no article is", most=_MOST_MEMBERS
            )
    return bytes(found)


def unpacked_start(raw: bytes) -> bytes:
    """Return the beginning of what a gzip holds, of which `raw` is the beginning; anything else as it is."""
    if not raw.startswith(b"\x1f\x8b"):
        return raw
    with suppress(zlib.error):
        return zlib.decompressobj(wbits=31).decompress(raw, 1 << 16)
    return raw


def _beginning(path: Path) -> bytes:
    with path.open("rb") as file:
        return unpacked_start(file.read(_HEAD))


def _is_warc(path: Path) -> bool:
    return _beginning(path).startswith(MARK)


def _is_text(path: str) -> bool:
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def _not_read(raw: bytes, name: str, place: str) -> Problem:
    what = kinds.other(raw)
    if kinds.named(name) in ("pdf", "warc") and not what:
        return Problem(place, "is not what its name says: it does not begin as such a file does")
    what = what or Path(name).suffix or Phrase("no ending")
    return Problem(
        place,
        Phrase("files of this type are not read ({what})", what=what),
        Phrase("Types read: {types}", types=kinds.TYPES),
    )


def _characters(raw: bytes, place: str) -> str | Problem:
    wide = raw.startswith(_WIDE_MARKS)
    if b"\0" in raw and not wide:
        return Problem(
            place,
            Phrase("is not text (a NUL byte at byte {number})", number=raw.index(0)),
            "Only text is read, in UTF-8",
        )
    try:
        return raw.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        text = None if wide else latin(raw)
        if text is None:
            return Problem(place, Phrase("is not UTF-8 text (byte {number})", number=error.start), UTF8_HINT)
        return text


def _too_long(place: str) -> Problem:
    return Problem(
        place,
        Phrase("is longer than {most:,} characters", most=documents.MAX_CHARACTERS),
        "Split it into its articles",
    )


def _too_large(place: str) -> Problem:
    return Problem(
        place, Phrase("is larger than {most} MB", most=_MOST_BYTES // 1_000_000), "Split it into its articles"
    )
