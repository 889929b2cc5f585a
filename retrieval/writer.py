"""The Writer: how a change reaches the library whole, and how what a killed writer left is mended.

A change goes in this order: vectors are added, the catalogue commits (that is the moment readers see it), vectors no
longer named are deleted a little later. Passage ids name their content, so a vector is never read for words it does not stand for;
whatever a killed writer leaves behind is a vector nobody names, and the next writer sweeps it.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from retrieval.background import background_moments
from retrieval.domain import LANGUAGES, Article, Language, Passage
from retrieval.errors import DepecheError
from retrieval.moments import Moments
from retrieval.vectors import Vectors

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from contextlib import AbstractContextManager
    from pathlib import Path

    from retrieval.catalogue import Catalogue
    from retrieval.embedding import Embedder
    from retrieval.snapshot import Origin, Snapshot

_REBUILD = 512  # passages embedded at once when the model changes

# Vectors linger for this many commits after their passages are gone, so that a reader who began before the last
# commit still finds what its own state names.
_LINGER = 2

Words = dict[Language, dict[str, str]]


@dataclass(slots=True)
class Batch:
    """Changes that become visible together. Articles come with their content's digest and their passages."""

    articles: list[tuple[Article, str, tuple[Passage, ...]]] = field(default_factory=list)
    origins: list[Origin] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    dropped_origins: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
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
                for language, moments in background_moments(embedder).items():
                    draft.put_moments(language, moments)
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
        after: Words = {language: {} for language in LANGUAGES}
        for article, _, passages in batch.articles:
            after[article.language] |= {p.passage_id: passage_words(article, p) for p in passages}
        new = {
            lang: {i: words for i, words in after[lang].items() if i not in before[lang]}
            for lang in LANGUAGES
        }
        old = {lang: [i for i in before[lang] if i not in after[lang]] for lang in LANGUAGES}
        for waiting in self._garbage:  # what comes back within a few commits must not be swept
            waiting |= {lang: [i for i in ids if i not in after[lang]] for lang, ids in waiting.items()}
        changes = self._store(new)
        for language, lost in self._moments_of(old).items():
            changes[language] = changes[language] - lost if language in changes else -lost
        with self._catalogue.writing() as draft:
            draft.remove_origins(batch.dropped_origins)
            draft.remove_articles(batch.removed)
            draft.put_articles(
                [(article, digest) for article, digest, _ in batch.articles],
                [passage for _, _, passages in batch.articles for passage in passages],
            )
            draft.put_origins(batch.origins)
            for language, change in changes.items():
                moments = draft.moments(language)
                draft.put_moments(language, moments + change if moments else change)
            if any(old.values()):
                draft.set_meta("dirty", "1")
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
        for language in LANGUAGES:
            stored = self._open_vectors().ids(language)
            self._open_vectors().delete(language, sorted(stored - wanted[language]))
            missing = sorted(wanted[language] - stored)
            if missing:
                self._store({language: self._words(missing)})

    def rebuild(self, progress: Callable[[int, int], None] = lambda _done, _total: None) -> int:
        """Embed every passage anew by the writer's model, then switch to it in one step; return how many.

        Until that step readers go on with the old vectors; those made before an interruption are kept.
        """
        embedder = self._open_embedder()
        vectors = Vectors(self._folder, embedder.fingerprint)
        with self.snapshot() as snapshot:
            wanted = {language: sorted(snapshot.passage_ids(language)) for language in LANGUAGES}
        total, done = sum(map(len, wanted.values())), 0
        moments = background_moments(embedder)
        for language, ids in wanted.items():
            stored = vectors.ids(language)
            for start in range(0, len(ids), _REBUILD):
                page = ids[start : start + _REBUILD]
                missing = [i for i in page if i not in stored]
                if missing:
                    words = self._words(missing)
                    vectors.upsert(language, [*words], embedder.embed_passages([*words.values()]))
                moments[language] += Moments.of(np.stack([*vectors.get(language, page).values()]))
                done += len(page)
                progress(done, total)
        with self._catalogue.writing() as draft:
            draft.set_meta("model", embedder.name)
            draft.set_meta("fingerprint", embedder.fingerprint)
            for language, sums in moments.items():
                draft.put_moments(language, sums)
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

    def _store(self, words: Words) -> dict[Language, Moments]:
        changes = {}
        for language, texts in words.items():
            if texts:
                vectors = self._embedder.embed_passages([*texts.values()], self._tell_embedded)
                self._embedded += len(texts)
                self._open_vectors().upsert(language, [*texts], vectors)
                changes[language] = Moments.of(vectors)
        return changes

    def _tell_embedded(self, done: int) -> None:
        self._on_embedded(self._embedded + done)

    def _words(self, ids: Iterable[str]) -> dict[str, str]:
        with self.snapshot() as snapshot:
            hits = snapshot.hits(dict.fromkeys(ids, 0.0))
        return {hit.passage.passage_id: passage_words(hit.article, hit.passage) for hit in hits}

    def _moments_of(self, ids: dict[Language, list[str]]) -> dict[Language, Moments]:
        taken = {lang: self._open_vectors().get(lang, some) for lang, some in ids.items() if some}
        return {lang: Moments.of(np.stack([*found.values()])) for lang, found in taken.items() if found}

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


def passage_words(article: Article, passage: Passage) -> str:
    """Return what is embedded for a passage: the article's title says whom its pronouns mean."""
    return f"{article.title}\n{article.text[passage.start : passage.end]}"


def _passages_by_language(snapshot: Snapshot, article_ids: Iterable[str]) -> dict[Language, list[str]]:
    found: dict[Language, list[str]] = {language: [] for language in LANGUAGES}
    for article_id, row in snapshot.articles_by_id(article_ids).items():
        found[row.article.language] += [p.passage_id for p in snapshot.passages_of(article_id)]
    return found
