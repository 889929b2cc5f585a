"""Second and third turns, written blind, by whether what stands alone is left alone and what leans is understood.

    python -m benchmarks.second_turns SET.jsonl... --library FOLDER [--misses] [--json FILE] [--way product|joined|none]

A set is one conversation a line: `{"id", "lang", "turns": [{"question", "kind": "first"|"alone"|"leans"|"talk", "answers": [{"article",
"snippets"}]}]}`. Turns are played through the real answerer, each with the answers before it as its history. `--way joined` asks each
later turn as the last question and this one, joined, with no history: what a rewriting must beat; `none` asks each by itself.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

from benchmarks.plain import right
from benchmarks.quality.measures import share
from retrieval.answerer import Answerer
from retrieval.domain import Answer, Question, Turn
from retrieval.opening import open_answerer
from retrieval.settings import Settings

Outcome = tuple[dict[str, Any], Answer]


def main() -> None:
    """Play the conversations, and print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sets", nargs="+", type=Path)
    parser.add_argument("--library", type=Path, required=True)
    parser.add_argument("--misses", action="store_true", help="print every turn that went wrong")
    parser.add_argument("--json", type=Path, help="keep the figures in a file")
    parser.add_argument("--way", choices=("product", "joined", "none"), default="product")
    options = parser.parse_args()
    settings = Settings.load().model_copy(update={"data_dir": options.library, "chat_model": "quotes"})
    answerer = open_answerer(settings)
    kept: dict[str, Any] = {}
    for file in options.sets:
        rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
        outcomes = [
            outcome for row in rows for outcome in play(answerer, row, options.way, misses=options.misses)
        ]
        kept[file.stem] = figures(outcomes)
        print(f"{file.stem} ({options.way}):")
        for name, value in kept[file.stem].items():
            print(f"  {name}: {value['value']:.3f} {value['interval']} ({value['questions']})")
    if options.json:
        options.json.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


def play(answerer: Answerer, row: dict[str, Any], way: str, *, misses: bool) -> list[Outcome]:
    """Return what became of each turn of a conversation."""
    history: tuple[Turn, ...] = ()
    outcomes = []
    for turn in row["turns"]:
        text = turn["question"]
        if way == "joined" and history:
            text = f"{history[-1].question} {text}"
        question = Question(text, history=history if way == "product" else ())
        answer = answerer.answer(question)
        if misses and not well(turn, answer):
            last = history[-1].question if history else "-"
            said = answer.citations[0].quote[:110] if answer.citations else "(refused)"
            print(
                f"  {turn['kind']} | {last} | {turn['question']}\n      as {answer.understood} {answer.confidence:.2f} → {said}"
            )
        outcomes.append((turn, answer))
        history = (*history, Turn(turn["question"], answer.language) if way != "product" else answer.turn())
    return outcomes


def answered(turn: dict[str, Any], answer: Answer) -> bool:
    """Tell whether a right sentence is quoted."""
    return any(right(citation.quote, turn) for citation in answer.citations)


def well(turn: dict[str, Any], answer: Answer) -> bool:
    """Tell whether a turn went well."""
    if turn["kind"] == "talk":
        return not answer.answered
    if turn["kind"] == "alone" and answer.understood is not None:
        return False
    return answered(turn, answer) if turn.get("answers") else not answer.answered


def figures(outcomes: list[Outcome]) -> dict[str, Any]:
    """Return the figures with their intervals."""
    found: dict[str, list[bool]] = defaultdict(list)
    for turn, answer in outcomes:
        kind = turn["kind"]
        if kind == "alone":
            found["self-contained: left alone"].append(answer.understood is None)
        if turn.get("answers") and kind != "talk":
            found[f"{kind}: a right sentence is quoted"].append(answered(turn, answer))
            if kind == "leans":
                found["leans: taken as leaning"].append(answer.understood is not None)
        elif kind in ("alone", "talk"):
            found[f"{kind}, without an answer: none is given"].append(not answer.answered)
    return {name: share(values).to_json() for name, values in sorted(found.items())}


if __name__ == "__main__":
    main()
