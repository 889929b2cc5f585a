"""What the scripts have in common: their command line. It imports nothing that a cold start would have to pay for.

python -m benchmarks.speed.others.NAME ingest ROWS.jsonl FOLDER MODEL       articles in; prints how many pieces
python -m benchmarks.speed.others.NAME index PASSAGES FOLDER MODEL          passages whose vectors are made already
python -m benchmarks.speed.others.NAME ask FOLDER MODEL QUESTION            prints the five best passages
python -m benchmarks.speed.others.NAME warm FOLDER MODEL                    a question a line from standard input; prints milliseconds
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FOUND = 5  # passages
QUERY, PASSAGE = "query: ", "passage: "  # the model's prefixes
TEXTS, VECTORS = (
    "texts.jsonl",
    "vectors.npy",
)  # what PASSAGES holds: a JSON string a line, and their vectors (n, d) in that order

Ask = Callable[[str], list[str]]


@dataclass(frozen=True, slots=True)
class Script:
    """What a script can do. `ingest` takes texts, a folder and the model's; `index` the texts' vectors too; `asking` returns what answers."""

    ingest: Callable[[list[str], str, str], None]
    index: Callable[[list[str], NDArray[np.float32], str, str], None]
    asking: Callable[[str, str], Ask]


def main(script: Script) -> None:
    """Do what the command line says."""
    match sys.argv[1:]:
        case ["ingest", rows, folder, model]:
            texts = pieces(Path(rows))
            script.ingest(texts, folder, model)
            print(len(texts))
        case ["index", passages, folder, model]:
            import numpy as np

            place = Path(passages)
            texts = [json.loads(line) for line in _lines(place / TEXTS)]
            script.index(texts, np.load(place / VECTORS), folder, model)
        case ["ask", folder, model, question]:
            for text in script.asking(folder, model)(question):
                print(text, end="\n\n")
        case ["warm", folder, model]:
            ask = script.asking(folder, model)
            for line in sys.stdin:
                start = time.perf_counter()
                ask(line.rstrip("\n"))
                total = (time.perf_counter() - start) * 1000
                print(json.dumps({"timings_ms": {"total": total}}), flush=True)
        case _:
            raise SystemExit(__doc__)


def pieces(rows: Path) -> list[str]:
    """Return the texts of JSONL rows cut by LangChain's splitter: 1,000 characters, 100 of overlap."""
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=100)
    articles: list[dict[str, Any]] = [json.loads(line) for line in _lines(rows)]
    return [piece for article in articles for piece in splitter.split_text(article["text"])]


def _lines(file: Path) -> list[str]:
    # Not splitlines(), which cuts at more than line feeds.
    return file.read_text(encoding="utf-8").rstrip("\n").split("\n")
