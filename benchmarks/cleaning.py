"""What cleaning keeps and takes away: whole pages flattened to text, and passages and articles that are clean already.

    python -m benchmarks.cleaning DATA [--write]

DATA holds `pages/` as `benchmarks/flattened.py` describes it, `qa/*/passages.*.jsonl`, `archive/*.jsonl.gz` and `news/*.articles.*.jsonl.gz`
(rows with "text", and "title"). Each page
is cleaned with weights learned from other sites' pages. What is kept counts sentences, what is removed lines.
"""

from __future__ import annotations

import argparse
import datetime
import gzip
import json
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.flattened import Flat, pages, sentences
from ingest.clean import clean, clean_row
from ingest.furniture import reasons
from retrieval.characters import normalise, one_line
from retrieval.domain import LANGUAGES

RESULTS = Path(__file__).parent / "results"


def main() -> None:
    """Measure, and keep the figures where asked."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("--write", action="store_true", help="keep the figures in benchmarks/results")
    options = parser.parse_args()
    if not (options.data / "pages").is_dir():
        print(f"There are no pages in {options.data}: nothing was measured.")
        return
    figures = {
        "pages": whole_pages(pages(options.data / "pages")),
        "rows": rows(options.data),
        "titles": titles(options.data),
    }
    report(figures["pages"])
    for part in ("rows", "titles"):
        for name, counts in figures[part].items():
            print(f"{name}: {counts}")
    if options.write:
        day = datetime.datetime.now(datetime.UTC).date().isoformat()
        (RESULTS / f"cleaning-{day}.json").write_text(
            json.dumps(figures, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
        )


def whole_pages(flats: Sequence[Flat]) -> dict[str, Any]:
    """Return by language what became of the article's sentences and the page's other lines, each by weights of other sites."""
    from benchmarks.train_cleaning import fit, folds

    counts: dict[str, Any] = {language: dict.fromkeys(_COUNTS, 0) for language in LANGUAGES}
    for learned, held_out in folds(flats):
        model = fit(learned)
        for flat in held_out:
            here = counts[flat.language]
            here["pages"] += 1
            before = reasons(flat.lines, pages=False)
            for line, label, now, then in zip(
                flat.lines, flat.labels, reasons(flat.lines, model=model), before, strict=True
            ):
                if label == "article":
                    size = len(sentences(line))
                    here["sentences"] += size
                    here["sentences kept"] += size * (now is None)
                    here["sentences kept by wording alone"] += size * (then is None)
                elif label == "clutter":
                    here["clutter"] += 1
                    here["clutter removed"] += now is not None
                    here["clutter removed by wording alone"] += then is not None
    return counts


def rows(data: Path) -> dict[str, Any]:
    """Return for sets of passages and articles that are clean already how many lost a word, and how fast that was told."""
    found = {}
    files = [*sorted(data.glob("qa/*/passages.*.jsonl")), *sorted(data.glob("archive/*.jsonl.gz"))]
    for file in [*files, *sorted(data.glob("news/*.articles.*.jsonl.gz"))]:
        texts = [str(row["text"]) for row in _rows(file)]
        began = time.process_time()
        cleaned = [clean_row(text).text for text in texts]
        seconds = time.process_time() - began
        changed = [
            len(a.split()) - len(b.split())
            for a, b in zip(texts, cleaned, strict=True)
            if _words(a) != _words(b)
        ]
        found["/".join(file.parts[-2:])] = {
            "texts": len(texts),
            "changed": len(changed),
            "words": sum(len(text.split()) for text in texts),
            "words removed": sum(changed),
            "seconds": round(seconds, 2),
        }
    return found


def titles(data: Path) -> dict[str, Any]:
    """Return of archives of articles, each put down as a text, how many are called by their title, and how many by another line.

    The title stands above the text, then it does not: what an article is called by then should be a sentence of it, not its authors.
    """
    found = {}
    for file in [*sorted(data.glob("archive/*.jsonl.gz")), *sorted(data.glob("news/*.articles.*.jsonl.gz"))]:
        titled = [(one_line(row["title"]), row["text"]) for row in _rows(file) if row.get("title")]
        bare = [clean(text) for _, text in titled]
        found["/".join(file.parts[-2:])] = {
            "texts": len(titled),
            "their title": sum(clean(f"{title}\n\n{text}").title == title for title, text in titled),
            "without one, by a line that is lost": sum(
                one.title not in one.text for one in bare if "…" not in one.title
            ),
        }
    return found


def report(figures: dict[str, Any]) -> None:
    """Print what became of whole pages."""
    for language, counts in figures.items():
        if counts["pages"]:
            kept, removed = (
                counts["sentences kept"] / counts["sentences"],
                counts["clutter removed"] / counts["clutter"],
            )
            alone = counts["clutter removed by wording alone"] / counts["clutter"]
            print(
                f"{language}: {counts['pages']} pages, {kept:.3f} of {counts['sentences']} sentences kept, "
                f"{removed:.3f} of {counts['clutter']} lines of clutter removed ({alone:.3f} by their wording alone)"
            )


_COUNTS = (
    "pages", "sentences", "sentences kept", "sentences kept by wording alone", "clutter", "clutter removed", "clutter removed by wording alone",
)  # fmt: skip


def _rows(file: Path) -> Iterable[dict[str, Any]]:
    with (
        gzip.open(file, "rt", encoding="utf-8")
        if file.suffix == ".gz"
        else file.open(encoding="utf-8") as rows
    ):
        for line in rows:
            yield json.loads(line)


def _words(text: str) -> list[str]:
    return normalise(text).split()


if __name__ == "__main__":
    main()
