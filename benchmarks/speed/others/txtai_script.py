"""txtai, as its documentation would have it for this: hybrid search (BM25 and vectors), texts kept in its SQLite."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from txtai import Embeddings

from benchmarks.speed.others.script import FOUND, PASSAGE, QUERY, Ask, Script, main

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def ingest(texts: list[str], folder: str, model: str) -> None:
    """Embed and index all texts."""
    embeddings = _new(model)
    embeddings.index(enumerate(texts))
    embeddings.save(folder)


def index(texts: list[str], vectors: NDArray[np.float32], folder: str, model: str) -> None:
    """Index texts, and in place of what the model would make of them, their vectors."""
    embeddings = _new(model)
    done = 0

    def encode(data: list[str], category: str | None = None) -> NDArray[np.float32]:
        nonlocal done
        done += len(data)
        return vectors[done - len(data) : done].copy()

    embeddings.model.encode = encode
    embeddings.index(enumerate(texts))
    embeddings.save(folder)


def asking(folder: str, _model: str) -> Ask:
    """Return what finds the five best passages; where the model is stands in the index."""
    embeddings: Any = Embeddings()
    embeddings.load(folder)
    return lambda question: [found["text"] for found in embeddings.search(question, FOUND)]


def _new(model: str) -> Any:  # noqa: ANN401 - txtai is in an environment of its own
    return Embeddings(
        path=str(Path(model).absolute()),
        instructions={"query": QUERY, "data": PASSAGE},
        hybrid=True,
        content=True,
    )


if __name__ == "__main__":
    main(Script(ingest, index, asking))
