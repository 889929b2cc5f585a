"""What a library holds, at a glance: how many articles, of which days, and a page of their titles, without their texts."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from retrieval.domain import LANGUAGES, Language
from retrieval.tables import articles
from retrieval.when import day_of

if TYPE_CHECKING:
    from collections.abc import Iterable


_DATED: Final = "[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]*"  # what begins as ISO 8601 has it


@dataclass(frozen=True, slots=True)
class Overview:
    """How many articles each language has, from how many sources, published from when to when (ISO 8601), last changed when.

    `changed` is in Unix seconds, None in an empty library; `first` and `last` are None where no article tells its date, `dated` is how many do.
    """

    articles: dict[Language, int]
    sources: int
    first: str | None
    last: str | None
    changed: int | None
    dated: int = 0

    @property
    def count(self) -> int:
        """How many articles there are."""
        return sum(self.articles.values())


@dataclass(frozen=True, slots=True)
class Within:
    """Which articles are meant: published from `since` to `until`, both included, by one of the `sources`, in a language; all by default."""

    since: date | None = None
    until: date | None = None
    sources: frozenset[str] = frozenset()
    language: Language | None = None

    def and_(self, other: Within) -> Within:
        """Return what both mean; of what each says, the other's counts."""
        return Within(
            other.since or self.since,
            other.until or self.until,
            other.sources or self.sources,
            other.language or self.language,
        )

    def clause(self) -> sa.ColumnElement[bool]:
        """Return the condition on the table of articles. One without a date is in no period."""
        wanted: list[sa.ColumnElement[bool]] = [sa.true()]
        if self.since:
            wanted.append(articles.c.published >= self.since.isoformat())
        if self.until:
            wanted.append(sa.func.substr(articles.c.published, 1, 10) <= self.until.isoformat())
        if self.sources:
            wanted.append(articles.c.source.in_(sorted(self.sources)))
        if self.language:
            wanted.append(articles.c.language == self.language)
        return sa.and_(*wanted)


@dataclass(frozen=True, slots=True)
class Listed:
    """An article in a list: what tells which one it is."""

    article_id: str
    title: str
    url: str | None
    source: str | None
    published: str | None


def look(connection: sa.Connection) -> Overview:
    """Return what the library holds as of the connection's transaction."""
    count = sa.func.count()
    by_language = connection.execute(sa.select(articles.c.language, count).group_by(articles.c.language))
    counts: dict[Language, int] = {row.language: row[1] for row in by_language}
    dated = sa.case((articles.c.published.op("GLOB")(_DATED), articles.c.published))
    first, last, changed, sources, with_day = connection.execute(
        sa.select(
            sa.func.min(dated),
            sa.func.max(dated),
            sa.func.max(articles.c.changed),
            sa.func.count(articles.c.source.distinct()),
            sa.func.count(dated),
        )
    ).one()
    held = {one: counts[one] for one in LANGUAGES if one in counts}
    return Overview(held, sources, first, last, changed, with_day)


def newest(
    connection: sa.Connection,
    *,
    limit: int,
    offset: int = 0,
    within: Within | None = None,
    ids: Iterable[str] | None = None,
) -> list[Listed]:
    """Return a page of the articles, or of those with the `ids`, the newest first: by date of publication, else of arrival."""
    query = sa.select(
        articles.c.article_id, articles.c.title, articles.c.url, articles.c.source, articles.c.published
    ).order_by(_came().desc(), articles.c.article_id)
    if within:
        query = query.where(within.clause())
    if ids is not None:
        listed = sa.func.json_each(json.dumps([*ids])).table_valued("value")
        query = query.where(articles.c.article_id.in_(sa.select(listed.c.value)))
    return [Listed(*row) for row in connection.execute(query.limit(limit).offset(offset))]


def newest_day(connection: sa.Connection) -> date | None:
    """Return the day of the newest article, by date of publication, else of arrival; None where there is none."""
    return day_of(connection.execute(sa.select(sa.func.max(_came()))).scalar())


def _came() -> sa.ColumnElement[str]:
    added = sa.func.datetime(articles.c.added, "unixepoch")
    # What says that it is of a day to come would be the newest for ever.
    told = sa.case((articles.c.published < sa.func.date("now", "+2 days"), articles.c.published))
    return sa.func.coalesce(told, added)


def sources(connection: sa.Connection) -> dict[str, str | None]:
    """Return the names of all sources, each with an address of one of its articles, where one has any."""
    query = sa.select(articles.c.source, sa.func.max(articles.c.url)).where(articles.c.source.is_not(None))
    return {row[0]: row[1] for row in connection.execute(query.group_by(articles.c.source))}


def by_source(connection: sa.Connection) -> dict[str, int]:
    """Return how many articles each source has, the one with most first."""
    count = sa.func.count()
    query = sa.select(articles.c.source, count).where(articles.c.source.is_not(None), articles.c.source != "")
    rows = connection.execute(query.group_by(articles.c.source).order_by(count.desc(), articles.c.source))
    return {row[0]: row[1] for row in rows}


def count_within(connection: sa.Connection, within: Within) -> int:
    """Return how many articles are meant."""
    counted = sa.select(sa.func.count()).select_from(articles).where(within.clause())
    return int(connection.execute(counted).scalar_one())


def by_author(connection: sa.Connection, name: str, within: Within) -> list[str]:
    """Return the ids of the articles by the author of that name, of two words or more: one word is rather what articles are about."""
    if len(name.split()) < 2:
        return []
    authors = sa.func.replace(sa.func.lower(articles.c.author), ",", " ")
    held = sa.func.instr(" " + authors + " ", f" {name.lower()} ") > 0
    return [*connection.execute(sa.select(articles.c.article_id).where(held, within.clause())).scalars()]


def ids_within(connection: sa.Connection, within: Within) -> frozenset[str]:
    """Return the ids of the articles meant."""
    return frozenset(connection.execute(sa.select(articles.c.article_id).where(within.clause())).scalars())
