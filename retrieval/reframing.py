"""An answer in the other language's frame: the same passages, and the words around them anew."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from retrieval import phrases
from retrieval.domain import TALK, Answer, Sentence

if TYPE_CHECKING:
    from retrieval.domain import Language


def reframed(answer: Answer, language: Language) -> Answer:
    """Return `answer` framed in `language`, its passages as they are; what a chat model composed, or a translator, gives way to the quotations.

    A refusal stays one, a list keeps its lines, and what cites no article its words. Notes that are not `phrases`' own are left out.
    """
    stale = phrases.retold(answer.stale, language) if answer.stale else None
    sentences = answer.sentences
    if answer.mode == "chat":
        sentences = tuple(Sentence(cited.quote, (cited.number,)) for cited in answer.citations)
    joined = phrases.asked_after(answer.understood) if answer.understood else None
    told = replace(
        answer,
        language=language,
        mode="quotes",
        sentences=sentences,
        citations=tuple(replace(cited, translation=None) for cited in answer.citations),
        notes=tuple(filter(None, (phrases.retold(note, language) for note in answer.notes))),
        understood=phrases.after(*joined, language) if joined else answer.understood,
        stale=stale,
        rejected=(),
    )
    words = _words(told, answer.body)
    return replace(told, text=f"{stale}\n\n{words}" if stale else words)


def _words(answer: Answer, body: str) -> str:
    """Return the text of an answer whose text was `body`, in its language, without what stands before all else."""
    language = answer.language
    if answer.kind == TALK:
        return (phrases.THIRD if body in phrases.THIRD.values() else phrases.TALK)[language]
    if not answer.answered:
        return phrases.REFUSED[language]
    if not answer.citations:
        return body
    above = phrases.FOUND[language] if answer.items else phrases.above(answer)
    lines = [
        f"{phrases.quoted(one.text, language)} " + "".join(f"[{number}]" for number in one.citations)
        for one in answer.sentences
    ]
    return "\n\n".join([above, *lines] if above else lines)
