"""What is taken out of real web pages, beside trafilatura alone in each of its modes.

    python -m benchmarks.pages FOLDER [--write]

FOLDER holds `fr/index.jsonl` (each row a page's `url` and `file`, the strings its article's text must contain and must not) and
`en/index.jsonl` (the whole body of each article as `gold_articleBody`); files may be gzipped. Counted are the strings that are rightly there and
rightly not, and the overlap of runs of four words with the body (precision, recall, F1, means over the pages), as in
the benchmark of article extraction that these bodies come from. A page that is taken for no article counts as an empty one.
"""

from __future__ import annotations

import argparse
import datetime
import gzip
import json
import os
import platform
import re
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

HERE = Path(__file__).parent
Row = dict[str, Any]
Reader = Callable[[bytes, str], str]

MODES: Final[dict[str, dict[str, bool]]] = {
    "trafilatura": {},
    "trafilatura, no comments": {"include_comments": False},
    "trafilatura, precision": {"favor_precision": True},
    "trafilatura, precision, no comments": {"favor_precision": True, "include_comments": False},
    "trafilatura, recall": {"favor_recall": True},
    "trafilatura, fast": {"fast": True},
}
_RUN: Final = 4  # words


def main() -> None:
    """Run the measurement."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--write", action="store_true", help="keep the figures in benchmarks/results/")
    options = parser.parse_args()
    pages = {language: _pages(options.folder / language) for language in ("fr", "en")}
    result: Row = {
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "machine": f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}",
        "pages": {language: len(rows) for language, rows in pages.items()},
        "readers": {},
    }
    for name, reader in {"Dépêche": _ours, **{name: _theirs(how) for name, how in MODES.items()}}.items():
        result["readers"][name] = figures = _figures(pages, reader)
        print(name, json.dumps(figures, ensure_ascii=False), flush=True)
    if options.write:
        file = HERE / "results" / f"pages-{result['date']}.json"
        file.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        print(f"kept in {file.relative_to(HERE.parent)}", file=sys.stderr)


def _pages(folder: Path) -> list[Row]:
    rows: list[Row] = [json.loads(line) for line in (folder / "index.jsonl").read_text("utf-8").splitlines()]
    for row in rows:
        raw = (folder / row["file"]).read_bytes()
        row["raw"] = gzip.decompress(raw) if raw.startswith(b"\x1f\x8b") else raw
    return rows


def _ours(raw: bytes, url: str) -> str:
    from ingest.documents import Document, Problem
    from ingest.extract import extract

    found = extract(Document(url, url, "", url, "page", raw=raw, url=url))
    return "" if isinstance(found, Problem) else found.text


def _theirs(how: dict[str, bool]) -> Reader:
    def read(raw: bytes, url: str) -> str:
        from trafilatura import extract

        return extract(raw, url=url, **how) or ""

    return read


def _figures(pages: dict[str, list[Row]], reader: Reader) -> dict[str, float]:
    start = time.perf_counter()
    there, away = [], []
    for row in pages["fr"]:
        text = reader(row["raw"], row["url"])
        there += [wanted in text for wanted in row["must_contain"]]
        away += [unwanted not in text for unwanted in row["must_not_contain"]]
    overlaps = [_overlap(reader(row["raw"], row["url"]), row["gold_articleBody"]) for row in pages["en"]]
    count = sum(map(len, pages.values()))
    return {
        "fr_must_contain": round(sum(there) / len(there), 3),
        "fr_must_not_contain": round(sum(away) / len(away), 3),
        "en_precision": round(sum(o[0] for o in overlaps) / len(overlaps), 3),
        "en_recall": round(sum(o[1] for o in overlaps) / len(overlaps), 3),
        "en_f1": round(sum(o[2] for o in overlaps) / len(overlaps), 3),
        "ms_a_page": round(1000 * (time.perf_counter() - start) / count),
    }


def _overlap(text: str, gold: str) -> tuple[float, float, float]:
    """Return precision, recall and F1 of the runs of four words two texts share, counted with their repetitions."""
    ours, theirs = _runs(text), _runs(gold)
    shared = sum((ours & theirs).values())
    precision = shared / max(1, sum(ours.values()))
    recall = shared / max(1, sum(theirs.values()))
    return precision, recall, 2 * precision * recall / (precision + recall) if shared else 0.0


def _runs(text: str) -> Counter[tuple[str, ...]]:
    words = re.findall(r"\w+", text)
    return Counter(tuple(words[n : n + _RUN]) for n in range(max(1, len(words) - _RUN + 1)))


if __name__ == "__main__":
    main()
