"""Learn which paragraphs among an article's are no part of it, by their own words.

    python -m benchmarks.train_strays [--write]

Lines of our own writing (`benchmarks/strays/LANG.txt`: what each is, and the line; {A} is a person, {P} a paper, {T} another story's title,
{S} a subject, {V} a town, {N} and {M} numbers) are put among the paragraphs of the press that the reader is trained on, as pages have them:
walls and biographies at the end, offers anywhere. Says how a model does on lines and articles that it did not learn from; with `--write`
puts the weights into ingest/stray_weights.npz and that into benchmarks/results.
"""

from __future__ import annotations

import argparse
import datetime
import json
import random
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.linear_model import LogisticRegression

from ingest.strays import ARTICLE, KINDS, WEIGHTS, Strays, among, grams
from retrieval.domain import LANGUAGES, Language

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

Press = list[dict[str, Any]]

HERE: Final = Path(__file__).parent
_FOLDS: Final = 5
_STRENGTH: Final = 1.0
_TIMES: Final = 12  # that a line is shown, each time in another article
_LEAST: Final = 2  # lines that a word or pair is in to count
_MOST: Final = 6  # lines shown in one article
_SMALL: Final = 0.04  # weights left out
_AT_END: Final = {
    "wall": 0.8,
    "author": 0.85,
    "notes": 0.85,
    "form": 0.6,
    "offer": 0.5,
    "promotion": 0.4,
    "related": 0.4,
}
_NAMED: Final = 0.5  # share of biographies that are of the one whom the page names
_PLACES: Final[dict[Language, list[str]]] = {
    "fr": ["Port-Lauzan", "Saint-Aubrac", "Vernois", "Clermeuil", "Roquebrive", "Les Ormeaux"],
    "en": ["Eastmoor", "Harwick", "Port Allen", "Lower Stowe", "Fennbridge", "Cold Ash"],
}
_SUBJECTS: Final[dict[Language, list[str]]] = {
    "fr": ["la politique locale", "l’environnement", "l’économie", "la justice", "la santé", "les transports", "la culture", "le climat"],
    "en": ["local politics", "the environment", "business", "the courts", "health", "transport", "the arts", "climate change"],
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """A line to learn from: its words, what it stands among, what it is, and which fold it is held out in."""

    text: str
    context: tuple[float, ...]
    kind: str
    fold: int


def main() -> None:
    """Train, and say how well."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--write", action="store_true", help="put the weights into the package")
    options = parser.parse_args()
    lines = examples()
    print(f"{len(lines)} lines: {dict(Counter(line.kind for line in lines))}")
    if options.write:
        fit(lines).save(WEIGHTS)
    told = held_out(lines)
    for threshold, counts in told.items():
        print(threshold, counts)
    if options.write:
        day = datetime.datetime.now(datetime.UTC).date().isoformat()
        file = HERE / "results" / f"strays-{day}.json"
        file.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


def examples() -> list[Line]:
    """Return the press's paragraphs, and our lines among them."""
    found: list[Line] = []
    for language in LANGUAGES:
        chance = random.Random(f"strays {language}")  # noqa: S311 - no secret
        press = [row for row in _press() if row["lang"] == language]
        given = [
            row.split("\t") for row in (HERE / "strays" / f"{language}.txt").read_text("utf-8").splitlines()
        ]
        shown = [(kind, text, n % _FOLDS) for n, (kind, text) in enumerate(given)]
        pool = [one for one in shown for _ in range(_TIMES)]
        chance.shuffle(pool)
        for n, row in enumerate(press):
            here = [pool.pop() for _ in range(min(len(pool), chance.randint(0, _MOST)))]
            found += _article(row, here, press, chance, n % _FOLDS)
    return found


def held_out(lines: Sequence[Line]) -> dict[float, dict[str, str]]:
    """Return by the least probability of a stray how many of each kind are told, and how many of the articles' lines are lost."""
    odds: list[NDArray[np.float64]] = []
    truth: list[str] = []
    for n in range(_FOLDS):
        learned = fit([line for line in lines if line.fold != n])
        out = [line for line in lines if line.fold == n]
        context = np.array([line.context for line in out])
        odds.append(1 - learned.probabilities([line.text for line in out], context)[:, 0])
        truth += [line.kind for line in out]
    likely = np.concatenate(odds)
    told = {}
    for threshold in (0.5, 0.8, 0.9, 0.95, 0.98, 0.99):
        counts: dict[str, str] = {}
        for kind in ("press", *KINDS):
            mine = [i for i, name in enumerate(truth) if name == kind]
            counts[kind] = f"{int((likely[mine] >= threshold).sum())}/{len(mine)}"
        told[threshold] = counts
    return told


def fit(lines: Sequence[Line]) -> Strays:
    """Return the model that these lines teach."""
    distinct: Counter[str] = Counter()
    for text in {line.text for line in lines}:
        distinct.update(grams(text))
    words = {word: n for n, word in enumerate(w for w, count in distinct.items() if count >= _LEAST)}
    rows: list[int] = []
    columns: list[int] = []
    for n, line in enumerate(lines):
        for gram in grams(line.text):
            if (column := words.get(gram)) is not None:
                rows.append(n)
                columns.append(column)
    table = csr_matrix((np.ones(len(rows)), (rows, columns)), (len(lines), len(words)))
    context = np.array([line.context for line in lines])
    kinds = [KINDS.index(ARTICLE if line.kind == "press" else line.kind) for line in lines]
    fitted = LogisticRegression(C=_STRENGTH, max_iter=400).fit(
        hstack([table, csr_matrix(context)]).tocsr(), kinds
    )
    weights = fitted.coef_.T  # (words + context, kinds)
    kept = [n for n in range(len(words)) if np.abs(weights[n]).max() >= _SMALL]
    names = [*words]
    return Strays(
        fitted.intercept_, weights[len(words) :], {names[n]: i for i, n in enumerate(kept)}, weights[kept]
    )


def _article(
    row: dict[str, Any], here: list[tuple[str, str, int]], press: Press, chance: random.Random, fold: int
) -> list[Line]:
    """Return the lines of an article with those of `here`, each with its kind and fold, among them."""
    lines: list[tuple[str, str, int]] = [("press", text, fold) for text in re.split(r"\n+", row["text"])]
    author, named = str(row.get("author") or ""), ""
    for kind, given, other in here:
        of_author = kind == "author" and author and chance.random() < _NAMED
        named = author if of_author else named
        text = _filled(given.replace("{A}", author, 1) if of_author else given, press, chance)
        at_end = chance.random() < _AT_END.get(kind, 0.3)
        lines.insert(len(lines) if at_end else chance.randint(0, len(lines)), (kind, text, other))
    context = among([text for _, text, _ in lines], row["title"], named)
    return [Line(text, tuple(context[n]), kind, other) for n, (kind, text, other) in enumerate(lines)]


def _filled(text: str, press: Press, chance: random.Random) -> str:
    def one(match: re.Match[str]) -> str:
        other = chance.choice(press)
        language: Language = other["lang"]
        source = str(other.get("source") or "La Gazette")
        slots = {
            "A": str(other.get("author") or "Ann Lee"),
            "P": source,
            "p": re.sub(r"\W+", "", source).lower(),
            "T": str(other["title"]),
            "S": chance.choice(_SUBJECTS[language]),
            "V": chance.choice(_PLACES[language]),
        }
        return slots.get(match[1]) or str(chance.randint(2, 95))

    return re.sub(r"\{(\w)\}", one, text)


def _press() -> Press:
    return [
        json.loads(line)
        for file in sorted((HERE / "reader" / "press").glob("*.jsonl"))
        for line in file.read_text(encoding="utf-8").splitlines()
    ]


if __name__ == "__main__":
    main()
