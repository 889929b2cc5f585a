"""The backup: every article with its history and where it came from, one JSON object a line, and back.

The rows are those that `depeche ingest` reads, `id` and `text` among them; what only a library knows stands under `library`.
Vectors are not in it: they are made anew.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from typing import IO, TYPE_CHECKING, Any

from ingest.documents import MAX_CHARACTERS, Problem
from ingest.identity import content_digest
from ingest.passages import split_passages
from ingest.rows import lines_of
from retrieval import revisions
from retrieval.batch import Batch, Past
from retrieval.domain import LANGUAGES, Article
from retrieval.revisions import Revision
from retrieval.snapshot import Origin
from retrieval.told import Phrase
from retrieval.urls import address_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from retrieval.embedding import Embedder
    from retrieval.library import Library
    from retrieval.snapshot import Row, Snapshot

_PAGE = 200  # articles read, and passages made visible, at once
_TEXTS = ("article_id", "title", "text", "language")
_MAYBE = ("url", "source", "published", "modified", "author", "caption", "dateline")


@dataclass(slots=True)
class Imported:
    """What an import did: articles that were not there, that are newer than what was, and that are left as they were."""

    new: int = 0
    changed: int = 0
    same: int = 0


def write_backup(snapshot: Snapshot, file: IO[str], step: Callable[[], None] = lambda: None) -> int:
    """Write every article to `file`, one a line; return how many."""
    count = 0
    for rows in snapshot.all_articles(_PAGE):
        for row in rows:
            json.dump(_row(snapshot, row), file, ensure_ascii=False)
            file.write("\n")
            count += 1
            step()
    return count


def _row(snapshot: Snapshot, row: Row) -> dict[str, Any]:
    told = row.article.to_json()
    article_id = told.pop("article_id")
    return {
        "id": article_id,
        "lang": told.pop("language"),
        **told,
        "library": {
            "revision": row.revision,
            "added": row.added,
            "changed": row.changed,
            "origins": [[o.origin, o.container, o.digest] for o in snapshot.origins_of(article_id)],
            "revisions": [
                {"revision": one.revision, "changed": one.changed, "article": one.article.to_json()}
                for one in revisions.of(snapshot.connection, article_id)
            ],
        },
    }


def read_backup(
    path: Path,
    library: Library,
    embedder: Callable[[], Embedder],
    *,
    step: Callable[[], None] = lambda: None,
    on_problem: Callable[[Problem], None] = lambda _problem: None,
    on_wait: Callable[[], None] | None = None,
) -> Imported:
    """Bring the articles of a backup into the library; of one that is there, the later change stays.

    Raises `OSError` where the file cannot be read, `DepecheError` where the library cannot be written.
    """
    done, batch = Imported(), Batch()
    with library.writing(embedder, on_wait) as writer:
        for found in _entries(path):
            step()
            if isinstance(found, Problem):
                on_problem(found)
                continue
            if any(found.article.article_id == article.article_id for article, _, _ in batch.articles):
                writer.commit(batch)
                batch = Batch()
            with writer.snapshot() as snapshot:
                state = _put(found, snapshot, batch)
            setattr(done, state, getattr(done, state) + 1)
            if sum(len(passages) for _, _, passages in batch.articles) >= _PAGE:
                writer.commit(batch)
                batch = Batch()
        writer.commit(batch)
    return done


@dataclass(frozen=True, slots=True)
class _Entry:
    """One line of a backup."""

    article: Article
    past: Past | None
    origins: tuple[Origin, ...]


def _put(entry: _Entry, snapshot: Snapshot, batch: Batch) -> str:
    """Put into the batch what of an entry is not in the library; return what becomes of it."""
    article, past = entry.article, entry.past
    digest = content_digest(article)
    there = snapshot.articles_by_id([article.article_id]).get(article.article_id)
    known = snapshot.origins(o.origin for o in entry.origins)
    batch.origins += [o for o in entry.origins if o.origin not in known]
    if there and (there.article == article or past is None or past.changed <= there.changed):
        return "same"
    batch.origins += [
        o for o in entry.origins if o.origin in known and known[o.origin].article_id == o.article_id
    ]
    batch.articles.append((article, digest, split_passages(article)))
    if address := address_of(article.url or ""):
        batch.addresses[article.article_id] = address
    if past:
        batch.pasts[article.article_id] = past
    return "changed" if there else "new"


def _entries(path: Path) -> Iterator[_Entry | Problem]:
    for line in filter(None, lines_of(path)):
        place = Phrase("{place} line {number}", place=path, number=line.number)
        try:
            if line.broken:
                raise ValueError(line.broken)
            yield _entry(json.loads(line.raw))
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            what = Phrase("lacks {field}", field=error) if isinstance(error, KeyError) else error.args[0]
            yield Problem(
                place,
                Phrase("is no row of a backup ({what})", what=what),
                "Files of other rows are read by: depeche ingest",
            )


def _entry(row: Any) -> _Entry:  # noqa: ANN401 - anything that JSON can be
    kept = row["library"]
    own = {f.name for f in fields(Article)} - {"article_id", "language"}
    told = {name: row[name] for name in own if name in row}
    article = _article({"article_id": row["id"], "language": row["lang"], **told})
    past = Past(
        _whole(kept["revision"]),
        _whole(kept["added"]),
        _whole(kept["changed"]),
        tuple(
            Revision(
                _whole(r["revision"]), _whole(r["changed"]), content_digest(a := _article(r["article"])), a
            )
            for r in kept["revisions"]
        ),
    )
    origins = tuple(
        Origin(str(origin), str(container), str(digest), article.article_id)
        for origin, container, digest in kept["origins"]
    )
    return _Entry(article, past, origins)


def _article(told: dict[str, Any]) -> Article:
    """Return the article; `ValueError` where a field is not what it must be."""
    for name in _TEXTS:
        if not isinstance(told[name], str) or len(told[name]) > MAX_CHARACTERS:
            raise ValueError(Phrase('its "{name}" is no text, or too long a one', name=name))
    for name in _MAYBE:
        if not isinstance(told.get(name), str | None):
            raise ValueError(Phrase('its "{name}" is no text', name=name))
    if not isinstance(told.get("partial", False), bool):
        raise ValueError(Phrase('its "partial" is not true or false'))
    if told["language"] not in LANGUAGES or not told["article_id"]:
        raise ValueError(Phrase("its language or id cannot be"))
    return Article(**told | {"tags": tuple(map(str, told.get("tags") or ()))})


def _whole(number: object) -> int:
    if not isinstance(number, int) or number < 0:
        raise ValueError(Phrase("a number in it cannot be"))
    return number
