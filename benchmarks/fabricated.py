"""How many lies, written by hand to look true, the check lets pass, by kind; and how many true sentences it keeps.

    python -m benchmarks.fabricated benchmarks/fabrications/*_a.jsonl [--misses] [--json FILE]

A set is one sentence a line: `{"id", "lang", "passage_lang", "title", "passage", "sentence", "kind", "why"}`, `kind` being "true" or what is
false about it. The sets here were written from articles made up for them, without a look at `retrieval/verify`, each false sentence with
one false fact; halves `a` may be looked at, halves `b` are for judging.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

from benchmarks.quality.measures import share
from retrieval.embedding import open_embedder
from retrieval.sentences import split
from retrieval.settings import Settings
from retrieval.verify import Meaning, Source, check


def main() -> None:
    """Check the sentences, and print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sets", nargs="+", type=Path)
    parser.add_argument("--misses", action="store_true", help="print every sentence that is judged wrongly")
    parser.add_argument("--json", type=Path, help="keep the figures in a file")
    options = parser.parse_args()
    meaning = Meaning(open_embedder(Settings.load()))
    outcomes: dict[str, list[bool]] = defaultdict(list)
    times = []
    for row in (
        json.loads(line) for file in options.sets for line in file.read_text(encoding="utf-8").splitlines()
    ):
        start = time.perf_counter()
        reasons = faults(row, meaning)
        times.append(time.perf_counter() - start)
        for name in names_of(row):
            outcomes[name].append(not reasons)
        if options.misses and bool(reasons) == (row["kind"] == "true"):
            print(f"{row['kind']}: {row['sentence']}\n    {row['why']} {reasons}\n    {row['passage']}")
    figures = {name: share(shown).to_json() for name, shown in sorted(outcomes.items())}
    for name, value in figures.items():
        print(f"{name:28} {value['value']:.3f} {value['interval']} ({value['questions']})")
    print(f"a check takes {statistics.median(times) * 1000:.0f} ms (median)")
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


def faults(row: dict[str, Any], meaning: Meaning) -> list[str]:
    """Return what the check says against a sentence."""
    passage, language = row["passage"], row["passage_lang"]
    sentences = tuple(passage[start:end] for start, end in split(passage, language))
    source = Source(sentences, language, row["title"])
    return [str(fault) for fault in check(row["sentence"], row["lang"], [source], meaning)]


def names_of(row: dict[str, Any]) -> list[str]:
    """Return the figures that a sentence counts in."""
    where = "within" if row["lang"] == row["passage_lang"] else "across"
    if row["kind"] == "true":
        return ["true kept", f"true kept, {where}"]
    return ["false shown", f"false shown, {where}", f"false shown, {row['kind']}"]


if __name__ == "__main__":
    main()
