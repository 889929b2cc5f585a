"""A second opinion on whether a passage says a sentence, by a natural language inference model that a reader names; none by default."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from retrieval.errors import DepecheError
from retrieval.models import from_hub
from retrieval.torch_runner import hush

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
    """Judges by one `CrossEncoder` (torch: seconds to load, tenths of a second a sentence)."""

    def __init__(self, name: str) -> None:
        folder = Path(name).expanduser()
        if not folder.is_dir():
            if folder.is_absolute() or name.startswith((".", "~")):
                raise DepecheError(f"There is no NLI model folder {folder}", _ADVICE)
            folder = from_hub(name, otherwise=_ADVICE)
        hush()
        from sentence_transformers import CrossEncoder

        try:
            self._model = CrossEncoder(str(folder), device="cpu", local_files_only=True)
        except Exception as error:  # whatever the libraries raise for a folder that holds no such model
            raise DepecheError(
                f"The NLI model {name} cannot be loaded ({type(error).__name__})", _ADVICE
            ) from error
        labels = _labels(self._model)
        if not {"entailment", "contradiction"} <= labels.keys():
            raise DepecheError(f"The model {name} has no labels entailment and contradiction", _ADVICE)
        self._entailment, self._contradiction = labels["entailment"], labels["contradiction"]

    def judge(self, premise: str, sentence: str) -> tuple[float, float]:
        """Return the probabilities that the premise entails the sentence, and that it contradicts it."""
        scores = np.asarray(self._model.predict([(premise, sentence)], show_progress_bar=False))[0]
        odds = np.exp(scores - scores.max())
        likely: Sequence[float] = (odds / odds.sum()).tolist()
        return likely[self._entailment], likely[self._contradiction]


def _labels(model: Any) -> dict[str, int]:  # noqa: ANN401 - sentence-transformers ships no types
    return {str(label).casefold(): int(n) for n, label in model.config.id2label.items()}
