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
    from collections.abc import Iterable

_PAGE = 5_000
_SECONDS = 600  # a hundred thousand vectors take ten


def damaged(folder: Path, fingerprint: str, languages: Iterable[Language]) -> dict[Language, str]:
    """Return the languages whose vectors cannot be read, each with what went wrong."""
    found: dict[Language, str] = {}
    for language in languages:
        command = [sys.executable, "-m", "retrieval.probe", str(folder), fingerprint, language]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, check=False)  # noqa: S603
        except subprocess.TimeoutExpired:
            found[language] = Phrase("reading them does not end")
            continue
        if done.returncode:
            lines = done.stderr.strip().splitlines()
            found[language] = (
                Phrase("Chroma dies of them") if done.returncode < 0 or not lines else lines[-1][:200]
            )
    return found


def _read(folder: Path, fingerprint: str, language: Language) -> None:
    """Read all vectors of a language and look for one; raise where that fails."""
    vectors = Vectors(folder, fingerprint)
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
    chosen = next(one for one in get_args(Language) if one == sys.argv[3])
    try:
        _read(Path(sys.argv[1]), sys.argv[2], chosen)
    except DepecheError as error:
        sys.exit(str(error))
    except BaseException as error:  # Chroma's core panics with exceptions of its own
        sys.exit(f"{type(error).__name__}: {error}".replace("\n", " "))
