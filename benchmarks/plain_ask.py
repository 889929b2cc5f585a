"""The script one would write in ten minutes, to measure against: LangChain, sentence-transformers, Chroma.

    python benchmarks/plain_ask.py CHROMA_FOLDER MODEL_FOLDER QUESTION

One collection named `plain`, the five nearest passages, printed. It does the retrieval of `depeche ask` and less:
no second language, no words, no choice of sentences, no refusal.
"""

from __future__ import annotations

import sys
from typing import Any

import chromadb
from chromadb.config import Settings
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.runnables import RunnableLambda
from sentence_transformers import SentenceTransformer


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


def main() -> None:
    """Print the five nearest passages."""
    folder, model, question = sys.argv[1:4]
    embeddings = Model(model)
    store = chromadb.PersistentClient(folder, settings=Settings(anonymized_telemetry=False))
    collection: Any = store.get_collection("plain", embedding_function=None)

    def nearest(text: str) -> list[Document]:
        found = collection.query(query_embeddings=[embeddings.embed_query(text)], n_results=5)
        return [Document(words) for words in found["documents"][0]]

    for document in RunnableLambda(nearest).invoke(question):
        print(document.page_content, end="\n\n")


if __name__ == "__main__":
    main()
