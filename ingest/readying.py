"""A document → what the library takes of it: its article, what tells that from others, and its passages."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ingest.documents import Document, Problem, failed
from ingest.extract import extract
from ingest.identity import content_digest
from ingest.passages import split_passages

if TYPE_CHECKING:
    from retrieval.domain import Article, Passage


@dataclass(frozen=True, slots=True)
class Ready:
    """An article as it is stored; `digest` tells its content from another's."""

    article: Article
    digest: str
    passages: tuple[Passage, ...]

    def named(self, article_id: str) -> Ready:
        """Return the same under another id."""
        own = self.article.article_id
        passages = tuple(
            replace(one, article_id=article_id, passage_id=article_id + one.passage_id.removeprefix(own))
            for one in self.passages
        )
        return replace(self, article=replace(self.article, article_id=article_id), passages=passages)


def ready(document: Document) -> Ready | Problem:
    """Return what a document holds, or the Problem that keeps it out: whatever its reading raises is one. Raises `MemoryError`."""
    try:
        article = extract(document)
        if isinstance(article, Problem):
            return article
        json.dumps(article.to_json(), ensure_ascii=False).encode()  # what cannot be written is told here
        return Ready(article, content_digest(article), split_passages(article))
    except MemoryError:
        raise
    except Exception as error:
        return failed(document.place, error)
