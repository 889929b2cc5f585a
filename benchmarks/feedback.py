"""Asks again what readers voted on: what they liked should stand, what they did not like should not.

    depeche bot feedback --json > votes.jsonl
    python -m benchmarks.feedback votes.jsonl LIBRARY [--misses]

Each question is asked of the library, by quotations or whatever `DEPECHE_CHAT_MODEL` says; what leaned on a conversation is left out. An answer stands
where it cites again a place that it cited first, or is a refusal again. `--misses` prints what went wrong, to look into.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.quality.measures import Figure, mean
from retrieval.domain import Answer, Language, Question
from retrieval.opening import open_answerer
from retrieval.settings import Settings
from retrieval.terminal import progress_bars

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from retrieval.progress import Progress


@dataclass(frozen=True, slots=True)
class Case:
    """A question whose answer was voted on: what that cited first (article, start, end; None for a refusal), and whether it was liked."""

    question: str
    language: Language
    place: tuple[str, int, int] | None
    liked: bool

    def stands(self, answer: Answer) -> bool:
        """Say whether an answer is in effect the one that was voted on."""
        if self.place is None or not answer.answered:
            return self.place is None and not answer.answered
        article, start, end = self.place
        return any(c.article_id == article and c.start < end and start < c.end for c in answer.citations)


def read(lines: Iterable[str]) -> list[Case]:
    """Return the cases of `depeche bot feedback --json`; what as many liked as not is none."""
    cases = []
    for told in map(json.loads, filter(str.strip, lines)):
        if told["good"] == told["bad"]:
            continue
        first = told["citations"][0] if told["answered"] and told["citations"] else None
        place = (first["article_id"], first["start"], first["end"]) if first else None
        if told["understood"]:  # it leaned on a conversation that is not here
            continue
        asked = told["question"]
        cases.append(Case(asked, told["language"], place, told["good"] > told["bad"]))
    return cases


def measure(cases: Iterable[Case], ask: Callable[[Question], Answer]) -> tuple[dict[str, Figure], list[Case]]:
    """Return how many of each kind are as they should be, and those that are not."""
    right = [
        (case, case.stands(ask(Question(case.question, language=case.language))) == case.liked)
        for case in cases
    ]
    figures = {
        name: mean([good for case, good in right if case.liked == liked])
        for name, liked in (("liked, and stands", True), ("not liked, and another now", False))
        if any(case.liked == liked for case, _ in right)
    }
    return figures, [case for case, good in right if not good]


def main() -> None:
    """Run the measurement."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("votes", type=Path)
    parser.add_argument("library", type=Path)
    parser.add_argument("--misses", action="store_true", help="print what is not as it should be")
    options = parser.parse_args()
    cases = read(options.votes.read_text(encoding="utf-8").splitlines())
    if not cases:
        sys.exit(f"{options.votes} holds no answer that readers voted on")
    answerer = open_answerer(Settings(data_dir=options.library), eager=True)
    with progress_bars() as progress:
        figures, misses = measure(_each(cases, progress), answerer.answer)
    show(figures, misses if options.misses else [])


def _each(cases: Sequence[Case], progress: Progress) -> Iterator[Case]:
    for number, case in enumerate(cases, start=1):
        yield case
        progress("Asking again", number, len(cases))


def show(figures: dict[str, Figure], misses: Iterable[Case]) -> None:
    """Print the figures, and cases."""
    for name, figure in figures.items():
        print(f"{name:30} {figure}   n={figure.count}")
    for case in misses:
        told: dict[str, Any] = {"question": case.question, "liked": case.liked, "place": case.place}
        print(json.dumps(told, ensure_ascii=False))


if __name__ == "__main__":
    main()
