"""Is the check of sentences right: how many true ones it keeps, how many false ones it catches, by kind and direction."""

from __future__ import annotations

import gzip
import json
import time
import zlib
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.quality import measures, pairs
from benchmarks.quality.alterations import SPEECH, STANDING
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
_MOST_NEWS = 10_000  # articles
HELD_OUT, LOOKED_AT = "held out", "looked at"
_EACH_ACROSS = 3  # sentences of a passage that is there in both languages: there are few such passages


def held_out(pid: str) -> bool:
    """Tell whether a passage or article is of the half from which nothing was learned, and which was not looked at."""
    return zlib.crc32(pid.encode()) % 2 == 1


def made(
    sets: list[Dataset], news: Path | None, embedder: Embedder, count: int, seed: int
) -> Iterator[tuple[str, Pair]]:
    """Yield true and false pairs of `count` passages of every set, with the set's name; of the news too, where there are any."""
    chance = np.random.default_rng(seed)
    bases: list[tuple[str, list[Pair]]] = []
    talk: list[tuple[str, list[Pair]]] = []
    offices: list[tuple[str, list[Pair]]] = []
    for dataset in sets:
        listed = {lang: sample(texts, count, seed) for lang, texts in dataset.texts.items()}
        if dataset.parallel:
            french, english = sample(dataset.texts["fr"], count, seed), dataset.texts["en"]
            name = f"{dataset.name}, across"
            bases.append((name, pairs.across(french, english, chance, _EACH_ACROSS)))
            every = pairs.across(french, english, chance, _EVERY)
            talk.append((name, pairs.spoken(every)))
            offices.append((name, pairs.offices(every, count)))
        for texts in listed.values():
            bases.append((dataset.name, pairs.within(texts, chance)))
            every = pairs.within(texts, chance, _EVERY)
            talk.append((dataset.name, pairs.spoken(every)))
            everything = pairs.within(dataset.texts[texts[0].language], chance, _EVERY)
            offices.append((dataset.name, pairs.offices(everything, count)))
        for language, texts in dataset.texts.items():
            cases = [
                case for case in sample(dataset.cases.get(language, []), 4 * count, seed) if case.answers
            ]
            yield from ((dataset.name, pair) for pair in pairs.answered(texts, cases))
    if news:
        articles = sample(list(_news(news)), _MOST_NEWS, seed)
        for language in LANGUAGES:
            chosen = [t for t in articles[: 2 * count] if t.language == language]
            bases.append(("news", pairs.within(chosen, chance)))
            talk.append(("news", pairs.spoken(pairs.within(chosen, chance, _EVERY))))
            # Few sentences call somebody former or acting: they are looked for in every article.
            written = [t for t in articles if t.language == language]
            offices.append(("news", pairs.offices(pairs.within(written, chance, _EVERY), count)))
    for name, base in bases:
        for pair in (
            *base,
            *pairs.reworded(base, chance),
            *pairs.falsified(base, chance),
            *pairs.neighbours(base, embedder),
        ):
            yield name, pair
    for name, base in talk:
        for pair in (*base, *pairs.falsified(base, chance, SPEECH)):
            yield name, pair
    for name, base in offices:
        of_some = [pair for pair in base if pair.kind == pairs.OF_SOME_STANDING]
        for pair in (
            *of_some,
            *pairs.reworded(of_some, chance),
            *pairs.falsified(base, chance, STANDING),
        ):
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


def faithfulness(run: Run, sets: list[Dataset], news: Path | None) -> dict[str, dict[str, Rows]]:
    """Return for each half, by direction (source → sentence) and kind, the share of true pairs kept and of false ones caught.

    "held out" are passages and articles from which no weight was learned and whose mistakes were not looked at, "looked at" the
    others. "all" has the time of one check too, in seconds (its median).
    """
    meaning = Meaning(run.worlds.embedder)
    chosen = [*made(sets, news, run.worlds.embedder, run.questions, run.seed)]
    chosen.sort(key=lambda item: item[1].pid)
    outcomes: dict[str, dict[str, dict[str, list[bool]]]] = {HELD_OUT: {}, LOOKED_AT: {}}
    times = []
    for name, pair in run.each("Faithfulness", chosen):
        start = time.perf_counter()
        faults = check(pair.sentence, pair.language, [pair.source], meaning)
        times.append(time.perf_counter() - start)
        half = outcomes[HELD_OUT if held_out(pair.pid) else LOOKED_AT]
        where = f"news {pair.direction}" if name == "news" else pair.direction
        kind = f"true, {pair.kind}" if pair.true else f"false, {pair.kind}"
        for label in (kind, "true, all" if pair.true else "false, all"):
            half.setdefault(where, {}).setdefault(label, []).append(bool(faults) != pair.true)
    figures: dict[str, dict[str, Rows]] = {
        half: {
            where: {
                kind: {"kept" if kind.startswith("true") else "caught": measures.share(right)}
                for kind, right in sorted(kinds.items(), reverse=True)
            }
            for where, kinds in sorted(directions.items())
        }
        for half, directions in outcomes.items()
    }
    figures["all"] = {"time": {"one check": {"seconds, median": _median(times)}}}
    return figures


def _median(times: Iterable[float]) -> measures.Figure:
    rows = np.asarray([*times])[:, None]
    return measures.of(rows, lambda stack: np.median(stack, axis=-2)[..., 0])


__all__: list[Any] = ["HELD_OUT", "LOOKED_AT", "faithfulness", "held_out", "made"]
