"""Texts to token ids, by the fastest library that gives the model's own tokens.

For XLM-R's 250,000 pieces, sentencepiece loads in 0.4 s outside Python's lock and takes 70 MB; tokenizers takes 0.7 s
inside it and 280 MB, and is twelve times slower on articles. So a folder with a `sentencepiece.model` whose ids are the
model's own, as the packaged one has, is read by sentencepiece; any other by its `tokenizer.json`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

PIECES = "sentencepiece.model"


@dataclass(frozen=True, slots=True)
class Encoded:
    """A text's token ids, with those that begin and end it, and each one's `(start, end)` in the text, else (0, 0)."""

    ids: list[int]
    spans: list[tuple[int, int]]


class Tokens(Protocol):
    """A model's tokens. `pad` is the id that fills a batch's shorter rows."""

    @property
    def pad(self) -> int:
        """The padding's id."""

    def encode(self, texts: Sequence[str]) -> list[Encoded]:
        """Return each text's tokens, cut to what the model reads."""


def open_tokens(folder: Path, longest: int) -> Tokens:
    """Return the tokens of the model in `folder`, `longest` ids at most."""
    if (folder / PIECES).is_file():
        return _Pieces(folder / PIECES, longest)
    return _TokenizerFile(folder / "tokenizer.json", longest)


class _Pieces:
    def __init__(self, file: Path, longest: int) -> None:
        from sentencepiece import SentencePieceProcessor

        self._processor = SentencePieceProcessor(model_file=str(file))
        self._room = longest - 2
        self._begin, self._end = self._processor.bos_id(), self._processor.eos_id()
        self.pad = self._processor.pad_id()

    def encode(self, texts: Sequence[str]) -> list[Encoded]:
        if len(texts) == 1:  # for a list it starts threads, which cost a question up to 4 ms on busy cores
            found = [self._processor.encode(texts[0], return_type="offset_mapping")]
        else:
            found = self._processor.encode(list(texts), return_type="offset_mapping")
        return [
            Encoded(
                [self._begin, *one["ids"][: self._room], self._end],
                [(0, 0), *one["offsets"][: self._room], (0, 0)],
            )
            for one in found
        ]


class _TokenizerFile:
    def __init__(self, file: Path, longest: int) -> None:
        from tokenizers import Tokenizer

        self._tokenizer = Tokenizer.from_file(str(file))
        self._tokenizer.enable_truncation(longest)
        padding = self._tokenizer.padding
        self.pad = padding["pad_id"] if padding else self._tokenizer.token_to_id("<pad>") or 0
        self._tokenizer.no_padding()

    def encode(self, texts: Sequence[str]) -> list[Encoded]:
        return [Encoded(one.ids, one.offsets) for one in self._tokenizer.encode_batch(list(texts))]
