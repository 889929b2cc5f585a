"""The questions and passages to measure with, read from a folder.

Each subfolder with `passages.LANG.jsonl` (`{"pid", "title"?, "text"}`) and `questions.LANG.jsonl` (`{"qid", "pid", "question",
"answers"?}`) is a set; one with passages in both languages under the same pids is parallel. `no_answer/*.LANG.jsonl` are questions
that nothing there answers.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from retrieval.domain import LANGUAGES, Language

if TYPE_CHECKING:
    from pathlib import Path

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Text:
    """A passage, indexed as an article of its own."""

    pid: str
    language: Language
    title: str
    text: str

    def row(self) -> str:
        """Return the passage as a JSONL row to ingest."""
        fields = {"id": self.pid, "lang": self.language, "title": self.title, "text": self.text}
        return json.dumps(fields, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Case:
    """A question, the passage that answers it, and the words any of which is the answer (none where unknown)."""

    qid: str
    pid: str
    language: Language
    question: str
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Dataset:
    """One set, by language."""

    name: str
    texts: dict[Language, list[Text]]
    cases: dict[Language, list[Case]]

    @property
    def parallel(self) -> bool:
        """Whether each passage is there in both languages."""
        return (
            len(self.texts) > 1
            and len({frozenset(t.pid for t in texts) for texts in self.texts.values()}) == 1
        )


def read(folder: Path) -> tuple[list[Dataset], list[tuple[Language, str]]]:
    """Return the sets in `folder`, by name, and with their languages the questions that nothing there answers."""
    sets = []
    for inside in sorted(p for p in folder.iterdir() if p.is_dir()):
        texts = {lang: _texts(inside / f"passages.{lang}.jsonl", lang) for lang in LANGUAGES}
        cases = {lang: _cases(inside / f"questions.{lang}.jsonl", lang) for lang in LANGUAGES}
        texts = {lang: found for lang, found in texts.items() if found}
        cases = {lang: found for lang, found in cases.items() if found}
        if texts and cases:
            sets.append(Dataset(inside.name, texts, cases))
    unanswerable = [
        (language, row["question"])
        for language in LANGUAGES
        for file in sorted(folder.glob(f"no_answer/*.{language}.jsonl"))
        for row in _rows(file)
    ]
    return sets, unanswerable


def sample(items: list[Item], count: int, seed: int) -> list[Item]:
    """Return `count` of the items at random, all where there are no more."""
    order = np.random.default_rng(seed).permutation(len(items))[:count]
    return [items[i] for i in order]


def _texts(file: Path, language: Language) -> list[Text]:
    return [
        Text(row["pid"], language, (row.get("title") or "").replace("_", " "), row["text"])
        for row in _rows(file)
    ]


def _cases(file: Path, language: Language) -> list[Case]:
    return [
        Case(row["qid"], row["pid"], language, row["question"], tuple(row.get("answers") or ()))
        for row in _rows(file)
    ]


def _rows(file: Path) -> list[dict[str, Any]]:
    if not file.exists():
        return []
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
