"""Opens a sentence-transformers cross-encoder that a reader names: it reads two texts together, which an embedding model does not."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from retrieval.errors import DepecheError
from retrieval.models import from_hub
from retrieval.told import Phrase
from retrieval.torch_runner import hush

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder


def open_cross_encoder(what: str, name: str, advice: str) -> CrossEncoder:
    """Return the model in the folder `name`, or of that hub id (torch: seconds to load, tenths of a second a pair).

    Raises `DepecheError` with `advice`, calling the model `what`, where there is none.
    """
    folder = Path(name).expanduser()
    if not folder.is_dir():
        if folder.is_absolute() or name.startswith((".", "~")):
            raise DepecheError(Phrase("There is no {what} folder {folder}", what=what, folder=folder), advice)
        folder = from_hub(name, otherwise=advice)
    hush()
    from sentence_transformers import CrossEncoder

    try:
        return CrossEncoder(str(folder), device="cpu", local_files_only=True)
    except Exception as error:  # whatever the libraries raise for a folder that holds no such model
        raise DepecheError(
            Phrase(
                "The {what} {name} cannot be loaded ({kind})", what=what, name=name, kind=type(error).__name__
            ),
            advice,
        ) from error
