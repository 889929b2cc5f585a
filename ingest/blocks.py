"""Which lines of a whole page are its article: a small learned classifier over what a line looks like and stands among.

It knows no site and no wording but a few dozen words of both languages' grammar and of pages' own business. The weights were
learned on real pages in both languages, flattened to text (`benchmarks/train_cleaning.py`, which holds no text of theirs).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ingest.captions import is_caption
from ingest.looks import COLUMN, END, FEATURES, PROSE, SEEN, WORD, features
from ingest.stamps import is_relative, read_stamp

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

WEIGHTS = Path(__file__).with_name("block_weights.json")


# Log odds under which a line is not the article: a sentence must be surer to be clutter, since it costs more to lose.
_DOUBT = -1.0
_SURE = -3.0
_SUREST = -8.0  # and a paragraph among paragraphs more still
_HEADING = -4.0  # a line between two paragraphs may be a heading
_SENTENCE = 5  # words of one
_SPOKEN = 0.1  # share of its words that are grammar
_TITLE = 0.35  # what makes a line likely enough a title
_ABOVE = 25  # lines above the prose among which it is looked for
_OPENING = 12  # lines of the prose whose words it shares
_BARES = 6  # short lines without an end that any page has around its article
_FRAME = frozenset(
    {"navigation", "cookies", "subscription", "comments", "share", "rights"}
)  # what a page has around its article
_KINDS = 2  # of these that it has at least
_ROW_KINDS = (
    3  # and the text of a row, which seldom is one: lists in articles were taken for menus with fewer
)
_MANY = 25  # such lines of a page few of whose furniture is known by its wording
_KNOWN = 3  # lines that are
_BARE = 120  # characters of the longest
_ARTICLE = 80.0  # words of prose above readers' comments
_REPLIES = 3  # lines that belong to comments, after the first


@dataclass(frozen=True, slots=True)
class Model:
    """A logistic regression over `FEATURES`, put on a scale of their own: the log odds that a line is the article's."""

    weights: NDArray[np.float64]
    bias: float

    def scores(self, table: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the log odds of each row of `features`."""
        return np.asarray(table @ self.weights + self.bias, dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Outline:
    """What a whole page is made of: which lines are not the article, where its prose begins, and its title, if one was found."""

    out: list[bool]
    body: int
    title: int | None


def outline(
    lines: Sequence[str],
    known: Sequence[str | None],
    model: Model | None = None,
    *,
    titled: bool = False,
    row: bool = False,
) -> Outline | None:
    """Return what is the article among a page's lines; None where they are no whole page but an article already.

    `known` says of each line why its own wording is furniture, as `furniture.reason` does.
    """
    kinds = len(_FRAME.intersection(known))
    if kinds < (_ROW_KINDS if row else 1):
        return None
    theirs = sum(why is not None for why in known)
    bare = sum(len(line) < _BARE and not END.search(line) for line in lines)
    # What `_is_page` asks for, without looking closely at every line: most texts are no page.
    if bare < (_BARES if theirs >= _KNOWN and kinds >= _KINDS else _MANY):
        return None
    if not _is_page(table := features(lines, [why is not None for why in known]), kinds):
        return None
    scores = (model or _model()).scores(table)
    words, ends = np.expm1(table[:, COLUMN["words"]]), table[:, COLUMN["ends"]] > 0
    grammar = table[:, COLUMN["grammar"]]
    sentence = ends & (words >= _SENTENCE) & (grammar >= _SPOKEN)
    core = table[:, COLUMN["in core"]] > 0
    prose = sentence & (words >= PROSE)
    others = np.flatnonzero(table[:, COLUMN["known"]] == 0)  # an advert between does not part them
    beside = np.zeros(len(lines), dtype=bool)
    beside[others[1:-1]] = prose[others[:-2]] & prose[others[2:]]
    least = np.where(
        sentence, np.where(core & prose, _SUREST, _SURE), np.where(core & beside, _HEADING, _DOUBT)
    )
    out = scores < least
    inside = np.flatnonzero(core)
    start, stop = (int(inside[0]), int(inside[-1]) + 1) if len(inside) else (0, len(lines))
    title = None if titled else _title(lines, known, start, stop)
    if title is not None:
        out[:title] = True
        out[title] = False
    thread = _thread(lines, known, words)
    if thread is not None:
        out[thread:] = True
    return Outline(out.tolist(), start, title)


def _is_page(table: NDArray[np.float64], kinds: int) -> bool:
    """Tell whether lines are a page with its menus and boxes, by what lies around the run of prose.

    None of 2,598 articles of an archive was taken for one; of 53 whole pages all but one of eight lines were.
    """
    around = table[:, COLUMN["in core"]] == 0
    known = int((around & (table[:, COLUMN["known"]] > 0)).sum())
    bare = around & (table[:, COLUMN["short"]] > 0) & (table[:, COLUMN["ends"]] == 0)
    above = int(np.argmin(around)) if not around.all() else 0
    return (known >= _KNOWN and kinds >= _KINDS and int(bare.sum()) >= _BARES) or (
        known >= 1 and int(bare.sum()) >= _MANY and above >= 3
    )


def _title(lines: Sequence[str], known: Sequence[str | None], start: int, stop: int) -> int | None:
    """Return which line above the prose is its title: near, said again, and made of the words of what follows."""
    said = {w for line in lines[start : min(stop, start + _OPENING)] for w in _long_words(line)}
    counts: dict[str, int] = {}
    for line in lines:
        counts[line] = counts.get(line, 0) + 1
    best, found = _TITLE, None
    for i in range(max(0, start - _ABOVE), start + 1):
        line = lines[i]
        own = _long_words(line)
        size = len(line.split())
        if (
            i >= len(lines)
            or is_caption(line)
            or read_stamp(line)
            or known[i]
            or not own
            or not 3 <= size <= 30
            or len(line) > 200
            or line.endswith((".", ",", ";", ":"))
        ):
            continue
        again = counts[line] > 1 or any(line in other and line != other for other in lines[:3])
        signed = any(read_stamp(after) for after in lines[i + 1 : i + 4])
        score = len(own & said) / (len(own) + 1) + 0.3 * again + 0.25 * signed
        score += 0.02 * min(size, 12) - 0.02 * (start - i)
        if score > best:
            best, found = score, i
    return found


def _long_words(line: str) -> set[str]:
    return {word.casefold() for word in WORD.findall(line[:SEEN]) if len(word) > 3}


def _thread(lines: Sequence[str], known: Sequence[str | None], words: NDArray[np.float64]) -> int | None:
    """Return where readers' comments begin: below the article, at a heading of them, with more of their kind after it."""
    theirs = [i for i, why in enumerate(known) if why == "comments" or is_relative(lines[i])]
    total = np.concatenate([[0.0], np.cumsum(np.where(words >= PROSE, words, 0))])
    for place, i in enumerate(theirs):
        if known[i] == "comments" and total[i] >= _ARTICLE and len(theirs) - place > _REPLIES:
            return i
    return None


@cache
def _model() -> Model:
    kept = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    return Model(np.array([kept["weights"][name] for name in FEATURES]), float(kept["weights"]["bias"]))
