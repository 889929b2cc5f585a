"""What is measured: search, the language matrix, the mixed index, the sentence that answers, refusals, languages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from benchmarks.quality import measures
from benchmarks.quality.data import Case, Dataset, Text, sample
from benchmarks.quality.rankers import Cosine, Ranker, all_rankers
from retrieval.domain import LANGUAGES, Language, Question
from retrieval.language import detect
from retrieval.quotes import PASSAGES, choose, weighed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.quality.measures import Figure
    from benchmarks.quality.worlds import Worlds
    from retrieval.answerer import Answerer
    from retrieval.progress import Progress

_DEPTH = 10
_SENTENCES = 3
_THRESHOLDS = np.round(np.arange(0.02, 1.0, 0.02), 2)

Item = TypeVar("Item")
Rows = dict[str, dict[str, "Figure"]]


@dataclass(frozen=True, slots=True)
class Run:
    """One measurement: where libraries are made, how many questions of a set are asked at most, by which chance."""

    worlds: Worlds
    progress: Progress
    questions: int
    seed: int

    def cases(self, dataset: Dataset, language: Language) -> list[Case]:
        """Return the questions to ask of a set."""
        return sample(dataset.cases.get(language, []), self.questions, self.seed)

    def each(self, label: str, items: list[Item]) -> Iterator[Item]:
        """Yield the items, telling how far it got."""
        for number, item in enumerate(items, start=1):
            yield item
            self.progress(label, number, len(items))

    def ranked(self, label: str, ranker: Ranker, cases: list[Case]) -> dict[str, Figure]:
        """Return how a ranker does on questions whose passages are all there."""
        found = [ranker(case.question, _DEPTH) for case in self.each(label, cases)]
        return measures.ranks([case.pid for case in cases], found)


def search(run: Run, dataset: Dataset) -> dict[str, Rows]:
    """Return, for each pair of library and question language ("fr→en": asked in French, in English passages), each ranker's figures."""
    figures: dict[str, Rows] = {}
    for held, texts in dataset.texts.items():
        rankers = all_rankers(run.worlds.open(f"{dataset.name}-{held}", texts))
        for asked in LANGUAGES:
            if cases := run.cases(dataset, asked):
                figures[f"{asked}→{held}"] = {
                    name: run.ranked(f"{dataset.name} {asked}→{held}, {name}", ranker, cases)
                    for name, ranker in rankers.items()
                }
    return figures


def mixed(run: Run, dataset: Dataset) -> dict[str, Rows]:
    """Return the same with each story kept in one language only, a random half in each, both searched together.

    Every story is in either language once: the halves change places and the outcomes are put together.
    """
    pids = sorted(t.pid for t in dataset.texts["fr"])
    half = set(sample(pids, len(pids) // 2, run.seed))
    outcomes: dict[tuple[str, str], tuple[list[str], list[list[str]]]] = {}
    for turn in range(2):
        texts = [
            text
            for language in LANGUAGES
            for text in dataset.texts[language]
            if (text.pid in half) == ((language == "fr") == (turn == 0))
        ]
        held = {text.pid: text.language for text in texts}
        rankers = all_rankers(run.worlds.open(f"{dataset.name}-mixed-{run.seed}-{turn}", texts))
        for asked in LANGUAGES:
            cases = run.cases(dataset, asked)
            for name, ranker in rankers.items():
                for case in run.each(f"{dataset.name} mixed {turn + 1}/2, asked in {asked}, {name}", cases):
                    gold, found = outcomes.setdefault((f"{asked}→{held[case.pid]}", name), ([], []))
                    gold.append(case.pid)
                    found.append(ranker(case.question, _DEPTH))
    figures: dict[str, Rows] = {}
    for (cell, name), (gold, found) in outcomes.items():
        figures.setdefault(cell, {})[name] = measures.ranks(gold, found)
    return figures


def sentences(run: Run, dataset: Dataset, language: Language) -> Rows:
    """Return how often the first sentence quoted, and any of them, holds the answer.

    The plain way takes the sentences nearest by cosine out of cosine's five best passages.
    """
    answerer = run.worlds.open(f"{dataset.name}-{language}", dataset.texts[language])
    cases = [case for case in run.cases(dataset, language) if case.answers]
    label = f"{dataset.name} {language}, sentences"
    ours = [
        choose(weighed(answerer.find(Question(case.question), PASSAGES))) for case in run.each(label, cases)
    ]
    quoted = [[q.hit.article.text[q.start : q.end] for q in quotes] for quotes in ours]
    plain = _nearest_sentences(run, answerer, dataset.name, cases)
    return {name: _held(cases, chosen) for name, chosen in (("Dépêche", quoted), ("cosine", plain))}


def _held(cases: list[Case], chosen: list[list[str]]) -> dict[str, Figure]:
    pairs = list(zip(cases, chosen, strict=True))
    return {
        "first": measures.mean([measures.holds(" ".join(texts[:1]), case.answers) for case, texts in pairs]),
        "whole": measures.mean(
            [any(measures.holds(t, case.answers) for t in texts) for case, texts in pairs]
        ),
    }


def _nearest_sentences(run: Run, answerer: Answerer, name: str, cases: list[Case]) -> list[list[str]]:
    cosine = Cosine(answerer)
    known: dict[str, tuple[list[str], Any]] = {}
    chosen = []
    for case in run.each(f"{name}, sentences by cosine", cases):
        texts: list[str] = []
        vectors = []
        for article_id in cosine(case.question, PASSAGES):
            if article_id not in known:
                with answerer.library.snapshot() as snapshot:
                    text = snapshot.articles_by_id([article_id])[article_id].article.text
                    spans = [s for p in snapshot.passages_of(article_id) for s in p.sentences]
                said = [text[start:end] for start, end in spans]
                known[article_id] = said, answerer.embedder.embed_passages(said)
            texts += known[article_id][0]
            vectors.append(known[article_id][1])
        likeness = np.concatenate(vectors) @ answerer.embedder.embed_questions([case.question])[0]
        chosen.append([texts[i] for i in np.argsort(-likeness)[:_SENTENCES]])
    return chosen


def refusal(
    run: Run, dataset: Dataset, language: Language, beside: list[Text], nowhere: list[str]
) -> dict[str, Any]:
    """Return how well questions are refused whose passage is not there: half of them, `beside` and all.

    `nowhere` are further questions that nothing answers, of which is told how many are refused. The curve is precision and
    recall at each threshold.
    """
    texts = dataset.texts[language]
    there = {text.pid for text in sample(texts, len(texts) // 2, run.seed)}
    name = f"{dataset.name}-{language}-half-{run.seed}"
    answerer = run.worlds.open(name, [t for t in texts if t.pid in there] + beside)
    cases = run.cases(dataset, language)
    answers = [
        answerer.answer(Question(case.question))
        for case in run.each(f"{dataset.name} {language}, refusals", cases)
    ]
    unanswerable = np.array([case.pid not in there for case in cases])
    refused = np.array([not answer.answered for answer in answers])
    confidence = np.array([answer.confidence for answer in answers])
    figures: dict[str, Any] = {"figures": measures.refusals(refused, unanswerable), "curve": []}
    for threshold in _THRESHOLDS:
        low = confidence < threshold
        if low.any():
            right = int((low & unanswerable).sum())
            point = (float(threshold), right / int(low.sum()), right / int(unanswerable.sum()))
            figures["curve"].append([round(value, 4) for value in point])
    if nowhere:
        asked = sample(nowhere, run.questions, run.seed)
        label = f"{dataset.name} {language}, questions without an answer"
        figures["figures"]["refused, of questions nothing answers"] = measures.mean(
            [not answerer.answer(Question(text)).answered for text in run.each(label, asked)]
        )
    return figures


def languages(sets: list[Dataset]) -> Rows:
    """Return how often a question's language is told, whole, and by its first three words alone."""
    figures: Rows = {}
    for language in LANGUAGES:
        asked = [case.question for dataset in sets for case in dataset.cases.get(language, [])]
        if asked:
            figures[language] = {
                "whole questions": measures.mean([detect(text) == language for text in asked]),
                "first three words": measures.mean(
                    [detect(" ".join(text.split()[:3])) == language for text in asked]
                ),
            }
    return figures
