"""Files of a known size and hash from the Web, a model hub above all: to their end, gone on with where they broke off, checked."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from retrieval.errors import DepecheError
from retrieval.told import Phrase

if TYPE_CHECKING:
    from pathlib import Path

    from retrieval.progress import Progress

MB: Final = 1_000_000
_PIECE: Final = 1 << 22
_SPARE: Final = 64 << 20  # bytes left free besides what the file takes
_PATIENCE: Final = 3.0  # seconds; the hub's client itself goes on trying for 23 where there is no network
_TRIES: Final = 5
_BARREN: Final = 2
_DIGEST: Final = 64  # characters of a SHA-256; a small file's tag is another's


@dataclass(frozen=True, slots=True)
class Pinned:
    """A file that is the one of `size` bytes and SHA-256 `sha256` or none; `name` is what it is called while it comes."""

    name: str
    file: str
    size: int
    sha256: str


def hash_of(path: Path, wanted: Pinned, progress: Progress) -> str:
    """Return a file's SHA-256; raise `OSError` where it cannot be read."""
    digest = hashlib.sha256()
    done = 0
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
            done += len(piece)
            progress(Phrase("Checking {model} (MB)", model=wanted.name), done // MB, wanted.size // MB)
    return digest.hexdigest()


def require_room(folder: Path, needed: int) -> None:
    """Raise `DepecheError` where so many bytes, and a few to spare, are not free."""
    free = shutil.disk_usage(folder).free
    if free < needed + _SPARE:
        raise DepecheError(
            Phrase(
                "There is not enough room in {folder}: {needed} MB are needed, {free} MB are free",
                folder=folder,
                needed=(needed + _SPARE) // MB,
                free=free // MB,
            ),
            "Make room there, or choose another DEPECHE_CACHE_DIR.",
        )


def fetch_from_hub(
    wanted: Pinned, repository: str, path: str, into: Path, progress: Progress, *, revision: str | None = None
) -> bool:
    """Fetch a repository's file, of its newest revision or the one that is named; return False where the hub is not reached, or has not this very file.

    What had come stays in `into` for the next time. Raises what the disk raises, and `DepecheError` where there is no room.
    """
    import logging

    import huggingface_hub as hub

    logging.getLogger("huggingface_hub").setLevel(logging.ERROR)
    url = hub.hf_hub_url(repository, path, revision=revision)
    try:
        hub.get_session().head(hub.constants.ENDPOINT, timeout=_PATIENCE)
        theirs = hub.get_hf_file_metadata(url)
    except Exception:  # no network, a proxy that says no, HF_HUB_OFFLINE: the client raises a dozen kinds
        return False
    if theirs.etag != wanted.sha256 and len(theirs.etag or "") == _DIGEST:  # of a large file, its SHA-256
        return False
    return fetch(wanted, url, into, progress, hub.utils.build_hf_headers())


def fetch(
    wanted: Pinned, url: str, into: Path, progress: Progress, headers: dict[str, str] | None = None
) -> bool:
    """Fetch what `into` still lacks of a file at an address; return False where it cannot be had there, or is another.

    Raises as `fetch_from_hub` does.
    """
    require_room(into.parent, wanted.size - (into.stat().st_size if into.exists() else 0))
    try:
        _download(wanted, url, into, progress, headers or {})
    except OSError as error:
        if error.errno:  # the disk's, not the network's
            raise
        return False
    except Exception:
        return False
    if hash_of(into, wanted, progress) == wanted.sha256:
        return True
    into.unlink()
    return False


def _download(wanted: Pinned, url: str, into: Path, progress: Progress, headers: dict[str, str]) -> None:
    """Fetch the rest of a file; raise what the hub's client raises.

    By its session: its own download begins anew in each process.
    """
    import huggingface_hub as hub

    barren = 0  # tries that brought nothing: where there is no network, five are long
    for trial in range(_TRIES):
        done = into.stat().st_size if into.exists() else 0
        if done == wanted.size:
            return
        asked = headers | {"Range": f"bytes={done}-", "Accept-Encoding": "identity"}
        try:
            with (
                hub.get_session().stream("GET", url, headers=asked, follow_redirects=True) as response,
                into.open("ab") as file,
            ):
                response.raise_for_status()
                if response.status_code != 206:  # all of it, from the start
                    file.truncate(0)
                for piece in response.iter_bytes(_PIECE):
                    file.write(piece)
                    if file.tell() > wanted.size:
                        file.truncate(0)
                        raise OSError("the file is longer than it should be")
                    progress(
                        Phrase("Fetching {model} (MB)", model=wanted.name),
                        file.tell() // MB,
                        wanted.size // MB,
                    )
        except Exception as error:
            barren += not into.exists() or into.stat().st_size <= done
            if getattr(error, "errno", None) or barren == _BARREN or trial == _TRIES - 1:
                raise
    raise OSError("the file has another length")
