"""llama-index, as its documentation would have it for this: its vector index and its BM25 retriever, fused by reciprocal rank."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from llama_index.core import StorageContext, VectorStoreIndex, load_index_from_storage
from llama_index.core.llms import MockLLM
from llama_index.core.retrievers import QueryFusionRetriever
from llama_index.core.retrievers.fusion_retriever import FUSION_MODES
from llama_index.core.schema import TextNode
from llama_index.embeddings.huggingface import HuggingFaceEmbedding
from llama_index.retrievers.bm25 import BM25Retriever

from benchmarks.speed.others.script import FOUND, PASSAGE, QUERY, Ask, Script, main

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_VECTORS, _WORDS = "vectors", "words"


def ingest(texts: list[str], folder: str, model: str) -> None:
    """Embed and index all texts."""
    _keep([TextNode(text=text) for text in texts], folder, model)


def index(texts: list[str], vectors: NDArray[np.float32], folder: str, model: str) -> None:
    """Index texts with their vectors."""
    pairs = zip(texts, vectors, strict=True)
    _keep([TextNode(text=text, embedding=vector.tolist()) for text, vector in pairs], folder, model)


def asking(folder: str, model: str) -> Ask:
    """Return what finds the five best passages."""
    place = Path(folder)
    stored = StorageContext.from_defaults(persist_dir=str(place / _VECTORS))
    vectors = load_index_from_storage(stored, embed_model=_model(model))
    fused = QueryFusionRetriever(
        [
            vectors.as_retriever(similarity_top_k=FOUND),
            BM25Retriever.from_persist_dir(str(place / _WORDS)),
        ],
        llm=MockLLM(),  # it would put questions anew, which one query leaves out
        mode=FUSION_MODES.RECIPROCAL_RANK,
        similarity_top_k=FOUND,
        num_queries=1,
        use_async=False,
    )
    return lambda question: [found.node.get_content() for found in fused.retrieve(question)]


def _keep(nodes: list[TextNode], folder: str, model: str) -> None:
    place = Path(folder)
    made = VectorStoreIndex(nodes, embed_model=_model(model))
    made.storage_context.persist(str(place / _VECTORS))
    words = BM25Retriever.from_defaults(nodes=nodes, similarity_top_k=FOUND)
    words.persist(str(place / _WORDS))


def _model(folder: str) -> HuggingFaceEmbedding:
    return HuggingFaceEmbedding(folder, query_instruction=QUERY, text_instruction=PASSAGE)


if __name__ == "__main__":
    main(Script(ingest, index, asking))
