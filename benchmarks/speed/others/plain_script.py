"""The script one would write in ten minutes: LangChain, sentence-transformers, Chroma.

One collection named `plain`, the five nearest passages, printed. It does the retrieval of `depeche ask` and less: no second
language, no words, no choice of sentences, no refusal. It keeps no article and no date; a second run embeds everything again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import chromadb
from chromadb.config import Settings
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.runnables import RunnableLambda
from sentence_transformers import SentenceTransformer

from benchmarks.speed.others.script import FOUND, Ask, Script, main

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_ADDED = 5_000  # Chroma takes 5,461 at once


class Model(Embeddings):
    """A sentence-transformers model as LangChain embeddings."""

    def __init__(self, folder: str) -> None:
        self.model = SentenceTransformer(folder)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Return one vector a text."""
        vectors: list[list[float]] = self.model.encode_document(texts, normalize_embeddings=True).tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        """Return the question's vector."""
        vector: list[float] = self.model.encode_query(text, normalize_embeddings=True).tolist()
        return vector


def ingest(texts: list[str], folder: str, model: str) -> None:
    """Embed all texts in one call, which sorts them by length, and add them."""
    index(texts, SentenceTransformer(model).encode_document(texts, normalize_embeddings=True), folder, model)


def index(texts: list[str], vectors: NDArray[np.float32], folder: str, _model: str) -> None:
    """Add texts with their vectors to one collection."""
    collection: Any = _store(folder).create_collection(
        "plain", embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
    )
    for start in range(0, len(texts), _ADDED):
        some = slice(start, start + _ADDED)
        ids = [str(number) for number in range(start, min(start + _ADDED, len(texts)))]
        collection.add(ids=ids, embeddings=vectors[some], documents=texts[some])


def asking(folder: str, model: str) -> Ask:
    """Return what finds the five nearest passages."""
    embeddings = Model(model)
    collection: Any = _store(folder).get_collection("plain", embedding_function=None)

    def nearest(text: str) -> list[Document]:
        found = collection.query(query_embeddings=[embeddings.embed_query(text)], n_results=FOUND)
        return [Document(words) for words in found["documents"][0]]

    chain = RunnableLambda(nearest)
    return lambda question: [document.page_content for document in chain.invoke(question)]


def _store(folder: str) -> Any:  # noqa: ANN401 - chromadb's types are of no use here
    return chromadb.PersistentClient(folder, settings=Settings(anonymized_telemetry=False))


if __name__ == "__main__":
    main(Script(ingest, index, asking))
