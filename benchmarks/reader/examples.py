"""Questions with the text that answers them, or does not, read from public sets and from the press written for it."""

from __future__ import annotations

import gzip
import json
import re
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.quality.data import Text
from retrieval.domain import LANGUAGES, Language

if TYPE_CHECKING:
    from collections.abc import Iterator

PRESS = Path(__file__).with_name("press")
_PIAF_PART, _PARTS = 3, 4  # of PIAF's documents every fourth is never learned from
_PRESS_PARTS = 6
NEITHER, YES, NO = range(3)
_SAYS = {"yesno": YES, "denied": NO}


@dataclass(frozen=True, slots=True)
class Example:
    """A question and one text of `Source`; `answer` is `[start, end)` in the text, or in the title, None where neither answers.

    `says` is `YES` or `NO` where the answer grants or denies what the question supposes.
    """

    qid: str
    language: Language
    question: str
    source: str
    answer: tuple[int, int] | None
    in_title: bool = False
    says: int = NEITHER


@dataclass(frozen=True, slots=True)
class Learned:
    """A set to learn from: its texts by their pid, and its examples."""

    name: str
    texts: dict[str, Text]
    examples: list[Example]


def kept_apart(titles: set[str]) -> set[str]:
    """Return which of PIAF's documents, by title, are never learned from."""
    ordered = sorted(titles)
    np.random.default_rng(0).shuffle(ordered)
    return {title for n, title in enumerate(ordered) if n % _PARTS == _PIAF_PART}


def piaf(folder: Path) -> Learned:
    """Return PIAF without the documents that are kept apart."""
    rows = [*rows_of(folder / "passages.fr.jsonl")]
    texts = {r["pid"]: Text(r["pid"], "fr", r.get("title") or "", r["text"]) for r in rows}
    apart = kept_apart({t.title for t in texts.values()})
    examples = []
    for row in rows_of(folder / "questions.fr.jsonl"):
        text = texts[row["pid"]]
        if text.title not in apart and row.get("answers"):
            start = row["answer_start"][0]
            span = (start, start + len(row["answers"][0]))
            if text.text[slice(*span)] == row["answers"][0]:
                examples.append(Example(row["qid"], "fr", row["question"], text.pid, span))
    return Learned("piaf", {pid: t for pid, t in texts.items() if t.title not in apart}, examples)


def reading(file: Path, name: str) -> Learned:
    """Return a set of one row a question, its text beside it: SQuAD, TyDi QA, QAMR."""
    pids: dict[str, str] = {}
    texts: dict[str, Text] = {}
    examples = []
    for row in rows_of(file):
        pid = pids.setdefault(row["text"], f"{name}-{len(pids)}")
        title = (row.get("title") or "").replace("_", " ")
        texts.setdefault(pid, Text(pid, row["lang"], title, row["text"]))
        start = row.get("answer_start")
        span = None if start is None else (start, start + len(row["answers"][0]))
        examples.append(Example(f"{name}-{row['id']}", row["lang"], row["question"], pid, span))
    return Learned(name, texts, examples)


def press(folder: Path = PRESS, *, apart: bool = False) -> Learned:
    """Return the press that was written to learn from: articles of invented events, with questions in both languages.

    A caption is the text's last paragraph, as ingestion keeps it. Every sixth article is kept `apart`: choice and refusal are learned
    from those, and the reader is judged by them.
    """
    texts: dict[str, Text] = {}
    examples = []
    for pid, row in (
        (f"{file.stem}-{n}", row)
        for file in sorted(folder.glob("*.jsonl"))
        for n, row in enumerate(rows_of(file))
    ):
        if (zlib.crc32(pid.encode()) % _PRESS_PARTS == 0) != apart:
            continue
        caption = row.get("caption") or ""
        body = row["text"] + (f"\n\n{caption}" if caption else "")
        texts[pid] = Text(pid, row["lang"], row["title"], body)
        for n, asked in enumerate(row["questions"]):
            examples.append(_of_press(f"{pid}-{n}", pid, row, asked, body))
    return Learned("press", texts, [e for e in examples if e is not None])


def _of_press(qid: str, pid: str, row: dict[str, Any], asked: dict[str, Any], body: str) -> Example | None:
    language: Language = LANGUAGES[asked["lang"] == "en"]
    answer = asked["a"]
    question = (
        f"{asked['after']} {asked['q']}" if "after" in asked else asked["q"]
    )  # as `conversation.follow_ups` joins them
    if answer is None:
        return Example(qid, language, question, pid, None)
    where = asked.get("in") or "text"
    says = _SAYS.get(asked.get("kind") or "", NEITHER)
    place = row["title"].find(answer) if where == "title" else -1
    if place >= 0:
        return Example(qid, language, question, pid, (place, place + len(answer)), True, says)
    place = body.rfind(answer) if where == "caption" else body.find(answer)
    span = (place, place + len(answer))
    return Example(qid, language, question, pid, span, says=says) if place >= 0 else None


def rows_of(file: Path) -> Iterator[dict[str, Any]]:
    """Yield the rows of a file of JSON lines, packed or not."""
    with (
        gzip.open(file, "rt", encoding="utf-8")
        if file.suffix == ".gz"
        else file.open(encoding="utf-8") as lines
    ):
        for line in lines:
            if re.search(r"\S", line):
                yield json.loads(line)
