"""Which lines of a scraped page are the page's furniture, not the article: adverts, share bars, forms, cookies.

Precision first: a line goes only where its whole shape says so. A sentence that merely mentions Facebook or an
advert has the shape of a sentence, and stays.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.blocks import Model, outline
from ingest.wordings import BEGINS, NETWORKS, SHARING, WHOLE

_SHARE_ITEM = re.compile(rf"(?:{NETWORKS}|{SHARING})(?: ?\(?\d[\d., ]*k?\)?)?", re.I)
_NETWORK = re.compile(rf"(?:{NETWORKS})", re.I)
_SEPARATOR = re.compile(r"\s*[|•·/,;]\s*|\s+[–—-]\s+")
_LONGEST = 240  # characters of such a line
_REPEATS = 3
_TOP = 8  # lines of a page among which its author is named
_BYLINE = re.compile(
    r"(?:By|BY|Par|PAR|Propos recueillis par|Texte|Text|Words by) ?:? (?:[A-ZÀ-ÖØ-Þ][\w'’.-]*(?:,? (?:and|et|&) |, | )?){1,8}"
)
_PROSE = 14  # words of a line that is a paragraph, whatever its end
_UNSTOPPED = frozenset({"related", "date"})  # with a full stop, it is a sentence
_ENDING = frozenset({"share", "subscription", "comments", "cookies", "navigation", "related", "rights"})
_WORDS = re.compile(r"\w")
_SENTENCE_END = re.compile(r"[.!?…][»”\"’')\]\s]*$")
_TAG_LINE = re.compile(
    r"(?:tags?|mots[- ]clés?|étiquettes?|keywords?|filed under|classé sous|thèmes?|topics?|sujets?) ?: ?(.{2,200})",
    re.I,
)
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
    plain = _folded(line).lstrip("—–-•*·|[(→ ")
    if not plain or len(plain) > _LONGEST:
        return None
    if _is_share_bar(plain):
        return "share"
    for why, pattern in WHOLE:
        if pattern.match(plain):
            return why
    for why, pattern in BEGINS:
        if pattern.match(plain) and not (why in _UNSTOPPED and plain.endswith(".")):
            return why
    return None


def reasons(
    lines: Sequence[str], *, whole_page: bool = True, pages: bool = True, model: Model | None = None
) -> list[str | None]:
    """Return for each line of an article why it is furniture, None for those that stay.

    With `whole_page` the lines' company counts too: what stands between paragraphs again and again is an
    interstitial; among the furniture at the end, a short line without punctuation is furniture. With `pages`, where the
    lines are a page with its menus, `blocks` tells the article from the rest, by `model` where one is given.
    """
    found = [reason(line) for line in lines]
    _clear_share_items(lines, found)
    if whole_page and pages and (page := outline(lines, found, model)):
        for i, out in enumerate(page.out):
            if out:
                found[i] = found[i] or ("above the title" if i < (page.title or 0) else "not the article")
    if whole_page:
        for i, line in enumerate(lines):
            if found[i] is None and not _WORDS.search(line):
                found[i] = "rule"
            elif found[i] is None and i < _TOP and _BYLINE.fullmatch(line):
                found[i] = "byline"
        _clear_repeated(lines, found)
        _clear_tail(lines, found)
    return found


def _clear_share_items(lines: Sequence[str], found: list[str | None]) -> None:
    """Mark runs of lines that are each one item of a share bar; one alone ("TikTok") may be a heading."""
    items = [bool(_SHARE_ITEM.fullmatch(_folded(line))) for line in lines]
    for i, item in enumerate(items):
        near = [j for j in (i - 1, i + 1) if 0 <= j < len(lines)]
        if item and any(items[j] or found[j] for j in near):
            found[i] = found[i] or "share"


def _clear_repeated(lines: Sequence[str], found: list[str | None]) -> None:
    places: dict[str, list[int]] = {}
    for i, line in enumerate(lines):
        if found[i] is None and _is_interstitial(line):
            places.setdefault(_folded(line), []).append(i)
    for where in places.values():
        if len(where) >= _REPEATS and all(_between_prose(lines, found, i) for i in where):
            for i in where:
                found[i] = "repeated"


def _is_interstitial(line: str) -> bool:
    return 3 <= len(line.split()) <= 16 and line[0].isalpha() and not line.endswith((":", "»", "”", '"', "?"))


def _between_prose(lines: Sequence[str], found: Sequence[str | None], i: int) -> bool:
    before = next((line for j, line in enumerate(lines[:i][::-1]) if found[i - 1 - j] is None), "")
    after = next((line for j, line in enumerate(lines[i + 1 :]) if found[i + 1 + j] is None), "")
    return len(before.split()) >= _PROSE and len(after.split()) >= _PROSE


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
