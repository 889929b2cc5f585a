"""The Library: the one door to what is stored, catalogue and vectors seen as of one moment."""

from __future__ import annotations

import logging
import threading
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar, cast

import numpy as np
from filelock import FileLock, Timeout

from retrieval import layout, overview
from retrieval.catalogue import Catalogue
from retrieval.domain import Article, Hit, Language
from retrieval.errors import DepecheError
from retrieval.flat import Flat, opened
from retrieval.shelf import Shelf
from retrieval.snapshot import Candidate, Snapshot
from retrieval.tables import SCHEMA
from retrieval.told import Phrase
from retrieval.vectors import Vectors
from retrieval.writer import Writer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from numpy.typing import NDArray

    from retrieval.embedding import Embedder
    from retrieval.late import Coder

log = logging.getLogger(__name__)

Result = TypeVar("Result")
_LOOKS = 10  # how often a question is asked again because the library changed under it: writers commit seconds apart


class View:
    """One state of the library, to search in: catalogue and vectors as of the same generation."""

    def __init__(self, snapshot: Snapshot, vectors: Vectors, state: State) -> None:
        self.snapshot = snapshot
        self.sizes = state.sizes
        self.coder = state.coder
        self.stories = state.stories
        self.model = state.model
        self.sources = state.sources
        self._flat = state.flat
        self._shelf = state.shelf
        self._vectors = vectors

    @property
    def newest(self) -> date | None:
        """The day of the newest article; None where there is none."""
        return self._shelf.newest(self.snapshot)

    def nearest(
        self, vectors: Sequence[NDArray[np.float32]], most: Sequence[int]
    ) -> Sequence[Sequence[str | int]]:
        """Return the passages nearest to each vector, by id or by row number, up to so many in each language."""
        if not self._flat:
            return self._vectors.nearest(self.sizes, vectors, most)
        return [
            [row for flat in self._flat.values() for row in flat.nearest(vector, k)]
            for vector, k in zip(vectors, most, strict=True)
        ]

    def vectors(self, candidates: Sequence[Candidate]) -> NDArray[np.float32]:
        """Return the vectors (n, d) of passages, in their order."""
        found: dict[str, NDArray[np.float32]] = {}
        for language in self.sizes:
            those = [c for c in candidates if c.language == language]
            ids = [c.passage_id for c in those]
            vectors = (
                self._flat[language].of([c.row for c in those])
                if self._flat
                else self._vectors.of(language, ids)
            )
            found |= dict(zip(ids, vectors, strict=True))
        return np.array([found[c.passage_id] for c in candidates], np.float32)

    def copies(self, article_id: str) -> list[Article]:
        """Return the near-copies of an article, by id."""
        story = self.stories.get(article_id)
        if story is None:
            return []
        others = sorted(i for i, other in self.stories.items() if other == story and i != article_id)
        rows = self.snapshot.articles_by_id(others)
        return [rows[i].article for i in others if i in rows]

    def postings(self, language: Language, stems: Sequence[str]) -> dict[str, NDArray[np.int64]]:
        """Return, for each of the stems, the row numbers of the passages that hold it or whose title does."""
        return self._shelf.postings(self.snapshot, language, stems)

    def candidates(self, named: Iterable[str | int]) -> list[Candidate]:
        """Return what search compares of passages, named by id or by row number."""
        return self._shelf.candidates(self.snapshot, named)

    def hits(self, scores: Mapping[str, float]) -> list[Hit]:
        """Return the passages named in `scores` with their articles, best first; unknown ids are left out."""
        return self._shelf.hits(self.snapshot, scores)


@dataclass(frozen=True, slots=True)
class State:
    """What a generation of the library keeps at hand.

    Name and fingerprint of the embedding model (None before the first), how many passages there are in each language that has any,
    the tokens' coder, the stories of articles with near-copies, the names of the sources, the flat index (empty where there is none),
    and what was read of it.
    """

    model: tuple[str, str] | None
    sizes: dict[Language, int]
    coder: Coder | None
    stories: dict[str, str]
    sources: dict[str, str | None]
    flat: dict[Language, Flat]
    shelf: Shelf


_NOTHING = State(None, {}, None, {}, {}, {}, Shelf(""))


class Library:
    """A folder with a catalogue and vectors. Opening is cheap; nothing is made on disk before the first write."""

    def __init__(self, folder: Path, *, lock_timeout: float = 60.0) -> None:
        self.folder = folder
        self._lock_timeout = lock_timeout
        self._catalogue = Catalogue(folder / layout.CATALOGUE)
        self._vectors = Vectors(folder / layout.VECTORS, "")
        self._lock = threading.RLock()
        self._seen = -1
        self._state = _NOTHING

    @property
    def exists(self) -> bool:
        """Whether anything was ever written here."""
        return layout.exists(self.folder)

    def require(self) -> None:
        """Raise `DepecheError` where there is no library yet."""
        layout.require(self.folder)

    @property
    def is_empty(self) -> bool:
        """Whether there is no article in it, or nothing was ever written here."""
        if not self.exists:
            return True
        with self.snapshot() as snapshot:
            return not snapshot.sizes()

    def make(self) -> None:
        """Make an empty library where there is none yet. Waits and raises as `locked`."""
        if not self.exists:
            with self.locked():
                self._catalogue.create()

    def model(self) -> tuple[str, str] | None:
        """Return name and fingerprint of the embedding model its vectors come from; None before the first."""
        with self.snapshot() as snapshot:
            return snapshot.model()

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """Give the catalogue in one unchanging state."""
        self.require()
        with self._catalogue.reading() as snapshot:
            yield snapshot

    def warm(self) -> None:
        """Open what a question needs; it can be done while a model loads."""
        with self.snapshot() as snapshot:
            self._view(snapshot, snapshot.generation())
            if not self._state.flat:
                self._vectors.open(self._state.sizes)

    def look(self, work: Callable[[View], Result]) -> Result:
        """Return `work(view)`, run again where the library changed meanwhile, so that it never sees half a change.

        What fails while it changes is tried again too: a change of the embedding model takes the old vectors away.
        """
        for attempt in range(_LOOKS):
            failed, result = None, None
            with self.snapshot() as snapshot:
                generation = snapshot.generation()
                try:
                    result = work(self._view(snapshot, generation))
                except DepecheError as error:
                    failed = error
            if self._catalogue.generation() != generation and attempt < _LOOKS - 1:
                continue
            if failed:
                raise failed
            return cast("Result", result)
        raise AssertionError("unreachable")

    @contextmanager
    def locked(self, on_wait: Callable[[], None] | None = None) -> Iterator[None]:
        """Keep every other writer out while a block runs.

        Another process's is waited for (`on_wait` is called once); `DepecheError` after the lock's time-out, or where the folder
        cannot be written.
        """
        lock = FileLock(self.folder / layout.WRITER_LOCK)
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            try:
                lock.acquire(timeout=0)
            except Timeout:
                if on_wait:
                    on_wait()
                lock.acquire(timeout=self._lock_timeout)
        except Timeout:
            raise DepecheError(
                Phrase("Another process is writing to the library in {folder}", folder=self.folder),
                "Wait for it to end, or raise DEPECHE_LOCK_TIMEOUT (seconds).",
            ) from None
        except OSError as error:
            raise DepecheError(
                Phrase(
                    "The library in {folder} cannot be written: {why}",
                    folder=self.folder,
                    why=error.strerror or error,
                ),
                "Change its rights or make room, or choose another DEPECHE_DATA_DIR.",
            ) from error
        try:
            yield
        finally:
            lock.release()

    @contextmanager
    def writing(
        self,
        embedder: Callable[[], Embedder],
        on_wait: Callable[[], None] | None = None,
        on_embedded: Callable[[int], None] = lambda _count: None,
        *,
        mending: bool = True,
    ) -> Iterator[Writer]:
        """Give the one Writer, after mending what a killed one left; `embedder` is called only where it is needed.

        Waits and raises as `locked`. `on_embedded` is told how many passages have been embedded so far. Without `mending` what
        was left is as it was.
        """
        with self.locked(on_wait), self._catalogue.unmapped():
            self._catalogue.create()
            self._forget_vectors()
            writer = Writer(self._catalogue, self.folder / layout.VECTORS, embedder, on_embedded)
            try:
                for line in writer.mend() if mending else ():
                    log.warning("%s", line)
                yield writer
                writer.finish()
            finally:
                writer.close()

    def close(self) -> None:
        """Give back files and memory."""
        self._forget_vectors()
        self._catalogue.close()

    def _forget_vectors(self) -> None:
        # Chroma shares one store a process and path: a writer must not inherit what a reader opened long ago.
        with self._lock:
            self._vectors.close()
            self._seen = -1
            self._state = _NOTHING  # and what it has mapped

    def _view(self, snapshot: Snapshot, generation: int) -> View:
        with self._lock:
            if generation != self._seen:
                if snapshot.schema() < SCHEMA:
                    raise DepecheError(
                        Phrase("The library in {folder} was made by an earlier Dépêche", folder=self.folder),
                        "Bring it up to date: depeche doctor --repair.",
                    )
                model = snapshot.model()
                fingerprint = model[1] if model else ""
                self._vectors.reopen(fingerprint)
                sizes = snapshot.sizes()
                self._state = State(
                    model,
                    sizes,
                    snapshot.coder(fingerprint),
                    snapshot.stories(),
                    overview.sources(snapshot.connection),
                    self._opened_flat(snapshot, sizes),
                    Shelf(fingerprint),
                )
                self._seen = generation
            elif not self._state.flat and (flat := self._opened_flat(snapshot, self._state.sizes)):
                self._state = replace(self._state, flat=flat)  # the ingestion has ended since
                self._vectors.close()
            return View(snapshot, self._vectors, self._state)

    def _opened_flat(self, snapshot: Snapshot, sizes: Mapping[Language, int]) -> dict[Language, Flat]:
        return opened(self.folder / layout.FLAT, snapshot.flat(), sizes)
