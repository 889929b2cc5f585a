"""What kind of thing a file holds: by its content, its name only where that leaves it open."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import Final, Literal

from retrieval.told import Phrase

Kind = Literal["text", "markdown", "row", "page", "pdf", "mail", "warc"]

# By the ending of a name, ".gz" after it or not.
_ENDINGS: Final[dict[str, Kind]] = {
    ".txt": "text",
    ".text": "text",
    ".md": "markdown",
    ".markdown": "markdown",
    ".jsonl": "row",
    ".ndjson": "row",
    ".html": "page",
    ".htm": "page",
    ".xhtml": "page",
    ".pdf": "pdf",
    ".eml": "mail",
    ".warc": "warc",
}
TYPES: Final = Phrase(".txt, .md, .html, .pdf, .eml, .jsonl and .warc, plain or .gz")

_LOOK: Final = 4_096  # bytes
_MARKUP = re.compile(
    # not atomic, the comments could be parted in ways whose number doubles with each: thirty of them took minutes
    rb"^\s*(?:<\?xml[^>]*\?>\s*)?(?>(?:<!--.*?-->\s*)*)<(?:!doctype html|html[\s>]|head[\s>]|body[\s>])",
    re.I | re.S,
)
_TAGS = re.compile(rb"<(?:p|div|br|span|a|h[1-6]|article|section|script|meta|title|li|table)\b[^<>]*>", re.I)
_HEADER = re.compile(
    rb"^(From|To|Subject|Date|Message-ID|MIME-Version|Received|Return-Path|Delivered-To|Content-Type|Reply-To|List-[\w-]+|X-[\w-]+): ?\S",
    re.I | re.M,
)
_ROW = re.compile(rb'^\s*\{\s*"[\w@-]+"\s*:')
# What other programs write: pictures, archives, office files, sound, film, databases, programs.
_OTHERS: Final = (
    (b"PK\x03\x04", Phrase("a ZIP archive or an office file")),
    (b"\xd0\xcf\x11\xe0", Phrase("an office file")),
    (b"{\\rtf", Phrase("an RTF file")),
    (b"\x89PNG", Phrase("a picture")),
    (b"\xff\xd8\xff", Phrase("a picture")),
    (b"GIF8", Phrase("a picture")),
    (b"RIFF", Phrase("a sound, film or picture")),
    (b"ID3", Phrase("a sound")),
    (b"\x7fELF", Phrase("a program")),
    (b"SQLite format 3", Phrase("a database")),
    (b"BZh", Phrase("a bzip2 file")),
    (b"\xfd7zXZ", Phrase("an xz file")),
    (b"\x28\xb5\x2f\xfd", Phrase("a zstd file")),
    (b"7z\xbc\xaf", Phrase("a 7z archive")),
)


def named(name: str) -> Kind | None:
    """Return the kind that a file's name tells; None where it is not one that is read."""
    return _ENDINGS.get(PurePath(_unpacked(name)).suffix.lower())


def is_rows(name: str) -> bool:
    """Tell whether a name is of JSON Lines, which are read one at a time."""
    return named(name) == "row"


def kind_of(raw: bytes, name: str) -> Kind | None:
    """Return what `raw`, unpacked, is; None where nothing of the kind is read (see `other`)."""
    head = raw[:_LOOK]
    if b"%PDF-" in head[:1_024]:
        return "pdf"
    if head.startswith(b"WARC/"):
        return "warc"
    if other(raw):
        return None
    told = named(name)
    if told == "mail" or (told != "markdown" and _is_mail(head)):
        return "mail"
    if (
        _MARKUP.search(_narrow(head))
        or (told == "page")
        or (told is None and len(_TAGS.findall(_narrow(head))) >= 5)
    ):
        return "page"
    if told in ("pdf", "warc"):
        return None
    if told in (None, "text") and _ROW.search(head):
        return "row"
    return told or (None if PurePath(name).suffix else "text")


def shows(raw: bytes) -> bool:
    """Tell whether a file's beginning, unpacked, shows by itself what it is, whatever its name: a page from its first tag on, a PDF, a web archive, a mail."""
    head = _narrow(raw[:_LOOK])
    return head.startswith((b"%PDF-", b"WARC/")) or bool(_MARKUP.search(head)) or _is_mail(head)


def other(raw: bytes) -> str | None:
    """Return what a file is that another program wrote; None where it may be text."""
    return next((what for mark, what in _OTHERS if raw.startswith(mark)), None)


def _is_mail(head: bytes) -> bool:
    """Tell whether a text begins with a mail's headers: three of them before the first empty line, one no letter would have."""
    headers = re.split(rb"\r?\n\r?\n", head, maxsplit=1)[0]
    names = {name.lower() for name in _HEADER.findall(headers)}
    first = _HEADER.match(head)
    return (
        bool(first)
        and len(names) >= 3
        and bool(names & {b"message-id", b"mime-version", b"received", b"return-path"})
    )


def _narrow(head: bytes) -> bytes:
    """Return a text's beginning without its byte order mark, and UTF-16 as if it were ASCII, so that markup shows in it."""
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return head[2:].replace(b"\0", b"")
    return head.removeprefix(b"\xef\xbb\xbf")


def _unpacked(name: str) -> str:
    return name[:-3] if name.lower().endswith(".gz") else name
