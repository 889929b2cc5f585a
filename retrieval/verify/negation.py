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
        r"\b(?:n['’]|ne )(?!(?:oubli|hésit|manquez)\w* pas|[^.;,]{0,25}\bpas (?:\w+ )?(?:seulement|uniquement|simplement|que)\b)"
        r"(?!(?:[^\s.;]+\s){1,4}?qu(?:e\b|['’])|[^.;,]{0,25}\bque\b(?<!pas que)(?<!plus que))"
        r"|\b(?:(?<!oubliez )(?<!hésitez )(?<!manquez )pas(?! (?:\w+ )?(?:seulement|uniquement|simplement)\b| moins de\b| qu(?:e des|e du|e les|['’]une?)\b)|jamais|aucune?|nullement"
        r"|sans(?! (?:doute|cesse|conteste|fronti[èe]res)\b)|ni|non(?! (?:seulement|sans)\b))\b",
        re.I,
    ),
    "en": re.compile(
        r"\b(?:not(?! (?:only|just|merely|simply|hesitate|forget)\b)|never|no(?!\.? ?\d| matter\b| doubt\b)|none|nobody|nothing|neither|nor|without"
        r"|cannot|nowhere)\b|\bnon(?=-\w)|n['’]t\b(?! (?:only|just|merely|simply|hesitate|forget)\b)",
        re.I,
    ),
}
# Who refuses, fails or is unable did not: a denial in all but form.
_REFUSAL: Final[dict[Language, re.Pattern[str]]] = {
    "fr": re.compile(
        r"\b(?:refus(?:e|ent|é|ée|és|ées|ait|aient|ant|er|era|eront|èrent|a)|échou(?:e|ent|é|ait|aient|ant|er|a|èrent)(?= à\b)"
        r"|(?:incapable|renonc(?:e|ent|é|ait|aient|ant|er|a|èrent))(?= (?:de|à|d['’])\b))\b",
        re.I,
    ),
    "en": re.compile(
        r"\b(?:(?:refus(?:e|es|ed|ing)|declin(?:e|es|ed|ing)|fail(?:s|ed|ing)?)(?= to\b)|unable(?= to\b))\b",
        re.I,
    ),
}
# « On craint qu’il ne vienne », « avant qu’il ne parte »: this « ne » denies nothing.
_LED_BY: Final = re.compile(
    r"\b(?:crai\w+|peur|redout\w+|avant|moins|plus|mieux|pire|autres?|autrement|empêch\w+|évit\w+)\b[^.;]{0,60}\bqu(?:e|['’])[^.;]{0,40}$",
    re.I,
)
# « Le pire ouragan jamais vu »: ever, not never.
_EVER: Final = re.compile(
    r"\b(?:plus|pire|meilleure?|moins|premi[eè]re?|seule?)s?\b(?:(?!\bn['’e])[^.;]){0,80}$", re.I
)
_BARELY: Final = re.compile(r"[^.;,]{0,30}\bguère\b", re.I)
_SECOND: Final = re.compile(
    r"^[^.;,]{0,40}\b(?:pas|plus|jamais|aucune?|rien|personne|guère|point|ni|nul)\b", re.I
)
# What may say the same without a word of denial, and so meets one: "denied", « refuse », "unable".
_SOFT: Final[dict[Language, re.Pattern[str]]] = {
    "fr": re.compile(
        r"\b(?:refus\w+|ni(?:e|ent|ait|é)\b|dément\w*|démenti\w*|rejet\w+|contest\w+|échou\w+|échec|empêch\w+|évit\w+|incapable\w*|impossib\w+|renonc\w+"
        r"|interdi\w+|manqu\w+|absen\w+|cess\w+|arrêt\w+(?= (?:de\b|d['’]))|guère|loin|faute|improbable\w*|inutile\w*|in(?:connu|suffisan|certain|existant|effica)\w*|dépourvu\w*|priv\w+|aucun\w*|hors|sauf|excepté|hormis|perd\w+)\b",
        re.I,
    ),
    "en": re.compile(
        r"\b(?:refus\w+|den(?:y|ies|ied|ying)|reject\w+|fail\w*|prevent\w*|avoid\w*|unable|impossible|declin\w+|forbid\w*|forbidden|ban(?:ned|s)?|lack\w*|absen\w+"
        r"|stop\w*|ceas\w+|hardly|barely|scarcely|far from|instead|unlikely|un(?:known|familiar|related|clear|certain|available|aware|necessary|changed|affected|usual)\w*"
        r"|in(?:sufficient|effective|capable)\w*|loss|lost|missing|free of|devoid|except|apart|un\w{4,}ed|\w+less|non(?!e)[a-z]{4,})\b",
        re.I,
    ),
}
# In the other language a denial may become one of these as well; within a language none does.
_FAINT: Final[dict[Language, re.Pattern[str]]] = {
    "fr": re.compile(
        r"\b(?:difficil\w+|ignor\w+|à (?:[mtsl]on|leur|[nv]otre) insu|opposé\w*|peu de|mauvais\w*|pires?)\b",
        re.I,
    ),
    "en": re.compile(r"\b(?:difficult\w*|trouble|opposed|few(?:er)?|little|bad\w*|worse|safe\w*)\b", re.I),
}
_PARTS = frozenset(("pas", "jamais", "aucun", "aucune", "nullement", "ni"))
_BEFORE_NOR = frozenset(("neither", "nor", "not", "no", "never"))
_CLOSE, _APART = 4, 7  # words between the two of « ne … pas »; of « aucun … n’ »
_REACH = 5  # words between a denial and what it may bear on
_HEAD = 0.5  # cosine from which a word of the source is what the sentence's word says


@dataclass(frozen=True, slots=True)
class Flip:
    """What is denied on one side only: how surely a denial is `added` or `lost` (cosines, 0 where none), and how many `more` or `fewer`.

    `only_said`, `only_held`: one side denies more than the other, which has no other way of denying instead; of sentences that
    people translated 1 % are so.
    """

    added: float
    lost: float
    more: int
    fewer: int
    only_said: bool
    only_held: bool


@dataclass(frozen=True, slots=True)
class Denial:
    """A word that denies, by the number of the word it begins at, and the words it bears on."""

    at: int
    heads: tuple[int, ...]


def denials(
    text: str, words: Sequence[Word], language: Language, sentence: int | None = None
) -> list[Denial]:
    """Return the denials of `text` among its `words`, those of « ne … pas » and "neither … nor" as one."""
    found: list[Denial] = []
    last, before = -1, ""
    for match in _HARD[language].finditer(text):
        at = next((n for n, w in enumerate(words) if w.end > match.start()), None)
        if language == "fr" and _denies_nothing(match, text):
            continue
        if at is None or (sentence is not None and words[at].sentence != sentence):
            continue
        word = match[0].casefold().rstrip("'’ ")
        if found and words[at].sentence == words[last].sentence and _one(before, word, at - last, language):
            heads = tuple(dict.fromkeys((*found[-1].heads, *_heads(words, at))))
            found[-1] = Denial(found[-1].at, heads)
        else:
            found.append(Denial(at, _heads(words, at)))
        last, before = at, word
    return found


def _one(before: str, word: str, apart: int, language: Language) -> bool:
    """Tell whether two words, so many words apart, deny together: « ne … pas », « aucun … n’ », « ni … ni », "neither … nor"."""
    if language == "en":
        return word == "nor" and before in _BEFORE_NOR and apart <= _APART
    if word in _PARTS:
        return apart <= (_APART if before == "ni" == word else _CLOSE)
    return word in ("n", "ne") and before in _PARTS and apart <= _APART


def _denies_nothing(match: re.Match[str], text: str) -> bool:
    """Tell whether a French « ne » is the one that follows « craindre que », « avant que », or « jamais » means ever."""
    word, before = match[0].casefold().strip("'’ "), text[max(0, match.start() - 120) : match.start()]
    if word == "jamais":
        return bool(_EVER.search(before))
    if word in ("n", "ne") and _BARELY.match(text[match.end() :]):
        return True  # barely: less than a denial, and found among what may be one
    return word in ("n", "ne") and not _SECOND.match(text[match.end() :]) and bool(_LED_BY.search(before))


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
    soft_ours = _spots(_SOFT[language], sentence, alignment.words)
    soft_theirs = _spots(_SOFT[held], text, alignment.held)
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
    refusals = _refusals(sentence, alignment.words, language)
    # A refusal elsewhere in the source is of something else.
    nearest = alignment.support[0]
    refused = [d for d in _refusals(text, alignment.held, held) if alignment.held[d.at].sentence == nearest]
    kept = [
        d for d in (*theirs, *refused) if alignment.held[d.at].sentence == nearest and _kept(d, alignment)
    ]
    softly = (
        len(soft_ours) - len(refusals),
        len([n for n in meek if alignment.held[n].sentence == nearest]) - len(refused),
    )
    faint_ours = faint_theirs = 0
    if language != held:
        faint_ours = len(_FAINT[language].findall(sentence))
        spots = _spots(_FAINT[held], text, alignment.held)
        faint_theirs = len([n for n in spots if alignment.held[n].sentence in alignment.support])
    return Flip(
        added,
        lost,
        max(0, len(ours) - len(theirs) - len(meek)),
        max(0, len(first) - len(ours) - len(soft_ours)),
        len(ours) + len(refusals) > len(theirs) + len(refused) and softly[1] + faint_theirs <= softly[0],
        len(kept) > len(ours) + len(refusals) and softly[0] + faint_ours <= softly[1],
    )


def _refusals(text: str, words: Sequence[Word], language: Language) -> list[Denial]:
    """Return the refusals and failures of `text`, each with what was not done."""
    return [Denial(at, _heads(words, at)) for at in _spots(_REFUSAL[language], text, words)]


def _kept(denial: Denial, alignment: Alignment) -> bool:
    """Tell whether the sentence says what a denial of its source bears on."""
    heads = list(denial.heads)
    if not heads or not len(alignment.words):
        return False
    return float(alignment.likeness[:, heads].max(axis=0).mean()) >= _HEAD


def _spots(pattern: re.Pattern[str], text: str, words: Sequence[Word]) -> list[int]:
    spots = []
    for match in pattern.finditer(text):
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
