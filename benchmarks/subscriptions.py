"""Which articles a subscription is told of, against labels made by eye, and what it costs with many subscriptions.

    python -m benchmarks.subscriptions LIBRARY [--write]

LIBRARY is a folder made by `depeche ingest` of the news archive that docs/evaluation.md names. `subscriptions.jsonl` holds topics and
questions, our own writing, each with the ids of articles that are about it (of a question: that answer it), of those that are not, and of those
one can argue about, which are left out. What was judged is what any of several rankings put first, a few further down, and what was told of at
a first choice of thresholds. Where nothing is about a text, every article of the library is one that is not.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from retrieval.answerer import Answerer
from retrieval.domain import LANGUAGES, Language, Question
from retrieval.embedding import open_embedder
from retrieval.language import asks
from retrieval.late import match
from retrieval.library import Library
from retrieval.matching import about, answers, titled
from retrieval.search import Query, shares
from retrieval.settings import Settings
from retrieval.terminal import progress_bars

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from retrieval.library import View
    from retrieval.progress import Progress
    from retrieval.snapshot import Candidate

HERE = Path(__file__).parent
_MANY, _ARTICLES = 1_000, 50
RANKINGS = ("cosine", "late interaction", "with words", "better half", "with title")


@dataclass(frozen=True, slots=True)
class Case:
    """A subscription's text, what is about it, and what is not (None: all others)."""

    text: str
    language: Language
    about: frozenset[str]
    unclear: frozenset[str]
    others: frozenset[str] | None

    @property
    def question(self) -> bool:
        return asks(self.text, self.language)

    def judged(self, article_id: str) -> bool:
        known = self.others is None or article_id in self.others or article_id in self.about
        return known and article_id not in self.unclear


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("library", type=Path)
    parser.add_argument("--write", action="store_true", help="keep the result in benchmarks/results/")
    options = parser.parse_args()
    library = Library(options.library)
    answerer = Answerer(library, open_embedder(Settings.load()))
    cases = [*read(HERE / "subscriptions.jsonl")]
    with library.snapshot() as snapshot:
        ids = [row.article.article_id for row in snapshot.articles()]
    with progress_bars() as progress:
        result = {
            "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
            "machine": f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}",
            "articles": len(ids),
            "average precision": rankings(answerer, cases, progress),
            "told": told(answerer, cases, ids, progress),
            "cost": cost(answerer, ids),
        }
    print(json.dumps(result, indent=1, ensure_ascii=False))
    if options.write:
        file = HERE / "results" / f"subscriptions-{result['date']}.json"
        file.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        print(f"kept in {file.relative_to(HERE.parent)}", file=sys.stderr)


def read(file: Path) -> Iterator[Case]:
    """Yield the labelled texts."""
    for line in file.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        others = None if row["not"] == "all others" else frozenset(row["not"])
        yield Case(row["text"], row["language"], frozenset(row["about"]), frozenset(row["unclear"]), others)


def rankings(answerer: Answerer, cases: list[Case], progress: Progress) -> dict[str, dict[str, float]]:
    """Return the average precision of several ways to order the judged pairs, for topics and for questions."""
    by_kind: dict[bool, list[tuple[bool, tuple[float, ...]]]] = {False: [], True: []}
    for number, case in enumerate(cases, start=1):
        scored = answerer.library.look(lambda view, case=case: _scores(view, answerer, case))  # type: ignore[misc]
        judged = [
            (article in case.about, scores) for article, scores in scored.items() if case.judged(article)
        ]
        by_kind[case.question] += judged
        progress("Texts ranked", number, len(cases))
    return {
        ("questions" if kind else "topics"): {
            name: round(_average_precision(pairs, n), 3) for n, name in enumerate(RANKINGS)
        }
        | {"pairs": len(pairs), "about": sum(wanted for wanted, _ in pairs)}
        for kind, pairs in by_kind.items()
    }


def told(answerer: Answerer, cases: list[Case], ids: list[str], progress: Progress) -> dict[str, Any]:
    """Return precision and recall of what is told, by kind and language, and how many articles each text nothing is about is told of."""
    counts: dict[str, list[int]] = {}
    for number, case in enumerate(cases, start=1):
        found = {
            m.article_id for m in answerer.match([Question(case.text, chat_language=case.language)], ids)
        }
        kind = "questions" if case.question else "topics"
        for article_id in ids:
            if case.judged(article_id):
                article_language = article_id.split("-")[1]
                where = "own language" if article_language == case.language else "other language"
                for name in (kind, f"{kind}, {where}"):
                    right, wrong, missed = counts.setdefault(name, [0, 0, 0])
                    is_about, is_told = article_id in case.about, article_id in found
                    counts[name] = [
                        right + (is_about and is_told),
                        wrong + (is_told and not is_about),
                        missed + (is_about and not is_told),
                    ]
        if not case.about:
            counts.setdefault(f"nothing is about: {case.text}", [0, 0, 0])[1] += len(found)
        progress("Texts matched", number, len(cases))
    return {
        name: {
            "told rightly": right,
            "told wrongly": wrong,
            "missed": missed,
            "precision": round(right / max(right + wrong, 1), 3),
            "recall": round(right / max(right + missed, 1), 3),
        }
        if not name.startswith("nothing")
        else {"told": wrong}
        for name, (right, wrong, missed) in counts.items()
    }


def cost(answerer: Answerer, ids: list[str]) -> dict[str, float]:
    """Return the seconds that many subscriptions (titles of other articles) and so many new articles take, at first and again."""
    with answerer.library.snapshot() as snapshot:
        titles = [row.article.title for row in snapshot.articles()]
    questions = [Question(title) for title in titles[:_MANY]]
    new = ids[-_ARTICLES:]
    seconds = []
    for _ in range(2):
        start = time.perf_counter()
        answerer.match(questions, new)
        seconds.append(round(time.perf_counter() - start, 2))
    return {"subscriptions": len(questions), "articles": len(new), "first": seconds[0], "again": seconds[1]}


def _scores(view: View, answerer: Answerer, case: Case) -> dict[str, tuple[float, ...]]:
    """Return what each ranking makes of each article."""
    if view.coder is None:
        raise ValueError("the library holds no article")
    reading = answerer.embedder.read_question(case.text)
    query = Query(case.text, case.language)
    asked = view.coder.ask(case.text, case.language, reading)
    found: dict[str, tuple[float, ...]] = {}
    for language in LANGUAGES:
        words = shares(view, query, language) if language == case.language else np.zeros(0)
        passages = view.snapshot.candidates(
            answerer.embedder.fingerprint, view.snapshot.passage_ids(language), []
        )
        cosines = view.vectors(passages) @ reading.vector
        late = match(asked, [p.coded for p in passages]).scores
        titles = view.snapshot.titles({p.article_id for p in passages})
        by_article: dict[str, list[int]] = {}
        for n, passage in enumerate(passages):
            by_article.setdefault(passage.article_id, []).append(n)
        for article, numbers in by_article.items():
            rows = [_at(words, passages[n]) for n in numbers]
            scores = [late[n] for n in numbers]
            found[article] = (
                float(cosines[numbers].max()),
                max(scores),
                answers(scores, rows),
                about(scores, 0.0),
                about(scores, titled(query, titles[article], language)),
            )
    return found


def _at(words: NDArray[np.float64], passage: Candidate) -> float:
    return float(words[passage.row]) if passage.row < len(words) else 0.0


def _average_precision(pairs: list[tuple[bool, tuple[float, ...]]], ranking: int) -> float:
    order = sorted(pairs, key=lambda pair: -pair[1][ranking])
    hits, total = 0, 0.0
    for rank, (wanted, _) in enumerate(order, start=1):
        if wanted:
            hits += 1
            total += hits / rank
    return total / max(hits, 1)


if __name__ == "__main__":
    main()
