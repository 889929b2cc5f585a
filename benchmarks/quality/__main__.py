"""How well search finds, answers and refuses, beside the plain ways, on the same passages and vectors.

    python -m benchmarks.quality DATA [--questions 1000] [--seed 0] [--keep FOLDER] [--only NAME...] [--faithfulness] [--news FOLDER] [--write]

DATA is a folder as `benchmarks/quality/data.py` describes it. Every library is made by the real ingestion, every figure
comes from the real search and answers. Prints a table with 95 % bootstrap intervals; `--write` keeps it in
benchmarks/results/ and draws docs/quality-search.png and docs/quality-refusals.png.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.quality import plots, tasks
from benchmarks.quality.data import Dataset, Text, read
from benchmarks.quality.faithfulness import faithfulness
from benchmarks.quality.measures import Figure
from benchmarks.quality.worlds import Worlds
from retrieval.domain import LANGUAGES, Language
from retrieval.settings import Settings
from retrieval.terminal import progress_bars

HERE = Path(__file__).parent


def main() -> None:
    """Run the measurement."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("--questions", type=int, default=1000, help="at most so many of a set, at random")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", type=Path, help="make the libraries here, and use those that are there")
    parser.add_argument("--only", nargs="+", help="these sets only")
    parser.add_argument("--faithfulness", action="store_true", help="the check of sentences only")
    parser.add_argument("--news", type=Path, help="news articles (*.jsonl.gz) to check sentences of, too")
    parser.add_argument("--write", action="store_true", help="keep the result and draw the plots")
    options = parser.parse_args()
    sets, nowhere = read(options.data)
    if not sets:
        sys.exit(f"{options.data} holds no set; benchmarks/quality/data.py says what one looks like")
    with tempfile.TemporaryDirectory() as folder, progress_bars() as progress:
        worlds = Worlds(options.keep or Path(folder), progress)
        run = tasks.Run(worlds, progress, options.questions, options.seed)
        measured = [s for s in sets if not options.only or s.name in options.only]
        result = measure(run, sets, [] if options.faithfulness else measured, nowhere)
        result["faithfulness"] = faithfulness(run, measured, options.news)
    show(result)
    if options.write:
        name = "faithfulness" if options.faithfulness else "quality"
        file = HERE.parent / "results" / f"{name}-{result['date']}.json"
        file.write_text(json.dumps(plain(result), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        if not options.faithfulness:
            docs = HERE.parent.parent / "docs"
            plots.draw_search(plain(result), docs / "quality-search.png")
            plots.draw_refusals(plain(result), docs / "quality-refusals.png")
        print(f"kept in {file.relative_to(HERE.parent.parent)}", file=sys.stderr)


def measure(
    run: tasks.Run, sets: list[Dataset], measured: list[Dataset], nowhere: list[tuple[Language, str]]
) -> dict[str, Any]:
    """Return every figure of the sets that are `measured`; passages of the other `sets` lie beside for refusals."""
    result: dict[str, Any] = {
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "machine": f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}",
        "model": f"{run.worlds.embedder.name} {run.worlds.embedder.fingerprint}",
        "threshold": Settings.load().answer_threshold,
        "questions": run.questions,
        "seed": run.seed,
        "sets": {},
        "languages": tasks.languages(sets),
    }
    for dataset in measured:
        found: dict[str, Any] = {}
        result["sets"][dataset.name] = found
        if dataset.parallel:
            found["matrix"] = tasks.search(run, dataset)
            found["mixed"] = tasks.mixed(run, dataset)
            continue
        found["search"] = tasks.search(run, dataset)
        for language in dataset.texts:
            if any(case.answers for case in dataset.cases.get(language, [])):
                found[f"sentences {language}"] = tasks.sentences(run, dataset, language)
            beside = _others(sets, dataset, language)
            asked_in = [text for lang, text in nowhere if lang == language]
            found[f"refusal {language}"] = tasks.refusal(run, dataset, language, beside, asked_in)
    return result


def _others(sets: list[Dataset], dataset: Dataset, language: str) -> list[Text]:
    """Return the other language's passages of the parallel sets, which lie beside a set's half."""
    return [
        text
        for other in sets
        if other is not dataset and other.parallel
        for lang in LANGUAGES
        if lang != language
        for text in other.texts[lang]
    ]


def show(result: dict[str, Any]) -> None:
    """Print the figures, a block a set."""
    for name, found in result["sets"].items():
        for kind, block in found.items():
            print(f"\n{name}: {kind}")
            if kind.startswith("refusal"):
                _row("", block["figures"])
            elif kind.startswith("sentences"):
                for ranker, figures in block.items():
                    _row(ranker, figures)
            else:
                for cell, rankers in block.items():
                    for ranker, figures in rankers.items():
                        _row(f"{cell}  {ranker}", figures)
    show_faithfulness(result.get("faithfulness", {}))
    print("\nlanguage of questions")
    for language, figures in result["languages"].items():
        _row(language, figures)


def show_faithfulness(found: dict[str, Any]) -> None:
    """Print how many true sentences are kept and how many false ones caught, a block a half and direction."""
    for half, directions in found.items():
        for where, kinds in directions.items():
            print(f"\nfaithfulness, {half}: {where}")
            for kind, figures in kinds.items():
                _row(f"{kind} ({next(iter(figures.values())).count})", figures)


def _row(label: str, figures: dict[str, Figure]) -> None:
    print(f"  {label:32}" + "   ".join(f"{name} {figure}" for name, figure in figures.items()))


def plain(result: Any) -> Any:  # noqa: ANN401 - nested JSON
    """Return the result as JSON takes it."""
    if isinstance(result, Figure):
        return result.to_json()
    if isinstance(result, dict):
        return {key: plain(value) for key, value in result.items()}
    return result


if __name__ == "__main__":
    main()
