"""The reader's own folder in the cache: its 8-bit graph, written once from the packaged weights and the difference shipped here."""

from __future__ import annotations

import filecmp
import os
import shutil
from typing import TYPE_CHECKING, Any

import numpy as np
from filelock import FileLock

from retrieval.errors import DepecheError
from retrieval.models import PACKAGED_FOLDER
from retrieval.progress import Progress, silent
from retrieval.reader import difference
from retrieval.reader.place import folder_in
from retrieval.told import Phrase

if TYPE_CHECKING:
    from pathlib import Path

_LABEL = Phrase("Preparing the reader")
_STEPS = 3
_AGREEMENT = 0.98  # correlation with what the trained network gives for the trials; .99 and more measured


def reader_folder(models: Path, weights: Path, progress: Progress = silent) -> Path:
    """Return the reader's folder in `models`, built where it is not there yet; raise `DepecheError` where it cannot be written."""
    folder = folder_in(models)
    if folder.is_dir():
        return folder
    try:
        models.mkdir(parents=True, exist_ok=True, mode=0o700)
        with FileLock(models / "reader.lock"):
            if not folder.is_dir():
                _build(folder, weights, progress)
    except OSError as error:
        raise DepecheError(
            Phrase(
                "The reader cannot be prepared in {models}: {why}", models=models, why=error.strerror or error
            ),
            "Make room there (100 MB), or choose another DEPECHE_CACHE_DIR.",
        ) from error
    return folder


def _build(folder: Path, file: Path, progress: Progress) -> None:
    from retrieval.e5_folder import pieces_of
    from retrieval.e5_graph import SAFE_LEVELS, WEIGHT_LEVELS, WORDS, build, save
    from retrieval.e5_weights import Weights
    from retrieval.onnx_runner import open_session
    from retrieval.tokens import PIECES

    progress(_LABEL, 0, _STEPS)
    for leftover in folder.parent.glob("reader-*.part"):  # of builds that were interrupted: we hold the lock
        shutil.rmtree(leftover)
    shipped = difference.Difference.read()
    weights = difference.Changed.of(Weights.read(file), shipped)
    progress(_LABEL, 1, _STEPS)
    part = folder.with_name(f"{folder.name}.part")
    part.mkdir()
    try:
        for levels in (WEIGHT_LEVELS, SAFE_LEVELS):
            model = build(weights, shipped.sizes, levels)
            if agreement(open_session(model.SerializeToString()), shipped) >= _AGREEMENT:
                break
        else:
            raise DepecheError(
                "The reader as built here differs from the trained network",
                "Please report it with your processor's name.",
            )
        progress(_LABEL, 2, _STEPS)
        save(model, part / "reader.onnx")
        _share(part / WORDS, folder.parent / PACKAGED_FOLDER / "onnx" / WORDS)
        np.savez(part / "head.npz", head=shipped.head, bias=shipped.bias)
        (part / PIECES).write_bytes(pieces_of(weights))
        for path in part.iterdir():
            with path.open("rb+") as handle:
                os.fsync(handle.fileno())
        part.rename(folder)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    progress(_LABEL, _STEPS, _STEPS)


def _share(own: Path, packaged: Path) -> None:
    """Have the table of words be the packaged model's own file, where that is the same: 60 MB less on disk, and in memory."""
    if packaged.is_file() and filecmp.cmp(own, packaged, shallow=False):
        link = own.with_suffix(".link")
        try:
            link.hardlink_to(packaged)
        except OSError:  # a file system without links
            return
        link.replace(own)


def agreement(session: Any, shipped: difference.Difference) -> float:  # noqa: ANN401 - onnxruntime ships no types
    """Return the least correlation of a session's readings of the trials with the trained network's."""
    found_to_agree = []
    for ids, wanted in shipped.trials:
        given = {"input_ids": ids[None], "attention_mask": np.ones_like(ids)[None]}
        [hidden] = session.run(["last_hidden_state"], given)
        found = hidden[0] @ shipped.head.T + shipped.bias
        found_to_agree.append(np.corrcoef(found[:, :2].ravel(), wanted[:, :2].ravel())[0, 1])
    return float(np.min(found_to_agree))  # not a number where one is none
