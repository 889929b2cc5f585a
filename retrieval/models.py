"""Where a model's folder comes from: the packaged model, a folder, or the hub."""

from __future__ import annotations

from pathlib import Path

from retrieval.errors import DepecheError
from retrieval.progress import Progress, silent

PACKAGED = "packaged"
_FILES = ["*.json", "1_Pooling/*", "2_Normalize/*", "onnx/model.onnx"]


def resolve(name: str, models_dir: Path, progress: Progress = silent) -> Path | None:
    """Return the folder of the model called `name`; None for a hub id that sentence-transformers will fetch.

    `packaged` is built on first use. Raises `DepecheError` where there is no such folder or model.
    """
    if name == PACKAGED:
        from retrieval.packaged import HUB_NAME, packaged_folder, weights_file

        weights = weights_file()
        return packaged_folder(models_dir, weights, progress) if weights else from_hub(HUB_NAME, _FILES)
    folder = Path(name).expanduser()
    if folder.is_dir():
        if not (folder / "modules.json").is_file():
            raise DepecheError(
                f"The folder {folder} holds no sentence-transformers model (no modules.json)",
                "Set DEPECHE_EMBEDDING_MODEL to a model's folder, a hub id, or packaged.",
            )
        return folder
    if folder.is_absolute() or name.startswith((".", "~")) or name.count("/") > 1:
        raise DepecheError(
            f"There is no model folder {folder}",
            "Set DEPECHE_EMBEDDING_MODEL to a model's folder, a hub id, or packaged.",
        )
    return None


def from_hub(name: str, files: list[str] | None = None) -> Path:
    """Return the hub model's folder, fetched into the hub client's own cache; raise `DepecheError` where it cannot be."""
    import logging

    from huggingface_hub import snapshot_download

    logging.getLogger("huggingface_hub").setLevel(logging.ERROR)
    try:
        return Path(snapshot_download(name, allow_patterns=files))
    except Exception as error:  # the client raises a dozen kinds, from its own and from its HTTP library
        raise DepecheError(
            f"The model {name} could not be fetched from the hub ({type(error).__name__})",
            "Check the name and the network; HF_HOME may hold a copy, and DEPECHE_EMBEDDING_MODEL=packaged needs none.",
        ) from error
