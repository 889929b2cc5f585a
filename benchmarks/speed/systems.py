"""What is compared: Dépêche's own command, and scripts that do what they can of the same."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

from benchmarks.speed.measures import OURS
from benchmarks.speed.processes import Command

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

PLAIN: Final = "plain script"
TXTAI: Final = "txtai"
LLAMA_INDEX: Final = "llama-index"

# What could not be made equal, of each.
UNEQUAL: Final = {
    PLAIN: "LangChain, sentence-transformers and Chroma: the five nearest passages of one collection by vector alone, no words, no "
    "second language, no choice of sentences, no refusal; of an article it keeps its pieces only.",
    TXTAI: "hybrid search, half BM25 with txtai's own tokens and half vectors (faiss), five passages with their texts; no choice of "
    "sentences, no refusal; its BM25 knows no French stems.",
    LLAMA_INDEX: "vectors and BM25 fused by reciprocal rank, five passages; no choice of sentences, no refusal; its vectors and texts "
    "are JSON files, read whole at the start, as is its default; its BM25 stems and leaves out words as in English.",
}
ALIKE: Final = (
    "All have the same model folder and its two prefixes. The others run it by torch in fp32, pieces of 1,000 characters are theirs where "
    "they bring in articles themselves, and where they are only asked, they hold Dépêche's passages and vectors."
)


class System(Protocol):
    """What can bring in articles and be asked."""

    @property
    def name(self) -> str:
        """What it is called in the figures."""

    def ingest(self, rows: Path, folder: Path) -> Command:
        """Return the command that brings JSONL rows into `folder`."""

    def ask(self, folder: Path, question: str) -> Command:
        """Return the command that asks one question from cold."""

    def warm(self, folder: Path, questions: Sequence[str]) -> Command:
        """Return the command that answers questions one after the other, a JSON object a line with its `timings_ms`."""


@dataclass(frozen=True, slots=True)
class Depeche:
    """The real command, in quotes mode."""

    name: str = OURS

    def ingest(self, rows: Path, folder: Path) -> Command:
        return self.command(folder, "ingest", str(rows))

    def ask(self, folder: Path, question: str) -> Command:
        return self.command(folder, "ask", question)

    def search(self, folder: Path, question: str) -> Command:
        return self.command(folder, "search", question)

    def warm(self, folder: Path, questions: Sequence[str]) -> Command:
        return self.command(folder, "ask", "-", given="".join(f"{question}\n" for question in questions))

    def command(self, folder: Path, *words: str, given: str = "") -> Command:
        """Return `depeche` with `words`, on the library in `folder`."""
        environment = {"DEPECHE_DATA_DIR": str(folder), "DEPECHE_CHAT_MODEL": "quotes", "PYTHONUTF8": "1"}
        return Command((sys.executable, "-m", "depeche", *words), environment, given)


@dataclass(frozen=True, slots=True)
class Script:
    """One of `benchmarks/speed/others`, run by the Python that has what it needs, with the model in `model`."""

    name: str
    module: str
    python: str
    model: Path

    def ingest(self, rows: Path, folder: Path) -> Command:
        return self._command("ingest", rows, folder, self.model)

    def index(self, passages: Path, folder: Path) -> Command:
        """Return the command that fills `folder` with passages whose vectors are made already."""
        return self._command("index", passages, folder, self.model)

    def ask(self, folder: Path, question: str) -> Command:
        return self._command("ask", folder, self.model, question)

    def warm(self, folder: Path, questions: Sequence[str]) -> Command:
        given = "".join(f"{question}\n" for question in questions)
        return self._command("warm", folder, self.model, given=given)

    def _command(self, *words: str | Path, given: str = "") -> Command:
        module = f"benchmarks.speed.others.{self.module}"
        return Command((self.python, "-m", module, *map(str, words)), {"PYTHONUTF8": "1"}, given)


def scripts(model: Path, environments: Path | None) -> list[Script]:
    """Return the plain script, and the others where there are environments for them; `SystemExit` where one is missing."""
    found = [Script(PLAIN, "plain_script", sys.executable, model)]
    for name, module in ((TXTAI, "txtai_script"), (LLAMA_INDEX, "llama_index_script")):
        if environments:
            python = environments.absolute() / name / "bin" / "python"
            if not python.exists():
                raise SystemExit(
                    f"There is no {python}. Make it: python -m benchmarks.speed.others {environments}"
                )
            found.append(Script(name, module, str(python), model))
    return found


def timings(output: str) -> list[dict[str, float]]:
    """Return the milliseconds of each stage of each question that a `warm` command printed."""
    rows: list[dict[str, Any]] = [json.loads(line) for line in output.splitlines()]
    return [row["timings_ms"] for row in rows]
