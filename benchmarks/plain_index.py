"""A library's passages and vectors in one Chroma collection, as a plain script keeps them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from retrieval.catalogue import Catalogue
from retrieval.domain import LANGUAGES
from retrieval.layout import CATALOGUE, VECTORS
from retrieval.models import resolve
from retrieval.settings import Settings

COLLECTION = "plain"


def plain_index(store_folder: Path, library: Path) -> tuple[int, int, str]:
    """Fill a store with a library's passages and vectors; return how many articles and passages, and the model's folder."""
    import chromadb  # after retrieval, which tells numpy's threads to keep still
    from chromadb.config import Settings as ChromaSettings

    catalogue = Catalogue(library / CATALOGUE)
    quiet = ChromaSettings(anonymized_telemetry=False)
    ours: Any = chromadb.PersistentClient(str(library / VECTORS), settings=quiet)
    store: Any = chromadb.PersistentClient(str(store_folder), settings=quiet)
    plain = store.create_collection(
        COLLECTION, embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
    )
    with catalogue.reading() as snapshot:
        articles, passages = snapshot.counts()
        model = snapshot.model()
        fingerprint = model[1] if model else ""
        for language in LANGUAGES:
            collection = ours.get_collection(f"{language}-{fingerprint}", embedding_function=None)
            ids = sorted(snapshot.passage_ids(language))
            for start in range(0, len(ids), 2000):
                page = collection.get(ids=ids[start : start + 2000], include=["embeddings"])
                words = {h.passage.passage_id: h.text for h in snapshot.hits(dict.fromkeys(page["ids"], 0.0))}
                plain.add(
                    ids=page["ids"],
                    embeddings=page["embeddings"],
                    documents=[words[i] for i in page["ids"]],
                )
    ours.close()
    store.close()
    settings = Settings.load()
    return articles, passages, str(resolve(settings.embedding_model, settings.models_dir))
