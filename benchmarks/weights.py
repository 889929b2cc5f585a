"""Keeps learned weights in the package, with what they were learned from."""

from __future__ import annotations

import datetime
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def keep(file: Path, weights: dict[str, float], sets: list[str], questions: int, model: str) -> None:
    """Write `weights` to `file`, learned from so many questions of `sets` with the model of that fingerprint."""
    about = {
        "learned_from": sets,
        "questions": questions,
        "model": model,
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
    }
    file.write_text(json.dumps({**about, "weights": weights}, indent=1) + "\n", encoding="utf-8")
