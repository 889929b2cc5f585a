"""What a request for news is about: the words that name its topic. Learned (`python -m benchmarks.train_requests`), word by word.

A word is told by itself, its neighbours, its place and its form; one that requests seldom hold is likely part of a topic.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from retrieval.words import fold, is_stop

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence, Set

    from retrieval.domain import Language

Tagger = tuple[
    dict[str, float], frozenset[str]
]  # the weight of each feature, and the words that requests often hold
WEIGHTS = Path(__file__).with_name("topics_weights.json")
_LEAST = -0.7  # log odds from which a word is part of a topic: one too many costs less than one too few
UNKNOWN = "\u2047"  # a word that requests seldom hold
_WORD = re.compile(r"[^\W_]+(?:['’](?=\s|$))?|[^\W_]+['’]")
_JOINED = re.compile(r"[^\W_]+(?:-[^\W_]+)+")  # « Port-Marzan » is one name
_EDGES = re.compile(r"^[\s\W]*|[\s\W]*$")


def topic_in(text: str, language: Language, apart: Sequence[str] = (), tagger: Tagger | None = None) -> str:
    """Return the words that name what a request is about, as they stand in it; "" where it names nothing.

    `apart` are parts of the text that are something else: a source, a day; `tagger` another than the one that is shipped.
    """
    weights, known = tagger or _weights()
    spans = [match.span() for match in _WORD.finditer(text)]
    words = [text[a:b] for a, b in spans]
    barred = [_place(text, part) for part in apart if part]
    open_ = [n for n, span in enumerate(spans) if not any(a <= span[0] < b for a, b in barred)]
    stops = [is_stop(word.rstrip("'’"), language) for word in words]
    marked = [
        n
        for n in open_
        if weights[""] + sum(weights.get(f, 0.0) for f in features(words, n, known.__contains__)) > _LEAST
    ]
    runs = _runs(marked, stops) or _runs([n for n in open_ if _rare(words[n], language, known)], stops)
    if not runs:
        return ""
    best = max(runs, key=lambda run: (sum(not stops[n] for n in run), -run[0]))
    while stops[best[0]] and len(best) > 1:
        best = best[1:]
    start, end = spans[best[0]][0], spans[best[-1]][1]
    start = next(
        (match.start() for match in _JOINED.finditer(text) if match.start() < start < match.end()), start
    )
    end = next((match.end() for match in _JOINED.finditer(text) if match.start() < end < match.end()), end)
    return _EDGES.sub("", text[start:end])


def _runs(marked: Sequence[int], stops: Sequence[bool]) -> list[list[int]]:
    """Return the runs of marked words, which stop words may part; those of stop words alone are none."""
    runs: list[list[int]] = []
    for n in marked:
        if runs and all(stops[m] for m in range(runs[-1][-1] + 1, n)):
            runs[-1].append(n)
        else:
            runs.append([n])
    return [run for run in runs if not all(stops[n] for n in run)]


def features(words: Sequence[str], n: int, known: Callable[[str], bool]) -> list[str]:
    """Return the features of a word among the words of a request; `known` tells which words requests often hold."""

    def said(place: int) -> str:
        if not 0 <= place < len(words):
            return "^" if place < 0 else "$"
        word = fold(words[place].replace("’", "'"))
        return word if known(word) else "0" if word.isdigit() else UNKNOWN

    own, before, after = said(n), said(n - 1), said(n + 1)
    found = [f"w {own}", f"b {before}", f"a {after}", f"bb {said(n - 2)}", f"aa {said(n + 2)}"]
    found += [f"bw {before} {own}", f"wa {own} {after}"]
    if words[n][0].isupper() and n:
        found.append("capital")
    found.append(f"place {min(n, 4)}")
    found.append(f"left {min(len(words) - 1 - n, 3)}")
    return found


def _rare(word: str, language: Language, known: Set[str]) -> bool:
    """Tell whether a word is none that requests often hold: what they are about differs from one to the next."""
    return not is_stop(word.rstrip("'’"), language) and fold(word.replace("’", "'")) not in known


def words_of(text: str) -> list[tuple[int, int]]:
    """Return where the words of a request are."""
    return [match.span() for match in _WORD.finditer(text)]


def _place(text: str, part: str) -> tuple[int, int]:
    start = text.find(part)
    return (start, start + len(part)) if start >= 0 else (0, 0)


@cache
def _weights() -> Tagger:
    given = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    weights: dict[str, float] = given["weights"]
    return weights, frozenset(given["words"])
