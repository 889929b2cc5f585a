"""What gives a sentence away beside a source, looked for once: denials that differ, names that stray, names in another's place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from retrieval.verify.named import Usurped, usurped_names
from retrieval.verify.negation import Flip, flipped
from retrieval.verify.places import astray

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.domain import Language
    from retrieval.verify.meaning import Alignment
    from retrieval.verify.source import Source


@dataclass(frozen=True, slots=True)
class Signs:
    """`flip` tells what is denied on one side only, `astray` how far which name strays, `usurped` which names fit another's place."""

    flip: Flip
    astray: tuple[float, str]
    usurped: Sequence[Usurped]

    @classmethod
    def of(cls, sentence: str, language: Language, source: Source, alignment: Alignment) -> Self:
        """Return the signs there are in a sentence beside its source."""
        return cls(
            flipped(sentence, language, source.text, source.language, alignment),
            astray(sentence, language, source, alignment),
            [*usurped_names(sentence, language, source, alignment)],
        )
