"""Is there an answer here at all? A probability, from how the best sentence and its passage match, and how they stand out.

A logistic regression, learned (`python -m benchmarks.train_refusals`) on questions asked of libraries of 2 to 1,500 passages, each
once with the passage that answers among them and once without, often with passages of the same document left in. What a
match is worth differs within a language, where words must be found too, and across, where only names and numbers can be.
Area under the curve, and at .5 how often a refusal is right and how many of the unanswerable questions are refused, each
question by weights learned without it:

    passages   PIAF FR→FR        XQuAD EN→EN       Belebele, both languages
    5          .94  .84  .87     .98  .97  .87     .99  .95  .97 (10)
    60         .91  .81  .87     .98  .96  .87     .98  .92  .96 (50)
    240        .90  .79  .84     .96  .94  .85     .96  .88  .92 (200)
    1,500      .84  .75  .81                       .93  .84  .89 (488)

Half of a set, with Belebele's passages of the other language beside: PIAF .84 .75 .79, XQuAD .97 .97 .81.
"""

from __future__ import annotations

import json
import math
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from retrieval.evidence import share
from retrieval.quotes import reader_weights
from retrieval.words import name_stems, stem_finder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.quotes import Quote
    from retrieval.reader.reading import Telling
    from retrieval.search import Found

WEIGHTS = Path(__file__).with_name("refusal_weights.json")
_LEAST = 0.02  # late interaction below which nothing more is read into it


def confidence(found: Found, quotes: Sequence[Quote], telling: Telling | None = None) -> float:
    """Return the probability, 0 to 1, that the articles answer the question whose best sentences are `quotes`, read or not."""
    if not quotes:
        return 0.0
    odds = unread_odds(found, quotes[0])
    if telling:
        weights = reader_weights()["answers"]
        odds = sum(weights[name] * value for name, value in read_traits(found, quotes[0], telling).items())
    return 1 / (1 + math.exp(-odds))


def unread_odds(found: Found, quote: Quote) -> float:
    """Return the log odds that the articles answer the question whose best sentence is `quote`, before it is read."""
    weights = _weights()
    return sum(weights[name] * value for name, value in traits(found, quote).items())


def read_traits(found: Found, quote: Quote, telling: Telling) -> dict[str, float]:
    """Return what the probability is made of once the best pieces are read, by name; "own " and "other " as in `traits`."""
    language = "own " if quote.hit.article.language == found.language else "other "
    told = quote.told
    best = max(telling.values(), key=lambda one: one.odds)
    given = {
        "": 1.0,
        "unread": max(-6.0, min(6.0, unread_odds(found, quote))),
        "odds": told.evidence()["odds"] if told else -10.0,
        "answers": told.evidence()["answers"] if told else -10.0,
        "best odds": best.evidence()["odds"],
        "best answers": max(one.evidence()["answers"] for one in telling.values()),
    }
    return {language + name: value for name, value in given.items()}


def traits(found: Found, quote: Quote) -> dict[str, float]:
    """Return what the probability is made of, by name; "own " and "other " say in which language the best sentence is."""
    article = quote.hit.article
    match = found.matches[quote.rank]
    words = found.words[article.language]
    sentence = article.text[quote.start : quote.end]
    names = name_stems(found.sought, found.language, article.language)
    passage = stem_finder({*words, *names}, article.language)(f"{article.title} {quote.hit.text}")
    by_language = {
        "": 1.0,
        "late": math.log(max(match.sentences[quote.number], _LEAST)),
        "whole": match.whole,
        "share here": share(words, stem_finder(words.keys(), article.language)(sentence)),
        "share": share(words, passage),
        "names": sum(name in passage for name in names) / len(names) if names else 1.0,
        "words": math.log1p(len(words)),
    }
    language = "own " if article.language == found.language else "other "
    return {
        "lift": math.log1p(found.lift),  # how far the best passage's score lies above the ten best's mean
        "gap": math.log1p(found.gap),  # and above the second's
        "size": math.log1p(found.sizes[article.language]),
        "mixed": float(len(found.sizes) > 1),
        "wordless": float(not words),
        **{language + name: value for name, value in by_language.items()},
    }


@cache
def _weights() -> dict[str, float]:
    given: dict[str, float] = json.loads(WEIGHTS.read_text(encoding="utf-8"))["weights"]
    return given
