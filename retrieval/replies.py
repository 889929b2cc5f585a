"""Answers as readers get them: quotations with their citations, a refusal with what is nearest, a word for what is no question."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from retrieval import phrases
from retrieval.chat.errors import ChatError
from retrieval.citations import cite, part_note
from retrieval.courtesies import BACK, courtesy
from retrieval.domain import TALK, Answer, Article, Hit, Language, Nearby, Sentence
from retrieval.quotes import Quote, denies, exact, is_enough
from retrieval.when import day_of
from retrieval.words import stem_finder

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from retrieval.compose.grounds import Worded
    from retrieval.search import Found

Copies = dict[str, list[Article]]  # the near-copies of each found article, by its id

_NEARBY = 3
# How much a passage must match a question that nothing answers for its article to be named, in the question's language and in the other;
# or it holds every word that counts, names and numbers across languages, and so many. Over 2,604 articles, none of 24 questions on something
# else has an article that does; of 18 that one is about, and does not answer, 15 have.
_NEAR, _NEAR_ACROSS = 0.52, 0.48
_ALL_OF = 2
_OLD = 365  # days after which a reader should be told how old an answer is


def quoted(
    question: str,
    language: Language,
    quotes: Sequence[Quote],
    copies: Copies,
    today: date,
    *,
    several: bool = False,
) -> Answer:
    """Return the answer by quotations alone: by the first, where it is enough, unless `several` questions are answered."""
    cited = [cite(n, q, copies[q.hit.article.article_id]) for n, q in enumerate(quotes, start=1)]
    enough = 1 if is_enough(quotes[0]) and not several else len(cited)
    citations, further = cited[:enough], cited[enough:]
    answer = Answer(
        question=question,
        language=language,
        answered=True,
        mode="quotes",
        text="",
        sentences=tuple(
            Sentence(c.quote, (c.number,), exact(quote)) for c, quote in zip(citations, quotes, strict=False)
        ),
        citations=tuple(citations),
        further=tuple(further),
        contrary=denies(quotes[0]),
    )
    return replace(answer, text=phrases.quotations(answer), notes=notes_on(answer, today))


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
    return phrases.age(answer.language, several=several)


def notes_on(answer: Answer, today: date) -> tuple[str, ...]:
    """Return what a reader should be told of the articles an answer cites: how old they are, and that they are parts."""
    return tuple(filter(None, (age_note(answer, today), part_note(answer.citations, answer.language))))


def said_back(text: str, language: Language, said: str | None = None) -> Answer:
    """Return a word for what is no question: `said`, or what a courtesy gets, or else what questions are for."""
    meant = courtesy(text, language)
    words = said or (BACK[language].get(meant[0]) if meant else None) or phrases.TALK[language]
    return Answer(text, language, answered=False, mode="quotes", text=words, kind=TALK)


def empty(question: str, language: Language) -> Answer:
    """Return what is said where there are no articles."""
    return Answer(question, language, answered=False, mode="quotes", text=phrases.EMPTY[language])


def refusal(question: str, language: Language, found: Found) -> Answer:
    """Return what is said where the articles do not answer, with those that are near."""
    articles = {hit.article.article_id: hit.article for hit in _near(found)}
    nearby = tuple(
        Nearby(a.article_id, a.title, a.language, a.url, a.published) for a in [*articles.values()][:_NEARBY]
    )
    return Answer(
        question=question,
        language=language,
        answered=False,
        mode="quotes",
        text=phrases.REFUSED[language],
        nearby=nearby,
    )


def _near(found: Found) -> Iterator[Hit]:
    """Yield what was found that is about what was asked for, though it does not answer."""
    for hit, match in zip(found.hits, found.matches, strict=True):
        language, words = hit.article.language, found.words[hit.article.language]
        least = _NEAR if language == found.language else _NEAR_ACROSS
        if match.whole >= least or (len(words) >= _ALL_OF and _holds(hit, words)):
            yield hit


def _holds(hit: Hit, words: Mapping[str, float]) -> bool:
    """Tell whether a passage or its title holds all of some stems."""
    there = stem_finder(words.keys(), hit.article.language)(f"{hit.article.title} {hit.text}")
    return words.keys() <= there
