"""Which paragraphs among an article's are no part of it, by their own words: offers, walls, biographies of authors, links to other articles.

A learned model over a line's words and what it stands among. It was taught by lines of our own writing in both languages
(`benchmarks/train_strays.py`), so it knows manners of speaking, not sites.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from retrieval.words import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

WEIGHTS: Final = Path(__file__).with_name("stray_weights.npz")
ARTICLE: Final = "article"
WALL: Final = "wall"
KINDS: Final = (ARTICLE, WALL, "offer", "form", "author", "related", "promotion", "notes")
CONTEXT: Final = (
    "words", "short", "ended", "first", "last", "near last", "shared", "shared last", "strange", "strange last", "written", "spoken",
)  # fmt: skip

_LONGEST: Final = 90  # words of such a line
_LEAST: Final = 4  # of one that says that an article is for subscribers
_LIKELY: Final = 0.75
# How likely a line must be none of the article's to go, of 36,000 lines of an archive that were looked at: among others that go at its
# end, anywhere, within it, and where it is spoken.
_BESIDE, _SURE, _SURER, _SUREST = 0.6, 0.8, 0.9, 0.97
_QUOTING: Final = frozenset({"related", "author", WALL})  # which have titles in quotation marks
_ENOUGH: Final = 60  # words of prose that an article has
_SHARE: Final = 0.34  # of its words, beyond which something else is wrong
_ABOVE: Final = (
    "The council voted on Monday to rebuild the hall that was lost to the fire in the spring.",
) * 3
_LOOKED, _LAST = 1_500, 40  # characters of a line that are looked at, and at its end
_SEEN: Final = 36  # words at its beginning whose pairs are looked at, and
_ENDING: Final = 10  # at its end
_PROSE: Final = 14  # words of a line that is a paragraph
_NEAR: Final = 3  # lines of an article that are its end
_LONG, _BEGINNING = (
    5,
    5,
)  # letters of a word that tells what a text is about, and those by which it is known in any form
_WORD: Final = re.compile(r"\w+(?:[’'](?=\s|$))?|[?!:|>…@%€£$&/()«“\"]")
_DIGITS: Final = re.compile(r"\d+")
_ENDED: Final = re.compile(r"[.!?…][»”\"’')\]\s]*$")
_SPOKEN: Final = re.compile(r"[«“\"]\W{0,3}(?:\w+\W{1,3}){3}")
_CAPITAL: Final = re.compile(r"\b[A-ZÀ-ÖØ-Þ]\w+")
_OPENING: Final = re.compile(
    r"\W*((?:[A-ZÀ-ÖØ-Þ][\w’.-]*\s){1,3}[A-ZÀ-ÖØ-Þ][\w’.-]*)"
)  # two capitalised words or more
_NAME: Final = "Aa"  # any name


@lru_cache(maxsize=4096)
def grams(line: str) -> tuple[str, ...]:
    """Return the words of a line, folded, and its pairs of neighbours; "^" stands where it begins, "$" where it ends, 0 for a number, "Aa" for names."""
    said = _WORD.findall(line[:_LOOKED])
    if len(said) > _SEEN + _ENDING:
        said = [*said[:_SEEN], "~", *said[-_ENDING:]]
    words = ["^"]
    for i, word in enumerate(said):
        # A sentence's first word has a capital too: it is a name's where another follows.
        begins = i == 0 or said[i - 1] in '?!:|>…«“"'
        after = said[i + 1] if i + 1 < len(said) else ""
        name = (
            word[0].isupper()
            and not word.isupper()
            and (not begins or (after[:1].isupper() and not after.isupper()))
        )
        one = _NAME if name else _DIGITS.sub("0", fold(word))
        if one != _NAME or words[-1] != _NAME:
            words.append(one)
    words.append("$")
    pairs = [f"{a} {b}" for a, b in pairwise(words)]
    opening = [" ".join(words[: n + 1]) for n in (2, 3)]
    return (*dict.fromkeys([*words, *pairs, *opening]),)


def among(lines: Sequence[str], title: str = "", authors: str = "") -> NDArray[np.float64]:
    """Return what each line of an article stands among, one row a line, one column for each of `CONTEXT`; `authors` as its page names them."""
    seen = [line[:_LOOKED] for line in lines]
    counts = [len(line.split()) for line in lines]
    ended = [bool(_ENDED.search(line[-_LAST:])) for line in lines]
    prose = [n for n, count in enumerate(counts) if count >= _PROSE and ended[n]]
    first, end = (prose[0], prose[-1]) if prose else (0, len(lines))
    stems = [_stems(line) for line in seen]
    told = Counter(stem for own in (*stems, _stems(title)) for stem in own)
    written = Counter(word for line in seen for word in set(_CAPITAL.findall(line)))
    names = {fold(word) for word in re.findall(r"\w{3,}", authors) if word[0].isupper()}
    found = []
    for n, line in enumerate(seen):
        shared = sum(told[stem] > 1 for stem in stems[n]) / max(1, len(stems[n]))
        opening = _OPENING.match(line)
        strange = opening is not None and all(written[word] < 2 for word in _CAPITAL.findall(opening[1]))
        last, near = n >= end, n >= len(lines) - _NEAR
        own = {fold(word) for word in re.findall(r"\w{3,}", line[:200])}
        row = (
            math.log1p(counts[n]) / 3, counts[n] < _PROSE, ended[n], n <= first, last, near, shared, shared * last, strange,
            strange and near, len(names & own) > 1, _SPOKEN.search(line) is not None,
        )  # fmt: skip
        found.append(tuple(map(float, row)))
    return np.array(found, dtype=np.float64).reshape(len(lines), len(CONTEXT))


def _stems(text: str) -> set[str]:
    return {fold(word)[:_BEGINNING] for word in re.findall(r"\w+", text) if len(word) >= _LONG}


@dataclass(frozen=True, slots=True, eq=False)
class Strays:
    """A multinomial regression: for each of k kinds `bias` (k,), `context` (c, k), and each word's row in `weights` (w, k)."""

    bias: NDArray[Any]
    context: NDArray[Any]
    words: dict[str, int]
    weights: NDArray[Any]

    @classmethod
    def load(cls, file: Path) -> Strays:
        """Return the model whose weights are in `file`."""
        with np.load(file) as held:
            words = {word: n for n, word in enumerate(str(held["words"]).split("\n"))}
            weights = held["weights"].astype(np.float32)
            return cls(held["bias"], held["context"], words, weights)

    def save(self, file: Path) -> None:
        """Write the weights to `file`."""
        np.savez_compressed(
            file,
            bias=self.bias.astype(np.float32),
            context=self.context.astype(np.float32),
            words="\n".join(self.words),
            weights=self.weights.astype(np.float16),
        )

    def probabilities(self, lines: Sequence[str], context: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return how likely each of `KINDS` is, one row a line (n, k)."""
        scores = self.bias + context @ self.context
        for n, line in enumerate(lines):
            rows = [row for gram in grams(line) if (row := self.words.get(gram)) is not None]
            scores[n] += self.weights[rows].sum(axis=0, dtype=np.float64)
        odds = np.exp(scores - scores.max(axis=1, keepdims=True))
        return np.asarray(odds / odds.sum(axis=1, keepdims=True))


@cache
def model() -> Strays:
    """Return the model that is shipped."""
    return Strays.load(WEIGHTS)


def told(line: str) -> tuple[str, float]:
    """Return what a line below an article most likely is if it is no part of it, one of `KINDS`, and how likely that is."""
    [likely] = model().probabilities([line], among([*_ABOVE, line])[-1:])
    return KINDS[1 + int(likely[1:].argmax())], float(1 - likely[0])


def is_wall(line: str) -> bool:
    """Tell whether a line that stands below an article says that the rest is for subscribers."""
    if not _LEAST <= len(line.split()) <= _LONGEST:
        return False
    [likely] = model().probabilities([line], among([*_ABOVE, line])[-1:])
    return bool(likely[KINDS.index(WALL)] >= _LIKELY)


def strays(lines: Sequence[str], title: str = "", authors: str = "") -> list[str | None]:
    """Return for each line of an article its kind where it is no part of it, None where it is or may be.

    A line must be surer to go where it is spoken, or stands within the article; what is one of several at its end less so. Nothing
    goes of what is hardly an article, and never the first line.
    """
    out: list[str | None] = [None] * len(lines)
    counts = [len(line.split()) for line in lines]
    if sum(count for count in counts if count >= _PROSE) < _ENOUGH:
        return out
    context = among(lines, title, authors)
    short = [n for n in range(1, len(lines)) if counts[n] <= _LONGEST]
    likely = dict(zip(short, model().probabilities([lines[n] for n in short], context[short]), strict=True))
    at = {name: context[:, n] > 0 for n, name in enumerate(CONTEXT)}
    for n, row in likely.items():
        kind = KINDS[1 + int(row[1:].argmax())]
        least = _SURE
        if at["spoken"][n] and kind not in _QUOTING:
            least = _SUREST
        elif kind == "author" and not at["written"][n]:
            least = _SURER if at["near last"][n] else _SUREST
        elif at["short"][n] and not at["ended"][n] and not at["last"][n] and kind not in _QUOTING:
            least = _SURER  # which may be a heading
        elif at["last"][n] and out[n - 1]:
            least = _BESIDE
        if 1 - row[0] >= least:
            out[n] = kind
    gone = sum(count for count, why in zip(counts, out, strict=True) if why)
    return out if gone <= _SHARE * sum(counts) else [None] * len(lines)


def is_cut(lines: Sequence[str], found: Sequence[str | None]) -> bool:
    """Tell whether an article ends in a wall: among the lines that go (`found` says why), soon after the last paragraph that stays."""
    last = max(
        (n for n, why in enumerate(found) if why is None and len(lines[n].split()) >= _PROSE), default=-1
    )
    after = range(last + 1, min(len(lines), last + 1 + _NEAR)) if last >= 0 else ()
    return any(found[n] and is_wall(lines[n]) for n in after)
