"""Speakers without a name: whether the source speaks of such a one, where a sentence says that police, the minister or a study said it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from retrieval.verify import exonyms
from retrieval.words import fold, is_stop, stems

if TYPE_CHECKING:
    from collections.abc import Iterator

    from retrieval.domain import Language
    from retrieval.verify.meaning import Alignment, Meaning
    from retrieval.verify.source import Source

# Cosine of the word for who speaks with the nearest of the source's common words, below which the source has no such one, within a
# language and across; and how low it may be where both words, each by itself, are as near as "doctors" and "medics". Names are
# left out of it: in a speaker's place any word lies near the name that stood there.
_LEAST = (0.55, 0.45)
_PERHAPS = 0.4
_ALONE: Final[dict[Language, float]] = {
    "fr": 0.93,
    "en": 0.9,
}  # French words that say different things lie as near as .92
_REACH = 1  # sentences on either side of the nearest that may tell who speaks
_LEAD: Final[dict[Language, str]] = {
    "fr": r"(?:l['’]|d['’]|(?:les?|la|une?|des|du|ce|cette|ces|ses?|son|sa|leurs?|plusieurs|certains|certaines|deux|quelques|nos|notre)\s)",
    "en": r"(?:(?:the|an?|his|her|its|their|our|this|these|those|some|several|many|two|one)\s)",
}
_WORD = r"[^\W\d_]+(?:-[^\W\d_]+)*"
_LAST: Final[dict[Language, re.Pattern[str]]] = {
    # What stands right before a verb of saying, an auxiliary and « se », "later" apart.
    "fr": re.compile(
        rf"({_WORD})\s(?:(?:l['’]|s['’])?(?:a|ont|avait|avaient|aurait|auraient)\s|s['’]|se\s|en\s)?$"
    ),
    "en": re.compile(rf"({_WORD})\s(?:(?:has|have|had|also|later|then|now)\s)*$"),
}
_FIRST: Final[dict[Language, re.Pattern[str]]] = {
    language: re.compile(
        rf"\s?(?:{lead})?({_WORD})(?:\s(?:de la |de l['’]|du |des |de |d['’]|of the |of )?({_WORD}))?", re.I
    )
    for language, lead in _LEAD.items()
}
_LED: Final[dict[Language, re.Pattern[str]]] = {
    language: re.compile(rf"\s?{lead}", re.I) for language, lead in _LEAD.items()
}
# « soulignant »; "no delays reported": what stands before these need not be who says it
_PARTICIPLE = re.compile(
    r"ant$|^(?:reported|described|called|expected|estimated|believed|thought|feared)$", re.I
)
_TOLD = re.compile(r"told|asked|informed")
# Not who speaks: how, and the text itself.
_ADVERB: Final[dict[Language, re.Pattern[str]]] = {
    "fr": re.compile(
        r"\w+ment\b|ensuite|aussi|également|encore|ainsi|déjà|toujours|souvent|enfin|puis", re.I
    ),
    "en": re.compile(
        r"\w+ly\b|even|still|often|never|always|already|once|again|just|might|may|must|shall|when|while|others?|ones?",
        re.I,
    ),
}
_INVERTED = re.compile(
    r"(?:[^\W\d_]+-)*(?:t-)?(?:je|il|elle|on|nous|vous|ils|elles)", re.I
)  # « a-t-il noté »
_TEXT = frozenset("article articles passage passages text texte document story source".split())  # noqa: SIM905
_SPOKESPERSON = re.compile(r"porte-?parole|spokes(?:man|men|woman|women|person|people)", re.I)


def unknown_role(
    sentence: str,
    language: Language,
    source: Source,
    alignment: Alignment,
    said: re.Pattern[str],
    by: re.Pattern[str],
    meaning: Meaning,
) -> str:
    """Return the first speaker without a name of whom the source does not speak; "" where there is none.

    `said` finds the verbs of saying, `by` what stands before a speaker (« selon »).
    """
    for word, start in _roles(sentence, language, said, by):
        if not _spoken_of(word, start, language, source, alignment, meaning):
            return word
    return ""


def _roles(
    text: str, language: Language, said: re.Pattern[str], by: re.Pattern[str]
) -> Iterator[tuple[str, int]]:
    """Yield the nouns that stand where a speaker does, or one who is told, with their places."""
    found: list[tuple[str, int]] = []
    for match in by.finditer(text):
        found += _after(text, match.end(), language)
    for match in said.finditer(text):
        if _PARTICIPLE.search(match[0]):
            continue
        head = text[: match.start()]
        before = _LAST[language].search(head)
        quoted = re.search(r"[»”\"],?\s*$|,\s*(?:a\s|ont\s)?$", head)
        if quoted:
            found += _after(text, match.end(), language)
        elif before:
            found.append((before[1], before.start(1)))
            if language == "en" and _TOLD.match(match[0].strip()):
                found += _after(text, match.end(), language)
    for word, start in found:
        if word[0].isupper() and text[:start].strip(" «“\"'’"):
            continue  # a name
        if len(word) < 4 or is_stop(word, language) or _ADVERB[language].fullmatch(word):
            continue
        if language == "fr" and _INVERTED.fullmatch(word):
            continue
        if fold(word) not in _TEXT and not exonyms.ids_in(word):
            yield word, start


def _after(text: str, at: int, language: Language) -> list[tuple[str, int]]:
    """Return the noun, or the two, that begin at a place: "a police spokesman", « la directrice », "police"."""
    match = _FIRST[language].match(text, at)
    if not match or not (_LED[language].match(text, at) or match[1].endswith(("s", "ce", "le"))):
        return []
    joined = (
        match[2]
        and not match[2][0].isupper()
        and re.fullmatch(r"\S+\s\S+|.*\s(?:de|du|des|of)\b.*|.*d['’].*", match[0].strip())
    )
    return [(match[n], match.start(n)) for n in ((1, 2) if joined else (1,))]


def _spoken_of(
    word: str, start: int, language: Language, source: Source, alignment: Alignment, meaning: Meaning
) -> bool:
    """Tell whether the source speaks of whom a word calls, by that word or another."""
    if _SPOKESPERSON.fullmatch(word):
        return bool(_SPOKESPERSON.search(source.text))
    rows = [n for n, w in enumerate(alignment.words) if start <= w.start < start + len(word)]
    if not rows or any(fold(held.text) == fold(word) for held in alignment.held):
        return True
    if language == source.language:
        mine = {alignment.words[n].stem for n in rows}
        if any(held.stem in mine for held in alignment.held):
            return True
        if mine & {*stems(f"{source.title} {source.context}", language)}:
            return True
    place = alignment.support[0]
    around = [
        n for n, held in enumerate(alignment.held) if abs(held.sentence - place) <= _REACH and not held.stop
    ]
    near = [
        n
        for n in around
        if not alignment.held[n].text[0].isupper()
        or n == 0
        or alignment.held[n - 1].sentence != alignment.held[n].sentence
    ]
    if not near:
        return True
    likeness = alignment.likeness[rows][:, near].max(axis=0)
    if float(likeness.max()) >= _LEAST[language != source.language]:
        return True
    others = [alignment.held[near[n]].text for n in likeness.argsort()[-2:] if likeness[n] >= _PERHAPS]
    # « Le Journal », "the newspaper": what has a capital must be the word by itself as well.
    named = alignment.likeness[rows][:, around].max(axis=0)
    others += [alignment.held[around[n]].text for n in named.argsort()[-2:] if named[n] >= _PERHAPS]
    return bool(others) and float(meaning.likeness([word], others).max()) >= _ALONE[language]
