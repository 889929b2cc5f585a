"""What French and English follow-ups have in common: the words that lean, the fragments, the putting in place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from retrieval.conversation.mention import Gender, Mention
    from retrieval.domain import Language

Role = Literal["subject", "object", "owner", "person", "thing", "place", "same", "event"]


@dataclass(frozen=True, slots=True)
class Use:
    """A word that stands for something said before.

    `role` says what it can stand for: "same" is a noun with « ce » or "that", whose noun is `noun`,
    "event" a bare "that" or « cela », which may be all that was said. None: not shown.
    """

    role: Role
    gender: Gender | None = None
    plural: bool | None = None
    noun: str = ""


@dataclass(frozen=True, slots=True)
class Fragment:
    """A question without a verb: a question word ("asking") or a phrase; `lead` is the preposition a phrase begins with."""

    kind: Literal["asking", "phrase"]
    words: str
    lead: str = ""


def capital(text: str) -> str:
    """Return `text` with a capital first letter."""
    return text[:1].upper() + text[1:]


def closed(text: str, language: Language) -> str:
    """Return a question with its mark, as `language` sets it."""
    bare = re.sub(r"[\s?!.…,]+$", "", text)
    return f"{bare}\u202f?" if language == "fr" else f"{bare}?"


def replaced(text: str, start: int, end: int, words: str) -> str:
    """Return `text` with `words` for `text[start:end]`."""
    return f"{text[:start]}{words}{text[end:]}"


class Grammar(Protocol):
    """What each language's module does for follow-ups; `french_turns` and `english_turns` say how."""

    def opening(self, text: str) -> str: ...  # noqa: D102
    def hollow(self, text: str) -> bool: ...  # noqa: D102
    def fragment(self, text: str) -> Fragment | None: ...  # noqa: D102
    def adverbial(self, text: str) -> re.Match[str] | None: ...  # noqa: D102
    def ask_anew(self, earlier: str, asking: str) -> list[str]: ...  # noqa: D102
    def about(self, topic: str, text: str) -> str: ...  # noqa: D102
    def what_of(self, words: str, topic: str | None) -> str: ...  # noqa: D102
    def own_phrases(self, text: str, known: frozenset[str]) -> list[Mention]: ...  # noqa: D102
