"""Two ways to compose: a large model answers from numbered passages; a small one only translates the sentences that answer.

Asked to answer, a model of 1.5 billion parameters makes up what the passages lack (a year, a name, in a third of the questions
tried). Asked to put one sentence into the reader's language, it seldom does, and what is in that language already needs no model.
"""

from __future__ import annotations

from contextlib import closing
from itertools import islice
from math import exp
from typing import TYPE_CHECKING, Final

from retrieval import phrases
from retrieval.chat.errors import ChatError
from retrieval.chat.stream import stream
from retrieval.compose.borrowed import borrowed
from retrieval.compose.grounds import Worded
from retrieval.compose.hearsay import reported
from retrieval.compose.prompts import answer_messages, wording_messages
from retrieval.compose.said import as_ours, sentences, stands
from retrieval.compose.spellings import respelled
from retrieval.compose.surety import Surety
from retrieval.domain import LANGUAGES, Rejected
from retrieval.typography import elided, priced, renumbered, set_in

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence
    from typing import TypeAlias

    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage

    from retrieval.compose.grounds import Check, Grounds, Outcomes
    from retrieval.compose.said import Said
    from retrieval.domain import Language
    from retrieval.quotes import Quote

    Words: TypeAlias = Generator[str, None, None]

# A sentence that costs four seconds is put into another language where it is at least so likely to answer, beside the first: two
# of three sentences on average, which hold 3 % fewer answers.
_WORTH: Final = 0.25
# Mean log probability of its tokens from which a translation is shown: of 60 sentences of Belebele and 36 of the news, four fifths
# from French, a fifth from English. Read by eye, nine in ten of those that had -.28 or more were right, six in ten of the rest from
# French (the long ones, of which the check finds some), few of the rest from English. A second attempt at a higher temperature
# is worse, not better (chrF 51 for 56).
_SURE: Final[dict[Language, float]] = {"en": -0.35, "fr": -0.25}
# A mean, after so many tokens, and a mean of four in a row, from which few came back (2 of 82 in English, none of 20 in French):
# the reader waits for half as many words that are not shown.
_LOST: Final[dict[Language, float]] = {"en": -0.55, "fr": -0.5}
_STUMBLE: Final[dict[Language, float]] = {"en": -1.2, "fr": -0.8}
_ENOUGH: Final = 6
_SENTENCE: Final = 200  # tokens: no sentence of the press is longer in either language
_UNSURE: Final = "the model was not sure of its words"
_BORROWED: Final = "it leaves words in the other language"
_UNCITED: Final = "it points at none of the passages"
_NO_PROSE: Final = "the passage holds markup, links or another language there"
_AGAIN: Final = "it was said before"
_MOST: Final = 8  # sentences that are heard of a model that is asked for three


class Answering:
    """A model answers in its own words; each sentence must point at passages it was given, and be borne out by them."""

    def __init__(self, model: BaseChatModel, check: Check, *, timeout: float) -> None:
        self._model = model
        self._check = check
        self._timeout = timeout

    def writes(self, language: Language) -> bool:
        """Tell that it words answers in either language."""
        return language in LANGUAGES

    def compose(self, grounds: Grounds) -> Outcomes:
        """Yield what the model says, sentence by sentence: see `Composer`."""
        messages = answer_messages(grounds.question, grounds.language, grounds.found.hits)
        heard: set[str] = set()
        with closing(self._stream(messages, grounds)) as words:
            for said in islice(sentences(words, grounds.language), _MOST):
                yield Rejected(said.text, _AGAIN) if said.text in heard else self._checked(said, grounds)
                heard.add(said.text)

    def _stream(self, messages: list[BaseMessage], grounds: Grounds) -> Words:
        return stream(self._model, messages, timeout=self._timeout, chat=grounds.chat, left=grounds.left)

    def _checked(self, said: Said, grounds: Grounds) -> Worded | Rejected:
        ranks = [mark - 1 for mark in said.marks if 0 < mark <= len(grounds.found.hits)]
        if not ranks:
            return Rejected(said.text, _UNCITED)
        reasons = self._check(said.text, grounds.language, [grounds.found.hits[rank] for rank in ranks])
        if reasons:
            return Rejected(said.text, "; ".join(reasons))
        text = set_in(as_ours(said.text), grounds.language)
        return Worded(text, tuple(grounds.bearing_out(said.text, rank) for rank in ranks))


class Wording:
    """A model puts the sentences that answer into the reader's language, one by one; those already in it stand as they are.

    Where it cannot put the first, which answers best, nothing is shown: what is left would pass for the answer.
    """

    def __init__(
        self,
        model: BaseChatModel,
        check: Check,
        *,
        timeout: float,
        languages: Sequence[Language] = LANGUAGES,
    ) -> None:
        self._model = model
        self._check = check
        self._timeout = timeout
        self._languages = languages

    def writes(self, language: Language) -> bool:
        """Tell whether the language is among those that the model is trusted with."""
        return language in self._languages

    def compose(self, grounds: Grounds) -> Outcomes:
        """Yield the quotes in the reader's language: see `Composer`."""
        for number, quote in enumerate(grounds.quotes):
            if quote.hit.article.language == grounds.language:
                if own := as_ours(quote.text):
                    plain = stands(own, grounds.language)
                    yield Worded(own if plain else phrases.quoted(own, grounds.language), (quote,))
            elif exp(quote.score - grounds.quotes[0].score) >= _WORTH:
                outcome = self._worded(quote, grounds)
                yield outcome
                if isinstance(outcome, Rejected) and number == 0:
                    return

    def _worded(self, quote: Quote, grounds: Grounds) -> Worded | Rejected:
        language = grounds.language
        source = as_ours(quote.text)
        if not stands(source, quote.hit.article.language):
            return Rejected(source, _NO_PROSE)
        given = respelled(renumbered(set_in(source, language), language), language)
        asked = wording_messages(given, language)
        surety = Surety()
        with closing(self._stream(asked, grounds, surety)) as words:
            said = " ".join(said.text for said in sentences(_while_sure(words, surety, language), language))
        if surety.mean < _SURE[language] or surety.stumble < _STUMBLE[language]:
            return Rejected(said, _UNSURE)
        text = elided(priced(set_in(said, language), language), language)
        if language == "en":
            text = reported(text, source)
        if left := borrowed(text, language, source):
            return Rejected(text, f"{_BORROWED} ({', '.join(left)})")
        reasons = self._check(text, language, [quote.hit])
        return Rejected(text, "; ".join(reasons)) if reasons else Worded(text, (quote,))

    def _stream(self, messages: list[BaseMessage], grounds: Grounds, surety: Surety) -> Words:
        return stream(
            self._model,
            messages,
            timeout=self._timeout,
            chat=grounds.chat,
            left=grounds.left,
            hear=surety,
            max_tokens=_SENTENCE,
            temperature=0.0,
            logprobs=True,
        )


def _while_sure(words: Words, surety: Surety, language: Language) -> Words:
    """Yield the words up to where so many were guesses that the rest need not be waited for."""
    for some in words:
        yield some
        if surety.stumble < _STUMBLE[language]:
            return
        if surety.tokens >= _ENOUGH and surety.mean < _LOST[language]:
            return


class Unready:
    """Stands in for a chat model that could not be opened, so that every answer says so."""

    def writes(self, language: Language) -> bool:
        """Tell that it stands in for either language."""
        return language in LANGUAGES

    def compose(self, grounds: Grounds) -> Outcomes:
        """Raise `ChatError`."""
        del grounds
        raise ChatError("not_ready")
        yield
