"""Quotations put into the reader's language, sentence by sentence, where what comes out holds beside the original.

A translation is shown where its numbers, names and quotation marks are the original's, where the check that every written sentence
passes finds nothing against it, and where, put back into the original's language, it says what the original says and the original
what it says. Of a quotation all sentences hold or none is shown.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING, Final

from retrieval import phrases
from retrieval.compose.hearsay import reported
from retrieval.compose.said import as_ours, stands
from retrieval.compose.spellings import respelled
from retrieval.domain import Rejected
from retrieval.errors import DepecheError
from retrieval.sentences import split
from retrieval.translate.gates import renamed, unlike
from retrieval.typography import elided, priced, set_in
from retrieval.verify import Source, check
from retrieval.when import day_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from retrieval.domain import Answer, Citation, Language
    from retrieval.translate.translator import Translator
    from retrieval.verify import Meaning

log = logging.getLogger(__name__)

_NO_PROSE: Final = "the passage holds markup, links or another language there"


@dataclass(frozen=True, slots=True)
class Quotations:
    """Puts an answer's quotations into its language. Threads may share one."""

    translator: Translator
    meaning: Meaning

    def translated(self, answer: Answer) -> Answer:
        """Return an answer by quotations with the translation of each that is in the other language, and what was not shown among the `rejected`.

        A list stays as it is, and so does everything where the translator fails, of which a line is logged.
        """
        if answer.mode != "quotes" or answer.items:
            return answer
        try:
            made = [self._made(citation, answer.language) for citation in answer.citations]
        except DepecheError as error:
            log.warning("%s", error.told)
            return answer
        citations = tuple(
            replace(citation, translation=said) if isinstance(said, str) else citation
            for citation, said in zip(answer.citations, made, strict=True)
        )
        rejected = (*answer.rejected, *(said for said in made if isinstance(said, Rejected)))
        told = replace(answer, citations=citations, rejected=rejected)
        return replace(told, text=phrases.quotations(told)) if citations != answer.citations else told

    def _made(self, citation: Citation, language: Language) -> str | Rejected | None:
        if citation.language == language:
            return None
        said: list[str] = []
        for start, end in split(citation.quote, citation.language):
            made = self.sentence(as_ours(citation.quote[start:end]), citation, language)
            if isinstance(made, Rejected):
                return made
            said.append(made)
        return " ".join(said) or None

    def sentence(self, source: str, citation: Citation, language: Language) -> str | Rejected:
        """Return a sentence of a quotation in `language`, or what was made of it and why it is not shown.

        Raises `DepecheError` where the translator fails.
        """
        its = citation.language
        if not stands(source, its):
            return Rejected(source, _NO_PROSE)
        given = respelled(source, language)
        said = set_in(self.translator.translate(given, its, language), language)
        said = reported(said, source) if language == "en" else elided(priced(said, language), language)
        again = set_in(self.translator.translate(said, language, its), its)
        faults = chain(
            self.beside(source, said, citation, language),
            (f"put back: {fault}" for fault in self.returned(source, again, citation)),
        )
        reasons = [*dict.fromkeys(faults)]
        return Rejected(said, "; ".join(reasons)) if reasons else said

    def beside(self, source: str, said: str, citation: Citation, language: Language) -> Iterator[str]:
        """Yield what speaks against a translation beside the quotation's sentence that it is of."""
        yield from unlike(source, said)
        yield from renamed(respelled(source, language), said, across=True)
        yield from self._against(said, language, _alone(source, citation))

    def returned(self, source: str, again: str, citation: Citation) -> Iterator[str]:
        """Yield what speaks against a sentence that was put into another language and `again` into its own."""
        its = citation.language
        yield from unlike(source, again)
        yield from renamed(source, again, across=False)
        yield from self._against(again, its, _alone(source, citation))
        yield from self._against(source, its, _alone(again, citation))

    def _against(self, sentence: str, language: Language, source: Source) -> Iterator[str]:
        return (str(fault) for fault in check(sentence, language, [source], self.meaning))


def _alone(sentence: str, citation: Citation) -> Source:
    """Return a sentence as what another is checked against: what stands around it gives names in full, and no more."""
    return Source(
        (sentence,), citation.language, citation.title, day_of(citation.published), citation.passage
    )
