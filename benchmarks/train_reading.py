"""Learn how what the reader says counts beside the rest: in the choice of a sentence, and for whether there is an answer.

    python -m benchmarks.train_reading DATA [--keep FOLDER] [--write]

DATA is a folder as `benchmarks/quality/data.py` describes it. Only what the reader did not learn from is asked: the press kept apart, the documents
of PIAF kept apart, XQuAD's documents that are not in SQuAD's half, and Belebele. All go into one library by the real ingestion; questions are
asked of parts of it by the real search, with the text that answers and without. Each question is judged by weights learned without its
fold; with `--write` those of all go into retrieval/reader/weights.json.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from scipy.optimize import minimize
from scipy.special import logsumexp
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from benchmarks.parts import Part, Whole
from benchmarks.quality.data import Dataset, Text, read, sample
from benchmarks.quality.measures import holds
from benchmarks.quality.worlds import Worlds
from benchmarks.reader.examples import kept_apart, press, reading
from retrieval.answerability import read_traits
from retrieval.domain import LANGUAGES, Language
from retrieval.framing import unframed
from retrieval.quotes import PASSAGES, READER_WEIGHTS, Weighed, choose, weighed
from retrieval.reader.reading import Task, Telling, tell
from retrieval.search import Found, Query, find
from retrieval.terminal import progress_bars

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from retrieval.library import View

CHOICE = ("linear", "odds", "answers", "unread")
_FOLDS = 5
_MOST = 1300  # questions of a set
_OF_PRESS = 1800  # the same of the press
_NEEDLESS = 1.38  # how many times worse it is to refuse what is there than to answer what is not
_SQUAD = "reading/squad2_dev_half.en.jsonl.gz"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it is asked: of the articles in `kept`, answered by `answers` in `gold`, if that is among them."""

    kind: str
    qid: str
    question: str
    language: Language
    gold: str
    answers: tuple[str, ...]
    kept: frozenset[str]

    @property
    def there(self) -> bool:
        """Whether the answer is there."""
        return bool(self.answers) and self.gold in self.kept


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was found and read for a question, and which sentences are right."""

    asked: Asked
    sentences: Weighed
    telling: Telling
    right: NDArray[np.bool_]


def main() -> None:
    """Train, and say how well."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("--keep", type=Path, help="make the library here, or use the one that is there")
    parser.add_argument("--write", action="store_true", help="put the weights into the package")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, progress_bars() as progress:
        worlds = Worlds(options.keep or Path(folder), progress)
        texts, asked = everything(options.data)
        answerer = worlds.open("reading", texts)
        reader = worlds.reader
        if reader is None:
            raise SystemExit("There is no reader: python -m benchmarks.train_reader comes first.")
        outcomes: list[Outcome] = []
        with answerer.library.snapshot() as snapshot:
            whole = Whole(answerer.library, snapshot)
            parts: dict[frozenset[str], Part] = {}
            for number, one in enumerate(asked, start=1):
                part = parts.setdefault(one.kept, Part(whole, set(one.kept)))
                if len(parts) > 60:
                    parts.clear()
                outcomes += ask(answerer.embedder, reader, part, one)
                progress("Questions asked", number, len(asked))
    report(judged(outcomes))
    weights = {"choice": fit_choice(outcomes), "answers": {}}
    weights["answers"] = fit_answers(outcomes, weights["choice"])
    print(json.dumps(weights, indent=1))
    if options.write:
        keep(weights, len(outcomes))


def everything(data: Path) -> tuple[list[Text], list[Asked]]:
    """Return all texts, under names of their own, and the questions to ask of parts of them."""
    sets = {s.name: s for s in read(data)[0]}
    chance = np.random.default_rng(4)
    asked: list[Asked] = []
    belebele = [t for lang in LANGUAGES for t in sets["belebele"].texts[lang]]
    beside = {lang: frozenset(_name(t) for t in belebele if t.language == lang) for lang in LANGUAGES}
    written = press(apart=True)
    papers = [*written.texts.values()]
    all_papers = frozenset(map(_name, papers))
    for example in sample(written.examples, _OF_PRESS, 5):
        text = written.texts[example.source]
        place = text.title if example.in_title else text.text
        answers = (place[slice(*example.answer)],) if example.answer else ()
        one = Asked(
            "press", example.qid, example.question, example.language, _name(text), answers, all_papers
        )
        draw = chance.random()
        if draw < 0.45:
            asked.append(one)
        elif draw < 0.7:
            asked.append(replace(one, kind="press, one article", kept=frozenset({one.gold})))
        else:
            asked.append(
                replace(one, kind="press among others", kept=all_papers | beside["fr"] | beside["en"])
            )
    squad = {t.title for t in reading(data / _SQUAD, "squad").texts.values()}
    piaf = sets["piaf"]
    apart = kept_apart({t.title for t in piaf.texts["fr"]})
    texts = [t for t in piaf.texts["fr"] if t.title in apart]
    asked += halves("piaf", piaf, texts, "fr", beside["en"])
    xquad = sets["xquad"]
    english = [t for t in xquad.texts["en"] if t.title not in squad]
    asked += halves("xquad", xquad, english, "en", beside["fr"])
    pids = sorted({t.pid for t in belebele})
    half = set(sample(pids, len(pids) // 2, 1))
    mixed = {_name(t) for t in belebele if (t.pid in half) == (t.language == "fr")}
    out = set(sample(pids, len(pids) // 3, 2))
    for lang in LANGUAGES:
        for case in sample(sets["belebele"].cases[lang], 197, 3):
            held: Language = "fr" if case.pid in half else "en"
            gold = f"{case.pid}-{held}"
            kept = frozenset(n for n in mixed if n.rsplit("-", 1)[0] not in out)
            asked.append(Asked(f"belebele {lang}", case.qid, case.question, lang, gold, ("",), kept))
    return [replace(t, pid=_name(t)) for t in (*belebele, *papers, *texts, *english)], asked


def halves(
    name: str, dataset: Dataset, texts: list[Text], lang: Language, beside: frozenset[str]
) -> Iterator[Asked]:
    """Yield questions of a set asked of half of its documents, with the other language's passages beside."""
    pids = {t.pid: t for t in texts}
    there = frozenset(_name(pids[p]) for p in sample(sorted(pids), len(pids) // 2, 0)) | beside
    for case in sample([c for c in dataset.cases[lang] if c.pid in pids], _MOST, 0):
        yield Asked(name, case.qid, case.question, lang, _name(pids[case.pid]), case.answers, there)


def _name(text: Text) -> str:
    return f"{text.pid}-{text.language}"


def ask(embedder: Any, reader: Any, part: Part, one: Asked) -> Iterator[Outcome]:  # noqa: ANN401
    """Yield the outcome of a question; none where nothing is found."""
    sought = unframed(one.question, one.language)
    query = Query(one.question, one.language, sought=sought)
    [found] = find(cast("View", part), [query], lambda: [embedder.read_question(query.wanted)], PASSAGES)
    sentences = weighed(found)
    if not sentences.places:
        return
    [telling] = tell(reader, [Task((query.wanted,), found.hits, sentences.likeliest)])
    right = []
    for rank, number in sentences.places:
        hit = found.hits[rank]
        whole = hit.article.article_id == one.gold
        right.append(
            whole and one.there and (one.answers == ("",) or holds(hit.sentences[number], one.answers))
        )
    yield Outcome(one, sentences, telling, np.array(right, np.bool_))


def evidence(outcome: Outcome) -> NDArray[np.float64]:
    """Return a row of `CHOICE` for each sentence."""
    rows = np.zeros((len(outcome.sentences.places), len(CHOICE)))
    rows[:, 0] = outcome.sentences.scores
    for n, place in enumerate(outcome.sentences.places):
        told = outcome.telling.get(place)
        if told is None:
            rows[n, 3] = 1.0
        else:
            given = told.evidence()
            rows[n, 1], rows[n, 2] = given["odds"], given["answers"]
    return rows


def fit_choice(outcomes: list[Outcome], without: int | None = None) -> dict[str, float]:
    """Return the weights under which the right sentences are likeliest; kinds of question weigh as for `fit_answers`."""
    useful = [
        (evidence(o), o.right, weight)
        for o, weight in zip(outcomes, weights_of(outcomes), strict=True)
        if o.right.any() and not o.right.all() and fold_of(o) != without and o.asked.answers != ("",)
    ]
    whole = sum(weight for *_, weight in useful)

    def loss(weights: NDArray[np.float64]) -> float:
        total = 0.0
        for rows, right, weight in useful:
            scores = rows @ weights
            total += weight * (logsumexp(scores) - logsumexp(scores[right]))
        return float(total / whole + 1e-4 * weights @ weights)

    found = minimize(loss, np.array([1.0, 0.5, 0.1, -2.0]), method="L-BFGS-B")
    return {name: round(float(w), 3) for name, w in zip(CHOICE, found.x, strict=True)}


def traits_of(outcome: Outcome, choice: dict[str, float]) -> tuple[dict[str, float], bool]:
    """Return what the probability is made of, and whether the first sentence is right."""
    scores = evidence(outcome) @ np.array([choice[name] for name in CHOICE])
    first = int(scores.argmax())
    rank, number = outcome.sentences.places[first]
    found: Found = outcome.sentences.found
    [quote, *_] = choose(replace(outcome.sentences, scores=scores.astype(np.float32)))
    quote = replace(quote, told=outcome.telling.get((rank, number)))
    return read_traits(found, quote, outcome.telling), bool(outcome.right[first])


def fit_answers(
    outcomes: list[Outcome], choice: dict[str, float], without: int | None = None
) -> dict[str, float]:
    """Return the weights of the traits; every kind of question weighs the same, what is there and was not chosen does not count."""
    rows, labels, weights = [], [], []
    names = sorted(
        {
            f"{who} {name}" if name else f"{who} "
            for who in ("own", "other")
            for name in ("", "unread", "odds", "answers", "best odds", "best answers")
        }
    )
    for o, weight in zip(outcomes, weights_of(outcomes), strict=True):
        if fold_of(o) == without:
            continue
        given, right = traits_of(o, choice)
        if o.asked.there and not right:
            continue
        rows.append([given.get(name, 0.0) for name in names])
        labels.append(o.asked.there)
        weights.append(weight * (_NEEDLESS if o.asked.there else 1.0))
    table = np.array(rows)
    scale = table.std(axis=0) + 1e-9
    model = LogisticRegression(C=1.0, max_iter=3000, fit_intercept=False)
    model.fit(table / scale, labels, sample_weight=np.array(weights) * 1000)
    return {name: round(float(w), 3) for name, w in zip(names, model.coef_[0] / scale, strict=True)}


def weights_of(outcomes: list[Outcome]) -> list[float]:
    """Return what each outcome weighs: the kinds alike, however many questions they have, and three times as much those of the press."""
    counts = Counter(o.asked.kind for o in outcomes)
    return [(3.0 if o.asked.kind.startswith("press") else 1.0) / counts[o.asked.kind] for o in outcomes]


def fold_of(outcome: Outcome) -> int:
    """Return the fold of a question: that of its text."""
    return sum(outcome.asked.gold.encode()) % _FOLDS


@dataclass(frozen=True, slots=True)
class Judged:
    """A question as it was judged by weights learned without its fold: log odds of an answer, and whether the first sentence is right."""

    there: bool
    odds: float
    right: bool
    unread: bool  # whether the first sentence is right before any is read
    possible: bool  # whether any of the sentences is


def judged(outcomes: list[Outcome]) -> dict[str, list[Judged]]:
    """Return the outcomes, judged, by kind of question."""
    found: dict[str, list[Judged]] = defaultdict(list)
    for fold in range(_FOLDS):
        choice = fit_choice(outcomes, fold)
        answers = fit_answers(outcomes, choice, fold)
        for o in (o for o in outcomes if fold_of(o) == fold):
            given, right = traits_of(o, choice)
            odds = sum(answers[name] * value for name, value in given.items())
            unread = bool(o.right[int(o.sentences.scores.argmax())])
            found[o.asked.kind].append(Judged(o.asked.there, odds, right, unread, bool(o.right.any())))
    return found


def report(found: dict[str, list[Judged]]) -> dict[str, dict[str, float]]:
    """Print and return how each kind of question does."""
    made: dict[str, dict[str, float]] = {}
    for kind, those in sorted(found.items()):
        there, absent = [o for o in those if o.there], [o for o in those if not o.there]
        refused = [o for o in those if o.odds < 0]
        figures = {
            "questions": float(len(those)),
            "first right": _mean([o.right for o in there]),
            "first right, unread": _mean([o.unread for o in there]),
            "at most": _mean([o.possible for o in there]),
            "shown and right": _mean([o.right and o.odds >= 0 for o in there]),
            "refused though there": _mean([o.odds < 0 for o in there]),
            "absent, refused": _mean([o.odds < 0 for o in absent]),
        }
        if there and absent:
            precision, recall = _mean([not o.there for o in refused]), figures["absent, refused"]
            figures["refusal F1"] = 2 * precision * recall / max(precision + recall, 1e-9)
            figures["AUC"] = float(roc_auc_score([o.there for o in those], [o.odds for o in those]))
        made[kind] = {name: round(value, 4) for name, value in figures.items()}
        print(f"{kind:22}", ", ".join(f"{name} {value:.3f}" for name, value in figures.items()))
    return made


def _mean(values: list[bool]) -> float:
    return float(np.mean(values)) if values else float("nan")


def keep(weights: dict[str, dict[str, float]], questions: int) -> None:
    """Write the weights into the package."""
    about = {
        "learned_from": ["press", "piaf", "xquad", "belebele"],
        "questions": questions,
        "weights": weights,
    }
    READER_WEIGHTS.write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
