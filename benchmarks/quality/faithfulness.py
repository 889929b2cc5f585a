"""Is the check of sentences right: how many true ones it keeps, how many false ones it catches, by kind and direction."""

from __future__ import annotations

import gzip
import json
import time
import zlib
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.quality import measures, pairs
from benchmarks.quality.data import Dataset, Text, sample
from retrieval.domain import LANGUAGES
from retrieval.verify import Meaning, check

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from benchmarks.quality.pairs import Pair
    from benchmarks.quality.tasks import Rows, Run
    from retrieval.embedding import Embedder

_WINDOW = 5  # sentences of a news article that make a passage
_LONGEST = 1_500  # characters of one
_EVERY = 1_000
_EACH_ACROSS = 3  # sentences of a passage that is there in both languages: there are few such passages


def held_out(pid: str) -> bool:
    """Tell whether a passage is of the half that the check's weights were not learned from."""
    return zlib.crc32(pid.encode()) % 2 == 1


def made(
    sets: list[Dataset], news: Path | None, embedder: Embedder, count: int, seed: int
) -> Iterator[tuple[str, Pair]]:
    """Yield true and false pairs of `count` passages of every set, with the set's name; of the news too, where there are any."""
    chance = np.random.default_rng(seed)
    bases: list[tuple[str, list[Pair]]] = []
    talk: list[tuple[str, list[Pair]]] = []
    for dataset in sets:
        listed = {lang: sample(texts, count, seed) for lang, texts in dataset.texts.items()}
        if dataset.parallel:
            french, english = sample(dataset.texts["fr"], count, seed), dataset.texts["en"]
            name = f"{dataset.name}, across"
            bases.append((name, pairs.across(french, english, chance, _EACH_ACROSS)))
            talk.append((name, pairs.spoken(pairs.across(french, english, chance, _EVERY))))
        for texts in listed.values():
            bases.append((dataset.name, pairs.within(texts, chance)))
            talk.append((dataset.name, pairs.spoken(pairs.within(texts, chance, _EVERY))))
        for language, texts in dataset.texts.items():
            cases = [
                case for case in sample(dataset.cases.get(language, []), 4 * count, seed) if case.answers
            ]
            yield from ((dataset.name, pair) for pair in pairs.answered(texts, cases))
    if news:
        texts = sample(list(_news(news)), 2 * count, seed)
        by_language = ([t for t in texts if t.language == language] for language in LANGUAGES)
        for chosen in by_language:
            bases.append(("news", pairs.within(chosen, chance)))
            talk.append(("news", pairs.spoken(pairs.within(chosen, chance, _EVERY))))
    for name, base in bases:
        for pair in (
            *base,
            *pairs.reworded(base, chance),
            *pairs.falsified(base, chance),
            *pairs.neighbours(base, embedder),
        ):
            yield name, pair
    for name, base in talk:
        for pair in (*base, *pairs.falsified(base, chance, speech=True)):
            yield name, pair


def _news(folder: Path) -> Iterator[Text]:
    """Yield from each article of `*.LANG.jsonl.gz` a run of its sentences."""
    for file in sorted(folder.glob("*.jsonl.gz")):
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            for line in lines:
                row = json.loads(line)
                sentences = pairs.split(row["text"][: 4 * _LONGEST], row["lang"])
                at = zlib.crc32(row["id"].encode()) % max(1, len(sentences) - _WINDOW)
                text = " ".join(sentences[at : at + _WINDOW])
                if len(sentences) > _WINDOW and len(text) <= _LONGEST:
                    yield Text(row["id"], row["lang"], row["title"], text)


def faithfulness(run: Run, sets: list[Dataset], news: Path | None) -> dict[str, Rows]:
    """Return by direction (source → sentence) and kind the share of true pairs kept and of false ones caught.

    Only passages that nothing was learned from are used. "all" has the time of one check too, in seconds (its median).
    """
    meaning = Meaning(run.worlds.embedder)
    chosen = [
        (name, pair)
        for name, pair in made(sets, news, run.worlds.embedder, run.questions, run.seed)
        if name == "news" or held_out(pair.pid)
    ]
    chosen.sort(key=lambda item: item[1].pid)
    outcomes: dict[str, dict[str, list[bool]]] = {}
    times = []
    for name, pair in run.each("Faithfulness", chosen):
        start = time.perf_counter()
        faults = check(pair.sentence, pair.language, [pair.source], meaning)
        times.append(time.perf_counter() - start)
        where = f"news {pair.direction}" if name == "news" else pair.direction
        kind = f"true, {pair.kind}" if pair.true else f"false, {pair.kind}"
        for label in (kind, "true, all" if pair.true else "false, all"):
            outcomes.setdefault(where, {}).setdefault(label, []).append(bool(faults) != pair.true)
    figures: dict[str, Rows] = {
        where: {
            kind: {"kept" if kind.startswith("true") else "caught": measures.mean(right)}
            for kind, right in sorted(kinds.items(), reverse=True)
        }
        for where, kinds in sorted(outcomes.items())
    }
    figures["time"] = {"one check": {"seconds, median": _median(times)}}
    return figures


def _median(times: Iterable[float]) -> measures.Figure:
    rows = np.asarray([*times])[:, None]
    return measures.of(rows, lambda stack: np.median(stack, axis=-2)[..., 0])


__all__: list[Any] = ["faithfulness", "held_out", "made"]
