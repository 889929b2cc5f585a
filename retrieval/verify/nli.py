"""A second opinion on whether a passage says a sentence, by a natural language inference model that a reader names; none by default."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from retrieval.cross_encoder import open_cross_encoder
from retrieval.errors import DepecheError
from retrieval.told import Phrase

if TYPE_CHECKING:
    from collections.abc import Sequence

_ADVICE = (
    "Set DEPECHE_NLI to a sentence-transformers cross-encoder with the labels entailment and contradiction: "
    "a hub id or a folder; or leave it empty."
)


class Entailment(Protocol):
    """What tells whether premises entail a sentence."""

    def judge(self, premise: str, sentence: str) -> tuple[float, float]:
        """Return the probabilities that the premise entails the sentence, and that it contradicts it."""


class Nli:
    """Judges by one cross-encoder. Raises `DepecheError` where there is none of that name, or it is of another kind."""

    def __init__(self, name: str) -> None:
        self._model = open_cross_encoder("NLI model", name, _ADVICE)
        labels = _labels(self._model)
        if not {"entailment", "contradiction"} <= labels.keys():
            raise DepecheError(
                Phrase("The model {name} has no labels entailment and contradiction", name=name), _ADVICE
            )
        self._entailment, self._contradiction = labels["entailment"], labels["contradiction"]

    def judge(self, premise: str, sentence: str) -> tuple[float, float]:
        """Return the probabilities that the premise entails the sentence, and that it contradicts it."""
        scores = np.asarray(self._model.predict([(premise, sentence)], show_progress_bar=False))[0]
        odds = np.exp(scores - scores.max())
        likely: Sequence[float] = (odds / odds.sum()).tolist()
        return likely[self._entailment], likely[self._contradiction]


def _labels(model: Any) -> dict[str, int]:  # noqa: ANN401 - sentence-transformers ships no types
    return {str(label).casefold(): int(n) for n, label in model.config.id2label.items()}
