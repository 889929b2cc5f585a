"""The one module that talks to Chroma: one collection a language and embedding model, cosine space.

Chroma on disk is not made for several processes: an open client never sees another's vectors, and a *reader* that
opens a collection may write its index (it creates the index files, and replays what the writer had not yet
persisted). So every call that can touch those files, a write or the first query after opening, holds `gate`, a
lock between processes; plain queries do not.
"""

from __future__ import annotations

import re
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from filelock import FileLock

from retrieval.domain import LANGUAGES, Language
from retrieval.errors import DepecheError
from retrieval.surroundings import FILES_ADVICE, TOO_MANY_FILES
from retrieval.told import Phrase

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

_REPAIR = "The articles are kept apart from them: run depeche doctor --repair."
# How SQLite, inside Chroma, and the system say that a disk is full: opening a collection writes a little.
_NO_ROOM = re.compile(r"disk is full|disk I/O error|No space left")
_PAGE = 5_000  # Chroma refuses more than 5,461 rows a call
# After how many changes Chroma writes its log into the index. What it has not, each process that opens the collection replays, 1.1 ms
# a vector: up to 0.4 s of a cold question at its own 1,000, 0.03 at this; writing takes no longer.
_SETTLE_EVERY = 100

# The index's own settings (16, 100, 100) find .982 and .993 of the ten nearest passages among 5,600 French and 6,600 English ones of real
# news. These find .999 to 1 of them, and of 5,000 made of shuffled sentences, which lie closer together, .9965 and 1 where a question is in
# their language, .9935 where it is in the other; with two thirds of the effort .981, for .1 ms less.
_EFFORT = 300
_INDEX = {
    "space": "cosine",
    "max_neighbors": 32,
    "ef_construction": 200,
    "ef_search": _EFFORT,
    "sync_threshold": _SETTLE_EVERY,
}
# Up to how many passages that effort does, and how it grows then. Of 46,000 French ones of shuffled sentences it finds 1 of the ten nearest to
# a French question, .989 to an English one (with two thirds of the effort .971). Comparing all takes 3.7 ms and 71 MB.
_EFFORT_UP_TO = 5_000
_EFFORT_GROWS = 0.63
_GROWN = 1.1  # by how much it must have grown to be set anew


class Vectors:
    """The vectors of every passage, by passage id. Threads may share one; `reopen` shows what others wrote."""

    def __init__(self, folder: Path, fingerprint: str) -> None:
        self.folder = folder
        self.fingerprint = fingerprint
        self._client: Any = None
        self._collections: dict[Language, Any] = {}
        self._lock = threading.RLock()
        self._pool = ThreadPoolExecutor(len(LANGUAGES), thread_name_prefix="chroma")
        self._gate = FileLock(folder.parent / "vectors.lock")

    def open(self, languages: Iterable[Language]) -> None:
        """Open the collections of `languages` now rather than at the first question (half a second from cold)."""
        with self._lock:
            for language in languages:
                self._collection(language)

    def upsert(self, language: Language, ids: Sequence[str], vectors: NDArray[np.float32]) -> None:
        """Store `vectors` (n, d) under `ids`; an id that is there is written over."""
        with self._lock, self._gate:
            collection = self._collection(language, create=True)
            with self._written():
                for page in _pages(len(ids)):
                    collection.upsert(ids=list(ids[page]), embeddings=vectors[page])

    def delete(self, language: Language, ids: Sequence[str]) -> None:
        """Forget `ids`; unknown ones are no error."""
        with self._lock, self._gate:
            collection = self._collection(language)
            for page in _pages(len(ids)) if collection else ():
                collection.delete(ids=list(ids[page]))

    def ids(self, language: Language) -> set[str]:
        """Return every id stored for `language`."""
        with self._lock:
            collection = self._collection(language)
            if not collection:
                return set()
            count = collection.count()
            return {
                i
                for page in _pages(count)
                for i in collection.get(limit=page.stop - page.start, offset=page.start, include=[])["ids"]
            }

    def of(self, language: Language, ids: Sequence[str]) -> NDArray[np.float32]:
        """Return the vectors (n, d) of `ids`, in their order; `KeyError` for one that has none, `DepecheError` where they cannot be read."""
        with self._lock:
            collection = self._collection(language)
            found: dict[str, Any] = {}
            for page in _pages(len(ids)) if collection else ():
                try:
                    got = collection.get(ids=list(ids[page]), include=["embeddings"])
                except Exception as error:  # Chroma's own, or plain ones of its core
                    raise self._damaged(error) from error
                found |= dict(zip(got["ids"], got["embeddings"], strict=True))
            return np.array([found[i] for i in ids], np.float32)

    def nearest(
        self, languages: Iterable[Language], vectors: Sequence[NDArray[np.float32]], most: Sequence[int]
    ) -> list[list[str]]:
        """Return the ids of the passages nearest to each vector: in each language up to as many as `most` says of it.

        Those looked for together take less: four, 1.9 ms of a processor each rather than 3.8.
        """
        ids: list[list[str]] = [[] for _ in vectors]
        with self._lock:
            collections = [self._there(language) for language in languages]
            for k in {*most}:
                those = [n for n, asked in enumerate(most) if asked == k]
                for found in self._looked([vectors[n] for n in those], collections, k):
                    for n, some in zip(those, found, strict=True):
                        ids[n] += some
        return ids

    def deepen(self) -> None:
        """Have searches look as far as there are passages by now; who has them open does from when they are next opened."""
        with self._lock, self._gate, self._written():
            for language in LANGUAGES:
                collection = self._collection(language)
                wanted = effort(collection.count()) if collection else 0
                if wanted and wanted > _GROWN * collection.configuration_json["hnsw"]["ef_search"]:
                    with warnings.catch_warnings():
                        # Chroma's own client calls a collection without an embedding function "legacy", after it has changed it.
                        warnings.simplefilter("ignore", DeprecationWarning)
                        collection.modify(configuration={"hnsw": {"ef_search": wanted}})

    def drop(self, languages: Iterable[Language]) -> None:
        """Delete the collections of `languages`, whatever state they are in."""
        with self._lock, self._gate:
            client = self._open()
            for language in languages:
                client.delete_collection(_name(language, self.fingerprint))
                self._collections.pop(language, None)

    def set_aside(self) -> Path:
        """Move the whole folder away, so that the next write begins another; return where it is now."""
        with self._lock, self._gate:
            self.close()
            number = 1
            while (aside := self.folder.with_name(f"{self.folder.name}.damaged-{number}")).exists():
                number += 1
            self.folder.rename(aside)
            return aside

    def drop_others(self) -> None:
        """Delete the collections of any other embedding model."""
        keep = {_name(language, self.fingerprint) for language in LANGUAGES}
        with self._lock, self._gate:
            client = self._open()
            for collection in client.list_collections():
                if collection.name not in keep:
                    client.delete_collection(collection.name)

    def reopen(self, fingerprint: str) -> None:
        """Drop what this process has in memory, so that the next call sees the disk as it is (18 ms)."""
        with self._lock:
            self.close()
            self.fingerprint = fingerprint

    def close(self) -> None:
        """Give back files and memory; a later call opens them again."""
        with self._lock:
            if self._client is not None:
                self._client.close()
            self._client = None
            self._collections = {}

    def _open(self) -> Any:  # noqa: ANN401 - chromadb's own client type would cost its import
        if self._client is None:
            import chromadb
            from chromadb.config import Settings

            try:
                self._client = chromadb.PersistentClient(
                    str(self.folder), settings=Settings(anonymized_telemetry=False)
                )
            except Exception as error:  # chromadb raises plain errors of its Rust core here
                raise self._damaged(error) from error
        return self._client

    def _there(self, language: Language) -> Any:  # noqa: ANN401
        """Return the collection of a language that has passages."""
        collection = self._collection(language)
        if collection is None:
            raise DepecheError(
                Phrase("The vectors in {folder} are not those of the articles", folder=self.folder), _REPAIR
            )
        return collection

    @contextmanager
    def _written(self) -> Iterator[None]:
        """Tell in one line what Chroma cannot write while a block runs."""
        try:
            yield
        except DepecheError:
            raise
        except Exception as error:  # Chroma's own, or plain ones of its core
            kind = type(error).__name__
            raise DepecheError(
                Phrase("The vectors in {folder} cannot be written ({kind})", folder=self.folder, kind=kind),
                "Is there room on the disk, and may the folder be written? What was visible before still is.",
            ) from error

    def _looked(
        self, vectors: Sequence[NDArray[np.float32]], collections: Sequence[Any], k: int
    ) -> list[list[list[str]]]:
        """Return, collection by collection, the ids nearest to each vector.

        Chroma lets go of Python's lock, so that two take little longer than one: 1.5 ms, the second on this thread, rather than 2.5.
        """
        asked = [partial(c.query, query_embeddings=[*vectors], n_results=k, include=[]) for c in collections]
        elsewhere = [self._pool.submit(one) for one in asked[:-1]]
        try:
            here = [one() for one in asked[-1:]]
            results = [*(one.result() for one in elsewhere), *here]
        except Exception as error:  # Chroma's own, or plain ones of its core
            raise self._damaged(error) from error
        finally:
            wait(elsewhere)  # before another thread may close the client
        return [result["ids"] for result in results]

    def _damaged(self, error: BaseException) -> DepecheError:
        if TOO_MANY_FILES.search(str(error)):
            what = Phrase("The vectors in {folder} cannot be opened: too many files are", folder=self.folder)
            return DepecheError(what, FILES_ADVICE)
        if _NO_ROOM.search(str(error)):
            what = Phrase(
                "The vectors in {folder} cannot be opened, which takes some room on their disk",
                folder=self.folder,
            )
            return DepecheError(what, "Make room. What was there before still is.")
        kind = type(error).__name__
        what = Phrase("The vectors in {folder} cannot be read ({kind})", folder=self.folder, kind=kind)
        return DepecheError(what, _REPAIR)

    def _collection(self, language: Language, *, create: bool = False) -> Any:  # noqa: ANN401
        if language in self._collections:
            return self._collections[language]
        from chromadb.errors import NotFoundError

        with self._gate:
            client, name = self._open(), _name(language, self.fingerprint)
            try:
                collection = client.get_collection(name, embedding_function=None)
            except NotFoundError:
                if not create:
                    return None
                collection = client.create_collection(
                    name,
                    embedding_function=None,
                    configuration={"hnsw": _INDEX},
                )
            try:
                # The first query replays and may persist; do it now, behind the gate.
                some = collection.get(limit=1, include=["embeddings"])["embeddings"]
                if len(some):
                    collection.query(query_embeddings=some, n_results=1, include=[])
            except Exception as error:
                raise self._damaged(error) from error
        self._collections[language] = collection
        return collection


def effort(passages: int) -> int:
    """Return how many neighbours a search among so many passages keeps in sight (HNSW's ef), for .99 of the ten nearest."""
    grown: float = max(1.0, passages / _EFFORT_UP_TO) ** _EFFORT_GROWS
    return round(_EFFORT * grown)


def _name(language: Language, fingerprint: str) -> str:
    return f"{language}-{fingerprint}"


def _pages(count: int) -> Iterator[slice]:
    for start in range(0, count, _PAGE):
        yield slice(start, min(start + _PAGE, count))
