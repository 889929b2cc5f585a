"""What should not have happened: kept in a file, for whoever mends it, and told in a few words."""

from __future__ import annotations

import traceback
from pathlib import Path

import platformdirs

from retrieval.told import Phrase


def keep(error: BaseException, *, ours: bool = True) -> Phrase:
    """Keep an error's traceback in a file; return the words that say where, or its own where it cannot be kept.

    They end without a full stop, and ask for a report where the fault is `ours`.
    """
    log = Path(platformdirs.user_log_dir("depeche")) / "errors.log"
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("a", encoding="utf-8", errors="backslashreplace") as file:
            traceback.print_exception(error, file=file)
    except OSError:
        return Phrase("It says: {why}", why=error)
    if ours:
        return Phrase("The details are in {log}; please report it", log=log)
    return Phrase("The details are in {log}", log=log)
