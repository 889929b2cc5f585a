"""Whether a sentence denies what its source says, or says what it denies."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.domain import Language
    from retrieval.verify.meaning import Alignment, Word

# What denies, in so many words.
_HARD: Final[dict[Language, re.Pattern[str]]] = {
    "fr": re.compile(
        r"\b(?:n['’]|ne )(?!(?:oubli|hésit|manquez)\w* pas|[^.;,]{0,25}\bpas (?:\w+ )?(?:seulement|uniquement|simplement|que)\b)(?!(?:[^\s.;]+\s){1,4}?que\b|[^.;,]{0,25}\bque\b(?<!pas que)(?<!plus que))|\b(?:(?<!oubliez )(?<!hésitez )(?<!manquez )pas(?! (?:\w+ )?(?:seulement|uniquement|simplement|que)\b)|jamais|aucune?|nullement|sans|ni|non)\b",
        re.I,
    ),
    "en": re.compile(
        r"\b(?:not(?! (?:only|just|merely|simply|hesitate|forget)\b)|never|no|none|nobody|nothing|neither|nor|without|cannot|nowhere)\b|\bnon(?=-\w)"
        r"|n['’]t\b(?! (?:only|just|merely|simply|hesitate|forget)\b)",
        re.I,
    ),
}
# What may say the same without a word of denial, and so meets one: "denied", « refuse », "unable".
_SOFT: Final[dict[Language, re.Pattern[str]]] = {
    "fr": re.compile(
        r"\b(?:refus\w+|ni(?:e|ent|ait|é)\b|dément\w*|démenti\w*|rejet\w+|contest\w+|échou\w+|échec|empêch\w+|évit\w+|incapable\w*|impossib\w+"
        r"|interdi\w+|manqu\w+|absen\w+|cess\w+|arrêt\w+|guère|loin|faute|improbable\w*|inutile\w*|in(?:connu|suffisan|certain|existant|effica)\w*|dépourvu\w*|priv\w+|aucun\w*|hors|sauf|excepté|hormis|perd\w+)\b",
        re.I,
    ),
    "en": re.compile(
        r"\b(?:refus\w+|den(?:y|ies|ied|ying)|reject\w+|fail\w*|prevent\w*|avoid\w*|unable|impossible|forbid\w*|forbidden|ban(?:ned|s)?|lack\w*|absen\w+"
        r"|stop\w*|ceas\w+|hardly|barely|scarcely|far from|instead|unlikely|unun(?:known|clear|certain|available|aware|necessary|changed|affected|usual)\w*"
        r"|in(?:sufficient|effective|capable)\w*|loss|lost|missing|free of|devoid|except|apart|no longer|un\w{4,}ed|\w+less|non(?!e)[a-z]{4,})\b",
        re.I,
    ),
}
_REACH = 5  # words between a denial and what it may bear on
_HEAD = 0.5  # cosine from which a word of the source is what the sentence's word says


@dataclass(frozen=True, slots=True)
class Flip:
    """What is denied on one side only: how surely a denial is `added` or `lost` (cosines, 0 where none), and how many `more` or `fewer`."""

    added: float
    lost: float
    more: int
    fewer: int


@dataclass(frozen=True, slots=True)
class Denial:
    """A word that denies, by the number of the word it begins at, and the words it bears on."""

    at: int
    heads: tuple[int, ...]


def denials(
    text: str, words: Sequence[Word], language: Language, sentence: int | None = None
) -> list[Denial]:
    """Return the denials of `text` among its `words`, those of « ne … pas » as one."""
    found: list[Denial] = []
    for match in _HARD[language].finditer(text):
        at = next((n for n, w in enumerate(words) if w.end > match.start()), None)
        if at is None or (sentence is not None and words[at].sentence != sentence):
            continue
        if (
            found
            and language == "fr"
            and at - found[-1].at <= 4
            and match[0].casefold() in ("pas", "jamais", "aucun", "aucune", "nullement", "ni")
        ):
            heads = tuple(dict.fromkeys((*found[-1].heads, *_heads(words, at))))
            found[-1] = Denial(found[-1].at, heads)
            continue
        found.append(Denial(at, _heads(words, at)))
    return found


def _heads(words: Sequence[Word], at: int) -> tuple[int, ...]:
    """Return the numbers of the content words a denial bears on: the two that follow it in its sentence."""
    after = [
        n
        for n in range(at + 1, min(at + _REACH + 1, len(words)))
        if not words[n].stop and words[n].sentence == words[at].sentence
    ]
    before = [
        n for n in range(max(0, at - 3), at) if not words[n].stop and words[n].sentence == words[at].sentence
    ]
    return tuple(after[:2] or before[-1:])


def flipped(sentence: str, language: Language, text: str, held: Language, alignment: Alignment) -> Flip:
    """Return how the denials of a sentence and of what says it in its source differ."""
    ours = denials(sentence, alignment.words, language)
    theirs = [
        d for d in denials(text, alignment.held, held) if alignment.held[d.at].sentence in alignment.support
    ]
    soft_ours = _soft(sentence, alignment.words, language)
    soft_theirs = _soft(text, alignment.held, held)
    reach = 4 if language == held else 7  # word order is another across languages
    added = lost = 0.0
    support = [n for n, w in enumerate(alignment.held) if w.sentence in alignment.support]
    for denial in ours:
        best = 0.0
        met = False
        for head in denial.heads:
            if not support:
                continue
            column = max(support, key=lambda n: alignment.likeness[head, n])
            near = float(alignment.likeness[head, column])
            best = max(best, near)
            met = met or _denied(column, theirs, soft_theirs, alignment.held, reach)
        if not met:
            added = max(added, best if denial.heads else 0.3)
    for denial in theirs:
        best = 0.0
        met = False
        for head in denial.heads:
            row = int(alignment.likeness[:, head].argmax()) if len(alignment.words) else 0
            near = float(alignment.likeness[row, head]) if len(alignment.words) else 0.0
            best = max(best, near)
            met = met or _denied(row, ours, soft_ours, alignment.words, reach)
        if not met:
            lost = max(lost, best)
    first = [d for d in theirs if alignment.held[d.at].sentence == alignment.support[0]]
    meek = [n for n in soft_theirs if alignment.held[n].sentence in alignment.support]
    return Flip(
        added,
        lost,
        max(0, len(ours) - len(theirs) - len(meek)),
        max(0, len(first) - len(ours) - len(soft_ours)),
    )


def _soft(text: str, words: Sequence[Word], language: Language) -> list[int]:
    spots = []
    for match in _SOFT[language].finditer(text):
        at = next((n for n, w in enumerate(words) if w.end > match.start()), None)
        if at is not None:
            spots.append(at)
    return spots


def _denied(
    place: int, hard: Sequence[Denial], soft: Sequence[int], words: Sequence[Word], reach: int
) -> bool:
    """Tell whether a word stands near enough to a denial of its sentence to be denied by it."""
    here = [d for d in hard if words[d.at].sentence == words[place].sentence]
    return any(abs(place - d.at) <= reach or place in d.heads for d in here) or any(
        abs(place - at) <= reach - 1 and words[at].sentence == words[place].sentence for at in soft
    )
