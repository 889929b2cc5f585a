"""Runs the reader: pairs of a question and a piece of text in, for each token how likely the answer begins and ends there."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from retrieval.onnx_runner import open_session
from retrieval.process import available_cores

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from retrieval.tokens import Tokens

LONGEST = 240  # tokens of a pair: what it was trained on
_QUESTION = 48  # of them, the question's at most
_BATCH = 320  # tokens in one run, as in `onnx_runner`
_FEW = 4  # pairs that are read each by itself, a core on each


@dataclass(frozen=True, slots=True, eq=False)
class Read:
    """What the reader says of one text.

    `answers` are the log odds that it holds the answer, `denies` those that it denies what the question supposes. For each of its tokens, with its `spans` (k, 2) into the text, `starts` and
    `ends` (k,) say how much more likely the answer starts or ends there than nowhere.
    """

    answers: float
    denies: float
    spans: NDArray[np.int64]
    starts: NDArray[np.float32]
    ends: NDArray[np.float32]


class Network:
    """The graph in a folder that `reader_folder` gave, and the five numbers a token is judged by."""

    def __init__(self, folder: Path) -> None:
        with np.load(folder / "head.npz") as held:
            self._head, self._bias = held["head"], held["bias"]
        self._session: Any = open_session(str(folder / "reader.onnx"))

    def run(self, rows: Sequence[Sequence[int]], pad: int) -> NDArray[np.float32]:
        """Return (n, longest, 5) of rows of token ids: the answer begins here, ends here, and, of the first token, is there, grants, denies."""
        width = max(map(len, rows))
        ids = np.full((len(rows), width), pad, np.int64)
        mask = np.zeros((len(rows), width), np.int64)
        for n, row in enumerate(rows):
            ids[n, : len(row)] = row
            mask[n, : len(row)] = 1
        [hidden] = self._session.run(["last_hidden_state"], {"input_ids": ids, "attention_mask": mask})
        return np.asarray(hidden @ self._head.T + self._bias, np.float32)


class Reader:
    """Reads questions with texts. Threads may share one."""

    def __init__(self, network: Network, tokens: Tokens) -> None:
        self._network = network
        self._tokens = tokens
        self._pool = ThreadPoolExecutor(available_cores(), "reader")

    def read(self, pairs: Sequence[tuple[str, str]]) -> list[Read]:
        """Return what the reader says of each pair of a question and a text."""
        if not pairs:
            return []
        # One by one: for a list sentencepiece starts threads, which cost more than they bring.
        encoded = {text: self._tokens.encode([text])[0] for text in {text for pair in pairs for text in pair}}
        made: list[tuple[list[int], int, NDArray[np.int64]]] = []
        for question, text in pairs:
            asked, read = encoded[question], encoded[text]
            end = asked.ids[-1]
            before = [*asked.ids[:-1][:_QUESTION], end, end]
            room = LONGEST - len(before) - 1
            ids = [*before, *read.ids[1:-1][:room], end]
            made.append((ids, len(before), np.array(read.spans[1:-1][:room], np.int64).reshape(-1, 2)))
        order = sorted(range(len(made)), key=lambda n: len(made[n][0]))
        most = _BATCH if len(pairs) > _FEW else 0
        batches: list[list[int]] = []
        for n in order:
            if batches and (len(batches[-1]) + 1) * len(made[n][0]) <= most:
                batches[-1].append(n)
            else:
                batches.append([n])
        rows = [[made[n][0] for n in batch] for batch in batches]
        run = partial(self._network.run, pad=self._tokens.pad)
        results = map(run, rows) if len(rows) == 1 else self._pool.map(run, rows)
        found: dict[int, Read] = {}
        for batch, scores in zip(batches, results, strict=True):
            for row, n in enumerate(batch):
                ids, first, spans = made[n]
                found[n] = _judged(scores[row, : len(ids)], first, spans)
        return [found[n] for n in range(len(pairs))]


def _judged(scores: NDArray[np.float32], first: int, spans: NDArray[np.int64]) -> Read:
    theirs = scores[first : first + len(spans)]
    answers, grants, denial = map(float, scores[0, 2:])
    denies = denial - float(np.logaddexp(0.0, grants))
    return Read(answers, denies, spans, theirs[:, 0] - scores[0, 0], theirs[:, 1] - scores[0, 1])
