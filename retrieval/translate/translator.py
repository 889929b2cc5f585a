"""What a translator is to us."""

from __future__ import annotations

from typing import Protocol


class Translator(Protocol):
    """Puts a sentence into another language. Threads may share one.

    Languages are ISO 639-1 codes, such as "fr".
    """

    def translate(self, sentence: str, source: str, target: str) -> str:
        """Return a sentence of the language `source` in the language `target`; raise `DepecheError` where that cannot be done."""
