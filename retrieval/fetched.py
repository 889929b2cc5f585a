"""What is kept of addresses that were fetched, so that the next time only what changed is asked for.

A row is written in the same transaction as the article it belongs to: a validator without its article would have the
server answer "not modified" for an article nobody has.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from retrieval import tables
from retrieval.snapshot import pages

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Fetched:
    """What the last fetch of `url` (in its normal form) told.

    `etag` and `modified` are the server's validators, sent back as they came. `digest` is what the article's origin
    carries; "" for a feed or sitemap, and where no article was made: then `problem` says why. `mark` tells an entry
    of a feed or sitemap from its earlier self; for a feed or sitemap it lists what was in it. `version` is the
    CLEANING_VERSION it was read by.
    """

    url: str
    version: int
    etag: str | None = None
    modified: str | None = None
    digest: str = ""
    mark: str = ""
    problem: str = ""


def known(connection: sa.Connection, urls: Iterable[str], version: int) -> dict[str, Fetched]:
    """Return what is known of those of `urls` that were fetched and read by `version`.

    What is told of an article that is no longer there, or came from elsewhere since, is left out.
    """
    table = tables.fetched
    joined = table.outerjoin(tables.origins, tables.origins.c.origin == table.c.url)
    standing = (table.c.digest == "") | (table.c.digest == tables.origins.c.digest)
    found = {}
    for page in pages(urls):
        query = sa.select(table).select_from(joined).where(table.c.url.in_(page), standing)
        for row in connection.execute(query.where(table.c.version == version)):
            found[row.url] = Fetched(**row._mapping)
    return found


def put(connection: sa.Connection, rows: Iterable[Fetched]) -> None:
    """Store or replace what is known of addresses; of two rows for one address the later counts."""
    by_url = {row.url: row for row in rows}
    for page in pages(by_url):
        connection.execute(tables.fetched.delete().where(tables.fetched.c.url.in_(page)))
        connection.execute(
            tables.fetched.insert(),
            [{name: getattr(by_url[url], name) for name in Fetched.__slots__} for url in page],
        )


def forget(connection: sa.Connection, origins: Iterable[str]) -> None:
    """Forget what is known of origins, and of the feeds they came from, so that both are read again."""
    for page in pages(origins):
        containers = sa.select(tables.origins.c.container).where(tables.origins.c.origin.in_(page))
        theirs = tables.fetched.c.url.in_(page) | tables.fetched.c.url.in_(containers)
        connection.execute(tables.fetched.delete().where(theirs))
