"""What a chat model says, cut into sentences while it comes, each with the passages it points at.

A sentence is given out once the next one has begun: only then is it sure that no mark follows its stop.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from retrieval.characters import collapse, one_line
from retrieval.language import detect, foreign
from retrieval.sentences import split

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from retrieval.domain import Language

_MARK = re.compile(r"[ \u00a0\u202f]*\[\s*(\d{1,3}(?:\s*[,;]\s*\d{1,3})*)\s*\]")
_BEGUN = re.compile(r"[ \u00a0\u202f]*\[[\d\s,;]{0,20}$")  # the beginning of a mark whose end has not come
# Marks that follow a sentence's stop belong to that sentence.
_BEHIND = re.compile(r"([ \u00a0\u202f]?[.!?…]+(?:[\s\u00a0\u202f]?»|[”\"’')])*)((?:\s*\[\s*\d[\d\s,;]*\])+)")
_LIST = re.compile(r"^(?:[-*•–#>]+|\d{1,2}[.)])\s+")
_MARKDOWN = re.compile(r"\*\*|__|[`|]")
_LINK = re.compile(r"!?\[([^\[\]]{1,200})\]\([^()\s]{1,500}\)")
_THINK, _THOUGHT = "<think>", "</think>"
_NUMBERED = re.compile(r"\[(\s*\d[\d\s,;–-]*)\]")
_TAG = re.compile(r"</?[A-Za-z!][^<>]{0,200}>")
# What makes a link, speaks to a chat model or belongs to markup: an article's sentence that holds it is quoted, not worded.
_RAW = re.compile(r"(?i:https?://|www\.)|\]\(|<\||\|>|\[/?[A-Z_]{2,}\]|&(?:lt|gt|amp|quot|#\d+);|`|\*\*")
_LONGEST = 4_000  # characters without an end: no sentence


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence as the model says it, without its marks, and the numbers in them, each once."""

    text: str
    marks: tuple[int, ...]


def as_ours(text: str) -> str:
    """Return an article's sentence as it may stand among an answer's: without tags, and a number in square brackets in round ones.

    In an answer it would pass for a citation.
    """
    return collapse(_NUMBERED.sub(r"(\1)", _TAG.sub(" ", text))).strip()


def stands(text: str, language: Language) -> bool:
    """Tell whether an article's sentence, `as_ours`, may stand among an answer's: in its language, without markup or links.

    What may not is shown between quotation marks.
    """
    return (
        bool(text)
        and not _RAW.search(text)
        and detect(text, language) == language
        and not foreign(text, language)
    )


def sentences(words: Iterable[str], language: Language) -> Iterator[Said]:
    """Yield each sentence of a text that comes in pieces, as soon as it is whole, however the pieces are cut.

    What a model that reasons says to itself first, between <think> and </think>, is none of it.
    """
    kept = ""
    for piece in _thought(words):
        kept += piece
        begun = _BEGUN.search(kept)
        whole, rest = (kept[: begun.start()], kept[begun.start() :]) if begun else (kept, "")
        *ended, last = _cut(whole, language) or [""]
        if not ended or not any(c.isalnum() for c in _MARK.sub("", last)):
            if len(kept) <= _LONGEST:
                continue
            ended, last = [whole], ""
        yield from _said(ended)
        kept = last + rest
    yield from _said(_cut(kept, language))


def _thought(words: Iterable[str]) -> Iterator[str]:
    """Yield the words that come after the thinking; all of them where there is none."""
    coming, kept = iter(words), ""
    for piece in coming:
        kept += piece
        begun = kept.lstrip()
        if begun.startswith(_THINK):
            _, ended, begun = begun.partition(_THOUGHT)
            if not ended:
                continue
        elif _THINK.startswith(begun):
            continue
        yield begun
        yield from coming
        return
    if not kept.lstrip().startswith(_THINK):
        yield kept


def _cut(text: str, language: Language) -> list[str]:
    """Return the sentences of `text`; the last one with the space after it, for more may follow."""
    moved = _BEHIND.sub(r"\2\1", text)
    spans = [
        (line.start() + start, line.start() + end)
        for line in re.finditer(r"[^\n]+", moved)
        for start, end in split(line[0], language)
    ]
    if not spans:
        return []
    return [*(moved[start:end] for start, end in spans[:-1]), moved[spans[-1][0] :]]


def _said(texts: Iterable[str]) -> Iterator[Said]:
    for given in texts:
        text = _LINK.sub(lambda link: f"[{link[1]}]" if link[1].isdecimal() else link[1], one_line(given))
        marks = [int(n) for found in _MARK.finditer(text) for n in re.findall(r"\d+", found[1])]
        bare = _BEGUN.sub("", _MARK.sub("", text))
        bare = collapse(_LIST.sub("", _MARKDOWN.sub("", bare).strip())).strip()
        if any(c.isalnum() for c in bare):
            yield Said(bare, tuple(dict.fromkeys(marks)))
