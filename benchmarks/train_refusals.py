"""Learn how likely it is that the articles answer a question, from how the best sentence matches and stands out.

    python -m benchmarks.train_refusals DATA [--keep FOLDER] [--write]

DATA is a folder as `benchmarks/quality/data.py` describes it. All of its passages go into one library by the real ingestion; questions
are then asked, by the real search, of parts of it: of 2 to 1,500 passages, in one language and in both, with the passage that answers
and without, often with others of the same document left in. Fits a logistic regression in which every kind of part weighs the same, says how
it does on each (area under the curve; precision and recall of refusals at the threshold in use), once with the part's questions left
out of the fit; with `--write` puts the weights of the whole fit into retrieval/refusal_weights.json.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from benchmarks.parts import Part, Whole
from benchmarks.quality.data import Case, Dataset, read, sample
from benchmarks.quality.worlds import Worlds
from benchmarks.weights import keep
from retrieval.answerability import WEIGHTS, traits
from retrieval.domain import LANGUAGES, Language
from retrieval.quotes import PASSAGES, choose, weighed
from retrieval.search import Query, find
from retrieval.settings import Settings
from retrieval.terminal import progress_bars

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from retrieval.answerer import Answerer
    from retrieval.library import View
    from retrieval.progress import Progress

_SIZES = (2, 5, 20, 60, 240, 1500)
_FOLDS = 5

Outcome = tuple[dict[str, float], bool, int]  # traits, whether the answer was there, fold


class Asking:
    """Asks questions of parts of one library."""

    def __init__(self, answerer: Answerer, whole: Whole, progress: Progress) -> None:
        self._embedder = answerer.embedder
        self._whole = whole
        self._progress = progress
        self._readings: dict[str, Any] = {}
        self._asked = 0

    def ask(self, case: Case, kept: set[str], there: bool) -> Iterator[Outcome]:
        """Yield the outcome of one question, none where nothing at all is found."""
        if case.question not in self._readings:
            self._readings[case.question] = self._embedder.read_question(case.question)
        query, reading = Query(case.question, case.language), self._readings[case.question]
        [found] = find(cast("View", Part(self._whole, kept)), [query], lambda: [reading], PASSAGES)
        quotes = choose(weighed(found))
        self._asked += 1
        self._progress("Questions asked", self._asked, 0)
        if quotes:
            # A question's own fold, so that none is judged by what was learned from it.
            yield traits(found, quotes[0]), there, sum(case.qid.encode()) % _FOLDS


def main() -> None:
    """Train, and say how well."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("--keep", type=Path, help="make the library here, or use the one that is there")
    parser.add_argument("--write", action="store_true", help="put the weights into the package")
    options = parser.parse_args()
    sets, _ = read(options.data)
    with tempfile.TemporaryDirectory() as folder, progress_bars() as progress:
        worlds = Worlds(options.keep or Path(folder), progress)
        texts = [replace(t, pid=_name(t.pid, lang)) for s in sets for lang in s.texts for t in s.texts[lang]]
        answerer = worlds.open("everything", texts)
        with answerer.library.snapshot() as snapshot:
            asking = Asking(answerer, Whole(answerer.library, snapshot), progress)
            kinds: dict[str, list[Outcome]] = {}
            for dataset in sets:
                for name, outcomes in (mixed if dataset.parallel else single)(asking, dataset, sets):
                    kinds.setdefault(name, []).extend(outcomes)
    names = sorted({name for outcomes in kinds.values() for given, _, _ in outcomes for name in given})
    threshold = Settings.load().answer_threshold
    without = [fit(kinds, names, fold) for fold in range(_FOLDS)]
    for name, outcomes in kinds.items():
        print(f"{name:24}", judge(outcomes, names, without, threshold))
    weights = fit(kinds, names, None)
    final = {name: round(float(w), 3) for name, w in zip(names, weights, strict=True)}
    print(json.dumps(final, indent=1))
    if options.write:
        asked = sum(map(len, kinds.values()))
        keep(WEIGHTS, final, [s.name for s in sets], asked, worlds.embedder.fingerprint)


def single(asking: Asking, dataset: Dataset, sets: list[Dataset]) -> Iterator[tuple[str, list[Outcome]]]:
    """Yield questions of a one-language set asked of parts of it, and of half of it with the other language beside."""
    chance = np.random.default_rng(5)
    for language, texts in dataset.texts.items():
        pids = [t.pid for t in texts]
        document = {t.pid: t.title or t.pid for t in texts}
        cases = dataset.cases.get(language, [])
        for size in (s for s in _SIZES if s <= 2 * len(pids)):
            outcomes: list[Outcome] = []
            for case in sample(cases, 300, size):
                others = [pid for pid in pids if pid != case.pid]
                kept = set(sample(others, size - 1, int(chance.integers(1 << 30))))
                if chance.random() < 0.5:
                    kept |= {pid for pid in others if document[pid] == document[case.pid]}
                outcomes += _both(asking, case, {_name(pid, language) for pid in kept}, language)
            yield f"{dataset.name}, {size}", outcomes
        beside = {
            _name(t.pid, lang)
            for other in sets
            if other.parallel
            for lang in LANGUAGES
            if lang != language
            for t in other.texts[lang]
        }
        for seed in range(2):
            there = set(sample(pids, len(pids) // 2, seed))
            kept = {_name(pid, language) for pid in there} | beside
            outcomes = [o for c in sample(cases, 500, seed) for o in asking.ask(c, kept, c.pid in there)]
            yield f"{dataset.name}, halves", outcomes


def mixed(asking: Asking, dataset: Dataset, _sets: list[Dataset]) -> Iterator[tuple[str, list[Outcome]]]:
    """Yield questions of a parallel set asked of parts of it, each story in one language only."""
    chance = np.random.default_rng(5)
    pids = sorted(t.pid for t in dataset.texts["fr"])
    for size, rounds in ((10, 3), (50, 3), (200, 2), (len(pids), 1)):
        outcomes: list[Outcome] = []
        for seed in range(rounds):
            for language in LANGUAGES:
                for case in sample(dataset.cases[language], 100, seed):
                    others = sample(
                        [p for p in pids if p != case.pid], size - 1, int(chance.integers(1 << 30))
                    )
                    kept = {_name(pid, LANGUAGES[n % 2]) for n, pid in enumerate(others)}
                    held = LANGUAGES[int(chance.integers(2))]
                    outcomes += _both(asking, case, kept, held)
        yield f"{dataset.name}, {size}", outcomes


def _both(asking: Asking, case: Case, kept: set[str], held: Language) -> Iterator[Outcome]:
    yield from asking.ask(case, kept | {_name(case.pid, held)}, there=True)
    yield from asking.ask(case, kept, there=False)


def fit(kinds: dict[str, list[Outcome]], names: list[str], without: int | None) -> NDArray[np.float64]:
    """Return the weights of the traits, learned without one fold's questions; every kind weighs the same."""
    rows, there, weights = [], [], []
    for outcomes in kinds.values():
        used = [o for o in outcomes if o[2] != without]
        rows += [[given.get(name, 0.0) for name in names] for given, _, _ in used]
        there += [answer for _, answer, _ in used]
        weights += [1000 / len(used)] * len(used)
    table = np.array(rows)
    scale = table.std(axis=0)
    scale[scale < 1e-9] = 1.0
    # The constant is among the traits, one for each language.
    model = LogisticRegression(C=1.0, max_iter=2000, fit_intercept=False)
    model.fit(table / scale, there, sample_weight=weights)
    return np.asarray(model.coef_[0] / scale)


def judge(
    outcomes: list[Outcome], names: list[str], without: list[NDArray[np.float64]], threshold: float
) -> str:
    """Return how the outcomes of one kind are told, each question by the weights learned without its fold."""
    rows = np.array([[given.get(name, 0.0) for name in names] for given, _, _ in outcomes])
    odds = [row @ without[fold] for row, (_, _, fold) in zip(rows, outcomes, strict=True)]
    there = [answer for _, answer, _ in outcomes]
    likely, answered = 1 / (1 + np.exp(-np.array(odds))), np.array(there)
    figures = [f"AUC {roc_auc_score(answered, likely):.3f}"]
    for least in (threshold, 0.4, 0.45, 0.5, 0.55):
        refused = likely < least
        precision = (refused & ~answered).sum() / max(refused.sum(), 1)
        recall = (refused & ~answered).sum() / (~answered).sum()
        figures.append(f"{least}: {precision:.2f} {recall:.2f}")
    return "  ".join(figures)


def _name(pid: str, language: Language) -> str:
    return f"{pid}@{language}"


if __name__ == "__main__":
    main()
