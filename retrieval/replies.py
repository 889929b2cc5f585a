"""Answers as readers get them: quotations with their citations, a refusal with what is nearest, a word for what is no question."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from retrieval import phrases
from retrieval.chat.errors import ChatError
from retrieval.citations import cite, part_note
from retrieval.domain import TALK, Answer, Article, Hit, Language, Nearby, Sentence
from retrieval.language import detect, foreign
from retrieval.quotes import Quote, denies, exact
from retrieval.when import day_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from retrieval.compose.grounds import Worded

Copies = dict[str, list[Article]]  # the near-copies of each found article, by its id

_NEARBY = 3
_OLD = 365  # days after which a reader should be told how old an answer is


def quoted(question: str, language: Language, quotes: Sequence[Quote], copies: Copies, today: date) -> Answer:
    """Return the answer by quotations alone."""
    citations = [cite(n, q, copies[q.hit.article.article_id]) for n, q in enumerate(quotes, start=1)]
    lines = [f"{phrases.quoted(c.quote, language)} [{c.number}]" for c in citations]
    contrary = denies(quotes[0])
    answer = Answer(
        question=question,
        language=language,
        answered=True,
        mode="quotes",
        text="\n\n".join([phrases.opening(language, contrary=contrary), *lines]),
        sentences=tuple(
            Sentence(c.quote, (c.number,), exact(quote)) for c, quote in zip(citations, quotes, strict=True)
        ),
        citations=tuple(citations),
        contrary=contrary,
    )
    return replace(answer, notes=notes_on(answer, today))


def with_sentence(answer: Answer, worded: Worded, copies: Copies) -> Answer:
    """Return the answer with a sentence more; quotations are numbered as they come, one that came before keeps its number."""
    citations = list(answer.citations)
    numbers = []
    for quote in worded.quotes:
        made = cite(len(citations) + 1, quote, copies[quote.hit.article.article_id])
        known = next((c for c in citations if (c.article_id, c.quote) == (made.article_id, made.quote)), None)
        if known is None:
            citations.append(made)
        numbers.append((known or made).number)
    sentence = Sentence(worded.text, tuple(dict.fromkeys(numbers)))
    marked = sentence.text + " " + "".join(f"[{number}]" for number in sentence.citations)
    return replace(
        answer,
        text=f"{answer.text} {marked}".strip(),
        sentences=(*answer.sentences, sentence),
        citations=tuple(citations),
    )


def why_none(answer: Answer) -> str:
    """Return the line that says why no sentence of a chat model is shown that did not fail."""
    return (
        phrases.NOTHING_HELD[answer.language] if answer.rejected else ChatError("empty").line(answer.language)
    )


def age_note(answer: Answer, today: date) -> str | None:
    """Return the sentence that says how old an answer is whose articles are all old; None where one is not, or has no date."""
    days = [day_of(citation.published) for citation in answer.citations]
    dated = [day for day in days if day]
    if len(dated) < len(days) or (today - max(dated)).days <= _OLD:
        return None
    several = len({citation.article_id for citation in answer.citations}) > 1
    return phrases.age(max(dated).isoformat(), answer.language, several=several)


def notes_on(answer: Answer, today: date) -> tuple[str, ...]:
    """Return what a reader should be told of the articles an answer cites: how old they are, and that they are parts."""
    return tuple(filter(None, (age_note(answer, today), part_note(answer.citations, answer.language))))


def said_back(text: str, language: Language) -> Answer:
    """Return a word for what is no question."""
    return Answer(text, language, answered=False, mode="quotes", text=phrases.TALK[language], kind=TALK)


def empty(question: str, language: Language) -> Answer:
    """Return what is said where there are no articles."""
    return Answer(question, language, answered=False, mode="quotes", text=phrases.EMPTY[language])


def refusal(question: str, language: Language, hits: tuple[Hit, ...]) -> Answer:
    """Return what is said where the articles do not answer, with the articles that are nearest."""
    articles = {hit.article.article_id: hit.article for hit in hits}
    nearby = tuple(
        Nearby(a.article_id, a.title, a.language, a.url, a.published) for a in [*articles.values()][:_NEARBY]
    )
    return Answer(
        question=question,
        language=language,
        answered=False,
        mode="quotes",
        text=(phrases.THIRD if foreign(question, detect(question, language)) else phrases.REFUSED)[language],
        nearby=nearby,
    )
