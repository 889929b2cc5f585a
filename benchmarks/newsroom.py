"""Requests of news readers, written blind, over an invented press: understood for what they are, and served right.

    python -m benchmarks.newsroom [SET.jsonl...] [--articles FILE] [--library FOLDER] [--misses] [--json FILE]

`benchmarks/press/articles.jsonl` are 72 dated articles of nine publications in both languages that tell eight stories as they go on. A set is one
request a line: `{"id", "lang", "request", "kind", "must", "must_not", "first"}`. It is served right where what is shown holds one alternative of each group of
`must` and nothing of `must_not`, and the first line one of `first`; small talk, where nothing is quoted. The day is 27 November 2026.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.plain import flat
from benchmarks.quality.measures import share
from ingest.pipeline import ingest
from retrieval.answerer import Answerer
from retrieval.domain import FACT, TALK, Question
from retrieval.embedding import open_embedder
from retrieval.library import Library
from retrieval.phrases import long_date
from retrieval.reader.opening import open_reader
from retrieval.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from retrieval.domain import Answer, Citation

PRESS = Path(__file__).with_name("press")
STATE = "state"
_TODAY = date(2026, 11, 27)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a request."""

    row: dict[str, Any]
    answer: Answer
    right: bool
    first: bool

    @property
    def understood(self) -> bool:
        """Whether it was taken for what it is; the latest state of something is a fact with items, what was said of it when."""
        if self.row["kind"] == STATE:
            return bool(self.answer.kind == FACT and self.answer.items)
        return bool(self.answer.kind == self.row["kind"])


def main() -> None:
    """Ask, and print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sets", nargs="*", type=Path, default=sorted(PRESS.glob("requests_*.jsonl")))
    parser.add_argument(
        "--articles", type=Path, default=PRESS / "articles.jsonl", help="another press than ours"
    )
    parser.add_argument("--library", type=Path, help="keep the library of the press here")
    parser.add_argument("--misses", action="store_true", help="print every request that went wrong")
    parser.add_argument("--json", type=Path, help="keep the figures in a file")
    options = parser.parse_args()
    kept: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as scratch:
        answerer = _opened(options.library or Path(scratch) / "press", options.articles)
        for file in options.sets:
            rows = [
                json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()
            ]
            outcomes = [judge(row, answerer.answer(Question(row["request"]))) for row in rows]
            kept[file.stem] = show(file.stem, outcomes)
            if options.misses:
                for outcome in outcomes:
                    report(outcome)
    if options.json:
        options.json.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


def _opened(folder: Path, articles: Path) -> Answerer:
    """Return an answerer on the library of a press, made where it is not there."""
    settings, library = Settings.load(), Library(folder)
    embedder = open_embedder(settings)
    if not library.exists:
        ingest([str(articles)], library, lambda: embedder)
    reader = open_reader(settings, embedder)
    return Answerer(library, embedder, open_reader=lambda: reader, today=lambda: _TODAY)


def shown(answer: Answer) -> str:
    """Return all that is shown of an answer, folded."""
    return flat(" ".join([answer.text, *map(_of_citation, answer.citations), *answer.notes]))


def _of_citation(citation: Citation) -> str:
    days = [long_date(citation.published, language) or "" for language in ("fr", "en")]
    return " ".join([citation.title, citation.quote, citation.source or "", *days])


def first_line(answer: Answer) -> str:
    """Return the first line shown, folded: the first item with its day, or the first quotation."""
    if not answer.citations:
        return ""
    item = answer.items[0] if answer.items else None
    days = [long_date(item.date, language) or "" for language in ("fr", "en")] if item else []
    return flat(" ".join([item.text if item else "", *days, _of_citation(answer.citations[0])]))


def judge(row: dict[str, Any], answer: Answer) -> Outcome:
    """Return what became of a request."""
    said, first = shown(answer), first_line(answer)
    opens = not row.get("first") or _any(row["first"], first)
    if row["kind"] == TALK:
        return Outcome(row, answer, not answer.citations, True)
    met = all(_any(group, said) for group in row["must"])
    wrong = any(flat(one) in said for one in row.get("must_not") or ())
    return Outcome(row, answer, answer.answered and met and opens and not wrong, opens)


def _any(alternatives: Iterable[str], said: str) -> bool:
    return any(str(flat(one)) in said for one in alternatives)


def show(name: str, outcomes: list[Outcome]) -> dict[str, Any]:
    """Print and return the figures of a set, with what each kind was taken for."""
    kinds: dict[str, list[Outcome]] = defaultdict(list)
    for one in outcomes:
        kinds[one.row["kind"]].append(one)
    made: dict[str, Any] = {
        "served right": share([one.right for one in outcomes]).to_json(),
        "understood": share([one.understood for one in outcomes]).to_json(),
        "questions of fact taken for another kind": share(
            [not one.understood for one in kinds[FACT]]
        ).to_json(),
        "what must come first does": share([one.first for one in outcomes if one.row.get("first")]).to_json(),
    }
    print(
        f"{name}: " + "; ".join(f"{label} {v['value']:.3f} ({v['questions']})" for label, v in made.items())
    )
    for kind, those in sorted(kinds.items()):
        taken: dict[str, int] = defaultdict(int)
        for one in those:
            taken[one.answer.kind if one.answer.answered or one.answer.kind == TALK else "refused"] += 1
        made[kind] = {
            "served right": share([one.right for one in those]).to_json(),
            "taken for": dict(sorted(taken.items())),
        }
        told = ", ".join(f"{other} {count}" for other, count in sorted(taken.items()))
        print(f"  {kind:12} {sum(one.right for one in those)}/{len(those)} right; taken for {told}")
    return made


def report(outcome: Outcome) -> None:
    """Print a request that went wrong."""
    if not outcome.right:
        row, answer = outcome.row, outcome.answer
        print(f"  {row['kind']} → {answer.kind}: {row['request']}")
        print(f"      {answer.text[:300]!r}")
        print(f"      must {row['must']}, not {row.get('must_not')}, first {row.get('first')}")


if __name__ == "__main__":
    main()
