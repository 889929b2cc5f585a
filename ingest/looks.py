"""What a line of a page looks like and stands among, in numbers."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


SEEN = 600  # characters of a line that are looked at
PROSE = 14  # words of a line that is a paragraph, whatever its end
_GAP = 7.0  # words of prose that a line which is none costs the run it lies in
_NEAR = (1, 3, 8)  # lines on each side whose looks count

END = re.compile(r"[.!?…][»”\"’')\]\s\d]*$")
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
WORD = re.compile(r"[\w-]+")

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
COLUMN = {name: i for i, name in enumerate(FEATURES)}


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
    prose = ((words >= PROSE) & ((at["ends"] > 0) | (at["grammar"] > 0.2))) | (
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


def _looks(line: str, *, known: bool, again: bool) -> tuple[float, ...]:
    part = line[:SEEN]
    tokens = WORD.findall(part.replace("’", " ").replace("'", " "))
    low = [token.lower() for token in tokens]
    size = len(tokens)
    share = 1 / max(1, size)
    rest = tokens[1:]
    return (
        math.log1p(size + max(0, len(line) - SEEN) // 6),
        float(size < PROSE),
        float(bool(END.search(part if len(line) <= SEEN else line[-20:]))),
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
