"""The text that a button of an answer leads to: the article as it was when the answer quoted it, or else what is left of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from retrieval import revisions
from retrieval.links import safe_link

if TYPE_CHECKING:
    from bot.answers.pages import Span
    from retrieval.domain import Answer, Article, Citation, Language, Nearby
    from retrieval.library import Library

Kept = Literal["whole", "corrected", "changed", "article_gone"]


@dataclass(frozen=True, slots=True)
class Told:
    """A text with what says whose it is; `quoted` is the span of the quotation, `kept` how much of the article is left.

    It is the article as it is now (`whole`), as it was before a correction (`corrected`), or only the passage, because the article has
    changed too often (`changed`) or is there no more (`article_gone`).
    """

    title: str
    source: str | None
    published: str | None
    language: Language
    link: str | None
    text: str
    quoted: Span = (0, 0)
    kept: Kept = "whole"


def find(library: Library, answer: Answer, of: str) -> Told | None:
    """Return what "c3" or "n1" of an answer leads to; None where the answer has no such thing, or the article nearby is gone.

    It reads the catalogue: call it on a thread.
    """
    number = int(of[1:]) if of[:1] in {"c", "n"} else 0
    if of[:1] == "c":
        there = (*answer.citations, *answer.further)
        cited = next((citation for citation in there if citation.number == number), None)
        return _cited(library, cited) if cited else None
    near = answer.nearby[number - 1 : number] if number else ()
    return _nearby(library, near[0]) if near else None


def _cited(library: Library, citation: Citation) -> Told:
    span = citation.start, citation.end
    versions = _versions(library, citation.article_id)
    for number, article in enumerate(versions):
        if article.text[slice(*span)] == citation.quote:
            return _of_citation(citation, article.text, span, "corrected" if number else "whole")
    at = max(0, citation.passage.find(citation.quote))
    in_passage = citation.quote in citation.passage
    text = citation.passage if in_passage else citation.quote
    return _of_citation(
        citation, text, (at, at + len(citation.quote)), "changed" if versions else "article_gone"
    )


def _of_citation(citation: Citation, text: str, quoted: Span, kept: Kept) -> Told:
    return Told(
        citation.title,
        citation.source,
        citation.published,
        citation.language,
        safe_link(citation.link, citation.url),
        text,
        quoted,
        kept,
    )


def _nearby(library: Library, near: Nearby) -> Told | None:
    versions = _versions(library, near.article_id)
    if not versions:
        return None
    article = versions[0]
    return Told(
        article.title,
        article.source,
        article.published,
        article.language,
        safe_link(article.url),
        article.text,
    )


def _versions(library: Library, article_id: str) -> list[Article]:
    """Return an article as it is, then as it was, the newest first; nothing where it is gone."""
    if not library.exists:
        return []
    with library.snapshot() as snapshot:
        row = snapshot.articles_by_id([article_id]).get(article_id)
        if row is None:
            return []
        earlier = revisions.of(snapshot.connection, article_id)
    return [row.article, *(revision.article for revision in reversed(earlier))]
