"""`depeche ingest`."""

from __future__ import annotations

import json
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from retrieval.errors import UsageError
from retrieval.progress import silent
from retrieval.speech import give, reader_language, tell
from retrieval.told import Phrase, said

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ingest.apart import Apart
    from ingest.batches import State, Step
    from ingest.pipeline import Report
    from ingest.web import Web
    from retrieval.embedding import Embedder
    from retrieval.progress import Progress
    from retrieval.settings import Settings


def ingest(
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="SOURCE...",
            help="Files, folders or patterns (.txt .md .html .pdf .eml .jsonl .warc, plain or .gz); addresses of pages, feeds and sitemaps; - for standard input.",
        ),
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print what was done as JSON.")] = False,
    prune: Annotated[
        bool, typer.Option(help="Remove articles that came from these sources and are in them no more.")
    ] = False,
    site: Annotated[
        bool,
        typer.Option("--site", help="Read a site from its address: the sitemaps that its robots.txt names."),
    ] = False,
    watch: Annotated[
        bool, typer.Option("--watch", help="Go on: bring in what changes in these files and folders.")
    ] = False,
    every: Annotated[
        str | None,
        typer.Option(metavar="15m", help="Go on: read these sources (with --watch, the addresses) so often."),
    ] = None,
    events: Annotated[
        bool, typer.Option("--events", help="Print each step as it is done, a JSON object a line.")
    ] = False,
    explaining: Annotated[
        bool, typer.Option("--explain", help="Show what cleaning would leave out, and why; take nothing in.")
    ] = False,
) -> None:
    """Bring articles in: new ones are added, changed ones replaced, unchanged ones cost nothing."""
    if explaining:
        _explain(sources, site=site, as_json=as_json)
        return
    from ingest.keeping import interval
    from retrieval.settings import Settings

    settings = Settings.load()
    run = _Ingestion(settings, site=site, prune=prune)
    if watch or every:
        _keep(run, sources, watch=watch, seconds=interval(every) if every else 0)
        return
    if events:
        report = _tell_events(run, sources)
    else:
        with _told_what_stays() as stays:
            report = run.once(sources, quiet=as_json, on_visible=stays)
        if as_json:
            typer.echo(json.dumps(_json(report), ensure_ascii=False))
        else:
            give(_summary(report))
    if report.problems:
        raise typer.Exit(1)


EMBEDDED = Phrase("Passages embedded")
_VISIBLE = {"new": "new {place}", "changed": "changed {place}"}
WAITING = Phrase("Another process is writing to the library: waiting for it to end.")


class _Ingestion:
    """How sources are brought in, by the options of the command."""

    def __init__(self, settings: Settings, *, site: bool, prune: bool) -> None:
        self._settings = settings
        self._site = site
        self.prune = prune
        self._embedder: Embedder | None = None
        self._apart: Apart | None = None

    def once(self, sources: list[str], *, quiet: bool, on_visible: Step) -> Report:
        """Bring sources in, with a progress bar."""
        from ingest.sources import count
        from retrieval.terminal import progress_bars

        with progress_bars(quiet=quiet) as progress:
            counts = [count(source) for source in sources]
            total = sum(c for c in counts if c is not None) if None not in counts else 0
            done = 0

            def step(_place: str, _state: State | None) -> None:
                nonlocal done
                done += 1
                progress(Phrase("Articles"), done, max(total, done) if total else 0)

            return self.bring_in(sources, step, progress, on_visible)

    def titles(self, report: Report) -> list[dict[str, str]]:
        """Return the ids and titles of the first articles of a report, with what became of each."""
        from retrieval.opening import open_library

        if not report.origins:
            return []
        with open_library(self._settings).snapshot() as snapshot:
            ids = {o.origin: o.article_id for o in snapshot.origins(report.origins).values()}
            rows = snapshot.articles_by_id(ids.values())
        return [
            {"article_id": row.article.article_id, "title": row.article.title, "state": state}
            for origin, state in report.origins.items()
            if (row := rows.get(ids.get(origin, "")))
        ]

    def bring_in(
        self,
        sources: list[str],
        step: Step,
        progress: Progress = silent,
        on_visible: Step = lambda _place, _state: None,
        on_wait: Callable[[], None] = lambda: tell(WAITING),
        *,
        patient: bool = True,
    ) -> Report:
        """Bring sources in; what cannot be read is told on standard error. Documents are read in one process from call to call."""
        from contextlib import closing, nullcontext

        from ingest import pipeline
        from ingest.apart import Apart
        from retrieval.embedding import open_embedder
        from retrieval.opening import open_library
        from retrieval.urls import is_url

        def embedder() -> Embedder:
            self._embedder = self._embedder or open_embedder(self._settings, progress)
            return self._embedder

        self._apart = self._apart or Apart(self._settings.read_timeout, self._settings.read_memory)
        remote = any(map(is_url, sources))
        with closing(_open_web(self._settings, self._site)) if remote else nullcontext() as web:
            return pipeline.ingest(
                sources,
                open_library(self._settings),
                embedder,
                prune=self.prune,
                web=web,
                apart=self._apart,
                patient=patient,
                step=step,
                on_visible=on_visible,
                on_problem=lambda problem: tell(problem.told),
                on_embedded=lambda count: progress(EMBEDDED, count, 0),
                on_wait=on_wait,
            )


def _tell_events(run: _Ingestion, sources: list[str]) -> Report:
    """Bring sources in, an event a line on standard output; the last is the report, with the titles of its first articles."""

    def emit(event: str, **told: object) -> None:
        typer.echo(json.dumps({"event": event, **told}, ensure_ascii=False))

    def progress(label: str, done: int, total: int) -> None:
        if label == EMBEDDED:
            emit("embedded", passages=done)
        else:
            emit("progress", label=label, done=done, total=total)

    report = run.bring_in(
        sources,
        lambda place, state: emit("article", place=place, state=state) if state else None,
        progress,
        on_wait=lambda: emit("waiting"),
    )
    problems = [said(problem.told, reader_language()) for problem in report.problems]
    emit("done", **_json(report) | {"problems": problems}, articles=run.titles(report))
    return report


@contextmanager
def _told_what_stays() -> Iterator[Step]:
    """Give what notes each article that readers see, and tell of them where Ctrl-C or SIGTERM ends the block; exit with 130 or 143."""
    import signal

    shown: Counter[str] = Counter()
    asked = 130

    def stop(_number: int, _frame: object) -> None:
        nonlocal asked
        asked = 143
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield lambda _place, state: shown.update([str(state)])
    except KeyboardInterrupt:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)  # a second one does not wait
        tell(
            Phrase(
                "Stopped. Articles kept: {new} new, {changed} changed. The same command goes on from there.",
                new=shown["new"],
                changed=shown["changed"],
            )
        )
        raise typer.Exit(asked) from None
    finally:
        signal.signal(signal.SIGTERM, before)


def _keep(run: _Ingestion, sources: list[str], *, watch: bool, seconds: int) -> None:
    """Keep the library up to date with sources until SIGTERM or Ctrl-C: a line an article, and one where many came at once."""
    import signal
    from contextlib import suppress
    from threading import Event

    from ingest.keeping import Keeper
    from retrieval.urls import is_url

    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())

    def step(_place: str, _state: State | None) -> None:
        if stop.is_set():
            raise _StoppedError

    def show(place: str, state: State | None) -> None:
        give(Phrase(_VISIBLE[str(state)], place=place))

    def bring_in(given: list[str], patient: bool) -> list[str]:
        report = run.bring_in(given, step, on_visible=show, patient=patient)
        if report.gone:
            give(Phrase("removed {count}", count=report.gone))
        return report.aside

    watched = [source for source in sources if watch and not is_url(source)]
    polled = [source for source in sources if seconds and source not in watched]
    left = [source for source in sources if source not in watched and source not in polled]
    if left:
        raise UsageError(
            Phrase("{source} is an address, which cannot be watched", source=left[0]),
            "Say how often to read it: --every 15m.",
        )
    with suppress(_StoppedError):
        Keeper(bring_in, tell, stop, watched=watched, polled=polled, every=seconds, removals=run.prune).run()
    give("Stopped.")


class _StoppedError(Exception):
    """Told to stop while articles are brought in; those already visible stay."""


def _open_web(settings: Settings, site: bool) -> Web:
    from ingest.web import Web  # httpcore, feedparser

    return Web.open(settings, site=site, tell=tell)


def _explain(sources: list[str], *, site: bool, as_json: bool) -> None:
    """Print what would become of each document; exit with 1 where one could not be read."""
    from contextlib import closing, nullcontext

    from ingest.apart import Apart
    from ingest.documents import Document, Problem
    from ingest.explain import explained, show
    from ingest.sources import read
    from retrieval.settings import Settings
    from retrieval.terminal import console
    from retrieval.urls import is_url

    out, failed, settings = console(), False, Settings.load()
    remote = any(map(is_url, sources))
    with (
        closing(Apart(settings.read_timeout, settings.read_memory)) as apart,
        closing(_open_web(settings, site)) if remote else nullcontext() as web,
    ):
        for document in (document for source in sources for document in read(source, web, apart.unfold)):
            if not isinstance(document, Document | Problem):
                continue
            found = explained(apart, document) if isinstance(document, Document) else document
            if isinstance(found, Problem):
                failed = True
                tell(found.told)
            elif as_json:
                typer.echo(json.dumps(found.to_json(), ensure_ascii=False))
            else:
                show(found, out)
    if failed:
        raise typer.Exit(1)


def _summary(report: Report) -> str:
    parts = Phrase(
        "{new} new, {changed} changed, {same} unchanged",
        new=report.new,
        changed=report.changed,
        same=report.same,
    )
    if report.gone:
        parts = Phrase("{parts}, {gone} removed", parts=parts, gone=report.gone)
    if report.problems:
        parts = Phrase("{parts}, {failed} failed", parts=parts, failed=len(report.problems))
    return Phrase("Articles: {parts}. Passages embedded: {embedded}.", parts=parts, embedded=report.embedded)


def _json(report: Report) -> dict[str, object]:
    return {
        "new": report.new,
        "changed": report.changed,
        "same": report.same,
        "gone": report.gone,
        "embedded": report.embedded,
        "problems": [str(problem) for problem in report.problems],
    }
