"""The history of articles: what each was before its last changes, so that a reader of an old answer can see what it rested on."""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from retrieval import tables
from retrieval.domain import Article
from retrieval.snapshot import pages

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from retrieval.snapshot import Row

KEPT = 20  # of one article: a page that changes by the minute must not fill the disk


@dataclass(frozen=True, slots=True)
class Revision:
    """One version of an article: its number from 1, when it came (Unix seconds), and its content's digest."""

    revision: int
    changed: int
    digest: str
    article: Article


def of(connection: sa.Connection, article_id: str) -> list[Revision]:
    """Return the earlier revisions of an article that are kept, the oldest first."""
    table = tables.revisions
    query = sa.select(table).where(table.c.article_id == article_id).order_by(table.c.revision)
    return [
        Revision(row.revision, row.changed, row.digest, _unpacked(row.article))
        for row in connection.execute(query)
    ]


def put(connection: sa.Connection, article_id: str, earlier: Iterable[Revision]) -> None:
    """Keep revisions of an article, those of the same number written over."""
    table = tables.revisions
    rows = [
        {
            "article_id": article_id,
            "revision": one.revision,
            "changed": one.changed,
            "digest": one.digest,
            "article": zlib.compress(json.dumps(one.article.to_json(), ensure_ascii=False).encode()),
        }
        for one in earlier
    ]
    if not rows:
        return
    theirs = table.c.article_id == article_id
    numbers = [row["revision"] for row in rows]
    connection.execute(table.delete().where(theirs, table.c.revision.in_(numbers)))
    connection.execute(table.insert(), rows)
    last = connection.execute(sa.select(sa.func.max(table.c.revision)).where(theirs)).scalar_one()
    connection.execute(table.delete().where(theirs, table.c.revision <= last - KEPT))


def put_packed(connection: sa.Connection, row: Mapping[str, Any]) -> None:
    """Keep a row as another catalogue's table has it."""
    connection.execute(tables.revisions.insert(), dict(row))


def keep(connection: sa.Connection, rows: Iterable[Row]) -> None:
    """Keep what articles are before they are written over."""
    for row in rows:
        put(
            connection,
            row.article.article_id,
            [Revision(row.revision, row.changed, row.digest, row.article)],
        )


def forget(connection: sa.Connection, article_ids: Iterable[str]) -> None:
    """Forget the history of articles."""
    for page in pages(article_ids):
        connection.execute(tables.revisions.delete().where(tables.revisions.c.article_id.in_(page)))


def _unpacked(blob: bytes) -> Article:
    fields = json.loads(zlib.decompress(blob))
    return Article(**fields | {"tags": tuple(fields["tags"])})
