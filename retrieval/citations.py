"""Citations: an exact quotation, its place in its article, and the article's near-copies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from retrieval.domain import Article, Citation, Copy
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
        also=tuple(Copy(a.article_id, a.title, a.source, a.url, a.published) for a in copies),
    )
