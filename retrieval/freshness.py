"""How fresh each source is: when it was last read, when it last brought an article, and whether it has fallen silent.

A source is a feed, a sitemap, a site or a folder, as it was given to be read; single pages and files are none. What is noted of it is
written with the articles it brought.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from retrieval.tables import articles, origins, sources

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_DAY: Final = 86_400  # seconds
_RECENT: Final = 30  # days with new articles that a source's rhythm is learned from
_LEAST: Final = 6
_USUAL: Final = 0.9  # of its pauses
_SILENT: Final = 2.5  # pauses
_GIVEN_UP: Final = 14  # days that others were read in and this one not


@dataclass(frozen=True, slots=True)
class Freshness:
    """A source by its address or absolute path; times in Unix seconds, None where that is not known.

    `read` is when it could last be read, `newest` when its last new article came, `pause` the longest that is usual between two
    days with new articles, in seconds, None where it brought too few to tell. `silent` says that nothing came for far longer.
    """

    source: str
    read: int | None
    newest: int | None
    pause: int | None
    silent: bool

    def to_json(self) -> dict[str, Any]:
        """Return it as a dict for JSON, times as ISO 8601 has them, in UTC."""
        return {
            "source": self.source,
            "last_read": moment(self.read),
            "last_new_article": moment(self.newest),
            "silent": self.silent,
        }


def moment(seconds: int | None) -> str | None:
    """Return Unix seconds as ISO 8601 has them, in UTC; None stays None."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).isoformat()


def note(connection: sa.Connection, looked_at: Mapping[str, bool], now: int) -> None:
    """Note which sources were looked at, and which of them could be read; one that never could is none unless it has brought articles."""
    for source, could in looked_at.items():
        values = {"tried": now, "read": now} if could else {"tried": now}
        if could or _has_brought(connection, source):
            row = insert(sources).values(source=source, **values)
            connection.execute(row.on_conflict_do_update(index_elements=["source"], set_=values))


def names(connection: sa.Connection) -> set[str]:
    """Return the sources that were noted; none in a library made before they were."""
    return {*_noted(connection)}


def look(connection: sa.Connection, now: int) -> list[Freshness]:
    """Return how fresh each source is, by name.

    One that was not read for two weeks in which others were is given up, and left out. Of a library made before this was noted only what
    its articles tell is known: the feeds and sites they came from.
    """
    noted = _noted(connection)
    last = max((tried for tried, _ in noted.values()), default=0)
    told = {source: noted.get(source, (0, None)) for source in sorted({*noted, *_feeds(connection)})}
    return [
        _of(connection, source, read, now)
        for source, (tried, read) in told.items()
        if last - tried <= _GIVEN_UP * _DAY
    ]


def usual_pause(days: Sequence[tuple[int, int]]) -> int | None:
    """Return the longest usual pause of a source, in seconds, from when the first and the last article of each day came, the first day first.

    That is the pause before a day with new articles which nine in ten do not exceed: nights are in it, and where there is nothing on
    weekends they are in it too (two of ten), but not the odd outage. Six days are the fewest that tell: a source of working days has
    had a weekend by then, and what was brought in at once, an archive say, is of fewer. How much comes on a day does not matter.
    """
    if len(days) < _LEAST:
        return None
    pauses = sorted(first - last for (_, last), (first, _) in pairwise(days))
    return pauses[int(_USUAL * len(pauses))]


def is_silent(newest: int, pause: int | None, now: int) -> bool:
    """Tell whether a source has fallen silent: nothing came for two and a half times its usual pause, and for a day at least.

    One issue that is left out, on a holiday, makes two pauses of one, and is no silence; two make three. Without a pause there is no telling.
    """
    return pause is not None and now - newest > max(_SILENT * pause, _DAY)


def _noted(connection: sa.Connection) -> dict[str, tuple[int, int | None]]:
    """Return when each source that was noted was last looked at, and last could be read."""
    if not sa.inspect(connection).has_table(sources.name):
        return {}
    return {row.source: (row.tried, row.read) for row in connection.execute(sa.select(sources))}


def _of(connection: sa.Connection, source: str, read: int | None, now: int) -> Freshness:
    days = _days(connection, source)
    newest = days[-1][1] if days else None
    pause = usual_pause(days)
    return Freshness(source, read, newest, pause, newest is not None and is_silent(newest, pause, now))


def _days(connection: sa.Connection, source: str) -> list[tuple[int, int]]:
    """Return when the first and the last new article came on each of the last days with any (of 24 hours, UTC)."""
    added = articles.c.added
    day = added.op("/")(_DAY)
    query = (
        sa.select(sa.func.min(added), sa.func.max(added))
        .select_from(origins.join(articles, articles.c.article_id == origins.c.article_id))
        .where(_from(source))
        .group_by(day)
        .order_by(day.desc())
        .limit(_RECENT)
    )
    return [(first, last) for first, last in connection.execute(query)][::-1]


def _from(source: str) -> sa.ColumnElement[bool]:
    """Return the condition on origins that they came from a source, in a folder from any file below it; the index is used for both."""
    if source.startswith(("http://", "https://")):
        return origins.c.container == source
    inside = source.rstrip("/") + "/"
    return (origins.c.container > inside) & (origins.c.container < inside[:-1] + chr(ord("/") + 1))


def _is_list() -> sa.ColumnElement[bool]:
    return origins.c.container != origins.c.origin


def _has_brought(connection: sa.Connection, source: str) -> bool:
    query: sa.Select[Any] = sa.select(sa.literal(1)).select_from(origins).where(_from(source), _is_list())
    return connection.execute(query.limit(1)).first() is not None


def _feeds(connection: sa.Connection) -> set[str]:
    """Return the feeds, sitemaps and sites that articles came from."""
    remote = (origins.c.container > "http:") & (origins.c.container < "https;")
    return {
        *connection.execute(sa.select(origins.c.container).where(remote, _is_list()).distinct()).scalars()
    }
