"""The SELECTs on the way of every question, as text: putting them together anew takes longer than SQLite does to answer.

Lists go in as JSON, so that a statement stays the same however long they are. What may be many rows and columns comes out as one value:
Python's driver lets go of the interpreter's lock at each, and where threads answer side by side, each waits to get it back.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

from retrieval import tables
from retrieval.domain import LANGUAGES

_DIALECT = sqlite.dialect(paramstyle="named")


def _text(statement: sa.Select[Any] | sa.CompoundSelect[Any]) -> str:
    return str(statement.compile(dialect=_DIALECT))


META = _text(sa.select(tables.meta.c.value).where(tables.meta.c.key == sa.bindparam("key")))


def _listed(name: str) -> sa.ScalarSelect[Any] | sa.Select[Any]:
    return sa.select(sa.func.json_each(sa.bindparam(name)).table_valued("value").c.value)


_WITH_ARTICLES = tables.passages.join(
    tables.articles, tables.articles.c.article_id == tables.passages.c.article_id
)


def _named(column: sa.Column[Any], listed: str) -> sa.Select[Any]:
    return (
        sa.select(
            tables.passages.c.row,
            tables.passages.c.passage_id,
            tables.passages.c.article_id,
            tables.articles.c.language,
            tables.articles.c.published,
        )
        .select_from(_WITH_ARTICLES)
        .where(column.in_(_listed(listed)))
    )


# What search compares of passages: one row, a JSON list of lists. In two steps: SQLite's planner reads every code where one statement
# joins them.
NAMED = (
    'SELECT json_group_array(json_array(passage_id, "row", article_id, language, published)) FROM ('
    + _text(sa.union(_named(tables.passages.c.passage_id, "ids"), _named(tables.passages.c.row, "rows")))
    + ")"
)
# One row: the passages' ids and the lengths of their codes, JSON lists, and the codes one after the other, whose bytes SQLite does not read.
CODES = (
    "SELECT json_group_array(passage_id), json_group_array(length(value)), CAST(group_concat(value, '') AS BLOB) FROM ("
    + _text(
        sa.select(tables.codes.c.passage_id, tables.codes.c.value).where(
            tables.codes.c.fingerprint == sa.bindparam("fingerprint"),
            tables.codes.c.passage_id.in_(_listed("ids")),
        )
    )
    + ")"
)

# Passages with their articles: one row, a JSON list of what `HIT_COLUMNS` names.
_HIT = [
    tables.passages.c.passage_id,
    tables.passages.c.start,
    tables.passages.c.end,
    tables.passages.c.sentences,
    *tables.articles.c,
]
HIT_COLUMNS = [column.name for column in _HIT]
HITS = _text(
    sa.select(sa.func.json_group_array(sa.func.json_array(*_HIT)))
    .select_from(_WITH_ARTICLES)
    .where(tables.passages.c.passage_id.in_(_listed("ids")))
)

# For each of a list of words, quoted, its number in the list and the rows that hold it as one text: one row, a JSON list of pairs.
POSTINGS = {
    language: "SELECT json_group_array(json_array(j.key, "
    f"(SELECT group_concat(rowid) FROM words_{language} WHERE words_{language} MATCH j.value))) FROM json_each(?) AS j"
    for language in LANGUAGES
}
