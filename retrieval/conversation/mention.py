"""Something a question or an answer talks about: a noun phrase or a name, with its place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from retrieval.words import fold, is_stop

if TYPE_CHECKING:
    from retrieval.domain import Language

Gender = Literal["m", "f"]


@dataclass(frozen=True, slots=True)
class Mention:
    """Something talked about, as it was put: `text[start:end]` of where it was found, with its article where it has one.

    `person`, `gender`: None where that does not show. `named` tells that it is a name or holds one, `bare` that it is nothing else.
    `lead` is the preposition before it, "" where there is none; `short` is where it ends without what is attached to it.
    `within` tells that it is part of a longer one: « Port-Lauzan » of « le bac de Port-Lauzan ».
    """

    text: str
    language: Language
    start: int
    end: int
    named: bool
    bare: bool
    plural: bool = False
    person: bool | None = None
    gender: Gender | None = None
    lead: str = ""
    short: int = 0
    within: bool = False

    @property
    def head(self) -> str:
        """The folded words, articles left out, by which two mentions are the same."""
        kept = [w for w in re.findall(r"[^\W_]+", fold(self.text)) if not is_stop(w, self.language)]
        return " ".join(kept)
