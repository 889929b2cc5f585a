"""How sure a model was of its own words: the probability it gave to each token, which it gives away for nothing.

The mean log probability of a translation tells a good one better than any other sign a model gives of itself (Fomicheva et al.,
"Unsupervised Quality Estimation for Neural Machine Translation", TACL 2020).
"""

from __future__ import annotations

from collections import deque
from typing import Any, Final

_RUN: Final = 4


class Surety:
    """Collects what a stream's chunks tell of their tokens (`hear` of `retrieval/chat/stream.py`)."""

    def __init__(self) -> None:
        self._sum = 0.0
        self._last: deque[float] = deque(maxlen=_RUN)
        self.tokens = 0  # heard so far
        self.stumble = 0.0  # the lowest mean of four tokens in a row

    def __call__(self, told: dict[str, Any]) -> None:
        """Take in what a chunk tells: log probabilities as OpenAI's clients have them, where there are any."""
        for token in (told.get("logprobs") or {}).get("content") or ():
            self._sum += float(token["logprob"])
            self.tokens += 1
            self._last.append(float(token["logprob"]))
            if len(self._last) == _RUN:
                self.stumble = min(self.stumble, sum(self._last) / _RUN)

    @property
    def mean(self) -> float:
        """The mean log probability of a token, natural; 0, quite sure, where nothing was told."""
        return self._sum / self.tokens if self.tokens else 0.0
