"""How long a warm search takes, against Chroma's own query with the same vectors in one collection, run in turn.

    python -m benchmarks.search_speed LIBRARY [--questions FILE] [--count 100] [--rounds 5] [--write]

LIBRARY is a folder made by `depeche ingest`. Questions come from FILE, one a line; else the titles of random articles are asked.
Embedding a question is left out on both sides. Chroma gives ten passages with their texts, as a plain script asks for them. The first
round tells what questions cost that are asked for the first time; it is not counted in the ratio, which is of medians.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.plain_index import COLLECTION, plain_index
from benchmarks.speed import spread
from retrieval.embedding import open_embedder
from retrieval.language import detect
from retrieval.library import Library, View
from retrieval.search import Query, find
from retrieval.settings import Settings

HERE = Path(__file__).parent
_K = 10


def main() -> None:
    """Run the comparison."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("library", type=Path)
    parser.add_argument("--questions", type=Path)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--write", action="store_true", help="keep the result in benchmarks/results/")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        result = compare(options.library, Path(folder), _texts(options), options.rounds)
    print(json.dumps(result, indent=2))
    if options.write:
        file = HERE / "results" / f"search-speed-{result['date']}.json"
        file.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
        print(f"kept in {file.relative_to(HERE.parent)}", file=sys.stderr)


def _texts(options: argparse.Namespace) -> list[str]:
    if options.questions:
        texts = options.questions.read_text(encoding="utf-8").splitlines()
    else:
        with Library(options.library).snapshot() as snapshot:
            texts = [row.article.title for row in snapshot.articles()]
    asked = [text for text in texts if any(map(str.isalnum, text))]
    return random.Random(0).sample(asked, min(options.count, len(asked)))  # noqa: S311


def compare(folder: Path, scratch: Path, texts: list[str], rounds: int) -> dict[str, object]:
    """Return medians, spreads and the ratio; the plain collection is made in `scratch`."""
    import chromadb
    from chromadb.config import Settings as ChromaSettings

    _, passages, _ = plain_index(scratch / "plain", folder)
    client: Any = chromadb.PersistentClient(
        str(scratch / "plain"), settings=ChromaSettings(anonymized_telemetry=False)
    )
    plain = client.get_collection(COLLECTION, embedding_function=None)
    embedder = open_embedder(Settings.load())
    queries = [Query(text, detect(text), embedder.read_question(text)) for text in texts]
    library = Library(folder)
    library.warm()

    def ours(query: Query) -> None:
        def work(view: View) -> object:
            return find(view, query, _K)

        library.look(work)

    def theirs(query: Query) -> None:
        plain.query(query_embeddings=[query.reading.vector], n_results=_K)

    chroma, search = [], []
    for _ in range(rounds + 1):
        chroma.append([_milliseconds(theirs, query) for query in queries])
        search.append([_milliseconds(ours, query) for query in queries])
    medians = [statistics.median(times) for times in search[1:]]
    plains = [statistics.median(times) for times in chroma[1:]]
    return {
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "machine": f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}",
        "passages": passages,
        "questions": len(queries),
        "first_time_ms": round(statistics.median(search[0]), 3),
        "search_ms": spread(medians),
        "chroma_ms": spread(plains),
        "ratio": spread([a / b for a, b in zip(medians, plains, strict=True)]),
    }


def _milliseconds(work: Callable[[Query], None], query: Query) -> float:
    start = time.perf_counter()
    work(query)
    return (time.perf_counter() - start) * 1000


if __name__ == "__main__":
    main()
