"""A request for news, understood: its kind, what it is about, of which days, from whom."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from retrieval.overview import Within

if TYPE_CHECKING:
    from retrieval.domain import Kind, Language, Turn


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for; `topic` is "" where it is about anything, `articles` are those of the conversation that are meant.

    `sought` is what is looked for where that is less than the text. `implied` is the question before, where that gives the topic and not the request itself.
    `unknown` is a source that is named and that the library has not.
    A digest may be about several `topics`, and leaves out what was `told`: articles, by id, and their near-copies.
    """

    kind: Kind
    text: str
    language: Language
    topic: str = ""
    within: Within = field(default_factory=Within)
    articles: tuple[str, ...] = ()
    implied: str = ""
    sought: str = ""
    topics: tuple[str, ...] = ()
    told: frozenset[str] = frozenset()
    unknown: str = ""


@dataclass(frozen=True, slots=True)
class Behind:
    """What a message may lean on: the turn whose `subject` is in hand, and the articles `listed` last, in their order; whether it surely `leans`."""

    subject: Turn | None = None
    listed: tuple[str, ...] = ()
    leans: bool = False
