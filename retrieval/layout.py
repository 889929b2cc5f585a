"""What lies where in a library's folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from retrieval.errors import DepecheError
from retrieval.told import Phrase

if TYPE_CHECKING:
    from pathlib import Path

CATALOGUE = "catalogue.sqlite3"
VECTORS = "vectors"
FLAT = "flat"
WRITER_LOCK = "writer.lock"


def exists(folder: Path) -> bool:
    """Tell whether anything was ever written there."""
    return (folder / CATALOGUE).exists()


def require(folder: Path) -> None:
    """Raise `DepecheError` where there is no library in `folder` yet."""
    if not exists(folder):
        raise DepecheError(
            Phrase("There is no library in {folder} yet", folder=folder),
            "Put articles in first: depeche ingest FILE_OR_FOLDER.",
        )
