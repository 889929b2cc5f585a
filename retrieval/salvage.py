"""What can still be read of a damaged catalogue, brought into a new one.

SQLite says of a damaged page that the file is malformed, and reads what lies on others. So each table is read in ranges of its
rows, halved where they cannot be read, down to single rows. An article is kept where all of it was read, its passages too; its words
and near-copies are found anew.
"""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from contextlib import closing
from typing import TYPE_CHECKING, Any

from retrieval import fetched, revisions, tables
from retrieval.catalogue import Catalogue, honest_errors
from retrieval.domain import Article, Passage
from retrieval.late import Coded, Coder
from retrieval.snapshot import Origin

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_MOST = 1 << 21  # rows looked for where a table cannot even say how many it has
_LONG = 4_096  # rows; a damaged page holds fewer, unless it is one that leads to others
_SIDES = ("", "-wal", "-shm")
# What SQLite says where the file may be whole; an error of reading is the file's.
_NOT_ITS_FAULT = frozenset(
    {
        sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
    }
)  # fmt: skip
_READING = frozenset(
    {sqlite3.SQLITE_IOERR_READ, sqlite3.SQLITE_IOERR_SHORT_READ, sqlite3.SQLITE_IOERR_CORRUPTFS}
)


def is_damaged(path: Path) -> bool:
    """Tell whether a catalogue's file, which is there, is none that SQLite can read whole.

    Raises `DepecheError` where that cannot be told, as on a full disk: SQLite writes beside what it reads.
    """
    with honest_errors(path):
        try:
            with closing(_opened(path)) as connection:
                names = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
                if not {table.name for table in (tables.meta, tables.articles, tables.passages)} <= names:
                    return True
                (answer,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
                return bool(answer != "ok")
        except sqlite3.DatabaseError as error:
            code = getattr(error, "sqlite_errorcode", 0)
            if code & 0xFF in _NOT_ITS_FAULT or (
                code & 0xFF == sqlite3.SQLITE_IOERR and code not in _READING
            ):
                raise
            return True


def salvage(path: Path) -> tuple[int, Path]:
    """Put a new catalogue in the place of a damaged one; return how many articles are in it, and where the old one is now.

    Raises `OSError` or `DepecheError` where it cannot be written: the damaged one is then still in its place.
    """
    part = path.with_name(f"{path.name}.part")
    for side in _SIDES:
        part.with_name(part.name + side).unlink(missing_ok=True)
    catalogue = Catalogue(part)
    catalogue.create()
    with closing(_opened(path)) as connection:
        kept = _bring_over(connection, catalogue)
    catalogue.close()  # and its log is in its file
    number = 1
    while (aside := path.with_name(f"{path.name}.damaged-{number}")).exists():
        number += 1
    for side in _SIDES:
        old = path.with_name(path.name + side)
        if old.exists():
            old.replace(aside.with_name(aside.name + side))
    part.replace(path)
    return kept, aside


def _bring_over(connection: sqlite3.Connection, catalogue: Catalogue) -> int:
    """Copy what can be read; return how many articles that is."""
    passages = defaultdict(list)
    for row in _rows(connection, "passages"):
        places = tuple((int(start), int(end)) for start, end in json.loads(row["sentences"]))
        passages[row["article_id"]].append(
            Passage(row["passage_id"], row["article_id"], row["start"], row["end"], places)
        )
    names = [column.name for column in tables.articles.columns]
    told = {name for name in names if name in Article.__slots__}
    kept = set()
    for row in _rows(connection, "articles"):
        fields = {name: row[name] for name in told if name in row}
        article = Article(
            **fields | {"tags": tuple(json.loads(row["tags"])), "partial": bool(row.get("partial"))}
        )
        own = sorted(passages.pop(article.article_id, []), key=lambda passage: passage.start)
        if not _is_whole(article, own):
            continue
        kept.add(article.article_id)
        with catalogue.writing() as draft:
            address = {article.article_id: row["address"]} if row.get("address") else {}
            draft.put_articles([(article, row["digest"])], own, address)
            draft.put_past(article.article_id, row["revision"], row["added"], row["changed"], ())
    with catalogue.writing() as draft:
        for row in _rows(connection, "meta"):
            if row["key"] in {"model", "fingerprint"}:
                draft.set_meta(row["key"], row["value"])
            elif row["key"] == "generation":
                draft.set_meta("generation", str(int(row["value"]) + 1))
        draft.set_meta("dirty", "1")
        draft.put_origins(
            [Origin(**row) for row in _rows(connection, "origins") if row["article_id"] in kept]
        )
        for row in _rows(connection, "revisions"):
            if row["article_id"] in kept:
                revisions.put_packed(draft.connection, row)
        fetched.put(draft.connection, [fetched.Fetched(**row) for row in _rows(connection, "fetched")])
        for row in _rows(connection, "sources"):
            draft.connection.execute(tables.sources.insert().values(row))
        for row in _rows(connection, "coders"):
            draft.put_coder(row["fingerprint"], Coder.from_bytes(row["value"]))
        here = draft.all_passage_ids()
        for row in _rows(connection, "codes"):
            if row["passage_id"] in here:
                draft.put_codes(row["fingerprint"], {row["passage_id"]: Coded.from_bytes(row["value"])})
    return len(kept)


def _is_whole(article: Article, passages: list[Passage]) -> bool:
    """Tell whether passages cover an article's text but for the spaces between them."""
    end = 0
    for passage in passages:
        if article.text[end : passage.start].strip():
            return False
        end = max(end, passage.end)
    return bool(passages) and not article.text[end:].strip()


def _rows(connection: sqlite3.Connection, table: str) -> Iterator[dict[str, Any]]:
    """Yield the rows of a table that can be read."""
    try:
        (last,) = connection.execute(f"SELECT max(rowid) FROM {table}").fetchone()  # noqa: S608 - our own names
    except sqlite3.DatabaseError:
        last = _MOST
    ranges = [(1, last or 0)]
    while ranges:
        first, last = ranges.pop()
        if first > last or _is_hopeless(connection, table, first, last):
            continue
        try:
            rows = connection.execute(
                f"SELECT * FROM {table} WHERE rowid BETWEEN ? AND ?",  # noqa: S608
                (first, last),
            ).fetchall()
        except (sqlite3.DatabaseError, UnicodeDecodeError):
            if first < last:
                middle = (first + last) // 2
                ranges += [(middle + 1, last), (first, middle)]
            continue
        yield from (dict(row) for row in rows)


def _is_hopeless(connection: sqlite3.Connection, table: str, first: int, last: int) -> bool:
    """Tell whether of a long range none of some fifty rows can be looked for: each of its rows would take two queries to give up."""
    size = last - first + 1
    if size < _LONG:
        return False
    looked = {first + (1 << power) - 1 for power in range(size.bit_length())}
    looked |= {first + size * part // 32 for part in range(32)}
    for row in sorted(looked):
        try:
            connection.execute(f"SELECT 1 FROM {table} WHERE rowid = ?", (row,)).fetchall()  # noqa: S608
        except sqlite3.DatabaseError:
            continue
        return False
    return True


def _opened(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=30)
    connection.row_factory = sqlite3.Row
    return connection
