"""Runs a sentence-transformers folder's ONNX file with `onnxruntime`: no torch on the way.

Import and load take 0.3 s where sentence-transformers takes 6.7.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np

from retrieval.process import available_cores
from retrieval.prompted import Prompted
from retrieval.readings import Reading
from retrieval.tokens import open_tokens

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from retrieval.tokens import Encoded, Tokens

# Tokens in one run: what a passage of 200 tokens works on stays in a core's cache, and only shorter texts share a run. On two
# cores, 300 passages of news a second: 41 so, each run on one thread; 20 in runs of 3,072 tokens with both cores on each.
_BATCH = 256
_SAMPLE = 1 << 16  # bytes read at each of three places of a weights file, to tell it from another
_MODULES = {"Transformer", "Pooling", "Normalize"}
_E5 = re.compile(r"(?<![a-z0-9])e5(?![a-z0-9])")
_POOLINGS = {"pooling_mode_mean_tokens": "mean", "pooling_mode_cls_token": "cls"}


class OnnxEmbedder(Prompted):
    """Embeds texts by one model folder. Threads may share one."""

    def __init__(self, name: str, folder: Path, session: Any, tokens: Tokens) -> None:  # noqa: ANN401 - onnxruntime ships no types
        self.name = name
        self.fingerprint = fingerprint(folder)
        self._session = session
        self._tokens = tokens
        self._inputs = {i.name for i in session.get_inputs()}
        outputs = {o.name: o.shape for o in session.get_outputs()}
        self._wordwise = next((n for n, shape in outputs.items() if len(shape) == 3), None)
        self._pooled = next((n for n in outputs if n == "sentence_embedding"), None)
        self._pooling = None if self._pooled else _pooling(folder)
        self.dimension = int(outputs[self._pooled or self._wordwise][-1])
        self._prompts = prompts(folder, name)

    @classmethod
    def open(cls, folder: Path, name: str) -> OnnxEmbedder:
        """Return the embedder of `folder`, which `runs_here` has said yes to."""
        # Side by side, each outside Python's lock: .1 s of a cold question.
        with ThreadPoolExecutor(1, "opening") as pool:
            session = pool.submit(open_session, str(folder / "onnx" / "model.onnx"))
            tokens = open_tokens(folder, _longest(folder))
            return cls(name, folder, session.result(), tokens)

    @property
    def tokens(self) -> Tokens:
        """The model's tokens, for another model of the same vocabulary."""
        return self._tokens

    def _embed(self, texts: Sequence[str], prompt: str) -> NDArray[np.float32]:
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        for batch, _, made, _ in self._runs(texts, prompt, wordwise=False):
            vectors[batch] = made
        return vectors

    def _read(self, texts: Sequence[str], prompt: str) -> Iterator[tuple[int, Reading]]:
        for batch, encoded, vectors, tokens in self._runs(texts, prompt, wordwise=True):
            for row, number in enumerate(batch):
                spans = encoded[row].spans
                if self._wordwise:
                    yield number, Reading.of(vectors[row], tokens[row, : len(spans)], spans, len(prompt))
                else:
                    yield number, Reading.of_words(vectors[row], texts[number])

    def _runs(
        self, texts: Sequence[str], prompt: str, *, wordwise: bool
    ) -> Iterator[tuple[list[int], list[Encoded], NDArray[np.float32], Any]]:
        """Yield batches, their texts' numbers first, as `_run` answers them; a core on each where there are several."""
        batches = list(self._batches(texts, prompt))
        if len(batches) == 1:
            yield *batches[0], *self._run(batches[0][1], wordwise=wordwise)
            return
        workers = available_cores()
        under_way: deque[tuple[list[int], list[Encoded], Future[Any]]] = deque()
        pool = ThreadPoolExecutor(workers, "embedding")
        try:
            for numbers, encoded in batches:
                under_way.append((numbers, encoded, pool.submit(self._run, encoded, wordwise=wordwise)))
                if len(under_way) > 2 * workers:  # what is made and not yet taken is held in memory
                    yield _made(*under_way.popleft())
            while under_way:
                yield _made(*under_way.popleft())
        finally:
            pool.shutdown(cancel_futures=True)

    def _batches(self, texts: Sequence[str], prompt: str) -> Iterator[tuple[list[int], list[Encoded]]]:
        encoded = self._tokens.encode([prompt + text for text in texts])
        order = sorted(range(len(texts)), key=lambda i: len(encoded[i].ids))
        done = 0
        while done < len(order):
            # The last of a batch is its longest, so this many of that length fit.
            end = done + 1
            while end < len(order) and (end + 1 - done) * len(encoded[order[end]].ids) <= _BATCH:
                end += 1
            batch = order[done:end]
            yield batch, [encoded[i] for i in batch]
            done = end

    def _run(self, batch: list[Encoded], *, wordwise: bool) -> tuple[NDArray[np.float32], Any]:
        """Return unit vectors (n, d), and where asked for, tokens (n, longest, d)."""
        width = max(len(one.ids) for one in batch)
        ids = np.full((len(batch), width), self._tokens.pad, np.int64)
        mask = np.zeros((len(batch), width), np.int64)
        for row, one in enumerate(batch):
            ids[row, : len(one.ids)] = one.ids
            mask[row, : len(one.ids)] = 1
        inputs = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        wanted = [self._pooled] if self._pooled else []
        if self._wordwise and (wordwise or not wanted):
            wanted.append(self._wordwise)
        values = self._session.run(wanted, {n: v for n, v in inputs.items() if n in self._inputs})
        pooled = values[0]
        if self._pooling == "mean":
            pooled = (pooled * mask[:, :, None]).sum(axis=1)
        elif self._pooling == "cls":
            pooled = pooled[:, 0]
        lengths = np.maximum(np.linalg.norm(pooled, axis=1, keepdims=True), 1e-12)
        return np.asarray(pooled / lengths, np.float32), values[-1]


def _made(
    numbers: list[int], encoded: list[Encoded], run: Future[Any]
) -> tuple[list[int], list[Encoded], NDArray[np.float32], Any]:
    return numbers, encoded, *run.result()


def runs_here(folder: Path) -> bool:
    """Tell whether `folder` is one this module can run: standard modules, mean or first-token pooling, ONNX file."""
    files = ("modules.json", "tokenizer.json", "onnx/model.onnx")
    if not all((folder / f).is_file() for f in files):
        return False
    kinds = {module["type"].rsplit(".", 1)[-1] for module in _json(folder / "modules.json")}
    return kinds <= _MODULES and _pooling(folder) is not None


def open_session(model: str | bytes) -> Any:  # noqa: ANN401 - onnxruntime ships no types
    """Return an ONNX Runtime session on the processor, quiet, each run on the thread that asks for it.

    A question of 12 to 24 tokens takes as long on two threads as on one, or longer.
    """
    # From 1.29 on it tells its makers about each session, unless this is set before it loads.
    os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def prompts(folder: Path, name: str) -> tuple[str, str]:
    """Return what the model wants before a question and before a passage."""
    file = folder / "config_sentence_transformers.json"
    given = (_json(file) if file.is_file() else {}).get("prompts") or {}
    question = given.get("query", "")
    passage = given.get("document", given.get("passage", ""))
    # The hub's cache calls a folder by its revision's hash, and the model two folders up.
    called = folder.parent.parent.name if folder.parent.name == "snapshots" else folder.name
    if not question and not passage and _E5.search(f"{name} {called}".lower()):
        return "query: ", "passage: "  # E5's own prefixes, which its folders on the hub leave out
    return question, passage


def fingerprint(folder: Path) -> str:
    """Return 12 hex digits that tell this model's vectors from any other's, wherever the folder lies.

    Small files are read whole; of a large one, its size and three samples: 2 ms for 540 MB.
    """
    digest = hashlib.blake2b(digest_size=6)
    for file in sorted(
        p for p in folder.rglob("*") if p.suffix in (".json", ".safetensors", ".onnx", ".bin")
    ):
        size = file.stat().st_size
        digest.update(f"{file.relative_to(folder).as_posix()} {size}".encode())
        with file.open("rb") as handle:
            if size <= 3 * _SAMPLE:
                digest.update(handle.read())
            else:
                for place in (0, size // 2, size - _SAMPLE):
                    handle.seek(place)
                    digest.update(handle.read(_SAMPLE))
    return digest.hexdigest()


def _pooling(folder: Path) -> str | None:
    modules = _json(folder / "modules.json")
    paths = [m["path"] for m in modules if m["type"].endswith("Pooling")]
    if not paths:
        return None
    config = _json(folder / paths[0] / "config.json")
    modes = [name for key, name in _POOLINGS.items() if config.get(key)]
    others = [key for key, on in config.items() if key.startswith("pooling_mode_") and on is True]
    if isinstance(config.get("pooling_mode"), str):  # how newer folders write it
        return config["pooling_mode"] if config["pooling_mode"] in _POOLINGS.values() else None
    return modes[0] if len(others) == len(modes) == 1 else None


def _longest(folder: Path) -> int:
    for name, key in (
        ("sentence_bert_config.json", "max_seq_length"),
        ("config.json", "max_position_embeddings"),
    ):
        file = folder / name
        if file.is_file() and (length := _json(file).get(key)):
            return int(length)
    return 512


def _json(file: Path) -> Any:  # noqa: ANN401
    return json.loads(file.read_text(encoding="utf-8"))
