"""Where the reader lies: what is shipped of it, and the folder it is built in. Nothing heavy is imported here."""

from __future__ import annotations

import hashlib
from pathlib import Path

from retrieval.models import PACKAGED_FOLDER

SHIPPED = Path(__file__).with_name("difference.npz")


def folder_in(models: Path) -> Path:
    """Return the reader's folder, built or not: named by what is shipped, and by the packaged model it is written as."""
    digest = hashlib.blake2b(PACKAGED_FOLDER.encode(), digest_size=4)
    digest.update(SHIPPED.read_bytes())
    return models / f"reader-{digest.hexdigest()}"
