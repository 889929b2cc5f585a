"""How many follow-ups find what they ask for, with the conversation and without, on the sample articles.

    python -m benchmarks.conversations [--held-out | --all] [--beside SOURCE...] [--misses] [--write]

`conversations.jsonl` holds conversations of two and three turns, our own writing: what is asked, whether it leans on what went
before, and words of the sentence that answers (none: to be refused). The turns are played through the real answerer, each with
the answers before it as its history. In six articles
much is found without any history; `--beside` puts others there too. `--write` keeps the result in benchmarks/results/.
"""

from __future__ import annotations

import argparse
import datetime
import json
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.quality.measures import Figure, holds, mean
from ingest.pipeline import ingest
from retrieval.answerer import Answerer
from retrieval.domain import Answer, Question, Turn
from retrieval.embedding import open_embedder
from retrieval.library import Library
from retrieval.reader.opening import open_reader
from retrieval.settings import Settings
from retrieval.terminal import progress_bars

HERE = Path(__file__).parent
ARTICLES = HERE.parent / "articles"


@dataclass(frozen=True, slots=True)
class Asked:
    """One turn as it is to be asked: `follows` where it leans on those before, `answers` empty where a refusal is due."""

    conversation: str
    question: str
    follows: bool
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Played:
    """What became of a turn: was the right sentence the first quoted, was it quoted at all, was the question left alone."""

    asked: Asked
    answer: Answer
    top: str

    @property
    def first(self) -> bool:
        """Whether the first sentence quoted answers, or a refusal was due and made."""
        if not self.asked.answers:
            return not self.answer.answered
        return self.answer.answered and holds(self.answer.sentences[0].text, self.asked.answers)

    @property
    def quoted(self) -> bool:
        """Whether any sentence quoted answers, or a refusal was due and made."""
        if not self.asked.answers:
            return not self.answer.answered
        return any(holds(sentence.text, self.asked.answers) for sentence in self.answer.sentences)

    @property
    def found(self) -> bool:
        """Whether the best passage holds the answer."""
        return holds(self.top, self.asked.answers)


def main() -> None:
    """Play the conversations and print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--held-out", action="store_true", help="those that nothing was chosen on")
    parser.add_argument("--all", action="store_true", help="both, one after the other")
    parser.add_argument("--beside", nargs="+", default=[], help="further articles for the library")
    parser.add_argument("--misses", action="store_true", help="print every turn that went wrong")
    parser.add_argument("--write", action="store_true", help="keep the result")
    options = parser.parse_args()
    parts = (False, True) if options.all else (options.held_out,)
    with tempfile.TemporaryDirectory() as folder, progress_bars() as progress:
        settings = Settings.load()
        embedder = open_embedder(settings, progress)
        library = Library(Path(folder))
        ingest([str(ARTICLES), *options.beside], library, lambda: embedder)
        reader = open_reader(settings, embedder, progress)
        answerer = Answerer(
            library, embedder, threshold=settings.answer_threshold, open_reader=lambda: reader
        )
        result: dict[str, Any] = {"date": datetime.datetime.now(datetime.UTC).date().isoformat()}
        for held_out in parts:
            part = "held out" if held_out else "chosen on"
            result[part] = measure(answerer, conversations(held_out=held_out), misses=options.misses)
            show(part, result[part])
    if options.write:
        file = HERE / "results" / f"conversations-{result['date']}.json"
        file.write_text(json.dumps(plain(result), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        print(f"kept in {file.relative_to(HERE.parent)}", file=sys.stderr)


def conversations(*, held_out: bool) -> list[list[Asked]]:
    """Return the conversations of one part."""
    rows = map(json.loads, (HERE / "conversations.jsonl").read_text(encoding="utf-8").splitlines())
    return [
        [Asked(row["id"], t["question"], t["follows"], tuple(t["answers"])) for t in row["turns"]]
        for row in rows
        if row["held_out"] == held_out
    ]


def measure(answerer: Answerer, played: list[list[Asked]], *, misses: bool) -> dict[str, Any]:
    """Return the figures of the conversations, with their histories and without."""
    ways = {}
    for name, remembers in (("with the conversation", True), ("without", False)):
        turns = [turn for talk in played for turn in play(answerer, talk, remembers=remembers)]
        ways[name] = figures(turns, openings={talk[0] for talk in played})
        if misses and remembers:
            for turn in turns:
                _report(turn)
    return {"conversations": len(played), **ways}


def play(answerer: Answerer, talk: list[Asked], *, remembers: bool) -> list[Played]:
    """Return what became of each turn of a conversation."""
    history: tuple[Turn, ...] = ()
    turns = []
    for asked in talk:
        question = Question(asked.question, history=history if remembers else ())
        answer = answerer.answer(question)
        turns.append(Played(asked, answer, answerer.find(question, 1).hits[0].text))
        history = (*history, answer.turn())
    return turns


def figures(turns: list[Played], openings: set[Asked]) -> dict[str, Figure]:
    """Return how many of each kind of turn went right."""
    follow = [turn for turn in turns if turn.asked.follows]
    alone = [turn for turn in turns if not turn.asked.follows and turn.asked not in openings]
    return {
        "follow-ups: best passage answers": mean([t.found for t in follow if t.asked.answers]),
        "follow-ups: first sentence answers": mean([t.first for t in follow if t.asked.answers]),
        "follow-ups: a quoted sentence answers": mean([t.quoted for t in follow if t.asked.answers]),
        "follow-ups that nothing answers: refused": mean([t.quoted for t in follow if not t.asked.answers]),
        "new topics: left alone": mean([t.answer.understood is None for t in alone]),
        "new topics: a quoted sentence answers, or refused": mean([t.quoted for t in alone]),
        "openings: a quoted sentence answers": mean([t.quoted for t in turns if t.asked in openings]),
    }


def _report(turn: Played) -> None:
    wrong = not turn.quoted if turn.asked.follows else turn.answer.understood is not None
    if wrong or not turn.first:
        mark = "MISS" if wrong else "late"
        print(f"{mark} {turn.asked.conversation}: {turn.asked.question} → {turn.answer.understood}")
        said = turn.answer.sentences[0].text[:90] if turn.answer.answered else "refused"
        print(f"       {turn.answer.confidence:.2f} {said}   [{'; '.join(turn.asked.answers)}]")


def show(part: str, result: dict[str, Any]) -> None:
    """Print the figures of one part, both ways beside each other."""
    print(f"\n{result['conversations']} conversations, {part}: with the conversation | without")
    for name, figure in result["with the conversation"].items():
        print(f"  {name:52} {figure}   {result['without'][name]}   n={figure.count}")


def plain(result: Any) -> Any:  # noqa: ANN401 - nested JSON
    """Return the result as JSON takes it."""
    if isinstance(result, Figure):
        return result.to_json()
    return {key: plain(value) for key, value in result.items()} if isinstance(result, dict) else result


if __name__ == "__main__":
    main()
