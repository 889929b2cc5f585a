"""Learn which lines of a whole page are its article.

    python -m benchmarks.train_cleaning PAGES [--write]

PAGES is a folder as `benchmarks/flattened.py` describes it. Fits a logistic regression over `ingest.looks.FEATURES`; an article's
line weighs up to six times as much as one of clutter, by its length. Each page is also shown without what lies far from the article, as
scrapers leave it. Says what becomes of pages of sites it did not learn from (`benchmarks/cleaning.py`); with `--write` puts the weights
into ingest/block_weights.json.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from benchmarks.flattened import Flat, pages
from benchmarks.weights import keep
from ingest.blocks import WEIGHTS, Model
from ingest.furniture import reason
from ingest.looks import FEATURES, features

_FOLDS = 8
_STRENGTH = 0.01  # of 0.1, 0.01 and boosted trees, best on sites not learned from; boosted trees lost 4 % of the French words
_MARGIN = 6  # lines kept on each side of an article where a page is shown without the rest


def main() -> None:
    """Train, and say how well."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("pages", type=Path)
    parser.add_argument("--write", action="store_true", help="put the weights into the package")
    options = parser.parse_args()
    flats = pages(options.pages)
    from benchmarks.cleaning import report, whole_pages

    report(whole_pages(flats))
    if options.write:
        model = fit(flats)
        weights = {"bias": model.bias} | dict(zip(FEATURES, model.weights.tolist(), strict=True))
        sets = [f"{n} pages in {x}" for x in ("fr", "en") if (n := sum(f.language == x for f in flats))]
        keep(WEIGHTS, weights, sets, sum(len(f.lines) for f in flats), "flattened HTML, by line")


def folds(flats: Sequence[Flat]) -> list[tuple[list[Flat], list[Flat]]]:
    """Return pages to learn from and pages to measure on, no site in both, each page measured once."""
    sites = sorted({flat.site for flat in flats})
    np.random.default_rng(0).shuffle(sites)
    turn = {site: i % _FOLDS for i, site in enumerate(sites)}
    return [
        ([f for f in flats if turn[f.site] != n], [f for f in flats if turn[f.site] == n])
        for n in range(_FOLDS)
    ]


def fit(flats: Sequence[Flat]) -> Model:
    """Return the model that these pages teach."""
    tables, answers, counts = [], [], []
    for flat in flats:
        for low, high in _views(flat):
            lines, labels = flat.lines[low:high], flat.labels[low:high]
            told = [i for i, label in enumerate(labels) if label != "either"]
            tables.append(features(lines, [reason(line) is not None for line in lines])[told])
            answers += [labels[i] == "article" for i in told]
            counts += [
                min(4.0, 1 + len(lines[i].split()) / 20) if labels[i] == "article" else 0.7 for i in told
            ]
    table = np.vstack(tables)
    scaler = StandardScaler().fit(table)
    fitted = LogisticRegression(C=_STRENGTH, max_iter=3000).fit(
        scaler.transform(table), answers, sample_weight=counts
    )
    weights = fitted.coef_[0] / scaler.scale_
    return Model(weights, float(fitted.intercept_[0] - weights @ scaler.mean_))


def _views(flat: Flat) -> list[tuple[int, int]]:
    inside = [i for i, label in enumerate(flat.labels) if label == "article"]
    near = (max(0, inside[0] - _MARGIN), min(len(flat.lines), inside[-1] + 1 + _MARGIN))
    return [(0, len(flat.lines)), near]


if __name__ == "__main__":
    main()
