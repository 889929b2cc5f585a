"""The default translator's files: Mozilla's small French–English models, as Firefox has them, and where they lie.

MPL-2.0. What is pinned is what Firefox's own settings list for version 2.0 of both directions, and the hub's repository holds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from retrieval.hub import Pinned

if TYPE_CHECKING:
    from pathlib import Path

    from retrieval.settings import Settings

NAME: Final = "Firefox Translations, French and English (base-memory 2.0)"
HUB: Final = ("midudev/firefox-translations", "6f6acd72c26975a06a8e61b72d1fbacbd184c23f")
_MOZILLA: Final = (
    "https://firefox-settings-attachments.cdn.mozilla.net/main-workspace/translations-models/{}.{}"
)
_KINDS: Final = {
    "model": "model.{}.intgemm.alphas.bin",
    "words": "lex.50.50.{}.s2t.bin",
    "vocabulary": "vocab.{}.spm",
}


@dataclass(frozen=True, slots=True)
class TranslatorFile(Pinned):
    """A file of one direction: `path` is where it is in the hub's repository, `address` where Mozilla itself keeps it."""

    path: str
    address: str


def names(source: str, target: str) -> tuple[str, str, str]:
    """Return what a direction's files are called: its model, which words translate which, its vocabulary."""
    model, words, vocabulary = (kind.format(source + target) for kind in _KINDS.values())
    return model, words, vocabulary


def _file(pair: str, kind: str, size: int, sha256: str, there: str) -> TranslatorFile:
    name = _KINDS[kind].format(pair.replace("-", ""))
    address = _MOZILLA.format(there, name.rpartition(".")[2])
    return TranslatorFile(f"{pair} {kind}", name, size, sha256, f"{pair}/{name}", address)


_VOCABULARY: Final = (814_404, "783abf3abe075afdf8d85d233994bef2c3a064e935ab1bed946820aff6ac002a")
FILES: Final = (
    _file("fr-en", "model", 31_561_787, "15f997bc0d13808b0b0fbd0786e684a3c8a52adcd8071844b76123fdacbf2b90", "8ef78b1c-df6c-49fc-8cae-cf8c0c2a6630"),
    _file("fr-en", "words", 4_824_120, "87c6752ea908f5f0347c10ac0cf7d80d9c2f4f20c81c90168f3e8230b56d4440", "c4d99496-81bf-480f-b0bb-3aebacdcbe8e"),
    _file("fr-en", "vocabulary", *_VOCABULARY, "11ecb9da-60dd-4b39-aa12-27883099294b"),
    _file("en-fr", "model", 31_561_787, "6322e296d4fecfe395a8d5723da4ec37ecbe6d7613bb1dfcf4b28e2a47498b68", "e0d7f3ee-163a-4b0a-8e44-8b208b39477d"),
    _file("en-fr", "words", 4_372_936, "2585ed98d3af0bc949865aedeb390493d591f56870814376e73e4144c41ed059", "293d1823-ff05-48c9-837b-cff8fd33f197"),
    _file("en-fr", "vocabulary", *_VOCABULARY, "c7c1bcf3-71f6-425a-a6ed-403bd9a0a759"),
)  # fmt: skip


def translator_folder(settings: Settings) -> Path:
    """Return where the translator's files lie, or are to lie."""
    return settings.models_dir / "translator"


def is_pulled(settings: Settings) -> bool:
    """Tell whether all of the translator's files are there."""
    return all((translator_folder(settings) / one.file).is_file() for one in FILES)
