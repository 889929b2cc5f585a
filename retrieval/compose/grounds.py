"""What a composed answer stands on: the question, what was found for it, and which sentence of a passage bears a statement out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeAlias

import numpy as np

from retrieval.domain import Language, Rejected
from retrieval.late import match
from retrieval.quotes import Quote

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence
    from threading import Event

    from retrieval.domain import Hit
    from retrieval.embedding import Embedder
    from retrieval.late import Coder
    from retrieval.search import Found


@dataclass(frozen=True, slots=True, eq=False)
class Grounds:
    """A question in one language, what was found for it, and the sentences chosen as its answer, best first.

    `chat` names who asks, so that chats take turns; `left` is set once nobody waits for the answer any more.
    """

    question: str
    language: Language
    found: Found
    quotes: tuple[Quote, ...]
    coder: Coder
    embedder: Embedder
    chat: str = ""
    left: Event | None = None

    def bearing_out(self, statement: str, rank: int) -> Quote:
        """Return the sentence of the found passage `rank` (from 0) that is nearest to a statement."""
        hit = self.found.hits[rank]
        asked = self.coder.ask(statement, self.language, self.embedder.read_question(statement))
        how = match(asked, [self.found.matches[rank].passage])[0]
        number = int(np.argmax(how.sentences))
        start, end = hit.passage.sentences[number]
        return Quote(hit, start, end, how.sentences[number], rank, number)


@dataclass(frozen=True, slots=True)
class Worded:
    """A sentence that passed the check, in the reader's language, and the quotations it rests on."""

    text: str
    quotes: tuple[Quote, ...]


Outcomes: TypeAlias = "Generator[Worded | Rejected, None, None]"


class Check(Protocol):
    """Tells what is wrong with a sentence that is said to rest on passages."""

    def __call__(self, sentence: str, language: Language, hits: Sequence[Hit]) -> Sequence[str]:
        """Return the reasons not to show the sentence; none where every passage together bears it out."""


class Composer(Protocol):
    """Words an answer from its grounds."""

    def writes(self, language: Language) -> bool:
        """Tell whether it words answers in this language; those in another are quotations."""

    def compose(self, grounds: Grounds) -> Outcomes:
        """Yield each sentence as soon as it is known to be true, or why it is not shown; raise `ChatError` where it cannot go on.

        Closing the generator stops the model.
        """
