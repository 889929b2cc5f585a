"""Documents in, changes to the library out: what is new, changed, the same or gone, applied batch by batch."""

from __future__ import annotations

import logging
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.apart import shared
from ingest.aside import Aside
from ingest.batches import Batches, State, Step
from ingest.chunks import chunks
from ingest.containers import Container
from ingest.documents import CLEANING_VERSION, Document, Problem, absolute, short_id, shown_path
from ingest.identity import at_address, is_newer, left_behind
from ingest.sources import STANDARD_INPUT, is_place, read
from retrieval import freshness
from retrieval.fetched import Fetched
from retrieval.fetched import known as known_of
from retrieval.snapshot import Origin
from retrieval.told import Phrase
from retrieval.urls import address_of, is_url, normal
from retrieval.writer import Writer

if TYPE_CHECKING:
    from ingest.apart import Apart
    from ingest.readying import Ready
    from ingest.sources import Found
    from ingest.web import Web
    from retrieval.domain import Article
    from retrieval.embedding import Embedder
    from retrieval.library import Library

log = logging.getLogger(__name__)

_LOOKUP = 256  # documents compared with the catalogue at once
_ARRIVING = 8  # fetched documents made visible at once: they come one a second
_NAMED = 20  # articles that the report names


@dataclass(slots=True)
class Report:
    """What an ingestion did: articles by what became of them, passages embedded, documents that failed.

    `origins` are those of the first few articles, with what became of each; `aside` the files of those that were not read to their end.
    """

    new: int = 0
    changed: int = 0
    same: int = 0
    gone: int = 0
    embedded: int = 0
    problems: list[Problem] = field(default_factory=list)
    origins: dict[str, State] = field(default_factory=dict)
    aside: list[str] = field(default_factory=list)

    @property
    def articles(self) -> int:
        """How many documents were read as articles."""
        return self.new + self.changed + self.same


def ingest(
    sources: Iterable[str],
    library: Library,
    embedder: Callable[[], Embedder],
    *,
    prune: bool = False,
    web: Web | None = None,
    apart: Apart | None = None,
    patient: bool = True,
    step: Step = lambda _place, _state: None,
    on_visible: Step = lambda _place, _state: None,
    on_problem: Callable[[Problem], None] = lambda _problem: None,
    on_wait: Callable[[], None] | None = None,
    on_embedded: Callable[[int], None] = lambda _count: None,
) -> Report:
    """Bring the library up to date with `sources`; return what was done.

    `step` is called once a document with its place and what will become of it (None: a problem), `on_visible` with those that are new
    or changed once readers see them, `on_embedded` with the passages embedded so far. With `prune`,
    articles that came from these sources and are in them no more are removed; of what was fetched, those whose page answers
    404 or 410 (a feed forgets its old entries, and that says nothing of them). Addresses are read by `web`, documents by `apart`: those that
    take long after all others, or, where this is not `patient`, not at all: the report names the files they are in. The embedder is opened
    only where there is something new. Raises `DepecheError` where the library cannot be written.
    """
    report = Report()
    listed = [*sources]
    with library.writing(embedder, on_wait, on_embedded) as writer:
        batches = Batches(writer, on_visible)
        run = _Run(writer, batches, report, step, on_problem, apart=apart or shared(), web=web)
        if web:
            web.begin(listed, run.fetched)
        for source in listed:
            run.bring_in(source, prune=prune)
        for source in dict.fromkeys(listed):
            run.settle(source, prune=prune, patient=patient)
        report.embedded = batches.embedded
    return report


class _Run:
    """One ingestion under way."""

    def __init__(
        self,
        writer: Writer,
        batches: Batches,
        report: Report,
        step: Step,
        on_problem: Callable[[Problem], None],
        *,
        apart: Apart,
        web: Web | None,
    ) -> None:
        self._apart = apart
        self._web = web
        self._aside: defaultdict[str, Aside] = defaultdict(Aside)
        self._read: Counter[str] = Counter()  # articles of each source
        self._failed: Counter[str] = Counter()
        self._writer = writer
        self._report = report
        self._step = step
        self._on_problem = on_problem
        self._batches = batches
        self._seen: dict[str, str] = {}  # origin → digest, in this run
        with writer.snapshot() as snapshot:
            self._known_sources = freshness.names(snapshot.connection)

    def bring_in(self, source: str, *, prune: bool) -> None:
        before, read_before = len(self._report.problems), self._report.articles
        # what came through a pipe is there once
        unfold = partial(self._apart.unfold, briefly=source != STANDARD_INPUT)
        self._bring_all(source, read(source, self._web, unfold), prune=prune)
        self._count(source, before, read_before)

    def _bring_all(self, source: str, found: Iterator[Found], *, prune: bool) -> None:
        """Bring in what was found in a source; what takes long is put aside."""
        remote = is_url(source)
        for documents in chunks(found, _ARRIVING if remote else _LOOKUP):
            with self._writer.snapshot() as snapshot:
                known = snapshot.origins(
                    d.origin if isinstance(d, Document) else d.gone
                    for d in documents
                    if isinstance(d, Document | Problem)
                )
            for document in documents:
                if isinstance(document, Fetched):
                    self._batches.batch.fetched.append(document)
                elif isinstance(document, Container):
                    self._aside[source].add(document)
                elif isinstance(document, Document):
                    if not self._take(document, known.get(document.origin)):
                        self._aside[source].add(document)
                elif document.gone in known and prune:
                    self._batches.flush()
                    self._remove([known[document.gone]])
                elif document.gone in known:
                    self._problem(replace(document, hint=Phrase("Its article is kept; --prune removes it")))
                else:
                    self._problem(document)
            if remote:
                self._batches.flush()
        self._batches.flush()

    def _count(self, source: str, problems: int, articles: int) -> None:
        """Note for a source what came since there were so many of each."""
        self._failed[source] += len(self._report.problems) - problems
        self._read[source] += self._report.articles - articles

    def settle(self, source: str, *, prune: bool, patient: bool) -> None:
        """Read what was put aside of a source, to its end, note that it was looked at, and remove what is in it no more."""
        before, read_before = len(self._report.problems), self._report.articles
        while source in self._aside:
            for waiting in self._aside.pop(source):
                if not patient:
                    name = waiting.name if isinstance(waiting, Container) else waiting.container
                    self._report.aside.append(name)
                elif isinstance(waiting, Container):
                    self._bring_all(source, self._apart.unfold(waiting), prune=prune)
                else:
                    with self._writer.snapshot() as snapshot:
                        known = snapshot.origins([waiting.origin])
                    self._bring(waiting, known.get(waiting.origin), self._apart.article(waiting))
                    self._batches.flush()
        self._count(source, before, read_before)
        self._note(source, could=bool(self._read[source]) or not self._failed[source])
        self._batches.flush()
        if prune and not is_url(source):
            if self._failed[source]:
                self._problem(Problem(source, "nothing was removed, because not all of it could be read"))
            elif not is_place(source):
                what = "nothing was removed, because what came from here before cannot be told"
                self._problem(Problem(shown_path(source), what, "Give --prune the folder"))
            else:
                self._remove_gone(source)

    def _note(self, source: str, *, could: bool) -> None:
        """Note that a feed, site or folder was looked at, and whether it could be read; of a watched folder single files are."""
        looked_at = self._batches.batch.looked_at
        if is_url(source):
            with suppress(ValueError):
                url = normal(source)
                looked_at[url] = bool(self._web and self._web.has_listed(url))
        elif is_place(source):
            path = Path(absolute(source))
            looked_at |= {str(path): could} if path.is_dir() else {}
            looked_at |= dict.fromkeys(self._known_sources.intersection(map(str, path.parents)), True)

    def fetched(self, urls: Iterable[str]) -> dict[str, Fetched]:
        """Return what is kept of addresses that were fetched."""
        with self._writer.snapshot() as snapshot:
            return known_of(snapshot.connection, urls, CLEANING_VERSION)

    def _take(self, document: Document, known: Origin | None) -> bool:
        """Put what a document changes into the batch; return False where it takes more than a first look to tell."""
        if document.origin in self._seen:
            if self._seen[document.origin] != document.digest:
                name = document.origin.removeprefix("id:")
                self._problem(
                    Problem(
                        document.place,
                        Phrase("{name} was there before with other content; the first is kept", name=name),
                    )
                )
            else:
                self._done(document, "same")
            return True
        self._seen[document.origin] = document.digest
        if known and known.digest == document.digest:
            if known.container != document.container and left_behind(known):
                self._batches.note(
                    _origin(document, known.article_id), document.fetched
                )  # rows whose file was moved
            else:
                self._batches.batch.fetched += [document.fetched] if document.fetched else []
            self._done(document, "same")
            return True
        found = self._apart.article(document, briefly=True)
        if found is not None:
            self._bring(document, known, found)
        return found is not None

    def _bring(self, document: Document, known: Origin | None, found: Ready | Problem | None) -> None:
        """Put what was found in a document into the batch."""
        if found is None:
            return
        if isinstance(found, Problem):
            if document.fetched:
                why = f"{found.what}. {found.hint}".removesuffix(". ")
                self._batches.batch.fetched.append(replace(document.fetched, digest="", problem=why))
            self._problem(found)
            return
        if document.origin.startswith("id:") and known:
            self._tell_replaced(document, found.article)
        state = self._put(document, known, found)
        if state is None:  # it touches what the batch holds already
            self._batches.flush()
            state = self._put(document, known, found)
        self._done(document, state or "same")
        if self._batches.full:
            self._batches.hand_on()

    def _put(self, document: Document, known: Origin | None, found: Ready) -> State | None:
        """Put one article into the batch; None where the batch must be committed before that can be decided.

        An article given with an id is that id's. Any other is known by its address, or else by its content: the same content
        from two places is one article with two origins, and a place whose content changes leaves it to the others.
        """
        article, digest = found.article, found.digest
        own_id = document.origin.startswith("id:")
        address = address_of(article.url or "")
        with self._writer.snapshot() as snapshot:
            twin = None if own_id else snapshot.article_with_digest(digest)
            sharers = snapshot.origins_of(known.article_id) if known else []
            taken = None if own_id or known else snapshot.articles_by_id([article.article_id])
            mine, home = at_address(snapshot, address, article, known, own_id=own_id)
        # Of two rows with ids neither is the other, whatever address they name.
        met = {f"page {address}"} | (set() if own_id else {digest, f"row {address}"})
        concerned = (article.article_id, twin, known and known.article_id, home and home.article_id)
        met |= {f"article {article_id}" for article_id in concerned if article_id}
        if self._batches.touches(met):
            return None
        if known:  # which other documents it has may change here
            self._batches.touch(f"article {known.article_id}")
        if twin:
            self._batches.note(_origin(document, twin), document.fetched)
            if not known:
                self._forget_left_behind(twin)
            if known and known.article_id == twin:
                return self._describe_anew(found.named(twin))
            if known and len(sharers) == 1:
                self._batches.remove(known.article_id)
            return "changed" if known else "same"
        if own_id and home:
            self._take_over(home, article.article_id)
        elif home:
            if known and len(sharers) == 1:
                self._batches.remove(known.article_id)
            article = replace(article, article_id=home.article_id)
        elif known and (mine or len(sharers) == 1):
            article = replace(article, article_id=known.article_id)
        elif not own_id and (known or taken):
            article = replace(article, article_id=short_id(document.origin + digest))
        self._batches.note(_origin(document, article.article_id), document.fetched)
        shared = home or (mine if len(sharers) > 1 else None)
        if shared and not own_id and not is_newer(shared, article):
            return "changed" if known else "same"
        mark = f"{'row' if own_id else 'page'} {address}"
        self._batches.add(found.named(article.article_id), address, mark)
        return "changed" if known or home else "new"

    def _tell_replaced(self, document: Document, article: Article) -> None:
        """Log where a row's id has been another publication's article's: two archives may have numbered theirs alike."""
        with self._writer.snapshot() as snapshot:
            row = snapshot.articles_by_id([article.article_id]).get(article.article_id)
        if row and row.article.source != article.source:
            before, now = (source or Phrase("no source") for source in (row.article.source, article.source))
            log.warning(
                "%s",
                Phrase(
                    "{place}: its id {article_id} was an article of {before}, and is now one of {now}",
                    place=document.place,
                    article_id=article.article_id,
                    before=before,
                    now=now,
                ),
            )

    def _take_over(self, home: Article, article_id: str) -> None:
        """Give the origins of an article to the one whose row has an id, and remove it."""
        with self._writer.snapshot() as snapshot:
            origins = snapshot.origins_of(home.article_id)
        self._batches.batch.origins += [replace(origin, article_id=article_id) for origin in origins]
        self._batches.remove(home.article_id)

    def _forget_left_behind(self, article_id: str) -> None:
        """Forget where an article was before its file was moved."""
        with self._writer.snapshot() as snapshot:
            origins = snapshot.origins_of(article_id)
        self._batches.batch.dropped_origins += [o.origin for o in origins if left_behind(o)]

    def _describe_anew(self, found: Ready) -> State:
        """Replace what is told about an article whose words are the same: its passages keep their vectors."""
        article = found.article
        with self._writer.snapshot() as snapshot:
            stored = snapshot.articles_by_id([article.article_id])[article.article_id].article
        if article == stored:
            return "same"
        self._batches.add(found, address := address_of(article.url or ""), f"page {address}")
        return "changed"

    def _remove_gone(self, source: str) -> None:
        with self._writer.snapshot() as snapshot:
            gone = [
                o
                for o in snapshot.origins_under(absolute(source))
                if o.origin not in self._seen and o.container not in self._report.aside
            ]
        self._remove(gone)

    def _remove(self, gone: list[Origin]) -> None:
        """Remove origins, and the articles that came from nowhere else."""
        with self._writer.snapshot() as snapshot:
            sharers = {o.article_id: {s.origin for s in snapshot.origins_of(o.article_id)} for o in gone}
        names = {o.origin for o in gone}
        self._batches.batch.dropped_origins = sorted(names)
        self._batches.batch.removed = [
            article_id for article_id, theirs in sharers.items() if theirs <= names
        ]
        self._report.gone += len(self._batches.batch.removed)
        self._batches.flush()

    def _done(self, document: Document, state: State) -> None:
        setattr(self._report, state, getattr(self._report, state) + 1)
        if state in ("new", "changed"):
            self._batches.arrive(document.place, state)
        if len(self._report.origins) < _NAMED:
            self._report.origins.setdefault(document.origin, state)
        self._step(document.place, state)

    def _problem(self, problem: Problem) -> None:
        self._report.problems.append(problem)
        self._on_problem(problem)
        self._step(problem.place, None)


def _origin(document: Document, article_id: str) -> Origin:
    return Origin(document.origin, document.container, document.digest, article_id)
