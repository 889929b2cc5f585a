"""What came from an address → what the pipeline takes: a Document, what to keep for the next time, or a Problem."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.documents import CLEANING_VERSION, MAX_CHARACTERS, Document, Problem, content_digest
from ingest.feeds import entry_page
from ingest.kinds import kind_of
from ingest.pages.characters import decoded
from retrieval.fetched import Fetched

if TYPE_CHECKING:
    from ingest.fetch.errors import FetchError
    from ingest.fetch.request import Reply
    from ingest.listings import Entry

GONE = frozenset({404, 410})


def validators(row: Fetched | None) -> dict[str, str | None]:
    """Return what to ask a server with whether an address has changed."""
    return {"etag": row.etag, "modified": row.modified} if row else {}


def document(
    url: str, container: str, reply: Reply, *, mark: str, about: dict[str, str] | None = None
) -> Document:
    """Return what was fetched; `about` is what the feed or sitemap says that named it, `mark` tells that from its next state."""
    digest = content_digest(reply.raw)
    text = _text(reply)
    return Document(
        origin=url,
        container=container,
        digest=digest,
        place=url,
        kind="text" if text else "pdf" if reply.raw.startswith(b"%PDF-") else "page",
        row=dict(about or {}),
        text=text,
        raw=b"" if text else reply.raw,
        charset=reply.charset,
        url=reply.url,
        fetched=Fetched(url, CLEANING_VERSION, reply.etag, reply.modified, digest, mark),
    )


def _text(reply: Reply) -> str:
    """Return the words of a plain text; "" where it is anything else, whatever its server says."""
    if not reply.content_type.lower().startswith("text/plain") or kind_of(reply.raw, "") != "text":
        return ""
    text = decoded(reply.raw, reply.charset)
    return text if text.strip() and len(text) <= MAX_CHARACTERS else ""


def from_entry(url: str, container: str, entry: Entry) -> Document:
    """Return the article that a feed carries itself; its page is asked for again when the entry changes."""
    raw = entry_page(entry.about())
    digest = content_digest(raw)
    fetched = Fetched(url, CLEANING_VERSION, digest=digest, mark=entry.mark)
    about = {name: value for name, value in entry.about().items() if name != "content"}
    return Document(
        url,
        container,
        digest,
        url,
        "page",
        row=about,
        raw=raw,
        charset="utf-8",
        url=entry.url or None,
        fetched=fetched,
    )


def same(url: str, container: str, row: Fetched) -> Document:
    """Return a document that says of itself that it has not changed."""
    return Document(url, container, row.digest, url, "page", url=url)


def problem(url: str, error: FetchError) -> Problem:
    """Return why nothing came."""
    return Problem(url, error.what, error.hint, gone=url if error.status in GONE else "")
