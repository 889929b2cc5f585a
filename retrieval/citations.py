"""Citations: an exact quotation, its place in its article, and the article's near-copies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from retrieval import phrases
from retrieval.domain import Article, Citation, Copy, Language
from retrieval.links import link_to

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.quotes import Quote


def cite(number: int, quote: Quote, copies: Sequence[Article]) -> Citation:
    """Return the citation of a quote under `number`; `copies` are its article's near-copies."""
    article = quote.hit.article
    words = article.text[quote.start : quote.end]
    return Citation(
        number=number,
        article_id=article.article_id,
        title=article.title,
        source=article.source,
        url=article.url,
        link=link_to(article.url, words),
        published=article.published,
        language=article.language,
        quote=words,
        start=quote.start,
        end=quote.end,
        passage=quote.hit.text,
        partial=article.partial,
        also=tuple(Copy(a.article_id, a.title, a.source, a.url, a.published) for a in copies),
    )


def part_note(citations: Sequence[Citation], language: Language) -> str | None:
    """Return the sentence that says that articles are cited of which the library has a part; None where each is whole."""
    articles = {citation.article_id: citation.partial for citation in citations}
    parts = sum(articles.values())
    return phrases.partial(parts, len(articles), language) if parts else None
