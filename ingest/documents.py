"""What arrives, not yet cleaned, and what could not be read: the words all sources use."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from retrieval.mishaps import keep
from retrieval.told import Phrase

if TYPE_CHECKING:
    from ingest.kinds import Kind
    from retrieval.fetched import Fetched

# Raise it when cleaning, extraction or sentence splitting changes: every document is then read afresh.
CLEANING_VERSION = 4

MAX_CHARACTERS = 5_000_000  # a text; the Bible has four million, so anything longer is a dump, not an article


@dataclass(frozen=True, slots=True)
class Document:
    """One thing that arrived, not yet cleaned.

    `origin` is what identifies it from one run to the next: the absolute path of a file; for a JSONL row
    "id:<id>", else its url, else path#digest. `container` is the absolute path of the file it came from. An equal
    `digest` means that nothing changed, neither it nor how we clean. `place` is for messages. A text or Markdown
    file has its words in `text`, a row its fields in `row`. A page, PDF or mail has its bytes in `raw`; what was fetched
    comes with the `charset` its headers named, the `url` it came from in the end, what a feed said of it in `row`, and what to
    keep for the next time in `fetched`; its `origin` is the address that was asked for, in its normal form.
    """

    origin: str
    container: str
    digest: str
    place: str
    kind: Kind
    text: str = ""
    row: dict[str, Any] = field(default_factory=dict)
    raw: bytes = b""
    charset: str | None = None
    url: str | None = None
    fetched: Fetched | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that could not be read, in one line: where, what is wrong, what to do.

    `gone`: the origin of a page whose server says that it is no more.
    """

    place: str
    what: str
    hint: str = ""
    gone: str = ""

    @property
    def told(self) -> Phrase:
        """All of it on one line, to be told in a language."""
        if self.hint:
            return Phrase("{place}: {what}. {hint}", place=self.place, what=self.what, hint=self.hint)
        return Phrase("{place}: {what}", place=self.place, what=self.what)

    def __str__(self) -> str:
        return str(self.told)


def failed(place: str, error: Exception) -> Problem:
    """Return the problem of a document that its reader failed at; what happened is kept in the log."""
    if isinstance(error, RecursionError):
        return Problem(place, "is nested too deep to be read", keep(error, ours=False))
    return Problem(
        place,
        Phrase("could not be read, for its reader failed ({kind})", kind=type(error).__name__),
        keep(error),
    )


def unreadable(place: str, error: OSError) -> Problem:
    """Return the problem of a file or folder that the system does not give."""
    return Problem(
        place,
        Phrase("cannot be read ({why})", why=error.strerror or type(error).__name__),
        "Check that you may read it",
    )


def absolute(source: str) -> str:
    """Return the absolute path of `source`, links kept: what a reader calls a folder is its name from run to run."""
    return os.path.abspath(Path(source).expanduser())  # noqa: PTH100 - resolve() would follow links


def short_id(origin: str) -> str:
    """Return the twelve hexadecimal digits that name an article without an id of its own."""
    return _digest(origin.encode("utf-8", "surrogateescape"), 6)


def content_digest(raw: bytes) -> str:
    """Return what tells a document's bytes from others', and how we clean now from how we did."""
    return _digest(b"%d\0" % CLEANING_VERSION + raw, 16)


def shown_path(path: str) -> str:
    """Return a path as a message can print it: one line, bytes that are no text replaced."""
    text = path.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return "".join(c if c.isprintable() else "\ufffd" for c in text)


def _digest(raw: bytes, size: int) -> str:
    return hashlib.blake2b(raw, digest_size=size).hexdigest()
