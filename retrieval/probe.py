"""Whether a library's vectors can be read, looked at in a process of its own: Chroma's core can die of a damaged file."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import numpy as np

from retrieval.domain import Language
from retrieval.errors import DepecheError
from retrieval.told import Phrase
from retrieval.vectors import Vectors

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_PAGE = 5_000
_SECONDS = 600  # a hundred thousand vectors take ten


def damaged(folder: Path, fingerprint: str, languages: Iterable[Language]) -> dict[Language, str]:
    """Return the languages whose vectors cannot be read, each with what went wrong."""
    together = [*languages]
    if not _trouble(folder, fingerprint, together):
        return {}  # a process's start takes longer than most libraries' vectors
    found = {language: _trouble(folder, fingerprint, [language]) for language in together}
    return {language: trouble for language, trouble in found.items() if trouble}


def _trouble(folder: Path, fingerprint: str, languages: Sequence[Language]) -> str | None:
    """Return what keeps the vectors of some language from being read; None where nothing does."""
    command = [sys.executable, "-m", "retrieval.probe", str(folder), fingerprint, *languages]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        return Phrase("reading them does not end")
    if not done.returncode:
        return None
    lines = done.stderr.strip().splitlines()
    return Phrase("Chroma dies of them") if done.returncode < 0 or not lines else lines[-1][:200]


def _read(vectors: Vectors, language: Language) -> None:
    """Read all vectors of a language and look for one; raise where that fails."""
    ids = sorted(vectors.ids(language))
    one = None
    for start in range(0, len(ids), _PAGE):
        page = vectors.of(language, ids[start : start + _PAGE])
        if not np.allclose(np.linalg.norm(page, axis=1), 1, atol=0.01):
            raise DepecheError("some are no vectors of unit length")
        one = page[0]
    if one is not None and not vectors.nearest([language], [one], [1])[0]:
        raise DepecheError("nothing is found by them")


if __name__ == "__main__":
    try:
        opened = Vectors(Path(sys.argv[1]), sys.argv[2])
        for chosen in get_args(Language):
            if chosen in sys.argv[3:]:
                _read(opened, chosen)
    except DepecheError as error:
        sys.exit(str(error))
    except BaseException as error:  # Chroma's core panics with exceptions of its own
        sys.exit(f"{type(error).__name__}: {error}".replace("\n", " "))
