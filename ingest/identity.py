"""Which article a document is: the one of its id, of its address, or of its words."""

from __future__ import annotations

import hashlib
import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from retrieval.words import fold, tokens

if TYPE_CHECKING:
    from retrieval.domain import Article
    from retrieval.snapshot import Origin, Snapshot

_RUN = 4  # words
# Share of the shorter text's runs of words that the longer one has, from which two texts at one address are one article: an excerpt, a
# printed page or a correction has most of them, another article of the site hardly any.
_SAME = 0.3


def content_digest(article: Article) -> str:
    """Return what tells one article's content from another's: its language, title and text."""
    content = "\0".join((article.language, article.title, article.text))
    return hashlib.blake2b(content.encode(), digest_size=16).hexdigest()


def is_same(one: Article, other: Article) -> bool:
    """Tell whether two articles that name one address are one: sites give many of their pages the same by mistake."""
    shorter, longer = sorted((_runs(one.text), _runs(other.text)), key=len)
    if not shorter:
        return one.text == other.text
    return len(shorter & longer) >= _SAME * len(shorter)


def at_address(
    snapshot: Snapshot, address: str, article: Article, known: Origin | None, *, own_id: bool
) -> tuple[Article | None, Article | None]:
    """Return the article known of a document, where it has that address, and else another there that is the same.

    For a row with an id, the other is one that has none.
    """
    there = {row.article.article_id: row.article for row in snapshot.articles_at(address)} if address else {}
    if own_id:
        named = (i for i in there if any(o.origin.startswith("id:") for o in snapshot.origins_of(i)))
        for article_id in [*named]:
            del there[article_id]
    elif known and known.article_id in there:
        return there[known.article_id], None
    return None, next((other for other in there.values() if is_same(other, article)), None)


def left_behind(origin: Origin) -> bool:
    """Tell whether an origin is a file that is there no more, as when it was moved. Any other trouble in looking says nothing."""
    if not origin.container.startswith("/"):  # an address, or standard input
        return False
    try:
        os.stat(origin.container)  # noqa: PTH116 - a name that is no text would be no Path's trouble either
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False


def is_newer(stored: Article, arrived: Article) -> bool:
    """Tell whether what arrived takes the place of what is stored: unless both say when they were changed, and it earlier."""
    before, after = _moment(stored.modified), _moment(arrived.modified)
    return before is None or after is None or after >= before


def _runs(text: str) -> set[tuple[str, ...]]:
    words = tokens(fold(text))
    return {tuple(words[n : n + _RUN]) for n in range(len(words) - _RUN + 1)}


def _moment(text: str | None) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
