"""What a sentence is checked against: the cited passage, and what its article says about who and when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from retrieval.when import day_of

if TYPE_CHECKING:
    from datetime import date

    from retrieval.domain import Hit, Language


@dataclass(frozen=True, slots=True)
class Source:
    """A cited passage: its sentences, and what a true sentence may draw on beside them.

    `title` and `published` are the article's. `context` is the article around the passage: a name may be given in full
    from there, a pronoun's name too, and nothing else.
    """

    sentences: tuple[str, ...]
    language: Language
    title: str = ""
    published: date | None = None
    context: str = ""

    @classmethod
    def of(cls, hit: Hit) -> Self:
        """Return a hit's passage as a source."""
        article = hit.article
        around = " ".join(part for part in (article.dateline, article.caption, article.text) if part)
        return cls(tuple(hit.sentences), article.language, article.title, day_of(article.published), around)

    @property
    def text(self) -> str:
        """The passage, its sentences one after the other."""
        return " ".join(self.sentences)


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a sentence must not be shown: what kind of thing is wrong with it, and which."""

    kind: str
    detail: str

    def __str__(self) -> str:
        return self.detail
