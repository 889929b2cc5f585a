"""Refusals on near misses by NoMIRACL: each question with ten passages on its subject, in half of the cases none of which answers.

    python -m benchmarks.nomiracl FILE.jsonl.gz [--keep FOLDER] [--json FILE]

FILE has a row a question: `{"qid", "lang", "question", "answerable", "passages": [{"title", "text"}]}`. All passages go into one library by the
real ingestion; each question is asked, by the real search, of its own ten alone. Prints for each language the area under the curve of the
confidence, and which share of the unanswerable is refused at the threshold in use, and where as few answerable ones are refused as GPT-4
refused (13 % French, 5 % English; Thakur et al. 2024).
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

import numpy as np
from sklearn.metrics import roc_auc_score

from benchmarks.parts import Part, Whole
from benchmarks.quality.data import Text
from benchmarks.quality.worlds import Worlds
from benchmarks.reader.examples import rows_of
from benchmarks.train_reading import Asked, ask
from retrieval.answerability import confidence
from retrieval.quotes import choose
from retrieval.settings import Settings
from retrieval.terminal import progress_bars

NEEDLESS = {"fr": 0.13, "en": 0.05}  # of answerable questions, refused by GPT-4


def main() -> None:
    """Ask, and print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("file", type=Path)
    parser.add_argument("--keep", type=Path, help="make the library here, or use the one that is there")
    parser.add_argument("--json", type=Path, help="keep the figures in a file")
    options = parser.parse_args()
    rows = [*rows_of(options.file)]
    texts = [
        Text(f"{row['qid']}/{n}", row["lang"], passage["title"], passage["text"])
        for row in rows
        for n, passage in enumerate(row["passages"])
    ]
    sure: dict[str, list[tuple[bool, float]]] = {"fr": [], "en": []}
    with tempfile.TemporaryDirectory() as folder, progress_bars() as progress:
        worlds = Worlds(options.keep or Path(folder), progress)
        answerer = worlds.open("nomiracl", texts)
        reader = worlds.reader
        if reader is None:
            raise SystemExit("There is no reader for this machine.")
        with answerer.library.snapshot() as snapshot:
            whole = Whole(answerer.library, snapshot)
            for number, row in enumerate(rows, start=1):
                kept = frozenset(f"{row['qid']}/{n}" for n in range(len(row["passages"])))
                one = Asked("", row["qid"], row["question"], row["lang"], "", (), kept)
                value = 0.0
                for outcome in ask(answerer.embedder, reader, Part(whole, set(kept)), one):
                    quotes = choose(outcome.sentences, outcome.telling)
                    value = confidence(outcome.sentences.found, quotes, outcome.telling)
                sure[row["lang"]].append((row["answerable"], value))
                progress("Questions asked", number, len(rows))
    made = {
        language: figures(pairs, language, Settings.load().answer_threshold)
        for language, pairs in sure.items()
    }
    print(json.dumps(made, indent=1))
    if options.json:
        options.json.write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")


def figures(pairs: list[tuple[bool, float]], language: str, threshold: float) -> dict[str, float]:
    """Return the figures of one language."""
    there = np.array([value for answerable, value in pairs if answerable])
    absent = np.array([value for answerable, value in pairs if not answerable])
    level = float(np.quantile(there, NEEDLESS[language]))
    return {
        "questions": len(pairs),
        "AUC": round(float(roc_auc_score([a for a, _ in pairs], [v for _, v in pairs])), 3),
        "unanswerable refused": round(float((absent < threshold).mean()), 3),
        "answerable refused": round(float((there < threshold).mean()), 3),
        f"unanswerable refused where answerable are at {NEEDLESS[language]}": round(
            float((absent < level).mean()), 3
        ),
    }


if __name__ == "__main__":
    main()
