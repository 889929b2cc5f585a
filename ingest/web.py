"""Addresses as sources: a page, a feed, a sitemap or a whole site → Documents, fetched ahead of those who embed them.

What is at an address is told by what it holds. Of a feed or sitemap the newest entries are taken, each entry's page is the
article; an entry that has not changed since is not asked for again, and of all others only what the server says is new.
"""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ingest.apart import Apart, GivenUpError, shared
from ingest.arrivals import GONE, document, from_entry, problem, same, validators
from ingest.documents import CLEANING_VERSION, Document, Problem, failed
from ingest.fetch.ahead import Ahead, ordered
from ingest.fetch.connecting import Network
from ingest.fetch.errors import FetchError
from ingest.fetch.fetcher import Fetcher
from ingest.listings import Entry, Kind, kind_of, newest_first, unzipped
from retrieval.fetched import Fetched
from retrieval.told import Phrase, recovered
from retrieval.urls import is_url, normal, shown

if TYPE_CHECKING:
    from ingest.fetch.request import Reply
    from retrieval.settings import Settings

Known = Callable[[Iterable[str]], dict[str, Fetched]]
Found = Document | Problem | Fetched

_SOURCES = 6  # read at once, ahead of the one whose turn it is
_PAGES = 4  # of one source, under way or waiting to be taken
_ROOM = 2  # documents of one source waiting beside those
_SITEMAPS = 50  # of one index, the newest; a site's newest pages are in its first few


@dataclass(frozen=True, slots=True)
class _Taken:
    """What came of one address: it is given on once in a run, whichever source had it first."""

    url: str
    found: tuple[Found, ...]


class Web:
    """Reads addresses, for one run. `tell` is given notices that are no problems."""

    def __init__(
        self,
        fetcher: Fetcher,
        *,
        limit: int,
        site: bool = False,
        apart: Apart | None = None,
        tell: Callable[[str], None] = lambda _line: None,
    ) -> None:
        self._fetcher = fetcher
        self._own = apart
        self._apart = apart or shared()
        self._known: Known = lambda _urls: {}
        self._limit = limit
        self._site = site
        self._tell = tell
        self._expected: deque[str] = deque()
        self._begun: dict[str, Ahead[_Taken]] = {}
        self._pages: dict[str, Future[_Taken]] = {}
        self._given: set[str] = set()
        self._lists: set[str] = set()
        self._lock = threading.Lock()

    @classmethod
    def open(cls, settings: Settings, *, site: bool, tell: Callable[[str], None]) -> Web:
        """Return a Web by the settings in force."""
        fetcher = Fetcher(
            Network(private=settings.allow_private_addresses),
            delay=settings.fetch_delay,
            seconds=settings.fetch_timeout,
        )
        apart = Apart(settings.read_timeout, settings.read_memory)
        return cls(fetcher, limit=settings.fetch_limit, site=site, apart=apart, tell=tell)

    def close(self) -> None:
        """Stop fetching, for whatever source."""
        for begun in self._begun.values():
            begun.close()
        self._fetcher.close()
        if self._own:
            self._own.close()

    def begin(self, sources: Iterable[str], known: Known) -> None:
        """Note which addresses will be read, so that they are fetched ahead, some at a time.

        `known` returns what earlier runs kept of addresses; it is asked from several threads.
        """
        self._known = known
        self._expected.extend(filter(is_url, sources))

    def read(self, source: str) -> Iterator[Found]:
        """Yield what is at an address, as `ingest.sources.read` does: the same every time, whatever comes first."""
        mine = self._begun.pop(source, None) or self._begin(source)
        while self._expected and len(self._begun) < _SOURCES:
            following = self._expected.popleft()
            if following not in self._begun and following != source:
                self._begun[following] = self._begin(following)
        for taken in mine:
            with self._lock:
                known = taken.url in self._given
                if taken.url:
                    self._given.add(taken.url)
                    self._pages.pop(taken.url, None)
            if not known:
                yield from taken.found

    def has_listed(self, url: str) -> bool:
        """Tell whether at an address, in its normal form, a feed, sitemap or site could be read, whatever became of its pages."""
        return url in self._lists

    def _begin(self, source: str) -> Ahead[_Taken]:
        return Ahead(self._source(source), _ROOM)

    def _source(self, source: str) -> Iterator[_Taken]:
        """Yield what is at an address; what its reading raises ends it alone."""
        try:
            yield from self._at(source)
        except Exception as error:
            yield _Taken("", (failed(shown(source), error),))

    def _at(self, source: str) -> Iterator[_Taken]:
        try:
            url = self._fetcher.know(source)
        except ValueError as error:
            yield _Taken("", (Problem(shown(source), error.args[0], "Give a page's or a feed's address"),))
            return
        try:
            if self._site and urlsplit(url).path == "/":
                yield from self._whole_site(url)
                return
            row = self._known([url]).get(url)
            reply = self._fetcher.get(url, **validators(row))
            if reply.status == 304 and row:
                yield from self._unchanged(url, row)
                return
            raw = unzipped(reply.raw)
        except FetchError as error:
            yield _Taken(url, (problem(url, error),))
            return
        kind = kind_of(raw)
        if kind is None:
            mark = row.mark if row and row.digest else ""
            yield _Taken(url, (document(url, url, replace(reply, raw=raw), mark=mark),))
        else:
            kept = Fetched(url, CLEANING_VERSION, reply.etag, reply.modified)
            yield from self._listing(url, reply, raw, kind, kept)

    def _unchanged(self, url: str, row: Fetched) -> Iterator[_Taken]:
        """Yield what an address held when it was last read: its server says that nothing has changed."""
        if row.problem:
            what, _, hint = row.problem.partition(". ")
            yield _Taken(url, (Problem(url, recovered(what), recovered(hint)),))
        elif row.digest:
            yield _Taken(url, (same(url, url, row),))
        else:
            self._lists.add(url)
            listed = json.loads(row.mark or "[]")
            rows = self._known(listed)
            for each in listed:
                if each in rows and rows[each].digest:
                    yield _Taken(each, (same(each, url, rows[each]),))

    def _whole_site(self, url: str) -> Iterator[_Taken]:
        named = self._fetcher.rules(url).sitemaps
        if not named:
            hint = "Give its feed's or its sitemap's address"
            yield _Taken(url, (Problem(url, "its robots.txt names no sitemap", hint),))
            return
        entries, troubles, cut = self._sitemaps([], [*named])
        yield from (_Taken("", (trouble,)) for trouble in troubles)
        yield from self._entries(url, entries, cut=cut)

    def _listing(self, url: str, reply: Reply, raw: bytes, kind: Kind, kept: Fetched) -> Iterator[_Taken]:
        troubles: list[Problem] = []
        cut = False
        try:
            if kind == "sitemap":
                entries, further = self._list(kind, "sitemaps:read_sitemap", raw, reply.url)
                if further:
                    entries, troubles, cut = self._sitemaps(entries, further)
                    kept = replace(
                        kept, etag=None, modified=None
                    )  # the index may stay while its sitemaps change
            elif kind == "feed":
                entries = self._list(kind, "feeds:read_feed", raw, reply.url, reply.content_type)
            else:
                entries = self._list(kind, "feeds:read_json_feed", raw, reply.url)
        except FetchError as error:
            yield _Taken(url, (problem(url, error),))
            return
        yield from (_Taken("", (trouble,)) for trouble in troubles)
        if not entries and not troubles:
            what = (
                "this sitemap names no pages"
                if kind == "sitemap"
                else "this feed has no entries that can be read"
            )
            yield _Taken(url, (Problem(url, what),))
            return
        yield from self._entries(url, entries, cut=cut, kept=None if troubles else kept)

    def _list(self, kind: Kind, work: str, *given: object) -> Any:  # noqa: ANN401 - what that function returns
        """Return what a list's reader makes of it, apart; raise `FetchError` where it does, or is given up."""
        try:
            return self._apart.read(kind, f"ingest.{work}", *given)
        except GivenUpError as error:
            raise FetchError(error.what, error.hint) from None

    def _sitemaps(self, entries: list[Entry], further: list[str]) -> tuple[list[Entry], list[Problem], bool]:
        """Return the pages that sitemaps name, what went wrong, and whether any sitemap was left out.

        They are read in the order they come in, an index's before what stands after it, until there are pages enough.
        """
        waiting, seen = deque(further), set(further)
        troubles: list[Problem] = []
        read = 0
        while waiting and read < _SITEMAPS and len(entries) < self._limit:
            url = waiting.popleft()
            read += 1
            try:
                clean = normal(url)
                raw = unzipped(self._fetcher.get(clean).raw)
                pages, more = self._list("sitemap", "sitemaps:read_sitemap", raw, clean)
            except (FetchError, ValueError) as error:
                what = error if isinstance(error, FetchError) else FetchError(error.args[0])
                troubles.append(problem(shown(url), what))
                continue
            entries = [*entries, *pages]
            waiting.extendleft(reversed([each for each in more if each not in seen]))
            seen.update(more)
        return newest_first(entries), troubles, bool(waiting)

    def _entries(
        self, container: str, entries: list[Entry], *, cut: bool, kept: Fetched | None = None
    ) -> Iterator[_Taken]:
        if entries:
            self._lists.add(container)
        chosen = entries[: self._limit]
        if cut or len(chosen) < len(entries):
            named = Phrase("more than {count:,}" if cut else "{count:,}", count=len(entries))
            self._tell(
                Phrase(
                    "{source}: it names {named} pages; the newest {read:,} are read (DEPECHE_FETCH_LIMIT).",
                    source=container,
                    named=named,
                    read=len(chosen),
                )
            )
            kept = None  # "not modified" would hide what is still to come
        rows = self._known(entry.url for entry in chosen if entry.url)
        whole = True
        for taken in ordered(partial(self._entry, container, rows), chosen, _PAGES):
            whole = whole and not any(map(_to_try_again, taken.found))
            yield taken
        if kept and whole and (kept.etag or kept.modified):
            mark = json.dumps([entry.url for entry in chosen if entry.url])
            yield _Taken("", (replace(kept, mark=mark),))

    def _entry(self, container: str, rows: dict[str, Fetched], entry: Entry) -> _Taken:
        """Return what an entry's page holds; of two sources that name it, the second waits for the first."""
        if not entry.url:
            return _Taken(
                f"{container}#{entry.key}", (from_entry(f"{container}#{entry.key}", container, entry),)
            )
        with self._lock:
            if entry.url in self._given:
                return _Taken(entry.url, ())
            begun = self._pages.get(entry.url)
            if begun is None:
                mine = self._pages[entry.url] = Future()
        if begun is not None:
            return begun.result()
        try:
            try:
                found = self._page(container, entry, rows.get(entry.url))
            except Exception as error:
                found = (failed(entry.url, error),)
            mine.set_result(_Taken(entry.url, found))
        except BaseException as error:
            mine.set_exception(error)
            raise
        return mine.result()

    def _page(self, container: str, entry: Entry, row: Fetched | None) -> tuple[Found, ...]:
        if row and entry.mark and row.mark == entry.mark:
            return (same(entry.url, container, row),) if row.digest else ()  # told when it was first seen
        try:
            reply = self._fetcher.get(entry.url, **validators(row))
        except FetchError as error:
            if entry.content:
                return (from_entry(entry.url, container, entry),)
            return _not_there(entry, row, error)
        if reply.status == 304 and row:
            row = replace(row, mark=entry.mark)
            return (replace(same(entry.url, container, row), fetched=row),) if row.digest else (row,)
        return (document(entry.url, container, reply, mark=entry.mark, about=entry.about()),)


def _not_there(entry: Entry, row: Fetched | None, error: FetchError) -> tuple[Found, ...]:
    """Return what is told and kept of an entry's page that could not be had."""
    found = problem(entry.url, error)
    lasting = error.lasting or (error.status and error.status < 500 and not error.passing)
    if not lasting:
        return (found,)
    if error.status not in GONE:
        return (found, Fetched(entry.url, CLEANING_VERSION, mark=entry.mark, problem=error.what))
    if row and row.digest:
        return (found,)
    # A page may come after its entry: it is asked for again, and told of once.
    told = Fetched(entry.url, CLEANING_VERSION, problem=error.what)
    return (told,) if row and row.problem == told.problem else (found, told)


def _to_try_again(found: Found) -> bool:
    """Tell whether the next run should look again: one that has no mark is asked for until it is there."""
    return isinstance(found, Problem) or (
        isinstance(found, Fetched) and bool(found.problem) and not found.mark
    )
