"""Whether somebody's standing is the source's own: former, acting, deputy, late, added or left out, makes another person of an office."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from retrieval.verify.source import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from retrieval.domain import Language
    from retrieval.verify.meaning import Alignment
    from retrieval.verify.source import Source

_NEAR = 12  # characters: "former fisheries minister"
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
        r"interim\b|acting (?=president|prime|minister|head|director|chief|mayor|governor|secretary|chair|commissioner|manager|coach)",
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
    near = f"{source.title}. {source.text}"
    for standing in _STANDINGS:
        said = standing.says[language].search(sentence)
        may, surely = standing.may_say[source.language], standing.says[source.language]
        if said and not may.search(near) and not surely.search(source.context):
            yield Fault("standing", f"the passage does not say “{said[0].strip(' -')}”")
        if not standing.may_say[language].search(sentence):
            left = _left_out(standing, source, alignment)
            if left:
                yield Fault("standing", f"it leaves out “{left}”")


def _left_out(standing: _Standing, source: Source, alignment: Alignment) -> str:
    """Return what the sentences behind the sentence call someone whom the sentence calls by the office alone."""
    for number in alignment.support:
        text = source.sentences[number]
        shift = sum(len(one) + 1 for one in source.sentences[:number])
        for match in standing.says[source.language].finditer(text):
            start, end = match.start() + shift, match.end() + shift
            behind = _BEHIND.match(match[0])
            columns = [
                n
                for n, word in enumerate(alignment.held)
                if not word.stop and (word.end == start - 1 if behind else end <= word.start <= end + _NEAR)
            ]
            if columns and len(alignment.words) and float(alignment.likeness[:, columns].max()) >= _SAME:
                return match[0].strip(" -")
    return ""
