"""The script one would write in ten minutes, to measure against: articles into Chroma by LangChain and sentence-transformers.

    python benchmarks/plain_ingest.py CHROMA_FOLDER MODEL_FOLDER ROWS.jsonl

Splits each row's text with LangChain's splitter (1,000 characters, 100 of overlap), embeds all pieces in one call,
which sorts them by length, and adds them to one collection. It keeps no article, no date, no second language, no words;
a second run embeds everything again. Prints how many pieces there are.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import chromadb
from chromadb.config import Settings
from langchain_core.documents import Document
from langchain_text_splitters import RecursiveCharacterTextSplitter
from sentence_transformers import SentenceTransformer

_ADDED = 5_000  # Chroma takes 5,461 at once


def main() -> None:
    """Ingest the rows."""
    folder, model, rows = sys.argv[1:4]
    with Path(rows).open(encoding="utf-8") as lines:
        articles = [Document(row["text"]) for row in map(json.loads, lines)]
    pieces = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=100).split_documents(articles)
    texts = [piece.page_content for piece in pieces]
    vectors = SentenceTransformer(model).encode_document(texts, normalize_embeddings=True)
    store = chromadb.PersistentClient(folder, settings=Settings(anonymized_telemetry=False))
    collection: Any = store.create_collection(
        "plain", embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
    )
    for start in range(0, len(texts), _ADDED):
        some = slice(start, start + _ADDED)
        ids = [str(number) for number in range(start, min(start + _ADDED, len(texts)))]
        collection.add(ids=ids, embeddings=vectors[some], documents=texts[some])
    print(len(texts))


if __name__ == "__main__":
    main()
