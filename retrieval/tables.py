"""The catalogue's tables, and the full-text tables that only SQLite knows how to describe."""

from __future__ import annotations

import sqlalchemy as sa

from retrieval.domain import LANGUAGES

SCHEMA = 5  # 2: stories; 3: author and modified; 4: addresses and revisions; 5: parts

tables = sa.MetaData()
meta = sa.Table("meta", tables, sa.Column("key", sa.Text, primary_key=True), sa.Column("value", sa.Text))
articles = sa.Table(
    "articles",
    tables,
    sa.Column("article_id", sa.Text, primary_key=True),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("digest", sa.Text, nullable=False, index=True),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("language", sa.Text, nullable=False, index=True),
    sa.Column("url", sa.Text),
    sa.Column("source", sa.Text),
    sa.Column("published", sa.Text),
    sa.Column("modified", sa.Text),
    sa.Column("author", sa.Text),
    sa.Column("tags", sa.Text, nullable=False),
    sa.Column("caption", sa.Text),
    sa.Column("dateline", sa.Text),
    sa.Column("partial", sa.Integer),  # 1: the rest is for subscribers
    sa.Column("added", sa.Integer, nullable=False),
    sa.Column("changed", sa.Integer, nullable=False),
    sa.Column(
        "address", sa.Text, index=True
    ),  # what an article from anywhere is known by: see `ingest.identity`
)
# What articles were before their last change: see `retrieval.revisions`.
revisions = sa.Table(
    "revisions",
    tables,
    sa.Column("article_id", sa.Text, primary_key=True),
    sa.Column("revision", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("changed", sa.Integer, nullable=False),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("article", sa.LargeBinary, nullable=False),
)
origins = sa.Table(
    "origins",
    tables,
    sa.Column("origin", sa.Text, primary_key=True),
    sa.Column("container", sa.Text, nullable=False, index=True),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("article_id", sa.Text, nullable=False, index=True),
)
passages = sa.Table(
    "passages",
    tables,
    sa.Column("row", sa.Integer, primary_key=True),
    sa.Column("passage_id", sa.Text, nullable=False, unique=True),
    sa.Column("article_id", sa.Text, nullable=False, index=True),
    sa.Column("start", sa.Integer, nullable=False),
    sa.Column("end", sa.Integer, nullable=False),
    sa.Column("sentences", sa.Text, nullable=False),
)
# What late interaction compares, of each passage and by each embedding model: while a library changes its model, both.
codes = sa.Table(
    "codes",
    tables,
    sa.Column("fingerprint", sa.Text, primary_key=True),
    sa.Column("passage_id", sa.Text, primary_key=True),
    sa.Column("value", sa.LargeBinary, nullable=False),
)
coders = sa.Table(
    "coders",
    tables,
    sa.Column("fingerprint", sa.Text, primary_key=True),
    sa.Column("value", sa.LargeBinary, nullable=False),
)
# Near-copies: each article's story, named by the first article in it, and what tells how alike two are.
stories = sa.Table(
    "stories",
    tables,
    sa.Column("article_id", sa.Text, primary_key=True),
    sa.Column("story", sa.Text, nullable=False),
    sa.Column("sketch", sa.LargeBinary, nullable=False),
    sa.Index("stories_by_story", "story", "article_id"),
)
bands = sa.Table(
    "bands",
    tables,
    sa.Column("band", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("article_id", sa.Text, primary_key=True),
    sqlite_with_rowid=False,
)
# What the last fetch of an address told: see `retrieval.fetched`.
fetched = sa.Table(
    "fetched",
    tables,
    sa.Column("url", sa.Text, primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("etag", sa.Text),
    sa.Column("modified", sa.Text),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("mark", sa.Text, nullable=False),
    sa.Column("problem", sa.Text, nullable=False),
)

# When a feed, site or folder was last looked at, and last could be read (Unix seconds): see `retrieval.freshness`. It came after
# version 4, and readers do without it: a library that nothing was written to since has none.
sources = sa.Table(
    "sources",
    tables,
    sa.Column("source", sa.Text, primary_key=True),
    sa.Column("tried", sa.Integer, nullable=False),
    sa.Column("read", sa.Integer),
)


def add_columns(connection: sa.Connection) -> None:
    """Give the articles of an earlier version the columns they lack, empty."""
    there = {column["name"] for column in sa.inspect(connection).get_columns(articles.name)}
    for column in articles.columns:
        if column.name not in there:
            connection.execute(sa.text(f"ALTER TABLE articles ADD COLUMN {column.name} {column.type}"))
    for index in articles.indexes:
        index.create(connection, checkfirst=True)


def create(connection: sa.Connection) -> None:
    """Make every table that is missing."""
    tables.create_all(connection)
    for language in LANGUAGES:
        connection.execute(
            sa.text(
                f"CREATE VIRTUAL TABLE IF NOT EXISTS words_{language} USING fts5("
                "title, body, tokenize='unicode61 remove_diacritics 0', detail='column')"
            )
        )
        connection.execute(
            sa.text(
                f"CREATE VIRTUAL TABLE IF NOT EXISTS vocabulary_{language} "
                f"USING fts5vocab(words_{language}, 'row')"
            )
        )
    connection.execute(sa.text(f"INSERT OR IGNORE INTO meta VALUES ('schema', '{SCHEMA}')"))
