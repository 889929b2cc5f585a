"""The Writer: how a change reaches the library whole, and how what a killed writer left is mended.

A change goes in this order: vectors are added, the catalogue commits (that is the moment readers see it), vectors no
longer named are deleted a little later. Passage ids name their content, so a vector is never read for words it does not stand for;
whatever a killed writer leaves behind is a vector nobody names, and the next writer sweeps it.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Self

import numpy as np

from retrieval import fetched
from retrieval.domain import LANGUAGES, Article, Language, Passage
from retrieval.errors import DepecheError
from retrieval.late import Coded, Coder
from retrieval.vectors import Vectors

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from contextlib import AbstractContextManager
    from pathlib import Path

    from numpy.typing import NDArray

    from retrieval.catalogue import Catalogue
    from retrieval.embedding import Embedder
    from retrieval.fetched import Fetched
    from retrieval.snapshot import Origin, Snapshot

_REBUILD = 512  # passages embedded at once when the model changes

# Vectors linger for this many commits after their passages are gone, so that a reader who began before the last
# commit still finds what its own state names.
_LINGER = 2


@dataclass(frozen=True, slots=True)
class Wording:
    """What is embedded for a passage, and where its sentences are in it."""

    text: str
    sentences: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, article: Article, passage: Passage) -> Self:
        """Return the passage's words after the article's title, which says whom its pronouns mean."""
        text = f"{article.title}\n{article.text[passage.start : passage.end]}"
        shift = len(article.title) + 1 - passage.start
        return cls(text, tuple((start + shift, end + shift) for start, end in passage.sentences))


Wordings = dict[Language, dict[str, Wording]]


@dataclass(slots=True)
class Batch:
    """Changes that become visible together. Articles come with their content's digest and their passages."""

    articles: list[tuple[Article, str, tuple[Passage, ...]]] = field(default_factory=list)
    origins: list[Origin] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    dropped_origins: list[str] = field(default_factory=list)
    fetched: list[Fetched] = field(default_factory=list)  # about addresses; readers do not see it

    def __bool__(self) -> bool:
        return self.visible or bool(self.fetched)

    @property
    def visible(self) -> bool:
        """Whether a reader can tell that it was committed."""
        return bool(self.articles or self.origins or self.removed or self.dropped_origins)


class Writer:
    """Writes batches to the library, under its lock."""

    def __init__(
        self,
        catalogue: Catalogue,
        folder: Path,
        embedder: Callable[[], Embedder],
        on_embedded: Callable[[int], None] = lambda _count: None,
    ) -> None:
        self._catalogue = catalogue
        self._folder = folder
        self._open_embedder = embedder
        self._on_embedded = on_embedded
        self._embedded = 0
        self._vectors: Vectors | None = None
        self._garbage: deque[dict[Language, list[str]]] = deque()

    @cached_property
    def _embedder(self) -> Embedder:
        """The model; on first use the library is bound to it, or `DepecheError` where it has another."""
        embedder = self._open_embedder()
        with self._catalogue.writing() as draft:
            known = draft.model()
            if known is None:
                draft.set_meta("model", embedder.name)
                draft.set_meta("fingerprint", embedder.fingerprint)
            else:
                check_model(known, embedder)
            draft.set_meta("dirty", "1")
        return embedder

    def snapshot(self) -> AbstractContextManager[Snapshot]:
        """Give the catalogue as the last commit left it."""
        return self._catalogue.reading()

    def commit(self, batch: Batch) -> int:
        """Make the batch visible, all of it at once; return how many passages had to be embedded."""
        if not batch:
            return 0
        with self.snapshot() as snapshot:
            before = _passages_by_language(
                snapshot, [*(a.article_id for a, _, _ in batch.articles), *batch.removed]
            )
        after: Wordings = {language: {} for language in LANGUAGES}
        for article, _, passages in batch.articles:
            after[article.language] |= {p.passage_id: Wording.of(article, p) for p in passages}
        new = {
            lang: {i: words for i, words in after[lang].items() if i not in before[lang]}
            for lang in LANGUAGES
        }
        old = {lang: [i for i in before[lang] if i not in after[lang]] for lang in LANGUAGES}
        for waiting in self._garbage:  # what comes back within a few commits must not be swept
            waiting |= {lang: [i for i in ids if i not in after[lang]] for lang, ids in waiting.items()}
        codes = self._store(new)
        with self._catalogue.writing() as draft:
            fetched.forget(draft.connection, batch.dropped_origins)
            draft.remove_origins(batch.dropped_origins)
            draft.remove_articles(batch.removed)
            draft.put_articles(
                [(article, digest) for article, digest, _ in batch.articles],
                [passage for _, _, passages in batch.articles for passage in passages],
            )
            draft.put_origins(batch.origins)
            fetched.put(draft.connection, batch.fetched)
            model = draft.model()
            if model:
                draft.remove_codes(model[1], [i for ids in old.values() for i in ids])
                draft.put_codes(model[1], codes)
            if any(old.values()):
                draft.set_meta("dirty", "1")
            if batch.visible:
                draft.bump()
        self._garbage.append(old)
        self._sweep(keep=_LINGER)
        return sum(map(len, new.values()))

    def mend(self, *, always: bool = False) -> None:
        """Bring vectors back in step: sweep what nobody names, embed what is missing.

        Only where a killed writer left its mark, or `always`.
        """
        with self.snapshot() as snapshot:
            if not snapshot.model() or not (always or snapshot.meta("dirty")):
                return
            wanted = {language: snapshot.passage_ids(language) for language in LANGUAGES}
            model = snapshot.model()
            coded = snapshot.coded_ids(model[1]) if model else set()
        for language in LANGUAGES:
            stored = self._open_vectors().ids(language)
            self._open_vectors().delete(language, sorted(stored - wanted[language]))
            missing = sorted(wanted[language] - (stored & coded))
            if missing:
                codes = self._store({language: self._wordings(missing)})
                with self._catalogue.writing() as draft:
                    draft.put_codes(self._embedder.fingerprint, codes)

    def rebuild(self, progress: Callable[[int, int], None] = lambda _done, _total: None) -> int:
        """Embed every passage anew by the writer's model, then switch to it in one step; return how many.

        Until that step readers go on with the old vectors; those made before an interruption are kept.
        """
        embedder = self._open_embedder()
        vectors = Vectors(self._folder, embedder.fingerprint)
        with self.snapshot() as snapshot:
            wanted = {language: sorted(snapshot.passage_ids(language)) for language in LANGUAGES}
            coder = snapshot.coder(embedder.fingerprint)
            coded = snapshot.coded_ids(embedder.fingerprint)
        if coder is None:
            coder = Coder.of(embedder)
            with self._catalogue.writing() as draft:
                draft.put_coder(embedder.fingerprint, coder)
        total, done = sum(map(len, wanted.values())), 0
        for language, ids in wanted.items():
            stored = vectors.ids(language) & coded
            for start in range(0, len(ids), _REBUILD):
                page = ids[start : start + _REBUILD]
                wordings = self._wordings([i for i in page if i not in stored])
                if wordings:
                    made, codes = _read(embedder, coder, language, wordings, lambda _done: None)
                    vectors.upsert(language, [*wordings], made)
                    with self._catalogue.writing() as draft:
                        draft.put_codes(embedder.fingerprint, codes)
                done += len(page)
                progress(done, total)
        with self._catalogue.writing() as draft:
            draft.set_meta("model", embedder.name)
            draft.set_meta("fingerprint", embedder.fingerprint)
            draft.drop_other_codes(embedder.fingerprint)
            draft.bump()
        vectors.drop_others()
        vectors.close()
        return total

    def _sweep(self, *, keep: int = 0) -> None:
        while len(self._garbage) > keep:
            for language, ids in self._garbage.popleft().items():
                if ids:
                    self._open_vectors().delete(language, ids)

    def finish(self) -> None:
        """Sweep, and note that catalogue and vectors are in step."""
        self._sweep()
        with self.snapshot() as snapshot:
            dirty = snapshot.meta("dirty")
        if dirty:
            with self._catalogue.writing() as draft:
                draft.set_meta("dirty", None)

    def close(self) -> None:
        """Let go of the vectors' files."""
        if self._vectors:
            self._vectors.close()

    def _store(self, wordings: Wordings) -> dict[str, Coded]:
        """Embed passages, store their vectors, and return their coded tokens."""
        codes: dict[str, Coded] = {}
        for language, texts in wordings.items():
            if texts:
                vectors, coded = _read(self._embedder, self._coder, language, texts, self._tell_embedded)
                self._embedded += len(texts)
                self._open_vectors().upsert(language, [*texts], vectors)
                codes |= coded
        return codes

    @cached_property
    def _coder(self) -> Coder:
        fingerprint = self._embedder.fingerprint
        with self.snapshot() as snapshot:
            coder = snapshot.coder(fingerprint)
        if coder is None:
            coder = Coder.of(self._embedder)
            with self._catalogue.writing() as draft:
                draft.put_coder(fingerprint, coder)
        return coder

    def _tell_embedded(self, done: int) -> None:
        self._on_embedded(self._embedded + done)

    def _wordings(self, ids: Iterable[str]) -> dict[str, Wording]:
        with self.snapshot() as snapshot:
            hits = snapshot.hits(dict.fromkeys(ids, 0.0))
        return {hit.passage.passage_id: Wording.of(hit.article, hit.passage) for hit in hits}

    def _open_vectors(self) -> Vectors:
        if self._vectors is None:
            with self.snapshot() as snapshot:
                model = snapshot.model()
            # Nothing has a vector before the library is bound to a model.
            self._vectors = Vectors(self._folder, model[1] if model else "unbound")
        return self._vectors


def check_model(known: tuple[str, str], embedder: Embedder) -> None:
    """Raise `DepecheError` where the library's vectors, `known` by (name, fingerprint), are not of this model."""
    name, fingerprint = known
    if fingerprint != embedder.fingerprint:
        raise DepecheError(
            f"This library was made with the embedding model {name}, and DEPECHE_EMBEDDING_MODEL names "
            f"{embedder.name}, whose vectors cannot be compared",
            "Set it back, or make the library anew with the other model: depeche reindex.",
        )


def _read(
    embedder: Embedder,
    coder: Coder,
    language: Language,
    wordings: dict[str, Wording],
    progress: Callable[[int], None],
) -> tuple[NDArray[np.float32], dict[str, Coded]]:
    """Return the vectors of passages, in their order, and their coded tokens by id."""
    ids = [*wordings]
    vectors = np.zeros((len(ids), embedder.dimension), np.float32)
    codes = {}
    readings = embedder.read_passages([wordings[i].text for i in ids])
    for done, (number, reading) in enumerate(readings, start=1):
        vectors[number] = reading.vector
        wording = wordings[ids[number]]
        codes[ids[number]] = coder.code(wording.text, language, wording.sentences, reading)
        progress(done)
    return vectors, codes


def _passages_by_language(snapshot: Snapshot, article_ids: Iterable[str]) -> dict[Language, list[str]]:
    found: dict[Language, list[str]] = {language: [] for language in LANGUAGES}
    for article_id, row in snapshot.articles_by_id(article_ids).items():
        found[row.article.language] += [p.passage_id for p in snapshot.passages_of(article_id)]
    return found
