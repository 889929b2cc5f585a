"""What can be asked of the catalogue: every SELECT of the project, inside one transaction."""

from __future__ import annotations

import json
from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import sqlalchemy as sa

from retrieval import statements, tables
from retrieval.domain import LANGUAGES, Article, Hit, Language, Passage
from retrieval.late import Coded, Coder

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

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


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """What search compares of a passage: its row number, its article, language and date, its coded tokens."""

    passage_id: str
    row: int
    article_id: str
    language: Language
    published: str | None
    coded: Coded


class Snapshot:
    """What can be asked of the catalogue, inside one transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self.connection = connection

    def meta(self, key: str) -> str | None:
        """Return a value of the library's own, or None."""
        found = self._told(statements.META, {"key": key})
        return str(found[0]) if found else None

    def schema(self) -> int:
        """Return which version of the tables these are."""
        return int(self.meta("schema") or 0)

    def generation(self) -> int:
        """Return the counter that every change of the library bumps."""
        return int(self.meta("generation") or 0)

    def model(self) -> tuple[str, str] | None:
        """Return name and fingerprint of the embedding model the vectors come from; None before the first."""
        name, fingerprint = self.meta("model"), self.meta("fingerprint")
        return (name, fingerprint) if name and fingerprint else None

    def flat(self) -> str | None:
        """Return the name of the flat index of this very state, if it has one."""
        return self.meta("flat") if self.flat_settled() else None

    def flat_settled(self) -> bool:
        """Tell whether a flat index was made of this very state, or it was found to be too large for one."""
        return self.meta("flattened") == str(self.generation())

    def counts(self) -> tuple[int, int]:
        """Return how many articles and passages there are."""
        count = sa.func.count()
        return (
            self.connection.execute(sa.select(count).select_from(tables.articles)).scalar_one(),
            self.connection.execute(sa.select(count).select_from(tables.passages)).scalar_one(),
        )

    def article(self, article_id: str) -> Row | None:
        """Return the article with that id; else the one whose id alone begins with it."""
        found = self._rows(tables.articles.c.article_id == article_id)
        if not found and article_id:
            found = self._rows(tables.articles.c.article_id.startswith(article_id, autoescape=True), limit=2)
        return found[0] if len(found) == 1 else None

    def articles(self, *, limit: int | None = None) -> list[Row]:
        """Return all articles, the newest first: by date of publication, else of arrival."""
        return self._rows(None, limit=limit)

    def all_articles(self, size: int) -> Iterator[list[Row]]:
        """Yield all articles by id, so many at once: memory does not grow with the library."""
        last = ""
        while rows := self._rows(tables.articles.c.article_id > last, limit=size, by_id=True):
            yield rows
            last = rows[-1].article.article_id

    def articles_by_id(self, ids: Iterable[str]) -> dict[str, Row]:
        """Return those of the articles that are there, by id."""
        return {
            r.article.article_id: r
            for page in pages(ids)
            for r in self._rows(tables.articles.c.article_id.in_(page))
        }

    def article_with_digest(self, digest: str) -> str | None:
        """Return the id of an article with exactly this content."""
        return self.connection.execute(
            sa.select(tables.articles.c.article_id).where(tables.articles.c.digest == digest).limit(1)
        ).scalar()

    def articles_at(self, address: str) -> list[Row]:
        """Return the articles known by an address."""
        return self._rows(tables.articles.c.address == address)

    def origins(self, names: Iterable[str]) -> dict[str, Origin]:
        """Return what is known of those origins."""
        return {
            o.origin: o for page in pages(names) for o in self._origins(tables.origins.c.origin.in_(page))
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
            for page in pages(ids)
            for p in self._passages(tables.passages.c.passage_id.in_(page))
        }

    def hits(self, scores: dict[str, float]) -> list[Hit]:
        """Return the passages named in `scores` with their articles, best first; unknown ids are left out."""
        articles: dict[str, Article] = {}
        found = []
        [listed] = self._told(statements.HITS, {"ids": json.dumps([*scores])})
        for told in json.loads(listed):
            row = SimpleNamespace(**dict(zip(statements.HIT_COLUMNS, told, strict=True)))
            article = articles.get(row.article_id) or articles.setdefault(row.article_id, _article(row))
            found.append(Hit(_passage(row), article, scores[row.passage_id]))
        return sorted(found, key=lambda hit: (-hit.score, hit.passage.passage_id))

    def passages_of(self, article_id: str) -> list[Passage]:
        """Return the passages of one article, in order."""
        return self._passages(tables.passages.c.article_id == article_id)

    def arrived_since(self, second: int) -> dict[str, int]:
        """Return the articles that came in at that second (Unix time) or later, by id with their seconds, the first first."""
        added = tables.articles.c.added
        query = sa.select(tables.articles.c.article_id, added).where(added >= second)
        rows = self.connection.execute(query.order_by(added, tables.articles.c.article_id))
        return {row.article_id: row.added for row in rows}

    def changed_since(self, second: int) -> dict[str, tuple[int, int]]:
        """Return the articles corrected at that second (Unix time) or later, by id with their revisions and seconds, the last first."""
        table = tables.articles
        query = (
            sa.select(table.c.article_id, table.c.revision, table.c.changed)
            .where(table.c.changed >= second, table.c.revision > 1)
            .order_by(table.c.changed.desc(), table.c.article_id)
        )
        return {row.article_id: (row.revision, row.changed) for row in self.connection.execute(query)}

    def titles(self, article_ids: Iterable[str]) -> dict[str, str]:
        """Return the titles of those of the articles that are there, by id."""
        table = tables.articles
        return {
            row.article_id: row.title
            for page in pages(article_ids)
            for row in self.connection.execute(
                sa.select(table.c.article_id, table.c.title).where(table.c.article_id.in_(page))
            )
        }

    def passages_in(self, article_ids: Iterable[str]) -> dict[str, list[str]]:
        """Return the ids of the passages of each of the articles that are there, in order."""
        found: dict[str, list[str]] = {}
        for page in pages(article_ids):
            rows = self.connection.execute(
                sa.select(tables.passages.c.article_id, tables.passages.c.passage_id)
                .where(tables.passages.c.article_id.in_(page))
                .order_by(tables.passages.c.row)
            )
            for article_id, passage_id in rows:
                found.setdefault(article_id, []).append(passage_id)
        return found

    def articles_at_rows(self, rows: Iterable[int]) -> list[str]:
        """Return the ids of the articles that passages of those row numbers are of, each once."""
        listed = sa.func.json_each(json.dumps([*rows])).table_valued("value")
        query = sa.select(tables.passages.c.article_id).where(
            tables.passages.c.row.in_(sa.select(listed.c.value))
        )
        return [*self.connection.execute(query.distinct()).scalars()]

    def passage_ids(self, language: Language) -> set[str]:
        """Return the ids of every passage in `language`."""
        return set(self.passage_rows(language).values())

    def passage_rows(self, language: Language) -> dict[int, str]:
        """Return the ids of every passage in `language` by its row number."""
        joined = tables.passages.join(
            tables.articles, tables.passages.c.article_id == tables.articles.c.article_id
        )
        query = (
            sa.select(tables.passages.c.row, tables.passages.c.passage_id)
            .select_from(joined)
            .where(tables.articles.c.language == language)
        )
        return {row.row: row.passage_id for row in self.connection.execute(query)}

    def all_passage_ids(self) -> set[str]:
        """Return the ids of every passage."""
        return set(self.connection.execute(sa.select(tables.passages.c.passage_id)).scalars())

    def sizes(self) -> dict[Language, int]:
        """Return how many passages there are in each language that has any."""
        # FTS5 keeps a small row for each of its own; joining passages with articles takes seven times as long.
        counts = {
            language: self.connection.exec_driver_sql(
                f"SELECT count(*) FROM words_{language}_docsize"
            ).scalar_one()
            for language in LANGUAGES
        }
        return {language: count for language, count in counts.items() if count}

    def coder(self, fingerprint: str) -> Coder | None:
        """Return how tokens of that model are coded, None before its first passage."""
        blob = self.connection.execute(
            sa.select(tables.coders.c.value).where(tables.coders.c.fingerprint == fingerprint)
        ).scalar()
        return Coder.from_bytes(blob) if blob else None

    def coded_ids(self, fingerprint: str) -> set[str]:
        """Return the ids of the passages whose tokens are kept for that model."""
        query = sa.select(tables.codes.c.passage_id).where(tables.codes.c.fingerprint == fingerprint)
        return set(self.connection.execute(query).scalars())

    def postings(self, language: Language, stems: Sequence[str]) -> dict[str, NDArray[np.int64]]:
        """Return, for each stem, the row numbers of the passages that hold it or whose title does."""
        [listed] = self._told(statements.POSTINGS[language], (json.dumps([f'"{stem}"' for stem in stems]),))
        return {stems[n]: np.fromstring(rows or "", np.int64, sep=",") for n, rows in json.loads(listed)}

    def candidates(self, fingerprint: str, ids: Iterable[str], rows: Iterable[int]) -> list[Candidate]:
        """Return what search compares of passages, named by id or by row, in no order; unknown ones are left out."""
        wanted = {"ids": json.dumps([*ids]), "rows": json.dumps([*map(int, rows)])}
        [listed] = self._told(statements.NAMED, wanted)
        named: dict[str, list[Any]] = {passage_id: rest for passage_id, *rest in json.loads(listed)}
        coded_ids, lengths, codes = self._told(
            statements.CODES, {"fingerprint": fingerprint, "ids": json.dumps([*named])}
        )
        found, start = [], 0
        for passage_id, length in zip(json.loads(coded_ids), json.loads(lengths), strict=True):
            row, article_id, language, published = named[passage_id]
            coded = Coded.from_bytes(codes[start : start + length])
            found.append(Candidate(passage_id, row, article_id, language, published, coded))
            start += length
        return found

    def stories(self) -> dict[str, str]:
        """Return the story of every article that has near-copies."""
        story = tables.stories.c.story
        shared = sa.select(story).group_by(story).having(sa.func.count() > 1)
        rows = self.connection.execute(sa.select(tables.stories.c.article_id, story).where(story.in_(shared)))
        return {row.article_id: row.story for row in rows}

    def _told(self, statement: str, given: Mapping[str, Any] | Sequence[Any]) -> Any:  # noqa: ANN401 - a row, or None
        """Return the first row of one of `statements`, by Python's own driver: SQLAlchemy's part takes ten times as long as the call."""
        return self.connection.connection.cursor().execute(statement, given).fetchone()

    def _rows(
        self, where: sa.ColumnElement[bool] | None, limit: int | None = None, *, by_id: bool = False
    ) -> list[Row]:
        newest = sa.func.coalesce(
            tables.articles.c.published, sa.func.datetime(tables.articles.c.added, "unixepoch")
        )
        order = () if by_id else (newest.desc(),)
        query = sa.select(tables.articles).order_by(*order, tables.articles.c.article_id).limit(limit)
        if where is not None:
            query = query.where(where)
        return [_row(r) for r in self.connection.execute(query)]

    def _origins(self, where: sa.ColumnElement[bool]) -> list[Origin]:
        rows = self.connection.execute(
            sa.select(tables.origins).where(where).order_by(tables.origins.c.origin)
        )
        return [Origin(r.origin, r.container, r.digest, r.article_id) for r in rows]

    def _passages(self, where: sa.ColumnElement[bool]) -> list[Passage]:
        rows = self.connection.execute(
            sa.select(tables.passages).where(where).order_by(tables.passages.c.row)
        )
        return [_passage(r) for r in rows]


def pages(values: Iterable[str]) -> Iterator[list[str]]:
    """Yield the distinct values in lists short enough for one statement."""
    listed = list(dict.fromkeys(values))
    for start in range(0, len(listed), _IN):
        yield listed[start : start + _IN]


def _row(row: Any) -> Row:  # noqa: ANN401 - SQLAlchemy rows are typed by their query alone
    return Row(_article(row), row.revision, row.digest, row.added, row.changed)


def _article(row: Any) -> Article:  # noqa: ANN401
    return Article(
        article_id=row.article_id,
        title=row.title,
        text=row.text,
        language=row.language,
        url=row.url,
        source=row.source,
        published=row.published,
        modified=row.modified,
        author=row.author,
        tags=tuple(json.loads(row.tags)),
        caption=row.caption,
        dateline=row.dateline,
        partial=bool(row.partial),
    )


def _passage(row: Any) -> Passage:  # noqa: ANN401
    sentences = tuple(map(tuple, json.loads(row.sentences)))
    return Passage(row.passage_id, row.article_id, row.start, row.end, sentences)
