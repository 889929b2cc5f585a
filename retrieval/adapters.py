"""Our search and our embedder where LangChain wants its own types, for those who bring the rest of a chain."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from retrieval.answerer import Answerer
from retrieval.domain import Language, Question
from retrieval.news.choice import Choice

if TYPE_CHECKING:
    from langchain_core.callbacks import CallbackManagerForRetrieverRun

    from retrieval.embedding import Embedder


class LibraryRetriever(BaseRetriever):
    """Gives the `k` best passages as Documents; offsets, article and score are in their metadata.

    Of articles from `since` to `until`, by one of the `sources`, as one calls them, and in a language, where these are given.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    answerer: Answerer
    k: int = 10
    since: date | None = None
    until: date | None = None
    sources: tuple[str, ...] = ()
    lang_of_articles: Language | None = None

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[Document]:
        del run_manager
        choice = Choice(self.since, self.until, self.sources, self.lang_of_articles)
        within = choice.within(self.answerer.library)
        found = self.answerer.find(Question(query, within=within), self.k)
        return [
            Document(
                id=hit.passage.passage_id,
                page_content=hit.text,
                metadata=hit.to_json(rank)
                | {"url": hit.article.url, "source": hit.article.source, "published": hit.article.published},
            )
            for rank, hit in enumerate(found.hits, start=1)
        ]


class LibraryEmbeddings(Embeddings):
    """An Embedder as LangChain `Embeddings`."""

    def __init__(self, embedder: Embedder) -> None:
        self.embedder = embedder

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Return a vector for each passage."""
        return [[float(x) for x in row] for row in self.embedder.embed_passages(texts)]

    def embed_query(self, text: str) -> list[float]:
        """Return the question's vector."""
        return [float(x) for x in self.embedder.embed_questions([text])[0]]
