"""Plain questions and near misses, written blind, by whether the right sentence is quoted and what is not there refused.

    python -m benchmarks.plain SET.jsonl... --library FOLDER [--misses] [--json FILE]

A set is one question a line: `{"id", "lang", "question", "kind", "answers": [{"article", "snippets"}]}`. A sentence quoted is right where it
holds any of the snippets; a question without answers is a near miss, to be refused. LIBRARY holds the articles, under ids or files of
those names.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

from benchmarks.quality.measures import share
from retrieval.domain import Answer, Question
from retrieval.opening import open_answerer
from retrieval.settings import Settings
from retrieval.words import fold


def flat(text: str) -> str:
    """Return a text folded, its quotation marks and spaces all alike."""
    for mark in "“”«»":
        text = text.replace(mark, '"')
    return " ".join(fold(text.replace("’", "'").replace("\\n", " ")).split())


def right(quote: str, row: dict[str, Any]) -> bool:
    """Tell whether a quoted sentence answers."""
    said = flat(quote)
    return any(flat(snippet) in said for answer in row["answers"] for snippet in answer["snippets"])


def judge(row: dict[str, Any], answer: Answer) -> dict[str, Any]:
    """Return what became of a question."""
    quotes = [c.quote for c in answer.citations]
    held = [right(quote, row) for quote in quotes]
    return {
        "row": row,
        "answer": answer,
        "quoted": any(held),
        "first": bool(held and held[0]),
        "right": sum(held),
        "sentences": len(held),
    }


def main() -> None:
    """Ask, and print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sets", nargs="+", type=Path)
    parser.add_argument("--library", type=Path, required=True)
    parser.add_argument("--misses", action="store_true", help="print every question that went wrong")
    parser.add_argument("--json", type=Path, help="keep the figures in a file")
    options = parser.parse_args()
    settings = Settings.load().model_copy(update={"data_dir": options.library, "chat_model": "quotes"})
    answerer = open_answerer(settings)
    kept: dict[str, Any] = {}
    every: list[dict[str, Any]] = []
    for file in options.sets:
        rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
        outcomes = [judge(row, answerer.answer(Question(row["question"]))) for row in rows]
        every += outcomes
        kept[file.stem] = figures(outcomes)
        show(file.stem, outcomes)
        if options.misses:
            for outcome in outcomes:
                report(outcome)
    if len(options.sets) > 1:
        kept["all"] = figures(every)
        show("all", every)
    if options.json:
        options.json.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


def figures(outcomes: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the figures of a set's outcomes, with their intervals."""
    there = [o for o in outcomes if o["row"]["answers"]]
    absent = [o for o in outcomes if not o["row"]["answers"]]
    answered = [o for o in there if o["answer"].answered]
    found: dict[str, Any] = {}
    if there:
        found["right sentence quoted"] = share([o["quoted"] for o in there]).to_json()
        found["right sentence first"] = share([o["first"] for o in there]).to_json()
        found["refused though there"] = share([not o["answer"].answered for o in there]).to_json()
        found["sentences an answer"] = round(sum(o["sentences"] for o in answered) / max(len(answered), 1), 2)
    if absent:
        found["near misses refused"] = share([not o["answer"].answered for o in absent]).to_json()
    return found


def show(name: str, outcomes: list[dict[str, Any]]) -> None:
    """Print a set's figures."""
    made = figures(outcomes)
    parts = []
    for label, value in made.items():
        parts.append(
            f"{label} {value['value']:.3f} {value['interval']} ({value['questions']})"
            if isinstance(value, dict)
            else f"{label} {value}"
        )
    print(f"{name}: " + "; ".join(parts))
    kinds: dict[str, list[bool]] = defaultdict(list)
    for o in outcomes:
        kinds[o["row"]["kind"]].append(o["first"] if o["row"]["answers"] else not o["answer"].answered)
    print("   by kind: " + ", ".join(f"{kind} {sum(v)}/{len(v)}" for kind, v in sorted(kinds.items())))


def report(outcome: dict[str, Any]) -> None:
    """Print what went wrong with a question."""
    row, answer = outcome["row"], outcome["answer"]
    if not row["answers"]:
        if answer.answered:
            print(
                f"  ANSWERED {answer.confidence:.2f} {row['kind']}: {row['question']}\n      → {answer.citations[0].quote[:200]}"
            )
    elif not outcome["first"]:
        what = "REFUSED" if not answer.answered else "LATER" if outcome["quoted"] else "WRONG"
        told = answer.citations[0].quote[:160] if answer.citations else ""
        print(
            f"  {what} {answer.confidence:.2f} {row['kind']}: {row['question']}\n      → {told}\n      ✓ {row['answers'][0]['snippets'][0][:160]}"
        )


if __name__ == "__main__":
    main()
