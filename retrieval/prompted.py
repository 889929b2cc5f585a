"""What every runner of a model does alike: questions and passages go in after prompts of their own."""

from __future__ import annotations

from abc import ABC, abstractmethod
from operator import itemgetter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from retrieval.readings import Reading


class Prompted(ABC):
    """Embeds and reads texts after `_prompts`, the question's and the passage's."""

    _prompts: tuple[str, str]

    def embed_questions(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return a unit vector for each question, (n, d)."""
        return self._embed(texts, self._prompts[0])

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return a unit vector for each passage, (n, d)."""
        return self._embed(texts, self._prompts[1])

    def read_question(self, text: str) -> Reading:
        """Return the question's vector and tokens."""
        ((_, reading),) = self._read([text], self._prompts[0])
        return reading

    def read_questions(self, texts: Sequence[str]) -> list[Reading]:
        """Return each question's vector and tokens, in order.

        Together they take less than one by one: of a core, 4.2 ms for one, 3.0 each for four, 2.8 for eight (of 25 tokens).
        """
        return [reading for _, reading in sorted(self._read(texts, self._prompts[0]), key=itemgetter(0))]

    def read_passages(self, texts: Sequence[str]) -> Iterator[tuple[int, Reading]]:
        """Yield each passage's number and reading, the short ones first."""
        return self._read(texts, self._prompts[1])

    @abstractmethod
    def _embed(self, texts: Sequence[str], prompt: str) -> NDArray[np.float32]:
        """Return a unit vector for each text after `prompt`, (n, d)."""

    @abstractmethod
    def _read(self, texts: Sequence[str], prompt: str) -> Iterator[tuple[int, Reading]]:
        """Yield each text's number and reading after `prompt`, the short ones first."""
