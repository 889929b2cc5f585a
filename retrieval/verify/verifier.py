"""The check as composing wants it: reasons not to show a sentence that is said to rest on found passages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from retrieval.verify.check import check
from retrieval.verify.meaning import Meaning
from retrieval.verify.source import Source

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.domain import Hit, Language
    from retrieval.embedding import Embedder
    from retrieval.late import Coder
    from retrieval.verify.nli import Entailment


class Verifier:
    """Checks sentences by one embedding model, and by an NLI model where there is one. Threads may share one."""

    def __init__(
        self, embedder: Embedder, entailment: Entailment | None = None, coder: Coder | None = None
    ) -> None:
        self._meaning = Meaning(embedder, entailment, coder.mean if coder else None)

    def __call__(self, sentence: str, language: Language, hits: Sequence[Hit]) -> Sequence[str]:
        """Return the reasons not to show the sentence; none where the passages bear it out."""
        faults = check(sentence, language, [Source.of(hit) for hit in hits], self._meaning)
        return [fault.detail for fault in faults]
