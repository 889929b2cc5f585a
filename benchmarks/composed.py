"""What a chat model's answers are like: how many are shown, what the check drops, in which language, how soon.

    DEPECHE_CHAT_MODEL=local python -m benchmarks.composed DATA [--questions 40] [--seed 0] [--keep FOLDER] [--write]

DATA is a folder as `benchmarks/quality/data.py` describes it. Each set is asked in its own language; parallel sets across languages
too, the articles in the one and the questions in the other. Nothing is known of the right answers here: what is counted is
whether a reader can trust what is shown. `--write` keeps the figures in benchmarks/results/, and every sentence shown and dropped
in `composed.jsonl` beside the libraries.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.quality.data import Case, Dataset, read, sample
from benchmarks.quality.worlds import Worlds
from retrieval.answerer import Answerer
from retrieval.domain import LANGUAGES, Answer, Language, Question
from retrieval.language import detect
from retrieval.opening import open_chat
from retrieval.settings import Settings
from retrieval.terminal import progress_bars

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Asked:
    """A question's answer, seconds to its first sentence (None for a refusal) and to its end; whether quotations are exact."""

    answer: Answer
    first: float | None
    whole: float
    exact: bool


def main() -> None:
    """Run the measurement."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("--questions", type=int, default=40, help="of each set and direction, at random")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", type=Path, help="make the libraries here, and use those that are there")
    parser.add_argument("--write", action="store_true", help="keep the figures in benchmarks/results/")
    options = parser.parse_args()
    settings = Settings.load()
    sets, _ = read(options.data)
    result: dict[str, Any] = {
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "machine": f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}",
        "chat_model": settings.chat_model,
        "directions": {},
    }
    said: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as folder, progress_bars() as progress:
        worlds = Worlds(options.keep or Path(folder), progress)
        composer, _ = open_chat(settings, worlds.embedder)
        for dataset, held, language, cases in _directions(sets, options.questions, options.seed):
            library = worlds.open(f"{dataset.name}-{held}", dataset.texts[held]).library
            answerer = Answerer(
                library, worlds.embedder, threshold=settings.answer_threshold, composer=composer
            )
            label = f"{dataset.name} {language}→{held}"
            asked = []
            for number, case in enumerate(cases, start=1):
                asked.append(_ask(answerer, case.question, language))
                progress(label, number, len(cases))
            result["directions"][label] = _figures(asked, language)
            said += [_told(label, a.answer) for a in asked]
            print(label, json.dumps(result["directions"][label], ensure_ascii=False), flush=True)
    if options.write:
        file = HERE / "results" / f"composed-{result['date']}.json"
        file.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        print(f"kept in {file.relative_to(HERE.parent)}", file=sys.stderr)
        (options.keep or Path()).joinpath("composed.jsonl").write_text(
            "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in said), encoding="utf-8"
        )


def _directions(
    sets: list[Dataset], questions: int, seed: int
) -> Iterator[tuple[Dataset, Language, Language, list[Case]]]:
    """Yield each set with the language its articles are in, the questions' language, and the questions."""
    for dataset in sets:
        for held in LANGUAGES:
            for asked in LANGUAGES:
                cases = sample(dataset.cases.get(asked, []), questions, seed)
                if dataset.texts.get(held) and cases:
                    yield dataset, held, asked, cases


def _ask(answerer: Answerer, text: str, language: Language) -> Asked:
    start = time.perf_counter()
    first = None
    for grown in answerer.stream(Question(text, language)):
        if first is None and grown.sentences:
            first = time.perf_counter() - start
        answer = grown
    whole = time.perf_counter() - start
    with answerer.library.snapshot() as snapshot:
        articles = snapshot.articles_by_id({c.article_id for c in answer.citations})
    exact = all(articles[c.article_id].article.text[c.start : c.end] == c.quote for c in answer.citations)
    return Asked(answer, first, whole, exact)


def _figures(asked: list[Asked], language: Language) -> dict[str, float]:
    answered = [a for a in asked if a.answer.answered]
    composed = [a for a in answered if a.answer.mode == "chat"]
    quoted = [a for a in answered if a.answer.mode == "quotes"]
    shown = [sentence for a in composed for sentence in a.answer.sentences]
    dropped = sum(len(a.answer.rejected) for a in answered)
    return {
        "questions": len(asked),
        "answered": len(answered),
        "composed": len(composed),
        "sentences_shown": len(shown),
        "sentences_dropped": dropped,
        "wrong_language": sum(detect(sentence.text, language) != language for sentence in shown),
        "quotations_not_exact": sum(not a.exact for a in asked),
        "uncited_sentences": sum(not sentence.citations for sentence in shown),
        "first_s": _median([a.first for a in composed if a.first is not None]),
        "whole_s": _median([a.whole for a in composed]),
        "quoted_instead_s": _median([a.whole for a in quoted]),
    }


def _median(values: list[float]) -> float:
    return round(statistics.median(values), 2) if values else 0.0


def _told(label: str, answer: Answer) -> dict[str, Any]:
    return {
        "direction": label,
        "question": answer.question,
        "mode": answer.mode,
        "said": [sentence.text for sentence in answer.sentences],
        "quotes": [citation.quote for citation in answer.citations],
        "dropped": [[rejected.text, rejected.reason] for rejected in answer.rejected],
    }


if __name__ == "__main__":
    main()
