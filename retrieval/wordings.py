"""What of a passage is embedded, and what a model makes of it: a vector, and the codes of its tokens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from retrieval.domain import Article, Language, Passage

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from retrieval.embedding import Embedder
    from retrieval.late import Coded, Coder


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


@dataclass(frozen=True, slots=True, eq=False)
class Made:
    """What a model makes of passages: their coded tokens by id, and in that order their vectors (n, d)."""

    codes: dict[str, Coded]
    vectors: NDArray[np.float32]

    @classmethod
    def of(
        cls,
        embedder: Embedder,
        coder: Coder,
        language: Language,
        wordings: dict[str, Wording],
        each: Callable[[], None] = lambda: None,
    ) -> Self:
        """Return it, calling `each` after each passage."""
        ids = [*wordings]
        vectors = np.zeros((len(ids), embedder.dimension), np.float32)
        codes = {}
        for number, reading in embedder.read_passages([wordings[i].text for i in ids]):
            vectors[number] = reading.vector
            wording = wordings[ids[number]]
            codes[ids[number]] = coder.code(wording.text, language, wording.sentences, reading)
            each()
        return cls({i: codes[i] for i in ids}, vectors)
