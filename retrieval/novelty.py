"""Which sentence of a new article is new: what an older article of the library said in the same words is not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from retrieval.words import query_stems

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.library import View
    from retrieval.quotes import Quote

# Share of a sentence's content words, its numbers all among them, that an older passage holds.
_SAME: Final = 0.8
_LOOKED_AT: Final = 200  # passages that hold so many


def first_new(view: View, quotes: Sequence[Quote]) -> Quote | None:
    """Return the first of some sentences of one article that no older article says; None where each was said before."""
    return next((quote for quote in quotes if not was_said(view, quote)), None)


def was_said(view: View, quote: Quote) -> bool:
    """Tell whether an article that was there before a sentence's own says the same, in the same language."""
    article = quote.hit.article
    wanted = query_stems(quote.text, article.language)
    if not wanted:
        return False
    postings = view.postings(article.language, wanted)
    held = [postings[stem] for stem in wanted if stem in postings]
    if not held:
        return False
    rows, counts = np.unique(np.concatenate(held), return_counts=True)
    numbers = [stem for stem in wanted if any(map(str.isdigit, stem))]
    alike = rows[counts >= _SAME * len(wanted)]
    for number in numbers:
        alike = np.intersect1d(alike, postings.get(number, np.zeros(0, np.int64)))
    others = {*view.snapshot.articles_at_rows(alike[:_LOOKED_AT].tolist())} - {article.article_id}
    known = view.snapshot.articles_by_id([article.article_id, *others])
    own = known.get(article.article_id)
    return own is not None and any(known[i].added < own.added for i in others if i in known)
