"""Learn how much each piece of evidence counts in choosing the sentences that answer.

    python -m benchmarks.train_sentences DATA [--set piaf] [--keep FOLDER] [--write]

DATA is a folder as `benchmarks/quality/data.py` describes it; the set must say where its answers are. Fits a listwise logistic
regression (the log probability, by softmax over all sentences of the five best passages, that the sentence taken at random
is one that holds the answer) on half of the set's documents and says how it does on the other half and on the other sets;
then fits on all of the set, and with `--write` puts those weights into retrieval/sentence_weights.json.

The weights that are there were learned on PIAF, whose licence (Licence Ouverte / Open Licence, Etalab) allows it.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import minimize
from scipy.special import logsumexp

from benchmarks.quality.data import Dataset, read
from benchmarks.quality.measures import holds
from benchmarks.quality.worlds import Worlds
from benchmarks.weights import keep
from retrieval.domain import Question
from retrieval.evidence import FEATURES, weigh
from retrieval.quotes import PASSAGES, WEIGHTS
from retrieval.terminal import progress_bars

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from retrieval.progress import Progress

_EITHER_WAY = ("sentences", "down")
_RIDGE = 1e-4  # on weights of features scaled to unit deviation


@dataclass(frozen=True, slots=True)
class Choice:
    """The sentences of one question: their evidence, which hold the answer, and the document it is in."""

    rows: NDArray[np.float64]
    right: NDArray[np.bool_]
    document: str


def main() -> None:
    """Train, and say how well."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("--set", default="piaf", dest="name", help="the set to learn from")
    parser.add_argument("--keep", type=Path, help="make the libraries here, and use those that are there")
    parser.add_argument("--write", action="store_true", help="put the weights into the package")
    options = parser.parse_args()
    sets, _ = read(options.data)
    with tempfile.TemporaryDirectory() as folder, progress_bars() as progress:
        worlds = Worlds(options.keep or Path(folder), progress)
        choices = {
            dataset.name: found
            for dataset in sets
            if not dataset.parallel and (found := gather(worlds, dataset, progress))
        }
    own = choices.pop(options.name)
    documents = sorted({choice.document for choice in own})
    np.random.default_rng(0).shuffle(documents)
    half = set(documents[::2])
    kept = [choice for choice in own if choice.document not in half]
    weights = fit([choice for choice in own if choice.document in half])
    for name, others in {f"{options.name}, other half": kept, **choices}.items():
        print(
            f"{name}: first {share_right(others, weights, 1):.3f}, first three {share_right(others, weights, 3):.3f}"
        )
    final = dict(zip(FEATURES, (round(float(w), 3) for w in fit(own)), strict=True))
    print(json.dumps(final, indent=1))
    if options.write:
        keep(WEIGHTS, final, [options.name], len(own), worlds.embedder.fingerprint)


def gather(worlds: Worlds, dataset: Dataset, progress: Progress) -> list[Choice]:
    """Return the choices that the questions of a set lead to; those that know no answer are left out."""
    choices = []
    for language, texts in dataset.texts.items():
        answerer = worlds.open(f"{dataset.name}-{language}", texts)
        titles = {text.pid: text.title or text.pid for text in texts}
        cases = [case for case in dataset.cases.get(language, []) if case.answers]
        for number, case in enumerate(cases, start=1):
            found = answerer.find(Question(case.question), PASSAGES)
            evidence = weigh(found, PASSAGES)
            right = []
            for number_of_hit, n in evidence.places:
                right.append(holds(found.hits[number_of_hit].sentences[n], case.answers))
            choices.append(
                Choice(evidence.rows.astype(np.float64), np.array(right, np.bool_), titles[case.pid])
            )
            progress(f"{dataset.name} {language}", number, len(cases))
    return choices


def fit(choices: list[Choice]) -> NDArray[np.float64]:
    """Return the weights of `FEATURES` under which the right sentences are likeliest."""
    useful = [c for c in choices if c.right.any() and not c.right.all()]
    scale = np.concatenate([c.rows for c in useful]).std(axis=0) + 1e-9
    longest = max(len(c.rows) for c in useful)
    rows = np.zeros((len(useful), longest, len(FEATURES)))
    absent = np.full((len(useful), longest), -np.inf)
    wrong = np.full((len(useful), longest), -np.inf)
    for n, choice in enumerate(useful):
        rows[n, : len(choice.rows)] = choice.rows / scale
        absent[n, : len(choice.rows)] = 0.0
        wrong[n, : len(choice.rows)][choice.right] = 0.0

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        scores = rows @ weights
        every, right = (logsumexp(scores + mask, axis=1, keepdims=True) for mask in (absent, wrong))
        push = np.exp(scores + absent - every) - np.exp(scores + wrong - right)
        gradient = np.einsum("nl,nlf->f", push, rows) / len(useful) + 2 * _RIDGE * weights
        return float((every - right).mean() + _RIDGE * weights @ weights), gradient

    # Nothing that speaks for a sentence may speak against it: half a point on PIAF, and no surprises elsewhere.
    bounds = [(None if name in _EITHER_WAY else 0.0, None) for name in FEATURES]
    found = minimize(loss, np.zeros(len(FEATURES)), jac=True, method="L-BFGS-B", bounds=bounds)
    return np.asarray(found.x / scale)


def share_right(choices: list[Choice], weights: NDArray[np.float64], count: int) -> float:
    """Return for which share of the questions any of the `count` best sentences holds the answer."""
    return float(np.mean([c.right[np.argsort(-(c.rows @ weights))[:count]].any() for c in choices]))


if __name__ == "__main__":
    main()
