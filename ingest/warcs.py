"""Web archives (WARC, plain or gzipped): the pages they hold as documents, each address as it was last saved."""

from __future__ import annotations

import logging
import re
import zlib
from contextlib import closing, contextmanager, suppress
from typing import IO, TYPE_CHECKING, Any, Final, cast

from ingest import kinds
from ingest.documents import Document, Problem, content_digest
from ingest.pulse import Pulse
from retrieval.told import Phrase
from retrieval.urls import normal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MARK: Final = b"WARC/"
_SAVED: Final = frozenset({"response", "resource"})
_TYPES: Final = re.compile(r"text/html|application/(?:xhtml\+xml|pdf)", re.I)
_CHARSET = re.compile(r"""charset\s*=\s*["']?([\w.:+-]+)""", re.I)
_PIECE: Final = 1 << 14  # bytes
_LARGEST: Final = 50_000_000  # bytes of a page or PDF, unfolded; each kind has a smaller bound of its own


def read_warc(path: Path, place: str, container: str) -> Iterator[Document | Problem | None]:
    """Yield the pages and PDFs of an archive in turn; pictures, scripts and answers that are no pages are passed over.

    It is read twice, so that of an address that was saved several times only the last is taken. `container` is what the file is
    known by. Where it is damaged, what stands before is kept and a Problem says so. None is for another megabyte that was read of it.
    """
    last: dict[str, tuple[str, int]] = {}
    broken, broken_at = None, 0
    try:
        for number, record in _records(path):
            url = _address(record) if record else ""
            if not record:
                yield None
            elif url and _is_page(record):
                saved = (record.rec_headers.get_header("WARC-Date") or "", number)
                last[url] = max(last.get(url, ("", 0)), saved)
    except _Damage as damage:
        broken_at = damage.number
        broken = Problem(
            Phrase("{place} record {number}", place=place, number=broken_at),
            "the archive is damaged here; what stands before is kept",
        )
    numbers = {number for _, number in last.values() if not broken or number < broken_at}
    if not numbers and not broken:
        yield Problem(place, "no page is saved in this archive")
    with suppress(_Damage):  # told below
        for number, record in _records(path):
            if not record:
                yield None
            elif number in numbers:
                yield _document(
                    record, Phrase("{place} record {number}", place=place, number=number), container
                )
    if broken:
        yield broken


def _document(record: Any, place: str, container: str) -> Document | Problem:  # noqa: ANN401 - warcio has no types
    url = _address(record)
    try:
        raw = record.content_stream().read(_LARGEST + 1)
    except (OSError, EOFError, ValueError, zlib.error):
        return Problem(place, "what was saved here cannot be unpacked")
    if len(raw) > _LARGEST:
        return Problem(place, Phrase("is larger than {most} MB", most=_LARGEST // 1_000_000))
    kind = "pdf" if kinds.kind_of(raw, "a.html") == "pdf" else "page"
    charset = _CHARSET.search(_content_type(record))
    return Document(
        f"{container}#{url}", container, content_digest(raw), f"{place} ({url})", cast("kinds.Kind", kind),
        raw=raw, charset=charset[1] if charset else None, url=url,
    )  # fmt: skip


def _address(record: Any) -> str:  # noqa: ANN401
    """Return the normal form of the address a record was saved from; "" where it is none that is read."""
    try:
        return normal((record.rec_headers.get_header("WARC-Target-URI") or "").strip("<>"))
    except ValueError:
        return ""


def _is_page(record: Any) -> bool:  # noqa: ANN401
    if record.rec_type not in _SAVED or not _TYPES.match(_content_type(record).strip()):
        return False
    return record.http_headers is None or record.http_headers.get_statuscode() == "200"


def _content_type(record: Any) -> str:  # noqa: ANN401
    headers = record.http_headers if record.rec_type == "response" else record.rec_headers
    return (headers.get_header("Content-Type") if headers else None) or ""


class _Damage(Exception):  # noqa: N818 - what it is
    """Where an archive cannot be read on."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def _records(path: Path) -> Iterator[tuple[int, Any]]:
    """Yield an archive's records, numbered from 1; None, with a number, for another megabyte that was read of it. Raises `_Damage`."""
    from warcio.archiveiterator import ArchiveIterator
    from warcio.exceptions import ArchiveLoadFailed

    logging.getLogger("warcio").setLevel(logging.ERROR)
    number, record = 0, None
    with _opened(path) as (file, pulse), closing(ArchiveIterator(file)) as records:
        records.INC_RECORD = (
            ""  # what it would write to standard error, of a record that is not as long as it says
        )
        while True:
            number += 1
            try:
                following = next(records, None)
            except (ArchiveLoadFailed, ValueError, AttributeError):  # the last: its head names no address
                raise _Damage(number - bool(records.err_count)) from None
            if record is not None and (getattr(record.raw_stream, "limit", True) or records.err_count):
                raise _Damage(number - 1)  # it, or its head, breaks off, or goes on after its end
            if following is None:
                if isinstance(file, _Unpacked) and file.broken:
                    raise _Damage(number)
                return
            record = following
            if pulse.beats():
                yield number, None
            yield number, record


class _Unpacked:
    """What a gzip holds, of one piece or of one a record, up to where it is damaged: then `broken`."""

    def __init__(self, raw: IO[bytes]) -> None:
        self._raw = raw
        self._inner = zlib.decompressobj(wbits=31)
        self._rest = b""
        self.broken = False

    def read(self, size: int) -> bytes:
        """Return up to `size` bytes, none at the end."""
        while not self.broken:
            self._rest = self._rest or self._raw.read(_PIECE)
            if not self._rest:
                self.broken = not self._inner.eof
                return b""
            if self._inner.eof:
                self._inner = zlib.decompressobj(wbits=31)
            try:
                piece = self._inner.decompress(self._rest, size)
            except zlib.error:
                self.broken = True
                return b""
            self._rest = self._inner.unused_data if self._inner.eof else self._inner.unconsumed_tail
            if piece:
                return piece
        return b""


@contextmanager
def _opened(path: Path) -> Iterator[tuple[IO[bytes] | _Unpacked, Pulse]]:
    """Open a file, unpacked where it is a gzip."""
    with path.open("rb") as raw:
        packed = raw.read(2) == b"\x1f\x8b"
        raw.seek(0)
        yield _Unpacked(raw) if packed else raw, Pulse(raw)
