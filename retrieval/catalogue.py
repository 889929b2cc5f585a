"""The catalogue: every SQL statement of the project. Articles, passages, words, origins, statistics, generation.

SQLite through SQLAlchemy Core, in write-ahead mode: a reader's transaction sees one state of the library from its
first statement to its last, whatever a writer commits meanwhile.
"""

from __future__ import annotations

import json
import time
from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from retrieval import tables
from retrieval.domain import LANGUAGES, Article, Hit, Language, Passage
from retrieval.errors import DepecheError
from retrieval.moments import Moments
from retrieval.words import stems

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

_IN = 500  # ids in one IN (...): SQLite's own bound is far above


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an article came from: `origin` names it from run to run, `digest` its raw content."""

    origin: str
    container: str
    digest: str
    article_id: str


@dataclass(frozen=True, slots=True)
class Row:
    """An article as the catalogue keeps it, with its history's figures (times in Unix seconds)."""

    article: Article
    revision: int
    digest: str
    added: int
    changed: int


class Catalogue:
    """One SQLite file. `reading()` and `writing()` give a `Snapshot` and a `Draft` in one transaction each."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._engine = sa.create_engine(f"sqlite:///{path}", connect_args={"timeout": 30})
        sa.event.listen(self._engine, "connect", _on_connect)
        sa.event.listen(self._engine, "begin", _on_begin)

    def create(self) -> None:
        """Make the file and its tables where they are missing; raise `DepecheError` on a newer schema."""
        with self._engine.begin() as connection:
            tables.create(connection)
        with self.reading() as snapshot:
            if int(snapshot.meta("schema") or tables.SCHEMA) > tables.SCHEMA:
                raise DepecheError(
                    f"The library in {self.path.parent} was made by a newer Dépêche",
                    "Upgrade, or choose another DEPECHE_DATA_DIR.",
                )

    @contextmanager
    def reading(self) -> Iterator[Snapshot]:
        """Give a Snapshot: every look-up in it sees the same state of the library."""
        with _honest_errors(self.path), self._engine.begin() as connection:
            yield Snapshot(connection)

    @contextmanager
    def writing(self) -> Iterator[Draft]:
        """Give a Draft, committed whole at the end of the block, or not at all where the block raises."""
        with _honest_errors(self.path), self._engine.begin() as connection:
            yield Draft(connection)

    def close(self) -> None:
        """Give back every connection."""
        self._engine.dispose()


class Snapshot:
    """What can be asked of the catalogue, inside one transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def meta(self, key: str) -> str | None:
        """Return a value of the library's own, or None."""
        return self._connection.execute(
            sa.select(tables.meta.c.value).where(tables.meta.c.key == key)
        ).scalar()

    def generation(self) -> int:
        """Return the counter that every change of the library bumps."""
        return int(self.meta("generation") or 0)

    def model(self) -> tuple[str, str] | None:
        """Return name and fingerprint of the embedding model the vectors come from; None before the first."""
        name, fingerprint = self.meta("model"), self.meta("fingerprint")
        return (name, fingerprint) if name and fingerprint else None

    def counts(self) -> tuple[int, int]:
        """Return how many articles and passages there are."""
        count = sa.func.count()
        return (
            self._connection.execute(sa.select(count).select_from(tables.articles)).scalar_one(),
            self._connection.execute(sa.select(count).select_from(tables.passages)).scalar_one(),
        )

    def languages(self) -> tuple[Language, ...]:
        """Return the languages that have articles."""
        some = self._connection.execute(sa.select(tables.articles.c.language).distinct()).scalars().all()
        return tuple(language for language in LANGUAGES if language in some)

    def article(self, article_id: str) -> Row | None:
        """Return the article with that id; else the one whose id alone begins with it."""
        found = self._rows(tables.articles.c.article_id == article_id)
        if not found and article_id:
            found = self._rows(tables.articles.c.article_id.startswith(article_id, autoescape=True), limit=2)
        return found[0] if len(found) == 1 else None

    def articles(self, *, limit: int | None = None) -> list[Row]:
        """Return all articles, the newest first: by date of publication, else of arrival."""
        return self._rows(None, limit=limit)

    def articles_by_id(self, ids: Iterable[str]) -> dict[str, Row]:
        """Return those of the articles that are there, by id."""
        return {
            r.article.article_id: r
            for page in _pages(ids)
            for r in self._rows(tables.articles.c.article_id.in_(page))
        }

    def article_with_digest(self, digest: str) -> str | None:
        """Return the id of an article with exactly this content."""
        return self._connection.execute(
            sa.select(tables.articles.c.article_id).where(tables.articles.c.digest == digest).limit(1)
        ).scalar()

    def origins(self, names: Iterable[str]) -> dict[str, Origin]:
        """Return what is known of those origins."""
        return {
            o.origin: o for page in _pages(names) for o in self._origins(tables.origins.c.origin.in_(page))
        }

    def origins_of(self, article_id: str) -> list[Origin]:
        """Return the origins of one article."""
        return self._origins(tables.origins.c.article_id == article_id)

    def origins_under(self, path: str) -> list[Origin]:
        """Return the origins that came from the file `path`, or from any file in the folder `path`."""
        inside = path.rstrip("/") + "/"
        return self._origins(
            (tables.origins.c.container == path)
            | tables.origins.c.container.startswith(inside, autoescape=True)
        )

    def passages(self, ids: Iterable[str]) -> dict[str, Passage]:
        """Return those of the passages that are there, by id."""
        return {
            p.passage_id: p
            for page in _pages(ids)
            for p in self._passages(tables.passages.c.passage_id.in_(page))
        }

    def hits(self, scores: dict[str, float]) -> list[Hit]:
        """Return the passages named in `scores` with their articles, best first; unknown ids are left out."""
        passages = self.passages(scores)
        rows = self.articles_by_id(p.article_id for p in passages.values())
        found = [Hit(p, rows[p.article_id].article, scores[i]) for i, p in passages.items()]
        return sorted(found, key=lambda hit: (-hit.score, hit.passage.passage_id))

    def passages_of(self, article_id: str) -> list[Passage]:
        """Return the passages of one article, in order."""
        return self._passages(tables.passages.c.article_id == article_id)

    def passage_ids(self, language: Language) -> set[str]:
        """Return the ids of every passage in `language`."""
        joined = tables.passages.join(
            tables.articles, tables.passages.c.article_id == tables.articles.c.article_id
        )
        query = (
            sa.select(tables.passages.c.passage_id)
            .select_from(joined)
            .where(tables.articles.c.language == language)
        )
        return set(self._connection.execute(query).scalars())

    def moments(self, language: Language) -> Moments | None:
        """Return the mean and covariance of the vectors in `language`, None before the first."""
        blob = self._connection.execute(
            sa.select(tables.moments.c.value).where(tables.moments.c.language == language)
        ).scalar()
        return Moments.from_bytes(blob) if blob else None

    def word_hits(self, language: Language, stems: Sequence[str], k: int) -> list[tuple[str, float]]:
        """Return up to `k` `(passage_id, BM25)` pairs of passages with any of `stems`, best first (larger is better)."""
        if not stems:
            return []
        rows = self._connection.execute(
            sa.text(
                f"SELECT p.passage_id, -w.rank FROM (SELECT rowid, rank FROM words_{language} "
                f"WHERE words_{language} MATCH :query ORDER BY rank LIMIT :k) AS w "
                'JOIN passages AS p ON p."row" = w.rowid ORDER BY w.rank'
            ),
            {"query": " OR ".join(f'"{stem}"' for stem in stems), "k": k},
        )
        return [(passage_id, float(score)) for passage_id, score in rows]

    def document_frequencies(self, language: Language, stems: Sequence[str]) -> dict[str, int]:
        """Return in how many passages of `language` each of `stems` is; 0 where it is in none."""
        found = dict.fromkeys(stems, 0)
        query = sa.text(f"SELECT term, doc FROM vocabulary_{language} WHERE term = :term")
        for stem in stems:
            row = self._connection.execute(query, {"term": stem}).first()
            if row:
                found[stem] = int(row.doc)
        return found

    def stems_of(self, language: Language, ids: Iterable[str]) -> dict[str, str]:
        """Return the stems of passages and of their titles as one string of words, by passage id."""
        query = sa.text(
            "SELECT p.passage_id, w.title || ' ' || w.body AS stems FROM passages AS p "
            f'JOIN words_{language} AS w ON w.rowid = p."row" WHERE p.passage_id IN :ids'
        ).bindparams(sa.bindparam("ids", expanding=True))
        rows = (r for page in _pages(ids) for r in self._connection.execute(query, {"ids": page}))
        return {r.passage_id: r.stems for r in rows}

    def _rows(self, where: sa.ColumnElement[bool] | None, limit: int | None = None) -> list[Row]:
        newest = sa.func.coalesce(
            tables.articles.c.published, sa.func.datetime(tables.articles.c.added, "unixepoch")
        )
        query = sa.select(tables.articles).order_by(newest.desc(), tables.articles.c.article_id).limit(limit)
        if where is not None:
            query = query.where(where)
        return [_row(r) for r in self._connection.execute(query)]

    def _origins(self, where: sa.ColumnElement[bool]) -> list[Origin]:
        rows = self._connection.execute(
            sa.select(tables.origins).where(where).order_by(tables.origins.c.origin)
        )
        return [Origin(r.origin, r.container, r.digest, r.article_id) for r in rows]

    def _passages(self, where: sa.ColumnElement[bool]) -> list[Passage]:
        rows = self._connection.execute(
            sa.select(tables.passages).where(where).order_by(tables.passages.c.row)
        )
        return [
            Passage(r.passage_id, r.article_id, r.start, r.end, tuple(map(tuple, json.loads(r.sentences))))
            for r in rows
        ]


class Draft(Snapshot):
    """A Snapshot that can also be written to."""

    def set_meta(self, key: str, value: str | None) -> None:
        """Keep a value of the library's own; None forgets it."""
        self._connection.execute(tables.meta.delete().where(tables.meta.c.key == key))
        if value is not None:
            self._connection.execute(tables.meta.insert().values(key=key, value=value))

    def bump(self) -> None:
        """Count one more change, so that readers look again."""
        self.set_meta("generation", str(self.generation() + 1))

    def put_articles(self, articles: Sequence[tuple[Article, str]], passages: Sequence[Passage]) -> None:
        """Store or replace articles, given with their digests, and all their passages."""
        now = int(time.time())
        known = self.articles_by_id(a.article_id for a, _ in articles)
        self._forget_passages([*known])
        rows = [_values(a, digest, known.get(a.article_id), now) for a, digest in articles]
        self._delete(tables.articles, tables.articles.c.article_id, [*known])
        if rows:
            self._connection.execute(tables.articles.insert(), rows)
        by_id = {a.article_id: a for a, _ in articles}
        if passages:
            self._connection.execute(
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

    def remove_articles(self, ids: Sequence[str]) -> None:
        """Forget articles, their passages and their origins."""
        self._forget_passages(ids)
        self._delete(tables.articles, tables.articles.c.article_id, ids)
        self._delete(tables.origins, tables.origins.c.article_id, ids)

    def put_origins(self, origins: Sequence[Origin]) -> None:
        """Store or replace what is known of origins."""
        self.remove_origins([o.origin for o in origins])
        if origins:
            self._connection.execute(
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

    def put_moments(self, language: Language, moments: Moments) -> None:
        """Store the statistics of a language's vectors."""
        self._connection.execute(tables.moments.delete().where(tables.moments.c.language == language))
        self._connection.execute(tables.moments.insert().values(language=language, value=moments.to_bytes()))

    def _index_words(self, articles: dict[str, Article], passages: Sequence[Passage]) -> None:
        rows = self._connection.execute(
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
            self._connection.execute(
                sa.text(f"INSERT INTO words_{language}(rowid, title, body) VALUES (:row, :title, :body)"),
                values,
            )

    def _forget_passages(self, article_ids: Sequence[str]) -> None:
        for page in _pages(article_ids):
            rows = self._connection.execute(
                sa.select(tables.passages.c.row).where(tables.passages.c.article_id.in_(page))
            ).scalars()
            keys = [{"row": row} for row in rows]
            if keys:
                for language in LANGUAGES:
                    self._connection.execute(
                        sa.text(f"DELETE FROM words_{language} WHERE rowid = :row"), keys
                    )
        self._delete(tables.passages, tables.passages.c.article_id, article_ids)

    def _delete(self, table: sa.Table, column: sa.Column[str], values: Iterable[str]) -> None:
        for page in _pages(values):
            self._connection.execute(table.delete().where(column.in_(page)))


def _on_connect(connection: Any, _record: object) -> None:  # noqa: ANN401 - a DBAPI connection
    connection.isolation_level = None  # SQLAlchemy's BEGIN below, not pysqlite's guess of when
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")


def _on_begin(connection: sa.Connection) -> None:
    connection.exec_driver_sql("BEGIN")


@contextmanager
def _honest_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except sa.exc.DBAPIError as error:
        raise DepecheError(
            f"The catalogue {path} cannot be used: {error.orig}",
            "Run `depeche doctor` to see what is wrong.",
        ) from error


def _pages(values: Iterable[str]) -> Iterator[list[str]]:
    listed = list(dict.fromkeys(values))
    for start in range(0, len(listed), _IN):
        yield listed[start : start + _IN]


def _row(row: Any) -> Row:  # noqa: ANN401 - SQLAlchemy rows are typed by their query alone
    article = Article(
        article_id=row.article_id,
        title=row.title,
        text=row.text,
        language=row.language,
        url=row.url,
        source=row.source,
        published=row.published,
        tags=tuple(json.loads(row.tags)),
        caption=row.caption,
        dateline=row.dateline,
    )
    return Row(article, row.revision, row.digest, row.added, row.changed)


def _values(article: Article, digest: str, old: Row | None, now: int) -> dict[str, Any]:
    return {
        **article.to_json(),
        "tags": json.dumps(article.tags, ensure_ascii=False),
        "digest": digest,
        "revision": old.revision + 1 if old else 1,
        "added": old.added if old else now,
        "changed": now,
    }
