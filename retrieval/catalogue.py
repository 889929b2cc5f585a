"""The catalogue: articles, passages, words, origins, statistics, generation; how it is opened and written.

SQLite through SQLAlchemy Core, in write-ahead mode: a reader's transaction sees one state of the library from its
first statement to its last, whatever a writer commits meanwhile. All SQL of the project is here, in `snapshot` (what
can be asked) and in `tables`.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections import defaultdict
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import sqlalchemy as sa

from retrieval import fetched, revisions, statements, stories, tables
from retrieval.domain import LANGUAGES, Article, Passage
from retrieval.errors import DepecheError
from retrieval.snapshot import Origin, Row, Snapshot, pages
from retrieval.told import Phrase
from retrieval.words import stems

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from retrieval.late import Coded, Coder
    from retrieval.revisions import Revision


# Bytes of the file that are read in place: a question's 80 passages in 0.6 ms rather than 1.9.
_MAPPED = 1 << 40
_PATIENCE = 30  # seconds for another's write to end


class Catalogue:
    """One SQLite file. `reading()` and `writing()` give a `Snapshot` and a `Draft` in one transaction each."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._engine = sa.create_engine(f"sqlite:///{path}", creator=self._connect)
        sa.event.listen(self._engine, "connect", self._on_connect)
        self._mapped = _MAPPED
        self._file: tuple[int, int] | None = None
        self._mode = "rw"
        sa.event.listen(self._engine, "begin", _on_begin)

    def create(self) -> None:
        """Make the file and its tables, or bring those of an earlier version up to date.

        A new file is there with its tables or not at all. Raises `DepecheError` on a newer schema.
        """
        if not self.path.exists():
            part = self.path.with_name(f".{self.path.name}.part")
            for left in (part, Path(f"{part}-wal"), Path(f"{part}-shm")):  # of one that was killed here
                left.unlink(missing_ok=True)
            made = Catalogue(part)
            made._mode = "rwc"
            made._make()
            made.close()  # which takes its log into it
            part.replace(self.path)
        self._make()

    def _connect(self) -> sqlite3.Connection:
        """Open the file, which must be there: SQLite would make one without tables, and keep it open when the real one is back."""
        address = f"file:{quote(str(self.path.absolute()))}?mode={self._mode}"
        return sqlite3.connect(address, uri=True, timeout=_PATIENCE, check_same_thread=False)

    def _follow(self) -> None:
        """Let go of a file that another was put in the place of: a repair does so, under readers that go on."""
        try:
            told = self.path.stat()
        except OSError:
            return  # connecting will say so
        now = told.st_dev, told.st_ino
        if self._file not in (None, now):
            self._engine.dispose()
        self._file = now

    def _make(self) -> None:
        with honest_errors(self.path), self._engine.begin() as connection:
            tables.create(connection)
        with self.writing() as draft:
            schema = draft.schema()
            if schema > tables.SCHEMA:
                raise DepecheError(
                    Phrase("The library in {folder} was made by a newer Dépêche", folder=self.path.parent),
                    "Upgrade, or choose another DEPECHE_DATA_DIR.",
                )
            if schema < 5:
                tables.add_columns(draft.connection)
            if schema < 2:
                stories.place(draft.connection, (row.article for row in draft.articles()))
            if schema < tables.SCHEMA:
                draft.set_meta("schema", str(tables.SCHEMA))

    @contextmanager
    def reading(self) -> Iterator[Snapshot]:
        """Give a Snapshot: every look-up in it sees the same state of the library."""
        self._follow()
        with honest_errors(self.path), self._engine.begin() as connection:
            yield Snapshot(connection)

    def generation(self) -> int:
        """Return the counter that every change of the library bumps, as it is now: in a third of a transaction's time."""
        self._follow()
        with honest_errors(self.path), closing(self._engine.raw_connection()) as connection:
            told = connection.cursor().execute(statements.META, {"key": "generation"}).fetchone()
        return int(told[0]) if told else 0

    @contextmanager
    def writing(self) -> Iterator[Draft]:
        """Give a Draft, committed whole at the end of the block, or not at all where the block raises."""
        self._follow()
        with honest_errors(self.path), self._engine.begin() as connection:
            yield Draft(connection)

    @contextmanager
    def unmapped(self) -> Iterator[None]:
        """Read pages as they are needed rather than in place while a block runs: a writer's memory must not grow with the file."""
        self._mapped = 0
        self._engine.dispose()
        try:
            yield
        finally:
            self._mapped = _MAPPED
            self._engine.dispose()

    def close(self) -> None:
        """Give back every connection."""
        self._engine.dispose()

    def _on_connect(self, connection: Any, _record: object) -> None:  # noqa: ANN401 - a DBAPI connection
        connection.isolation_level = None  # SQLAlchemy's BEGIN below, not pysqlite's guess of when
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(f"PRAGMA mmap_size = {self._mapped}")


class Draft(Snapshot):
    """A Snapshot that can also be written to."""

    def set_meta(self, key: str, value: str | None) -> None:
        """Keep a value of the library's own; None forgets it."""
        self.connection.execute(tables.meta.delete().where(tables.meta.c.key == key))
        if value is not None:
            self.connection.execute(tables.meta.insert().values(key=key, value=value))

    def bump(self) -> None:
        """Count one more change, so that readers look again."""
        self.set_meta("generation", str(self.generation() + 1))

    def set_flat(self, name: str | None, generation: int) -> None:
        """Name the flat index of a generation; None where it is too large for one."""
        self.set_meta("flat", name)
        self.set_meta("flattened", str(generation))

    def put_articles(
        self,
        articles: Sequence[tuple[Article, str]],
        passages: Sequence[Passage],
        addresses: Mapping[str, str],
    ) -> None:
        """Store or replace articles, given with their digests, all their passages, and by id the addresses they are known by."""
        now = int(time.time())
        known = self.articles_by_id(a.article_id for a, _ in articles)
        self._forget_passages([*known])
        revisions.keep(self.connection, known.values())
        rows = [
            _values(a, digest, known.get(a.article_id), now) | {"address": addresses.get(a.article_id)}
            for a, digest in articles
        ]
        self._delete(tables.articles, tables.articles.c.article_id, [*known])
        if rows:
            self.connection.execute(tables.articles.insert(), rows)
        by_id = {a.article_id: a for a, _ in articles}
        if passages:
            self.connection.execute(
                tables.passages.insert(),
                [
                    {
                        "passage_id": p.passage_id,
                        "article_id": p.article_id,
                        "start": p.start,
                        "end": p.end,
                        "sentences": json.dumps(p.sentences, separators=(",", ":")),
                    }
                    for p in passages
                ],
            )
            self._index_words(by_id, passages)
        stories.place(self.connection, by_id.values())

    def put_past(
        self, article_id: str, revision: int, added: int, changed: int, earlier: Iterable[Revision]
    ) -> None:
        """Give an article the history a backup tells."""
        table = tables.articles
        values = {"revision": revision, "added": added, "changed": changed}
        self.connection.execute(table.update().where(table.c.article_id == article_id).values(values))
        revisions.forget(self.connection, [article_id])
        revisions.put(self.connection, article_id, earlier)

    def remove_articles(self, ids: Sequence[str]) -> None:
        """Forget articles, their passages and their origins."""
        self._forget_passages(ids)
        self._delete(tables.articles, tables.articles.c.article_id, ids)
        fetched.forget(self.connection, (o.origin for i in ids for o in self.origins_of(i)))
        self._delete(tables.origins, tables.origins.c.article_id, ids)
        stories.forget(self.connection, ids)
        revisions.forget(self.connection, ids)

    def put_origins(self, origins: Sequence[Origin]) -> None:
        """Store or replace what is known of origins."""
        self.remove_origins([o.origin for o in origins])
        if origins:
            self.connection.execute(
                tables.origins.insert(),
                [
                    {
                        "origin": o.origin,
                        "container": o.container,
                        "digest": o.digest,
                        "article_id": o.article_id,
                    }
                    for o in origins
                ],
            )

    def remove_origins(self, names: Sequence[str]) -> None:
        """Forget origins; their articles stay."""
        self._delete(tables.origins, tables.origins.c.origin, names)

    def put_coder(self, fingerprint: str, coder: Coder) -> None:
        """Store how a model's tokens are coded."""
        self._delete(tables.coders, tables.coders.c.fingerprint, [fingerprint])
        self.connection.execute(
            tables.coders.insert().values(fingerprint=fingerprint, value=coder.to_bytes())
        )

    def put_codes(self, fingerprint: str, codes: dict[str, Coded]) -> None:
        """Store or replace passages' coded tokens, by passage id."""
        self.remove_codes(fingerprint, codes)
        rows = [
            {"fingerprint": fingerprint, "passage_id": i, "value": coded.to_bytes()}
            for i, coded in codes.items()
        ]
        if rows:
            self.connection.execute(tables.codes.insert(), rows)

    def remove_codes(self, fingerprint: str, ids: Iterable[str]) -> None:
        """Forget passages' coded tokens."""
        for page in pages(ids):
            self.connection.execute(
                tables.codes.delete().where(
                    tables.codes.c.fingerprint == fingerprint, tables.codes.c.passage_id.in_(page)
                )
            )

    def drop_other_codes(self, fingerprint: str) -> None:
        """Forget what was kept for any other model."""
        for table in (tables.codes, tables.coders):
            self.connection.execute(table.delete().where(table.c.fingerprint != fingerprint))

    def _index_words(self, articles: dict[str, Article], passages: Sequence[Passage]) -> None:
        rows = self.connection.execute(
            sa.select(tables.passages.c.row, tables.passages.c.passage_id).where(
                tables.passages.c.article_id.in_({p.article_id for p in passages})
            )
        )
        row_of = {r.passage_id: r.row for r in rows}
        titles = {i: " ".join(stems(a.title, a.language)) for i, a in articles.items()}
        words = defaultdict(list)
        for passage in passages:
            article = articles[passage.article_id]
            words[article.language].append(
                {
                    "row": row_of[passage.passage_id],
                    "title": titles[article.article_id],
                    "body": " ".join(stems(article.text[passage.start : passage.end], article.language)),
                }
            )
        for language, values in words.items():
            self.connection.execute(
                sa.text(f"INSERT INTO words_{language}(rowid, title, body) VALUES (:row, :title, :body)"),
                values,
            )

    def _forget_passages(self, article_ids: Sequence[str]) -> None:
        for page in pages(article_ids):
            rows = self.connection.execute(
                sa.select(tables.passages.c.row).where(tables.passages.c.article_id.in_(page))
            ).scalars()
            keys = [{"row": row} for row in rows]
            if keys:
                for language in LANGUAGES:
                    self.connection.execute(sa.text(f"DELETE FROM words_{language} WHERE rowid = :row"), keys)
        self._delete(tables.passages, tables.passages.c.article_id, article_ids)

    def _delete(self, table: sa.Table, column: sa.Column[str], values: Iterable[str]) -> None:
        for page in pages(values):
            self.connection.execute(table.delete().where(column.in_(page)))


def _on_begin(connection: sa.Connection) -> None:
    connection.connection.cursor().execute("BEGIN")


@contextmanager
def honest_errors(path: Path) -> Iterator[None]:
    """Raise what SQLite says of a catalogue as a `DepecheError`."""
    try:
        yield
    except (sa.exc.DBAPIError, sqlite3.Error) as error:
        told = str(error.orig if isinstance(error, sa.exc.DBAPIError) else error)
        if "readonly" in told or "unable to open" in told:
            what = Phrase("The catalogue {path} cannot be written: {told}", path=path, told=told)
            hint = "Readers write beside it too: change the folder's rights, or choose another."
        elif "full" in told or "disk I/O" in told:
            what = Phrase("The catalogue {path} cannot be written: {told}", path=path, told=told)
            hint = "Make room on the disk. What was there before still is."
        else:
            what = Phrase("The catalogue {path} cannot be used: {told}", path=path, told=told)
            hint = "Run `depeche doctor` to see what is wrong."
        raise DepecheError(what, hint) from error


def _values(article: Article, digest: str, old: Row | None, now: int) -> dict[str, Any]:
    return {
        **article.to_json(),
        "tags": json.dumps(article.tags, ensure_ascii=False),
        "partial": int(article.partial),
        "digest": digest,
        "revision": old.revision + 1 if old else 1,
        "added": old.added if old else now,
        "changed": now,
    }
