"""`depeche articles`: list them, show one, tell how they changed, remove one."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from retrieval.choosing import day_option
from retrieval.errors import DepecheError
from retrieval.settings import Settings
from retrieval.speech import give, reader_language
from retrieval.told import Phrase, said

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from retrieval.changes import Change, Revised
    from retrieval.library import Library
    from retrieval.revisions import Revision
    from retrieval.snapshot import Row

articles = typer.Typer(
    help="List the library's articles; show or remove one; tell how they changed; back them up.",
    invoke_without_command=True,
)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Id = Annotated[str, typer.Argument(metavar="ID", help="The article's id, or as much of it as is its alone.")]


# What is told of an article, by its name in JSON and English, and in French.
_SHOWN: Final = {
    "article_id": "identifiant",
    "language": "langue",
    "source": "source",
    "url": "adresse",
    "published": "publié",
    "modified": "modifié",
    "author": "auteur",
    "dateline": "lieu",
    "caption": "légende",
    "partial": "incomplet",
    "revision": "version",
    "added": "ajouté",
    "changed": "changé",
    "tags": "mots-clés",
    "earlier": "avant",
}


@articles.callback()
def list_articles(context: typer.Context, as_json: AsJson = False) -> None:
    """List the articles, the newest first."""
    if context.invoked_subcommand:
        return
    library = _library()
    with library.snapshot() as snapshot:
        rows = snapshot.articles()
    if as_json:
        _print_json([_summary(row) for row in rows])
        return
    from rich.text import Text

    from retrieval.phrases import long_date
    from retrieval.terminal import clean, console

    out = console()
    for row in rows:
        line = Text.assemble((f"{row.article.article_id}  ", "cyan"), (f"{row.article.language}  ", "dim"))
        line.append(clean(row.article.title))
        about = filter(None, (row.article.source, long_date(row.article.published, row.article.language)))
        line.append("".join(f" — {clean(part)}" for part in about), style="dim")
        out.print(line)
    if out.is_terminal:
        told = Phrase(
            "{count:,} article in {folder}" if len(rows) == 1 else "{count:,} articles in {folder}",
            count=len(rows),
            folder=library.folder,
        )
        out.print(Text(said(told, reader_language()), style="dim"))


@articles.command()
def show(
    article_id: Id,
    as_json: AsJson = False,
    revision: Annotated[
        int | None, typer.Option(metavar="N", help="Show an earlier revision: 1 is the first.")
    ] = None,
) -> None:
    """Show one article: its text as stored, where it came from, and its history."""
    from retrieval import revisions

    with _library().snapshot() as snapshot:
        row = _one(snapshot.article(article_id), article_id)
        origins = snapshot.origins_of(row.article.article_id)
        earlier = revisions.of(snapshot.connection, row.article.article_id)
    if revision is not None and revision != row.revision:
        row = _as_it_was(row, earlier, revision)
    whole = _summary(row) | {
        "modified": row.article.modified,
        "author": row.article.author,
        "tags": list(row.article.tags),
        "caption": row.article.caption,
        "dateline": row.article.dateline,
        "partial": row.article.partial,
        "text": row.article.text,
        "origins": [o.origin for o in origins],
        "revisions": [
            {"revision": one.revision, "changed": _moment(one.changed), "title": one.article.title}
            for one in earlier
        ],
    }
    if as_json:
        _print_json(whole)
        return
    from rich.text import Text

    from retrieval.terminal import clean, console

    out = console()
    out.print(Text(clean(row.article.title), style="bold"))
    about = [(name, whole[name]) for name in _SHOWN if whole.get(name) not in (None, False)]
    about = [(name, " ".join(value) if name == "tags" else value) for name, value in about]
    about += [("earlier", f"{one.revision}, {_moment(one.changed)}: {one.article.title}") for one in earlier]
    for name, value in about:
        if value:
            label = _SHOWN[name] if reader_language() == "fr" else name
            out.print(Text(f"{label:<11} {clean(str(value))}", style="dim"))
    out.print()
    out.print(Text(clean(row.article.text)))


def _as_it_was(row: Row, earlier: Sequence[Revision], number: int) -> Row:
    """Return an article's row as of one of its earlier revisions; raise `DepecheError` where it is not kept."""
    for one in earlier:
        if one.revision == number:
            return replace(row, article=one.article, revision=number, digest=one.digest, changed=one.changed)
    kept = ", ".join(map(str, (*(one.revision for one in earlier), row.revision)))
    raise DepecheError(
        Phrase("Of this article there is no revision {number}", number=number),
        Phrase("There are: {kept}.", kept=kept),
    )


@articles.command()
def changes(
    since: Annotated[
        str | None, typer.Option(help="Changes of this day or later: 2026-11-24, or 3d, 2w ago.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Tell which articles changed, when and how: sentences as they were and as they are; by article, the last change first.

    Twenty revisions of each are kept. Changes of spaces, typography and punctuation alone are not told.
    """
    from retrieval.changes import since as changed_since

    day = day_option(since, "--since")
    second = 0 if day is None else int(datetime.combine(day, time()).timestamp())
    with _library().snapshot() as snapshot:
        found = changed_since(snapshot, second)
        if as_json:
            _print_json([_as_json(one) for one in found])
            return
        from retrieval.terminal import console

        out = console()
        for one in found:
            _show_change(one, out)


def _as_json(one: Revised) -> dict[str, Any]:
    return {
        "article_id": one.article.article_id,
        "title": one.article.title,
        "title_before": one.earlier.title,
        "language": one.article.language,
        "source": one.article.source,
        "url": one.article.url,
        "published": one.article.published,
        "revision": one.revision,
        "changed": _moment(one.changed),
        "changes": [{"before": change.before, "after": change.after} for change in one.changes],
    }


def _show_change(one: Revised, out: Console) -> None:
    from rich.text import Text

    from retrieval.changes import Change
    from retrieval.terminal import clean

    def lines(change: Change) -> list[Text]:
        parts = (("  - ", change.before, "red"), ("  + ", change.after, "green"))
        return [Text(mark + " ".join(clean(said).split()), style) for mark, said, style in parts if said]

    heading = Text.assemble((f"{one.article.article_id}  ", "cyan"), clean(one.article.title))
    about = filter(
        None,
        (
            one.article.source,
            said(Phrase("revision {number}", number=one.revision), reader_language()),
            _moment(one.changed),
        ),
    )
    heading.append("".join(f" — {clean(part)}" for part in about), style="dim")
    out.print(heading)
    titles = Change(one.earlier.title, one.article.title)
    for change in (titles, *one.changes) if titles.before != titles.after else one.changes:
        for line in lines(change):
            out.print(line)


@articles.command()
def remove(article_id: Id, as_json: AsJson = False) -> None:
    """Remove one article. Its file, if it is still there, brings it back at the next ingestion."""
    from retrieval.batch import Batch
    from retrieval.embedding import open_embedder

    library = _library()
    with library.snapshot() as snapshot:
        row = _one(snapshot.article(article_id), article_id)
    with library.writing(lambda: open_embedder(Settings.load())) as writer:
        writer.commit(Batch(removed=[row.article.article_id]))
    if as_json:
        _print_json({"removed": row.article.article_id})
    else:
        give(
            Phrase(
                "Removed {article_id} ({title})", article_id=row.article.article_id, title=row.article.title
            )
        )


def _library() -> Library:
    from retrieval.opening import open_library

    library = open_library(Settings.load())
    library.require()
    return library


def _one(row: Row | None, article_id: str) -> Row:
    if row is None:
        raise DepecheError(
            Phrase("No article has the id {article_id!r}, or several begin so", article_id=article_id),
            "See: depeche articles",
        )
    return row


def _summary(row: Row) -> dict[str, Any]:
    article = row.article
    return {
        "article_id": article.article_id,
        "title": article.title,
        "language": article.language,
        "source": article.source,
        "url": article.url,
        "published": article.published,
        "revision": row.revision,
        "added": _moment(row.added),
        "changed": _moment(row.changed),
    }


def _moment(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()


def _print_json(value: object) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False))
