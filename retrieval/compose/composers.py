"""Two ways to compose: a large model answers from numbered passages; a small one only translates the sentences that answer.

Asked to answer, a model of 1.5 billion parameters makes up what the passages lack (a year, a name, in a third of the questions
tried). Asked to put one sentence into the reader's language, it seldom does, and what is in that language already needs no model.
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Final

from retrieval.chat.errors import ChatError
from retrieval.chat.stream import stream
from retrieval.compose.grounds import Worded
from retrieval.compose.prompts import answer_messages, wording_messages
from retrieval.compose.said import sentences
from retrieval.domain import Rejected
from retrieval.typography import renumbered, set_in

if TYPE_CHECKING:
    from collections.abc import Generator
    from typing import TypeAlias

    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage

    from retrieval.compose.grounds import Check, Grounds, Outcomes
    from retrieval.compose.said import Said
    from retrieval.quotes import Quote

    Words: TypeAlias = Generator[str, None, None]

_AGAIN: Final = 0.6  # temperature of a second attempt: at 0 it would be the first one again
_SENTENCE: Final = 200  # tokens: no sentence of the press is longer in either language
_UNCITED: Final = "it points at none of the passages"


class Answering:
    """A model answers in its own words; each sentence must point at passages it was given, and be borne out by them."""

    def __init__(self, model: BaseChatModel, check: Check, *, timeout: float) -> None:
        self._model = model
        self._check = check
        self._timeout = timeout

    def compose(self, grounds: Grounds) -> Outcomes:
        """Yield what the model says, sentence by sentence: see `Composer`."""
        messages = answer_messages(grounds.question, grounds.language, grounds.found.hits)
        with closing(self._stream(messages, grounds)) as words:
            for said in sentences(words, grounds.language):
                yield self._checked(said, grounds)

    def _stream(self, messages: list[BaseMessage], grounds: Grounds) -> Words:
        return stream(self._model, messages, timeout=self._timeout, chat=grounds.chat, left=grounds.left)

    def _checked(self, said: Said, grounds: Grounds) -> Worded | Rejected:
        ranks = [mark - 1 for mark in said.marks if 0 < mark <= len(grounds.found.hits)]
        if not ranks:
            return Rejected(said.text, _UNCITED)
        reasons = self._check(said.text, grounds.language, [grounds.found.hits[rank] for rank in ranks])
        if reasons:
            return Rejected(said.text, "; ".join(reasons))
        text = set_in(said.text, grounds.language)
        return Worded(text, tuple(grounds.bearing_out(said.text, rank) for rank in ranks))


class Wording:
    """A model puts the sentences that answer into the reader's language, one by one; those already in it stand as they are."""

    def __init__(self, model: BaseChatModel, check: Check, *, timeout: float) -> None:
        self._model = model
        self._check = check
        self._timeout = timeout

    def compose(self, grounds: Grounds) -> Outcomes:
        """Yield the quotes in the reader's language: see `Composer`."""
        for quote in grounds.quotes:
            if quote.hit.article.language == grounds.language:
                yield Worded(quote.hit.article.text[quote.start : quote.end], (quote,))
            else:
                yield from self._worded(quote, grounds)

    def _worded(self, quote: Quote, grounds: Grounds) -> Outcomes:
        language = grounds.language
        source = quote.hit.article.text[quote.start : quote.end]
        messages = wording_messages(renumbered(set_in(source, language), language), language)
        for warmth in (0.0, _AGAIN):
            with closing(self._stream(messages, grounds, warmth)) as words:
                text = " ".join(said.text for said in sentences(words, language))
            reasons = self._check(text, language, [quote.hit])
            if not reasons:
                yield Worded(set_in(text, language), (quote,))
                return
            yield Rejected(text, "; ".join(reasons))

    def _stream(self, messages: list[BaseMessage], grounds: Grounds, warmth: float) -> Words:
        return stream(
            self._model,
            messages,
            timeout=self._timeout,
            chat=grounds.chat,
            left=grounds.left,
            max_tokens=_SENTENCE,
            temperature=warmth,
        )


class Unready:
    """Stands in for a chat model that could not be opened, so that every answer says so."""

    def compose(self, grounds: Grounds) -> Outcomes:
        """Raise `ChatError`."""
        del grounds
        raise ChatError("not_ready")
        yield
