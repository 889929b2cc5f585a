"""A text → its sentences, as exact offsets."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sentencex import get_sentence_boundaries

from ingest.characters import wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from retrieval.domain import Language

_PARAGRAPH_BREAK = re.compile(r"\n[^\S\n]*\n\s*")

# What closes a sentence together with its full stop, so belongs to it: « Il part. » — and French puts a space before ».
_CLOSERS = "»”\"’')]›"

# A full stop after these is (nearly) never a sentence's end.
_TITLES = (
    r"M|MM|Mme|Mmes|Mlle|Mlles|Mgr|Me|Dr|Drs|Pr|Prof|St|Ste|Sr|Jr|Mr|Mrs|Ms|Messrs|Gen|Gén|Col|Lt|Sgt|Capt|Cdt|Adm|Rev|Hon|"
    r"Sen|Rep|Gov|Pres|Supt|Insp|Maj|Cpl|Pte|vs|cf|Cf|Fig|fig|Figs|pp|vol|Vol|éd|ed|eds|trad|env|approx|art|Art|chap|"
    r"ch|av|apr|bd|Bd|No|no|Nos|nos|n°|N°|tél|Tél|Tel|tel|p|ex|e\.g|i\.e|al|ca|Mt|Ft"
)
# These need a lower-case word or a number after them to be no end.
_MAYBE = (
    r"janv|févr|fév|avr|juil|juill|sept|oct|nov|déc|jan|feb|mar|apr|jun|jul|aug|sep|dec|"
    r"Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec|etc|Inc|Ltd|Corp|Co|Bros|Cie|min|max|hab|a\.m|p\.m|U\.S|U\.K|"
    r"E\.U|U\.N|D\.C|L\.A|km|kg|av\. J\.-C|apr\. J\.-C|J\.-C|chap|art|dept|dép"
)
_TITLE_END = re.compile(rf"(?:^|[\s(«“\"'’\u00a0\u202f-])(?:{_TITLES})\.[\s\u00a0\u202f]*$")
_MAYBE_END = re.compile(rf"(?:^|[\s(«“\"'’\u00a0\u202f-])(?:{_MAYBE})\.[\s\u00a0\u202f]*$")
_INITIAL_END = re.compile(r"(?:^|[\s(«“\"'’.\u00a0\u202f-])[A-ZÀ-ÖØ-Þ]\.[\s\u00a0\u202f]*$")


def split(text: str, language: Language) -> tuple[tuple[int, int], ...]:
    """Return the `(start, end)` of each sentence of `text`, in order."""
    return tuple(
        _trimmed(text, a, b)
        for p, q in _lines(text)
        for a, b in _sentences(text[p:q], p, language)
        if text[a:b].strip()
    )


def _lines(text: str) -> Iterator[tuple[int, int]]:
    """Yield the stretches no sentence crosses: paragraphs, or their lines where the line breaks mean something."""
    start = 0
    for stop, after in [
        *((m.start(), m.end()) for m in _PARAGRAPH_BREAK.finditer(text)),
        (len(text), len(text)),
    ]:
        paragraph = text[start:stop]
        lines = paragraph.split("\n")
        if len(lines) == 1 or wrapped([line for line in lines if line.strip()] or [""]):
            yield start, stop
        else:
            at = start
            for line in lines:
                yield at, at + len(line)
                at += len(line) + 1
        start = after


def _sentences(part: str, offset: int, language: Language) -> Iterator[tuple[int, int]]:
    flat = part.replace("\n", " ")
    starts = [b["start_index"] for b in get_sentence_boundaries(language, flat)]
    kept = 0
    for at in starts[1:]:
        if _is_boundary(flat, kept, at):
            yield offset + kept, offset + at
            kept = at
    yield offset + kept, offset + len(part)


def _is_boundary(text: str, start: int, at: int) -> bool:
    before, after = text[max(start, at - 40) : at], text[at : at + 40].lstrip()
    if not after or not before.rstrip():
        return False
    if not before[-1].isspace():
        return False
    if (
        after[0] in _CLOSERS
        or after[0].islower()
        or (after[0] in ",;:)]-–—" and not re.match(r"[–—-]\s", after))
    ):
        return False
    if _TITLE_END.search(before):
        return False
    if _MAYBE_END.search(before) and (after[0].islower() or after[0].isdigit()):
        return False
    return not _INITIAL_END.search(before)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
