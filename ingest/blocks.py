"""Which lines of a whole page are its article: a small learned classifier over what a line looks like and stands among.

It knows no site and no wording but a few dozen words of both languages' grammar and of pages' own business. The weights were
learned on real pages in both languages, flattened to text (`benchmarks/train_cleaning.py`, which holds no text of theirs).
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ingest.captions import is_caption
from ingest.stamps import is_relative, read_stamp

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

WEIGHTS = Path(__file__).with_name("block_weights.json")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_SEEN = 600  # characters of a line that are looked at
_PROSE = 14  # words of a line that is a paragraph, whatever its end
_GAP = 7.0  # words of prose that a line which is none costs the run it lies in
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
_NEAR = (1, 3, 8)  # lines on each side whose looks count

_END = re.compile(r"[.!?…][»”\"’')\]\s\d]*$")
_INNER = re.compile(r"[a-zà-ÿ»”\"’)\d][.!?…][»”\"’)]*\s+[«“\"‘(]*[A-ZÀ-ÖØ-Þ0-9]")
_DATE = re.compile(
    r"\b(?:\d{1,2}[:h]\d{0,2}\b|\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|(?:19|20)\d\d\b|janv|févr|mars\b|avril|juin|juil|août|sept|oct|nov|déc|jan\b|feb|apr\b|aug\b|dec\b)",
    re.I,
)
_CREDIT = re.compile(
    r"©|\b(?:crédits?|photos?|credits?|AFP|Reuters|Getty|Shutterstock|Alamy|EPA)\b|/AP\b", re.I
)
_BARS = re.compile(r"[|•·›»→▶►>]|\s/\s")
_MARK = re.compile(r"^[^\w«“\"‘'(—–-]")
_ADDRESS = re.compile(r"@|https?:|www\.|\.(?:com|fr|org|net)\b", re.I)
_QUOTE = re.compile(r"[«»“”\"]")
_GRAMMAR = _words(
    "le la les l un une des du de d et à au aux en dans par pour sur avec sans sous que qui qu dont ce cette ces se s ne n pas plus "
    "est sont a ont été était il elle ils elles on y mais ou où si comme son sa ses leur leurs "
    "the an of and to in on at by for from with that which who this these those it its he she they his her their as but or not "
    "is are was were be been has have had will would can could after before than into about"
)
_VERBS = _words(
    "est sont a ont avait avaient était étaient sera seront fait peut doit dit déclaré été va vont "
    "is are was were has have had will would can could said says did does do be been may might should"
)
_YOU = _words(
    "vous votre vos nous notre nos you your us our we inscrivez abonnez découvrez retrouvez recevez cliquez suivez téléchargez "
    "lisez voir lire subscribe sign click follow join download read watch listen see discover get"
)
_PAGE = _words(
    "newsletter newsletters abonné abonnés abonnement compte connexion connecter inscription cookies confidentialité publicité "
    "commentaire commentaires répondre partager imprimer facebook twitter instagram linkedin whatsapp rss email e-mail mail courriel "
    "recherche rechercher menu accueil contact plan mentions légales rubrique archives tags vidéo vidéos articles article "
    "subscribe subscription account login log sign advertisement sponsored comment comments reply share print search home about "
    "privacy policy terms copyright rights reserved inbox app podcast podcasts video videos photos gallery trending popular related "
    "latest more next previous ago shop deals min read"
)
_DIGIT = re.compile(r"\d")
_WORD = re.compile(r"[\w-]+")

_OWN = (
    "words", "short", "ends", "inner", "ellipsis", "question", "colon", "grammar", "verbs", "you", "page", "capitals", "shouting",
    "digits", "commas", "date", "credit", "bars", "mark", "address", "quotes", "lower", "known", "again",
)  # fmt: skip
_AMONG = ("prose", "ends", "grammar", "page", "known", "shape")
FEATURES = (
    *_OWN,
    "short ends", "short grammar", "long bare",
    *(f"{name} {side}{near}" for near in _NEAR for side in "<>" for name in _AMONG),
    "from top", "from end", "in core", "before core", "after core", "short in core", "bare in core", "known in core",
    "core share", "prose share", "few",
)  # fmt: skip


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
    bare = sum(len(line) < _BARE and not _END.search(line) for line in lines)
    # What `_is_page` asks for, without looking closely at every line: most texts are no page.
    if bare < (_BARES if theirs >= _KNOWN and kinds >= _KINDS else _MANY):
        return None
    if not _is_page(table := features(lines, [why is not None for why in known]), kinds):
        return None
    scores = (model or _model()).scores(table)
    words, ends = np.expm1(table[:, _WORDS]), table[:, _ENDS] > 0
    grammar = table[:, _COLUMN["grammar"]]
    sentence = ends & (words >= _SENTENCE) & (grammar >= _SPOKEN)
    core = table[:, _COLUMN["in core"]] > 0
    prose = sentence & (words >= _PROSE)
    others = np.flatnonzero(table[:, _COLUMN["known"]] == 0)  # an advert between does not part them
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
    around = table[:, _COLUMN["in core"]] == 0
    known = int((around & (table[:, _COLUMN["known"]] > 0)).sum())
    bare = around & (table[:, _COLUMN["short"]] > 0) & (table[:, _ENDS] == 0)
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
    return {word.casefold() for word in _WORD.findall(line[:_SEEN]) if len(word) > 3}


def _thread(lines: Sequence[str], known: Sequence[str | None], words: NDArray[np.float64]) -> int | None:
    """Return where readers' comments begin: below the article, at a heading of them, with more of their kind after it."""
    theirs = [i for i, why in enumerate(known) if why == "comments" or is_relative(lines[i])]
    total = np.concatenate([[0.0], np.cumsum(np.where(words >= _PROSE, words, 0))])
    for place, i in enumerate(theirs):
        if known[i] == "comments" and total[i] >= _ARTICLE and len(theirs) - place > _REPLIES:
            return i
    return None


def features(lines: Sequence[str], known: Sequence[bool]) -> NDArray[np.float64]:
    """Return what is looked at, one row a line, one column for each of `FEATURES`."""
    count = len(lines)
    seen: dict[str, int] = {}
    for line in lines:
        seen[line] = seen.get(line, 0) + 1
    own = np.array(
        [_looks(line, known=k, again=seen[line] > 1) for line, k in zip(lines, known, strict=True)]
    ).reshape(count, len(_OWN))
    at = {name: own[:, i] for i, name in enumerate(_OWN)}
    words = np.expm1(at["words"])
    prose = ((words >= _PROSE) & ((at["ends"] > 0) | (at["grammar"] > 0.2))) | (
        (words >= 6) & (at["ends"] > 0)
    )
    prose &= at["known"] == 0
    start, stop = _core(words, prose)
    place = np.arange(count)
    inside = ((place >= start) & (place < stop)).astype(float)
    among = np.stack(
        [prose.astype(float), at["ends"], at["grammar"], at["page"], at["known"], at["words"]], axis=1
    )
    sums = np.vstack([np.zeros(len(_AMONG)), np.cumsum(among, axis=0)])
    near = []
    for reach in _NEAR:
        low, high = np.maximum(place - reach, 0), np.minimum(place + reach + 1, count)
        near.append((sums[place] - sums[low]) / reach)
        near.append((sums[high] - sums[place + 1]) / reach)
    total = max(1.0, float(words[prose].sum()))
    core_share = float(words[start:stop][prose[start:stop]].sum()) / total
    rest = (
        at["short"] * at["ends"],
        at["short"] * at["grammar"],
        (1 - at["short"]) * (1 - at["ends"]),
    )
    where = (
        np.log1p(place) / 5,
        np.log1p(count - 1 - place) / 5,
        inside,
        np.log1p(np.maximum(start - place, 0)) / 3,
        np.log1p(np.maximum(place - stop + 1, 0)) / 3,
        inside * at["short"],
        inside * (1 - at["ends"]),
        inside * at["known"],
        np.full(count, core_share),
        np.full(count, float(prose.mean()) if count else 0.0),
        np.full(count, float(count < 30)),
    )
    return np.hstack([own, np.stack(rest, axis=1), *near, np.stack(where, axis=1)])


_COLUMN = {name: i for i, name in enumerate(FEATURES)}
_WORDS, _ENDS = _COLUMN["words"], _COLUMN["ends"]


def _looks(line: str, *, known: bool, again: bool) -> tuple[float, ...]:
    part = line[:_SEEN]
    tokens = _WORD.findall(part.replace("’", " ").replace("'", " "))
    low = [token.lower() for token in tokens]
    size = len(tokens)
    share = 1 / max(1, size)
    rest = tokens[1:]
    return (
        math.log1p(size + max(0, len(line) - _SEEN) // 6),
        float(size < _PROSE),
        float(bool(_END.search(part if len(line) <= _SEEN else line[-20:]))),
        float(bool(_INNER.search(part))),
        float(part.rstrip(" )]").endswith(("…", "..."))),
        float(part.endswith("?")),
        float(part.endswith(":")),
        sum(word in _GRAMMAR for word in low) * share,
        min(2.0, sum(word in _VERBS for word in low)),
        min(3.0, sum(word in _YOU for word in low)),
        sum(word in _PAGE for word in low) * share * (1 if size > 3 else 1.5),
        sum(word[0].isupper() for word in rest) / max(1, len(rest)),
        float(part.isupper() and size > 0),
        len(_DIGIT.findall(part)) / max(1, len(part)),
        min(3.0, part.count(",") + part.count(";")),
        float(bool(_DATE.search(part))),
        float(bool(_CREDIT.search(part))),
        float(bool(_BARS.search(part))),
        float(bool(_MARK.match(part))),
        float(bool(_ADDRESS.search(part))),
        float(bool(_QUOTE.search(part))),
        float(part[:1].islower()),
        float(known),
        float(again),
    )


def _core(words: NDArray[np.float64], prose: NDArray[np.bool_]) -> tuple[int, int]:
    """Return the run of lines with the most words of prose, each line that is none costing `_GAP` (Kadane's algorithm)."""
    best = total = 0.0
    start = stop = first = 0
    for i, gain in enumerate(np.where(prose, np.minimum(words, 120), -_GAP).tolist()):
        if total <= 0:
            total, first = 0.0, i
        total += gain
        if total > best:
            best, start, stop = total, first, i + 1
    return start, stop


@cache
def _model() -> Model:
    kept = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    return Model(np.array([kept["weights"][name] for name in FEATURES]), float(kept["weights"]["bias"]))
