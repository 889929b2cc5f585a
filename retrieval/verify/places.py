"""Whether each name of a sentence stands in its source where the rest of the sentence stands, or in another of its sentences.

A name of the passage that is put in another's place is spelled right, and is in the passage: what gives it away is that the words
around it are in one of the source's sentences, and the name only in others.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from retrieval.verify import exonyms
from retrieval.verify.names import Name, alike, names
from retrieval.words import fold

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from retrieval.domain import Language
    from retrieval.verify.meaning import Alignment
    from retrieval.verify.source import Source

_NEAR = 3  # content words on either side of a name that say where it stands
# Within a language and across, where French has many that English has not.
_PRONOUN = 0.25, 0.1  # what a pronoun more than the sentence has takes off
NOWHERE = -0.3
_AS_NEAR = 0.05  # cosine below a name's nearest at which another word may be it as well
# Least cosine of a name with a word that may be it in the other language: where the source has the name, and where it has not.
_LIKE, _UNLIKE = 0.65, 0.5
_PRONOUNS: Final[dict[Language, re.Pattern[str]]] = {
    "fr": re.compile(
        r"\b(?:ils?|elles?|lui|eux|celui|celle|ceux|ce dernier|cette dernière|son|sa|ses|leurs?|y)\b", re.I
    ),
    "en": re.compile(
        r"\b(?:he|she|it|they|him|her|them|his|hers|its|their|theirs|this|these|that one)\b", re.I
    ),
}


def astray(sentence: str, language: Language, source: Source, alignment: Alignment) -> tuple[float, str]:
    """Return by how much more another sentence of the source says what stands around a name than those that have the name, and the name.

    The largest over the sentence's names of a difference of mean cosines: below 0 where a sentence is true, `NOWHERE` where
    nothing can be said.
    """
    if len(source.sentences) < 2 or not len(alignment.held):
        return NOWHERE, ""
    listed = names(sentence, language)
    across = language != source.language
    said = len(_PRONOUNS[language].findall(sentence))
    worst = (NOWHERE, "")
    for name, own in zip(listed, _homes(sentence, listed, language, source, alignment), strict=True):
        if across and name.initial and not _followed(listed, name):
            continue  # first in its sentence, it may be any word
        margin, there = strays(name.start, name.end, own, alignment)
        if there is not None and len(_PRONOUNS[source.language].findall(source.sentences[there])) > said:
            margin -= _PRONOUN[across]  # its pronoun may be the name
        worst = max(worst, (margin, name.word))
    return worst


def _followed(listed: Sequence[Name], name: Name) -> bool:
    """Tell whether another name follows right after one."""
    return any(0 < other.start - name.end <= 1 for other in listed)


def strays(start: int, end: int, own: Collection[int], alignment: Alignment) -> tuple[float, int | None]:
    """Return by how much more a sentence that is not among a spot's `own` says what stands around the spot, and which one.

    What stands around it counts twice: all that the sentence says, and its nearest words.
    """
    before = [n for n, w in enumerate(alignment.words) if not w.stop and w.end <= start]
    after = [n for n, w in enumerate(alignment.words) if not w.stop and w.start >= end]
    others = [k for k in range(alignment.nearest.shape[1]) if k not in own]
    if not own or not others or len(before) + len(after) < 2:
        return NOWHERE, None
    fit = alignment.nearest[before + after].mean(axis=0)
    fit = (fit + alignment.nearest[before[-_NEAR:] + after[:_NEAR]].mean(axis=0)) / 2
    there = max(others, key=lambda k: float(fit[k]))
    return max(NOWHERE, float(fit[there] - max(fit[k] for k in own))), there


def _homes(
    sentence: str, listed: Sequence[Name], language: Language, source: Source, alignment: Alignment
) -> list[set[int]]:
    """Return for each name the numbers of the source's sentences that have it, in any spelling, or part of it where it is longer."""
    across = language != source.language
    ours, theirs = exonyms.ids_in(sentence), exonyms.ids_in(source.text)
    spots: list[set[int]] = []
    for name in listed:
        ids = {i for i, s, e in ours if s <= name.start < e}
        spans = [(s, e) for i, s, e in theirs if i in ids]
        spots.append(
            {
                n
                for n, w in enumerate(alignment.held)
                if (alike(name.word, w.text, across=across) and _alike_small(name.word, w.text))
                or any(s <= w.start < e for s, e in spans)
            }
        )
    for n, name in enumerate(listed):
        row = next((m for m, w in enumerate(alignment.words) if w.start <= name.start < w.end), None)
        if row is None:
            continue
        likeness = alignment.untaken(row) if across else alignment.likeness[row]
        least = (_LIKE if spots[n] else _UNLIKE) if across else 0.85
        least = max(least, float(likeness.max()) - _AS_NEAR)
        near = {m for m, cosine in enumerate(likeness.tolist()) if cosine >= least}
        if spots[n] or not across or any(alignment.held[m].text[0].isupper() for m in near):
            spots[n] |= near  # else, as "River" by « fleuve », it is a common word there, and may be anywhere
    joined = [set(one) for one in spots]
    for n in range(1, len(listed)):
        if listed[n].start - listed[n - 1].end > 1:
            continue
        # « Fernando Alonso » stands wherever Alonso does, as the source has the two side by side somewhere.
        if any(0 < abs(a - b) <= 1 + across for a in spots[n] for b in spots[n - 1]):
            joined[n] |= joined[n - 1]
            joined[n - 1] |= spots[n]
    return [{alignment.held[m].sentence for m in one} for one in joined]


def _alike_small(name: str, word: str) -> bool:
    """Tell whether a word without a capital may be a name's, by more than its sound: « pakistanaise », "Pakistani"."""
    return word[0].isupper() or fold(name)[:5] == fold(word)[:5]
