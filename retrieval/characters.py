"""Characters and line breaks put in order, before anything looks at words."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

# Control characters but tab and newline; soft hyphen; zero-width and directional marks; byte-order mark and
# interlinear marks; language tags. Zero-width joiners go too: French and English need them in emoji only.
_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e007f]"
)
_LINE_BREAK = re.compile("\r\n?|[\x0b\x0c\x85\u2028]")
_PARAGRAPH_BREAK = re.compile("\u2029")
_SURROGATE = re.compile("[\ud800-\udfff]")  # half a character, which JSON can carry and UTF-8 cannot
_SPACES = re.compile("[ \t\u2000-\u2006\u2008-\u200a\u205f\u3000]+")
_BLANK_LINES = re.compile(r"\n[^\S\n]*\n\s*")
# No-break spaces around a line break hold nothing together.
_LINE_EDGES = re.compile(r"[^\S\n]*\n[^\S\n]*")


def normalise(raw: str) -> str:
    """Return `raw` composed (NFC), with LF line ends, no hidden characters, paragraphs one empty line apart.

    Spaces within a line stay as they are: a quotation from the result is found in the source. No-break spaces
    (U+00A0, U+202F) are French typography, and stay too.
    """
    text = _PARAGRAPH_BREAK.sub("\n\n", _LINE_BREAK.sub("\n", raw))
    text = _SURROGATE.sub("\ufffd", _HIDDEN.sub("", text)).replace("\t", " ")
    text = unicodedata.normalize("NFC", text)
    return _BLANK_LINES.sub("\n\n", _LINE_EDGES.sub("\n", text)).strip()


def whole(text: str) -> str:
    """Return `text` with its halves of characters joined, and each that stands alone as U+FFFD: UTF-8 has none."""
    return (
        text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        if _SURROGATE.search(text)
        else text
    )


def collapse(text: str) -> str:
    """Return `text` with every run of ordinary spaces as one space."""
    return _SPACES.sub(" ", text)


def one_line(text: str) -> str:
    """Return `text` normalised on a single line, as titles and names are."""
    return collapse(normalise(text).replace("\n", " ")).strip()


def letters_of_others(text: str) -> set[str]:
    """Return the letters in `text` that are of another script than the Latin one."""
    found = {c for c in text if c > "\u024f" and c.isalpha()}
    return {c for c in found if not unicodedata.name(c, "").startswith(("LATIN ", "MODIFIER LETTER "))}


def wrapped(lines: list[str]) -> bool:
    """Tell whether line breaks only fit the text to a width, as in mail: no line has room for the next one's first word.

    A list or verse breaks off before its lines are full; lines longer than 120 characters are paragraphs.
    """
    width = max(map(len, lines))
    if len(lines) < 2 or not 40 <= width <= 120:
        return False
    pairs = list(pairwise(lines))
    full = all(len(line) + 1 + len(after.split(maxsplit=1)[0]) > width for line, after in pairs)
    within = any(line[-1] not in '.!?…:»”"' for line, _ in pairs)
    return full and within


def unwrap(text: str) -> str:
    """Return `text` with the lines of each paragraph that is only fitted to a width joined."""
    paragraphs = [paragraph.split("\n") for paragraph in text.split("\n\n")]
    return "\n\n".join((" " if wrapped(lines) else "\n").join(lines) for lines in paragraphs)
