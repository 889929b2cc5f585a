"""Fetches the translator's files: from one revision of the hub, else from where Mozilla keeps them, or out of a folder.

Each appears under its name only when its hash is right, and what had come of it is kept through any interruption.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from filelock import FileLock

from retrieval.errors import DepecheError
from retrieval.hub import MB, fetch, fetch_from_hub, hash_of
from retrieval.progress import Progress, silent
from retrieval.told import Phrase
from retrieval.translate.files import FILES, HUB

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from retrieval.translate.files import TranslatorFile


def pull(
    folder: Path,
    progress: Progress = silent,
    given: Path | None = None,
    files: Sequence[TranslatorFile] = FILES,
) -> None:
    """Have the files in `folder`, those that are not there fetched, or copied out of the folder that is `given`; their hashes are checked each time.

    Of processes that need them at once one fetches, and the others wait. Raises `DepecheError` where there is no room, or where one
    cannot be had; what had come is kept for the next time.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with FileLock(folder / "lock"):
            for one in files:
                _bring(one, folder, progress, given)
    except OSError as error:
        raise DepecheError(
            Phrase(
                "The translator cannot be kept in {folder}: {why}", folder=folder, why=error.strerror or error
            ),
            Phrase(
                "Make room there ({size} MB), or choose another DEPECHE_CACHE_DIR.",
                size=sum(one.size for one in files) // MB,
            ),
        ) from error


def _bring(one: TranslatorFile, folder: Path, progress: Progress, given: Path | None) -> None:
    target, part = folder / one.file, folder / f"{one.file}.part"
    if target.is_file():
        if hash_of(target, one, progress) == one.sha256:
            return
        target.unlink()  # a disk's error, or another file under its name
    if given:
        _copy(one, given, part, progress)
    elif not (
        fetch_from_hub(one, HUB[0], one.path, part, progress, revision=HUB[1])
        or fetch(one, one.address, part, progress)
    ):
        raise DepecheError(
            Phrase("The translator's file {file} could not be fetched", file=one.file),
            "Check the network and run it again, it goes on from there; or name a folder that holds the files: --from FOLDER.",
        )
    part.replace(target)


def _copy(one: TranslatorFile, given: Path, part: Path, progress: Progress) -> None:
    try:
        right = hash_of(given / one.file, one, progress) == one.sha256
    except OSError as error:
        raise DepecheError(
            Phrase("{path} cannot be read ({why})", path=given / one.file, why=error.strerror or error),
            Phrase("The folder must hold {files}.", files=", ".join(each.file for each in FILES)),
        ) from None
    if not right:
        raise DepecheError(
            Phrase("{path} is not the translator's file (its hash is another)", path=given / one.file),
            "It is version 2.0 of Mozilla's base-memory models, not compressed.",
        )
    shutil.copyfile(given / one.file, part)
