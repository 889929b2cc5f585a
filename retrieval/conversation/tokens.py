"""The words and marks of a question or an answer, with their places."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from retrieval.conversation.grammar import TOKENS
from retrieval.words import is_stop

if TYPE_CHECKING:
    from collections.abc import Iterable

    from retrieval.domain import Language


@dataclass(frozen=True, slots=True)
class Token:
    """A word or mark of a text, with its place; `low` is it in lower case, an elision without its apostrophe."""

    text: str
    low: str
    start: int
    end: int

    @property
    def word(self) -> bool:
        """Whether it is a word, no mark."""
        return self.text[0].isalnum()


def split(text: str, language: Language) -> list[Token]:
    """Return the words and marks of `text`; in French, elided articles and pronouns by themselves."""
    return [Token(m[0], m[0].casefold().rstrip("'’"), *m.span()) for m in TOKENS[language].finditer(text)]


def capitalised(texts: Iterable[str]) -> frozenset[str]:
    """Return, in lower case, the words that have a capital within a sentence: names, even where a question has them small."""
    found: set[str] = set()
    for text in texts:
        words = re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", text)
        found |= {w.casefold() for w in words[1:] if w[0].isupper() and len(w) > 2}
    return frozenset(w for w in found if not is_stop(w, "fr") and not is_stop(w, "en"))
