"""A text → its sentences, as exact offsets.

sentencex knows many abbreviations and where quotations run. It leaves a sentence that follows or fills a quotation
attached to its neighbours (a tenth of BBC Afrique's text came out in sentences over 450 characters), and breaks after
« Mme. », initials and the dots of months before a year. So every full stop is a candidate here, its word counts where no
quotation is near, and the rules below decide the rest.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

from sentencex import get_sentence_boundaries

from retrieval.characters import wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from retrieval.domain import Language

_PARAGRAPH_BREAK = re.compile(r"\n[^\S\n]*\n\s*")

# A sentence's end: its stop, what closes with it (French puts a space before ») and a space. A closing mark with a
# space before it is a closing one only as » or when another space follows.
_END = re.compile(r"(?<![.!?…])[.!?…]++(?:[\s\u00a0\u202f]?»|[”\"’')\]])*+(?:\[\d{1,3}\])*+\s++")
# After these a new sentence starts, whatever sentencex says: a closing mark, a note's number, an ellipsis.
_STARTED = re.compile(r"[»”\"’')\]…]")
_QUOTES = re.compile(r"[«»“”\"„(]|(?<!\w)['‘]")
_NO_START = re.compile(r"[a-zà-öø-ÿœ,;:)\]»”…%]|[–—-]\s*[a-zà-öø-ÿœ]|[!?.]")

_BEFORE = r"(?:^|[\s(\[«“\"'’\u00a0\u202f-])"
# Never an end: a name follows.
_TITLE = re.compile(
    rf"{_BEFORE}(?:M|MM|Mme|Mmes|Mlle|Mlles|Mgr|Me|Dr|Drs|Pr|Prof|Ste|Mr|Mrs|Ms|Messrs|Gen|Gén|Col|Lt|Sgt|Capt|Cdt|Adm|"
    r"Rev|Hon|Sen|Rep|Gov|Supt|Insp|Maj|Cpl|Pte|Mt|Ft|vs|cf|e\.g|i\.e|p\. ?ex|ap|av|apr)\.\s*$"
)
# Not an end before a number: « oct. 2024 », "No. 5", « p. 12 ».
_NUMBERED = re.compile(
    rf"{_BEFORE}(?:janv|févr|fév|avr|juil|juill|sept|oct|nov|déc|jan|feb|mar|apr|jun|jul|aug|sep|dec|nos?|n°|pp?|vol|"
    r"art|figs?|chap?|tél|tel|env|approx|ca|éd|eds?|al|réf|ref|cat|dept|rte?)\.\s*$",
    re.I,
)
# An end only where a word follows that seldom begins a name: initials and acronyms ("J. K. Rowling", "the U.S. He said").
_INITIAL = re.compile(
    rf"(?:{_BEFORE}(?:[A-ZÀ-ÖØ-Þ]\.[ -]?)*[A-ZÀ-ÖØ-Þ]|{_BEFORE}(?:Jr|Sr|St|Inc|Ltd|Corp|Co|Cie|Bros|etc|a\.m|p\.m|Bd|Av|Ave|Blvd))\.\s*$"
)
_STARTER = re.compile(
    r"(?:[«“\"„—–]|(?:the|a|an|he|she|it|they|we|i|you|this|that|these|those|there|but|and|or|so|in|on|at|for|from|with|"
    r"as|if|when|while|after|before|since|although|however|his|her|its|their|our|my|what|who|why|how|not|no|by|to|"
    r"le|la|les|l['’]|un|une|des|du|il|elle|ils|elles|on|nous|vous|je|j['’]|ce|cet|cette|ces|c['’]|cela|mais|et|ou|or|"
    r"donc|car|en|dans|sur|pour|par|avec|sans|depuis|après|avant|selon|si|quand|lorsque|alors|son|sa|ses|leur|leurs|"
    r"notre|votre|qui|que|qu['’]|quel|quelle|au|aux|d['’]|à|y|ne|n['’])(?:\b|(?<=['’])))",
    re.I,
)
_NUMBER = re.compile(r"[(\[]?(?:\d{1,3}|[ivx]{1,4}|[a-z])[.)]\s*$", re.I)
# « À lire aussi sur … : », "Read more:" stand before another page's title, or glued to a sentence of this one.
_POINTER = re.compile(
    r"(?:[àa] )?(?:surtout |ne pas )*(?:lire|voir|regarder|écouter|manquer|read|watch|listen)(?: (?:plus|aussi|également|surtout|more|also|now|here|to))*"
    r"(?: sur(?: [A-ZÀ-Þ]\w+){1,3})?[\s\u00a0\u202f]?:\s+(?=\w)",
    re.I,
)
_WORD = re.compile(r"\w")
_SPACE = re.compile(r"\s")

_NEAR = 40  # characters on either side that a rule looks at
_WINDOW = 10_000
_FAR = 2_000  # characters in which a quotation's or a bracket's beginning is looked for
_QUOTED = 40  # the least that a sentence within a quotation, and what is left of the quotation, must have


def split(text: str, language: Language) -> tuple[tuple[int, int], ...]:
    """Return the `(start, end)` of each sentence of `text`, in order, without outer white space.

    They cover every character that is not white space once, and never cross an empty line, nor the line breaks of a
    list; line breaks that only fit a paragraph to a width may be inside.
    """
    spans = []
    for start, stop in _stretches(text):
        for a, b in _sentences(text[start:stop], language):
            begin, end = _trimmed(text, start + a, start + b)
            if pointer := _POINTER.match(text, begin, end):
                spans.append(_trimmed(text, begin, pointer.end()))
                begin = pointer.end()
            if begin < end:
                spans.append((begin, end))
    return tuple(spans)


def _stretches(text: str) -> Iterator[tuple[int, int]]:
    """Yield the stretches no sentence crosses: paragraphs, or their lines where the line breaks mean something."""
    start = 0
    breaks = [(match.start(), match.end()) for match in _PARAGRAPH_BREAK.finditer(text)]
    for stop, after in [*breaks, (len(text), len(text))]:
        lines = text[start:stop].split("\n")
        full = [line.strip() for line in lines if line.strip()]
        if len(full) < 2 or wrapped(full):
            yield start, stop
        else:
            for line in lines:
                yield start, start + len(line)
                start += len(line) + 1
        start = after


def _sentences(part: str, language: Language) -> Iterator[tuple[int, int]]:
    # sentencex 1.0.32 takes a space for one byte: a no-break space after an initial ("J.\u202f") ends the process.
    flat = _SPACE.sub(" ", part)
    known = list(_known_starts(flat, language))
    starts = frozenset(known)
    words = [match.start() for match in _WORD.finditer(flat)]
    start = 0
    for match in _END.finditer(flat):
        at = match.end()
        first = bisect_left(words, start)
        if first == len(words) or words[first] >= at or words[-1] < at or not _may_end(flat, start, at):
            continue
        if at not in starts and not _STARTED.search(match[0]) and not _after_acronym(flat, at):
            after = bisect_right(known, at)
            stop = known[after] if after < len(known) else len(flat)
            if not _quotation_near(flat, start, at, stop):
                continue
        yield start, at
        start = at
    yield start, len(part)


def _known_starts(flat: str, language: Language) -> Iterator[int]:
    """Yield where sentencex has sentences start, asked for a window at a time: quotation marks left open cost it squares."""
    start = 0
    while start < len(flat):
        stop = len(flat) if len(flat) - start <= _WINDOW else flat.rfind(" ", start + 1, start + _WINDOW) + 1
        stop = stop or start + _WINDOW
        for boundary in get_sentence_boundaries(language, flat[start:stop]):
            if boundary["start_index"]:
                yield start + boundary["start_index"]
        start = stop


def _may_end(text: str, start: int, at: int) -> bool:
    """Tell whether the rules let a sentence that began at `start` end before `at`."""
    before, after = text[max(start, at - _NEAR) : at], text[at : at + _NEAR]
    if _NO_START.match(after) or _TITLE.search(before):
        return False
    if at - start <= 6 and _NUMBER.fullmatch(before.strip()):
        return False  # « 3. » numbers what follows
    if after[0].isdigit() and _NUMBERED.search(before):
        return False
    return not _INITIAL.search(before) or bool(_STARTER.match(after))


def _after_acronym(text: str, at: int) -> bool:
    return bool(_INITIAL.search(text[max(0, at - _NEAR) : at]))


def _quotation_near(text: str, start: int, at: int, stop: int) -> bool:
    """Tell whether sentencex may have missed the end at `at` in or before a quotation, both sides being of some size."""
    nearest = max(start, at - _FAR)
    if text.count("(", nearest, at) > text.count(")", nearest, at):
        return False
    if _QUOTES.match(text, at):
        return True
    return (
        at - start >= _QUOTED
        and stop - at >= _QUOTED
        and bool(_QUOTES.search(text, nearest, min(stop, at + _FAR)))
    )


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
