"""Whether somebody's standing is the source's own: former, acting, deputy, late, added or left out, makes another person of an office."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from retrieval.verify.source import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from retrieval.domain import Language
    from retrieval.verify.meaning import Alignment, Word
    from retrieval.verify.source import Source

_NEAR = 12  # characters: "former fisheries minister"
_BESIDE = 45  # characters on either side of an office: "Tilley, who directed the port until 2019", "mayor from 1990 to 2008"
_SAME = 0.55  # cosine from which a noun of the source is one of the sentence


@dataclass(frozen=True, slots=True)
class _Standing:
    """One standing: what says it beyond doubt, by language, and all that may be its counterpart where the other side has it."""

    says: dict[Language, re.Pattern[str]]
    may_say: dict[Language, re.Pattern[str]]


def _of(french: str, english: str, also_french: str, also_english: str) -> _Standing:
    return _Standing(
        {"fr": re.compile(rf"\b(?:{french})", re.I), "en": re.compile(rf"\b(?:{english})", re.I)},
        {
            "fr": re.compile(rf"\b(?:{french}|{also_french})", re.I),
            "en": re.compile(rf"\b(?:{english}|{also_english})", re.I),
        },
    )


_STANDINGS: Final = (
    _of(
        r"ancien(?:ne)?s?(?= [^\W\d_])|ex-(?=\w)",
        r"former (?=\w)(?!(?:was|were|is|are|has|had|have|and|or|of|to|in|for|by|will|can|may|being)\b)|ex-(?=\w)",
        r"ex\b|ancien|précéden|autrefois|jadis|alors\b|passé|retrait|prédécess|auparavant|vieux|vieil|antique|antérieur|d’antan|(?:ét(?:ait|aient)|a été|ont été) (?:[lL][ea’]s? ?|son |sa |leurs? )?\w+ (?:d[eu’]|jusqu|avant|entre|pendant)",
        r"ex\b|former|old|ancien|previous|past\b|once\b|one-time|erstwhile|veteran|retired|then\b|antique|historic|earl(?:y|ier)|(?:was|were|been) (?:the |an? |its |their |his |her )?\w+ (?:of|until|from|between|at|before|for)\b|used to|senior|archaic|long",
    ),
    _of(
        r"par intérim|intérimaires?\b",
        r"interim\b|acting (?=(?:[^\W\d_]+ ){0,2}(?:president|prime|minister|head|director|chief|mayor|governor|secretary|chair|commissioner|manager|coach|captain|leader|prosecutor))",
        r"intérim|provisoire|temporaire|transit",
        r"acting\b|interim|temporar|caretaker|provisional|transition|stand-in",
    ),
    _of(
        r"adjointe?s?\b|vice-(?=\w)|sous-(?=préfet|secrétaire|directeur|ministre|chef)",
        r"deputy\b|vice[- ](?=president|prime|chair|premier|admiral|captain|principal|minister)",
        r"adjoint|vice\b|sous-|député|second|suppléant|délégué|assistant|bras droit",
        r"deput|vice\b|assistant|associate|second|under-?|sub-|number two|lieutenant|junior",
    ),
)
_BEHIND = re.compile(r"adjoint|par intérim|intérimaire|interim", re.I)  # these follow the office


def check_standing(
    sentence: str, language: Language, source: Source, alignment: Alignment
) -> Iterator[Fault]:
    """Yield a fault for each standing the sentence gives that its article does not, or leaves out beside a noun it keeps."""
    for standing in _STANDINGS:
        says, may = standing.says[source.language], standing.may_say[source.language]
        for match in standing.says[language].finditer(sentence):
            if not says.search(source.context) and not _told(match, sentence, source, alignment, may):
                yield Fault("standing", f"the passage does not say “{match[0].strip(' -')}”")
        left = _left_out(standing, sentence, language, source, alignment)
        if left:
            yield Fault("standing", f"it leaves out “{left}”")


def _told(
    match: re.Match[str], sentence: str, source: Source, alignment: Alignment, may: re.Pattern[str]
) -> bool:
    """Tell whether the source gives a standing to whom the sentence gives it: near any word of the same office, or in the title."""
    rows = _office(match, alignment.words)
    if may.search(source.title):
        return True
    columns = [
        n for n in range(len(alignment.held)) if rows and float(alignment.likeness[rows, n].max()) >= _SAME
    ]
    if not columns:
        return bool(may.search(source.text))
    return any(_near(may, source.text, alignment.held[n]) for n in columns)


def _near(may: re.Pattern[str], text: str, word: Word) -> bool:
    return bool(may.search(text[max(0, word.start - _BESIDE) : word.end + _BESIDE]))


def _office(match: re.Match[str], words: Sequence[Word], shift: int = 0) -> list[int]:
    """Return the numbers of the words that a standing is said of: those right behind it, or right before."""
    start, end = match.start() + shift, match.end() + shift
    behind = _BEHIND.match(match[0])
    return [
        n
        for n, word in enumerate(words)
        if not word.stop and (word.end == start - 1 if behind else end <= word.start <= end + _NEAR)
    ]


def _left_out(
    standing: _Standing, sentence: str, language: Language, source: Source, alignment: Alignment
) -> str:
    """Return what the sentences behind the sentence call someone whom the sentence calls by the office alone."""
    may = standing.may_say[language]
    for number in alignment.support:
        shift = sum(len(one) + 1 for one in source.sentences[:number])
        for match in standing.says[source.language].finditer(source.sentences[number]):
            columns = _office(match, alignment.held, shift)
            if not columns or not len(alignment.words):
                continue
            likeness = alignment.likeness[:, columns].max(axis=1)
            rows = [n for n in range(len(alignment.words)) if likeness[n] >= _SAME]
            if rows and not any(_near(may, sentence, alignment.words[n]) for n in rows):
                return match[0].strip(" -")
    return ""
