"""Learn how likely it is that a passage says a sentence, from how the sentence's words find theirs in it.

    python -m benchmarks.train_verify DATA [--passages 300] [--seed 0] [--write]

DATA is a folder as `benchmarks/quality/data.py` describes it. True and false pairs are made of half of the passages as
`benchmarks/quality/pairs.py` does; the other half is `benchmarks.quality --faithfulness`'s. Fits two logistic regressions, within a
language and across, says at several shares of true pairs kept how many false ones of each kind are caught by it alone, each
passage by weights learned without it; with `--write` puts the weights into retrieval/verify/nearness_weights.json.
"""

from __future__ import annotations

import argparse
import tempfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from sklearn.linear_model import LogisticRegression

from benchmarks.quality.data import read
from benchmarks.quality.faithfulness import held_out, made
from benchmarks.quality.worlds import Worlds
from benchmarks.weights import keep
from retrieval.terminal import progress_bars
from retrieval.verify import Meaning
from retrieval.verify.nearness import WEIGHTS, traits
from retrieval.verify.signs import Signs

if TYPE_CHECKING:
    from numpy.typing import NDArray

_FOLDS = 5
# What each kind weighs, all its pairs together: what other checks are there for weighs less, the others nothing.
_WEIGHTS = {
    "true": 1.0,
    "wrong story": 0.8,
    "negation": 0.5,
    "name from elsewhere": 0.15,
    "name of the passage": 0.4,
}

Row = tuple[dict[str, float], str, str]  # traits, kind ("true", or what was altered), passage


def main() -> None:
    """Train, and say how well."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("--passages", type=int, default=300, help="at most so many of a set, at random")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--write", action="store_true", help="put the weights into the package")
    options = parser.parse_args()
    sets, _ = read(options.data)
    with tempfile.TemporaryDirectory() as folder, progress_bars() as progress:
        embedder = Worlds(Path(folder), progress).embedder
        meaning = Meaning(embedder)
        everything = (p for _, p in made(sets, None, embedder, options.passages, options.seed))
        chosen = [p for p in everything if not held_out(p.pid) and (p.true or p.kind in _WEIGHTS)]
        rows: list[Row] = []
        for number, pair in enumerate(sorted(chosen, key=lambda p: p.pid), start=1):
            alignment = meaning.align(pair.sentence, pair.language, pair.source)
            signs = Signs.of(pair.sentence, pair.language, pair.source, alignment)
            given = traits(alignment, signs, across=pair.language != pair.source.language)
            rows.append((given, "true" if pair.true else pair.kind, pair.pid))
            progress("Pairs", number, len(chosen))
    weights: dict[str, float] = {}
    for prefix in ("same ", "other "):
        weights |= learn(prefix, [row for row in rows if next(iter(row[0])).startswith(prefix)])
    if options.write:
        keep(WEIGHTS, weights, [s.name for s in sets], len(rows), embedder.fingerprint)


def learn(prefix: str, rows: list[Row]) -> dict[str, float]:
    """Print how a fit does on each kind, and return the weights of the whole fit."""
    names = sorted({name for given, _, _ in rows for name in given})
    table = np.array([[given.get(name, 0.0) for name in names] for given, _, _ in rows])
    kinds = np.array([kind for _, kind, _ in rows])
    folds = np.array([zlib.crc32(pid[::-1].encode()) % _FOLDS for _, _, pid in rows])
    odds = np.zeros(len(rows))
    for fold in range(_FOLDS):
        odds[folds == fold] = table[folds == fold] @ fit(table, kinds, folds != fold)
    for share in (0.99, 0.98, 0.97, 0.96, 0.95, 0.93, 0.9):
        least = np.quantile(odds[kinds == "true"], 1 - share)
        caught = {
            str(kind): round(float((odds[kinds == kind] < least).mean()), 3) for kind in sorted(set(kinds))
        }
        print(f"{prefix} kept {share}, from {1 / (1 + np.exp(-least)):.3f}:", caught)
    final = fit(table, kinds, np.ones(len(rows), bool))
    return {name: round(float(w), 3) for name, w in zip(names, final, strict=True)}


def fit(table: NDArray[np.float64], kinds: NDArray[np.str_], used: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the weights of the traits learned from the rows that are `used`."""
    importance = np.zeros(len(kinds))
    for kind, weight in _WEIGHTS.items():
        these = (kinds == kind) & used
        importance[these] = weight * 1000 / max(these.sum(), 1)
    rows = importance > 0
    scale = table[rows].std(axis=0)
    scale[scale < 1e-9] = 1.0
    # The constant is among the traits, one for each kind of pair.
    model = LogisticRegression(C=1.0, max_iter=3000, fit_intercept=False)
    model.fit(table[rows] / scale, kinds[rows] == "true", sample_weight=importance[rows])
    return np.asarray(model.coef_[0] / scale)


if __name__ == "__main__":
    main()
