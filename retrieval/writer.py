"""The Writer: how a change reaches the library whole, and how what a killed writer left is mended.

A change goes in this order: vectors are added, the catalogue commits (that is the moment readers see it), vectors no
longer named are deleted a little later. Passage ids name their content, so a vector is never read for words it does not stand for;
whatever a killed writer leaves behind is a vector nobody names, and the next writer sweeps it.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from concurrent.futures import CancelledError, ThreadPoolExecutor
from functools import cached_property
from threading import Event
from typing import TYPE_CHECKING

from retrieval import fetched, freshness
from retrieval.batch import Batch, Begun
from retrieval.domain import LANGUAGES, Language
from retrieval.flattening import renew
from retrieval.late import Coded, Coder
from retrieval.models import check_model
from retrieval.told import Phrase
from retrieval.vectors import Vectors
from retrieval.wordings import Made, Wording, Wordings

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable
    from contextlib import AbstractContextManager
    from pathlib import Path

    from retrieval.catalogue import Catalogue
    from retrieval.embedding import Embedder
    from retrieval.snapshot import Snapshot

log = logging.getLogger(__name__)

_REBUILD = 512  # passages embedded at once when the model changes

# Vectors linger for this many commits after their passages are gone, so that a reader who began before the last
# commit still finds what its own state names.
_LINGER = 2


class Writer:
    """Writes batches to the library, under its lock. One thread uses it; another of its own embeds."""

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
        self._reading = ThreadPoolExecutor(1, "reading")
        self._closed = Event()

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

    def begin(self, batch: Batch) -> Begun:
        """Begin to embed what is new in a batch; `commit` makes it visible.

        Batches are committed in the order they were begun in, and two that are under way name no article twice.
        """
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
        embedding = None
        if any(new.values()):
            embedding = self._reading.submit(self._made, self._embedder, self._coder, new)
        return Begun(batch, old, after, embedding)

    def commit(self, change: Batch | Begun) -> int:
        """Make a batch visible, all of it at once; return how many passages had to be embedded."""
        if not (change.batch if isinstance(change, Begun) else change):
            return 0
        begun = change if isinstance(change, Begun) else self.begin(change)
        batch, old = begun.batch, begun.old
        made = begun.embedding.result() if begun.embedding else {}
        for waiting in self._garbage:  # what comes back within a few commits must not be swept
            waiting |= {lang: [i for i in ids if i not in begun.after[lang]] for lang, ids in waiting.items()}
        codes = self._store(made)
        with self._catalogue.writing() as draft:
            fetched.forget(draft.connection, batch.dropped_origins)
            draft.remove_origins(batch.dropped_origins)
            draft.remove_articles(batch.removed)
            draft.put_articles(
                [(article, digest) for article, digest, _ in batch.articles],
                [passage for _, _, passages in batch.articles for passage in passages],
                batch.addresses,
            )
            for article_id, past in batch.pasts.items():
                draft.put_past(article_id, past.revision, past.added, past.changed, past.revisions)
            draft.put_origins(batch.origins)
            fetched.put(draft.connection, batch.fetched)
            freshness.note(draft.connection, batch.looked_at, int(time.time()))
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
        return len(codes)

    def mend(self, *, always: bool = False) -> list[str]:
        """Bring vectors back in step: sweep what nobody names, embed what is missing; return a line for what was damaged.

        Only where a killed writer left its mark, or `always`. Chroma writes its index in place, so that a kill at that moment (one in
        some hundreds) leaves one that cannot be read.
        """
        self._drop_leftover()
        with self.snapshot() as snapshot:
            model = snapshot.model()
            if not model or not (always or snapshot.meta("dirty")):
                return []
            wanted = {language: snapshot.passage_ids(language) for language in LANGUAGES}
            coded = snapshot.coded_ids(model[1])
        from retrieval.probe import damaged  # starts processes, which a reader never does

        lines: list[str] = []
        if self._folder.exists() and (bad := damaged(self._folder, model[1], LANGUAGES)):
            aside = self.give_up(bad)
            moved = Phrase(", the old folder is {folder}", folder=aside) if aside else ""
            damage = Phrase(
                "The vectors were damaged ({languages}) and are made anew{moved}.",
                languages=", ".join(bad),
                moved=moved,
            )
            lines.append(damage)
        for language in LANGUAGES:
            stored = self._open_vectors().ids(language)
            self._open_vectors().delete(language, sorted(stored - wanted[language]))
            missing = sorted(wanted[language] - (stored & coded))
            for start in range(0, len(missing), _REBUILD):
                wordings = {language: self._wordings(missing[start : start + _REBUILD])}
                codes = self._store(self._made(self._embedder, self._coder, wordings))
                with self._catalogue.writing() as draft:
                    draft.put_codes(self._embedder.fingerprint, codes)
        if always or lines:
            with self._catalogue.writing() as draft:
                draft.set_meta("flat", None)  # another is made of the vectors alone
                draft.bump()  # readers open the vectors anew
        return lines

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
            there = vectors.ids(language)
            vectors.delete(language, sorted(there - {*ids}))  # of articles that changed since an interruption
            stored = there & coded
            for start in range(0, len(ids), _REBUILD):
                page = ids[start : start + _REBUILD]
                wordings = self._wordings([i for i in page if i not in stored])
                if wordings:
                    made = Made.of(embedder, coder, language, wordings)
                    vectors.upsert(language, [*wordings], made.vectors)
                    with self._catalogue.writing() as draft:
                        draft.put_codes(embedder.fingerprint, made.codes)
                done += len(page)
                progress(done, total)
        vectors.deepen()
        with self._catalogue.writing() as draft:
            draft.set_meta("model", embedder.name)
            draft.set_meta("fingerprint", embedder.fingerprint)
            draft.drop_other_codes(embedder.fingerprint)
            draft.remove_codes(embedder.fingerprint, coded.difference(*wanted.values()))
            draft.set_meta("leftover", "1")
            draft.bump()
        vectors.close()
        if self._vectors:  # those of the model before
            self._vectors.close()
            self._vectors = None
        self._drop_leftover()
        return total

    def give_up(self, languages: Collection[Language]) -> Path | None:
        """Forget the vectors of `languages`, which cannot be read; return where the whole folder is now if it had to go."""
        try:
            if len(languages) < len(LANGUAGES):
                self._open_vectors().drop(languages)
                return None
        except Exception as error:  # Chroma raises plain errors of its core
            log.info("dropping damaged vectors: %s", type(error).__name__)
        return self._open_vectors().set_aside()

    def _drop_leftover(self) -> None:
        """Delete the vectors of the model that the library had before, where there are any."""
        with self.snapshot() as snapshot:
            leftover, model = snapshot.meta("leftover"), snapshot.model()
        if leftover and model:
            vectors = Vectors(self._folder, model[1])
            vectors.drop_others()
            vectors.close()
            with self._catalogue.writing() as draft:
                draft.set_meta("leftover", None)

    def _sweep(self, *, keep: int = 0) -> None:
        while len(self._garbage) > keep:
            for language, ids in self._garbage.popleft().items():
                if ids:
                    self._open_vectors().delete(language, ids)

    def finish(self) -> None:
        """Sweep, have searches look as far as the library is large, note that catalogue and vectors are in step, and make the flat index."""
        self._sweep()
        if self._vectors:
            self._vectors.deepen()
        with self.snapshot() as snapshot:
            dirty = snapshot.meta("dirty")
        if dirty:
            with self._catalogue.writing() as draft:
                draft.set_meta("dirty", None)
        renew(self._catalogue, self._open_vectors)

    def close(self) -> None:
        """Let go of the vectors' files; what is being embedded is given up."""
        self._closed.set()
        self._reading.shutdown(cancel_futures=True)
        if self._vectors:
            self._vectors.close()

    def _made(self, embedder: Embedder, coder: Coder, wordings: Wordings) -> dict[Language, Made]:
        """Return what the model makes of passages; `CancelledError` once the writer is closed."""
        return {
            language: Made.of(embedder, coder, language, texts, self._tell_embedded)
            for language, texts in wordings.items()
            if texts
        }

    def _store(self, made: dict[Language, Made]) -> dict[str, Coded]:
        """Store passages' vectors; return their coded tokens."""
        for language, of_language in made.items():
            self._open_vectors().upsert(language, [*of_language.codes], of_language.vectors)
        return {i: coded for of_language in made.values() for i, coded in of_language.codes.items()}

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

    def _tell_embedded(self) -> None:
        if self._closed.is_set():
            raise CancelledError
        self._embedded += 1
        self._on_embedded(self._embedded)

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


def _passages_by_language(snapshot: Snapshot, article_ids: Iterable[str]) -> dict[Language, list[str]]:
    found: dict[Language, list[str]] = {language: [] for language in LANGUAGES}
    for article_id, row in snapshot.articles_by_id(article_ids).items():
        found[row.article.language] += [p.passage_id for p in snapshot.passages_of(article_id)]
    return found
