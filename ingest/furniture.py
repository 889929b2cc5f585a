"""Which lines of a scraped page are the page's furniture, not the article: adverts, share bars, forms, cookies.

Precision first: a line goes only where its whole shape says so. A sentence that merely mentions Facebook or an
advert has the shape of a sentence, and stays.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from ingest.blocks import Model, outline
from ingest.captions import is_caption, is_credited, is_signed
from ingest.stamps import is_relative, read_stamp
from ingest.strays import WALL, strays
from ingest.wordings import BEGINS, CUES, HOLDS, NETWORKS, SHARING, WHOLE

_SHARE_ITEM = re.compile(rf"(?:{NETWORKS}|{SHARING})(?: ?\(?\d[\d., ]*k?\)?)?", re.I)
_NETWORK = re.compile(rf"(?:{NETWORKS})", re.I)
_SEPARATOR = re.compile(r"\s*[|•·/,;]\s*|\s+[–—-]\s+")
_LONGEST = 240  # characters of such a line
_LONGEST_WHOLE = 160  # characters of one whose every word belongs to a form or a menu
_LONGEST_HELD = 450  # characters of one that says what no article says of itself
_SIGNED = frozenset({"author", "notes"})  # at an article's end alone
_KINDS = {
    WALL: "subscription", "offer": "subscription", "form": "comments", "author": "author", "related": "related",
    "promotion": "promotion", "notes": "notes",
}  # fmt: skip
_TAIL = 8  # lines of it that are of the article
_ABOVE, _BESIDE = "above the title", "not the article"  # what a whole page holds besides
_LONGEST_ITEM = 40  # characters of an item of a share bar
_REPEATS = 3
_TOP = 8  # lines of a page among which its author is named
_LEAST = 3  # lines of a text that may have such a top or end
_NAME = r"[A-ZÀ-ÖØ-ÞŒ][\w.’'-]*"
_SIGN_OFF = re.compile(rf"{_NAME},?(?: {_NAME},?){{0,6}} ?[—–]")  # New York CNN —
_SIGNATURE = re.compile(rf"[—–−-]{{1,2}} ?{_NAME}(?:(?:, | (?:and|et|&) | ){_NAME}){{1,6}}")
_LONGEST_NAMES = 100  # characters of either
_TRANSCRIPT = re.compile(
    r"(?:(?:read )?(?:the )?(?:full )?|la )?transcript(?:ion)?(?: (?:of|de) .{2,30}| intégrale)?[\s.:]*", re.I
)
_TURN = re.compile(
    rf"\[|\(?\d{{1,2}}:\d\d|{_NAME}(?:,? [\w.’'-]+){{0,4}} ?: |[A-ZÀ-Þ .’'-]{{4,40}}(?:, [A-ZÀ-Þ .’'-]{{2,30}})? ?:"
)
_TURNS = 0.2  # share of the lines below its heading that say who speaks, or when
_TOLD = 60  # words of the article above it
_MOVES = re.compile(r"[▲▼] ?[+−–-]?\d|(?<![\w(])[+−–-] ?\d+[.,]\d+ ?%")  # CAC 40 ▲ 0,4 %, +1.2%
_PROSE = 14  # words of a line that is a paragraph, whatever its end
_UNSTOPPED = frozenset({"related", "date"})  # with a full stop, it is a sentence
_ENDING = frozenset({"share", "subscription", "comments", "cookies", "navigation", "related", "rights"})
_WORDS = re.compile(r"\w")
_SENTENCE_END = re.compile(r"[.!?…][»”\"’')\]\s]*$")
_TAG_LINE = re.compile(
    r"(?:tags?|mots[- ]clés?|étiquettes?|keywords?|filed under|classé sous|thèmes?|topics?|sujets?) ?: ?(.{2,200})",
    re.I,
)
_POINTED = re.compile(r"\s*[➤→]\s*(?:\S+\s+){4}")  # an arrow before a headline of five words or more
_HASHTAG = re.compile(r"#[^\s#.,;:!?]+")


def tags_of(line: str) -> tuple[str, ...]:
    """Return the tags of a line that holds nothing else ("#Elon #Musk", « Mots-clés : bac, Loire »), else ()."""
    words = line.split()
    if len(words) > 1 and all(_HASHTAG.fullmatch(word.rstrip(",;")) for word in words):
        return tuple(word.rstrip(",;")[1:] for word in words)
    match = _TAG_LINE.fullmatch(" ".join(words))
    if match and not _SENTENCE_END.search(line):
        return tuple(tag for part in re.split(r"[,;|•·#]", match[1]) if (tag := part.strip()))
    return ()


def reason(line: str) -> str | None:
    """Return why a line, on its own evidence, is furniture ("advert", "share" …), None where it may be the article."""
    return _reason(line) if len(line) <= _LONGEST_HELD else None


@lru_cache(maxsize=1024)  # a page's lines are looked at several times
def _reason(line: str) -> str | None:
    plain = _folded(line).lstrip("—–-•*·|[(→ ►▶➤■")
    if not plain:
        return None
    if _POINTED.match(line) and not _SENTENCE_END.search(line):
        return "related"
    if (held := _reason_held(plain)) and held not in _SIGNED:
        return held
    return _reason_shaped(plain) if len(plain) <= _LONGEST else None


def _reason_shaped(plain: str) -> str | None:
    if len(plain) <= _LONGEST_WHOLE:
        if _is_share_bar(plain):
            return "share"
        if why := _reason_whole(plain):
            return why
        parts = [_reason_whole(part) for part in _SEPARATOR.split(plain) if part]
        if len(parts) > 1 and all(parts):  # imprimer cet article | envoyer à un ami
            return parts[0]
    for why, pattern in BEGINS:
        if pattern.match(plain) and not (why in _UNSTOPPED and plain.endswith(".")):
            return why
    return None


def _reason_whole(plain: str) -> str | None:
    return next((why for why, pattern in WHOLE if pattern.match(plain)), None)


def _reason_held(plain: str) -> str | None:
    if not any(cue in plain for cue in CUES):
        return None
    return next((why for why, pattern in HOLDS if pattern.search(plain)), None)


def reasons(
    lines: Sequence[str],
    *,
    whole_page: bool = True,
    titled: bool = False,
    pages: bool = True,
    model: Model | None = None,
    title: str = "",
    authors: str = "",
) -> list[str | None]:
    """Return for each line of an article why it is furniture, None for those that stay.

    With `whole_page` the lines' company counts too: what stands between paragraphs again and again is an
    interstitial; among the furniture at the end, a short line without punctuation is furniture. With `pages`, where the
    lines are a page with its menus, `blocks` tells the article from the rest, by `model` where one is given;
    where they are `titled` already, no title is looked for among them. What the article's paragraphs stand among is told by what they
    share with each other and with its `title`, and by the `authors` that its page names.
    """
    found = [reason(line) for line in lines]
    _clear_share_items(lines, found)
    top = 0
    if whole_page and pages and (page := outline(lines, found, model, titled=titled)):
        top = max(0, page.body - _TOP) if page.title is None else page.title + 1
        for i, out in enumerate(page.out):
            if out:
                found[i] = found[i] or (_ABOVE if i < top else _BESIDE)
    _clear_top(lines, found, top)
    _clear_signed(lines, found)
    _clear_strays(lines, found, title, authors)
    _clear_transcript(lines, found)
    _clear_ticking(lines, found)
    for i, line in enumerate(lines):
        if found[i] is None and i and (is_signed(line) or ((whole_page or any(found)) and is_credited(line))):
            found[i] = "caption"
    if whole_page:
        for i, line in enumerate(lines):
            if found[i] is None and not _WORDS.search(line):
                found[i] = "rule"
        _clear_repeated(lines, found)
        _clear_tail(lines, found)
    return found


def _clear_top(lines: Sequence[str], found: list[str | None], top: int) -> None:
    """Mark bylines, dates and the agency's name among the lines above the first paragraph, `top` being the first."""
    if len(lines) < _LEAST:
        return
    for i, line in enumerate(lines[top : top + _TOP], start=top):
        if found[i] in (None, _BESIDE):
            if len(line) <= _LONGEST_NAMES and _SIGN_OFF.fullmatch(line):
                found[i] = "dateline"
            elif stamp := read_stamp(line):
                found[i] = "byline" if stamp.author else "date"
            elif found[i] == _BESIDE and is_caption(line):
                found[i] = "caption"
            elif i > top and found[i] is None and _is_prose(line):
                return


def _clear_signed(lines: Sequence[str], found: list[str | None]) -> None:
    """Mark what is said of the authors after the last paragraph, and their names under the entries of a live blog."""
    if len(lines) < _LEAST:
        return
    kept = [i for i, why in enumerate(found) if why is None and lines[i]]
    others = 0
    for i in reversed(kept[1:]):
        if len(lines[i]) <= _LONGEST_HELD:
            found[i] = _reason_held(_folded(lines[i]).lstrip("—–-(* "))
        others += found[i] is None
        if others == _TAIL:
            break
    kept = [i for i in kept if found[i] is None]
    signed = [
        after
        for before, after in pairwise(kept)
        if _SIGNATURE.fullmatch(lines[after]) and _is_prose(lines[before]) and lines[before][0] not in "—–−-•"
    ]
    if len(signed) > 1:  # names each under a paragraph; one under another are a list
        for i in signed:
            found[i] = "signature"


def _clear_strays(lines: Sequence[str], found: list[str | None], title: str, authors: str) -> None:
    """Mark what is no part of the article by its own words: see `ingest.strays`."""
    kept = [i for i, why in enumerate(found) if why is None and lines[i]]
    for i, kind in zip(kept, strays([lines[i] for i in kept], title, authors), strict=True):
        found[i] = kind and _KINDS[kind]


def _clear_transcript(lines: Sequence[str], found: list[str | None]) -> None:
    """Mark the transcript of a broadcast that stands, under its heading, below the article about it."""
    words = 0
    for i, line in enumerate(lines):
        if words >= _TOLD and len(line) <= _LONGEST_ITEM and _TRANSCRIPT.fullmatch(line):
            below = lines[i + 1 :]
            turns = sum(bool(_TURN.match(one)) for one in below)
            if turns > 1 and turns >= _TURNS * len(below):
                found[i:] = [why or "transcript" for why in found[i:]]
            return
        words += len(line.split()) if found[i] is None and _is_prose(line) else 0


def _clear_ticking(lines: Sequence[str], found: list[str | None]) -> None:
    """Mark stock tickers, and the hours of a live page's entries where there are several."""
    hours = [i for i, line in enumerate(lines) if found[i] is None and len(line) < 40 and is_relative(line)]
    for i in hours if len(hours) > 1 else []:
        found[i] = "clock"
    for i, line in enumerate(lines):
        if found[i] is None and len(line) < _LONGEST and len(_MOVES.findall(line)) > 1:
            found[i] = "ticker"


def _clear_share_items(lines: Sequence[str], found: list[str | None]) -> None:
    """Mark runs of lines that are each one item of a share bar; one alone ("TikTok") may be a heading."""
    items = [len(line) <= _LONGEST_ITEM and bool(_SHARE_ITEM.fullmatch(_folded(line))) for line in lines]
    for i, item in enumerate(items):
        near = [j for j in (i - 1, i + 1) if 0 <= j < len(lines)]
        if item and any(items[j] or found[j] for j in near):
            found[i] = found[i] or "share"


def _clear_repeated(lines: Sequence[str], found: list[str | None]) -> None:
    places: dict[str, list[int]] = {}
    for i, line in enumerate(lines):
        if found[i] is None and _is_interstitial(line):
            places.setdefault(_folded(line), []).append(i)
    prose = [len(line.split()) >= _PROSE for line in lines]
    before, after = _nearest(prose, found), _nearest(prose[::-1], found[::-1])[::-1]
    for where in places.values():
        if len(where) >= _REPEATS and all(before[i] and after[i] for i in where):
            for i in where:
                found[i] = "repeated"


def _nearest(prose: Sequence[bool], found: Sequence[str | None]) -> list[bool]:
    """Return for each line whether the nearest one before it that stays is a paragraph."""
    nearest, last = [], False
    for is_prose, why in zip(prose, found, strict=True):
        nearest.append(last)
        if why is None:
            last = is_prose
    return nearest


def _is_interstitial(line: str) -> bool:
    return 3 <= len(line.split()) <= 16 and line[0].isalpha() and not line.endswith((":", "»", "”", '"', "?"))


def _clear_tail(lines: Sequence[str], found: list[str | None]) -> None:
    """Mark the short lines among the furniture after the last sentence."""
    last = max((i for i, line in enumerate(lines) if found[i] is None and _is_prose(line)), default=-1)
    among = False
    for i in range(last + 1, len(lines)):
        if found[i] is not None:
            among = among or found[i] in _ENDING
        elif among and not tags_of(lines[i]):
            found[i] = "among furniture"


def _is_prose(line: str) -> bool:
    return bool(_SENTENCE_END.search(line)) or len(line.split()) >= _PROSE


def _is_share_bar(plain: str) -> bool:
    parts = [part for part in _SEPARATOR.split(plain) if part]
    if len(parts) > 1 and all(_SHARE_ITEM.fullmatch(part) for part in parts):
        return True
    words = plain.split()
    return len(words) > 1 and all(_NETWORK.fullmatch(word) for word in words)


def _folded(line: str) -> str:
    return " ".join(line.replace("'", "’").split()).casefold()
