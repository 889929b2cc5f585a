"""Words changed that turn what is said around: a negation put in or taken away, a contrary."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from benchmarks.quality.alterations.names import Speech, swap

if TYPE_CHECKING:
    import numpy as np

    from retrieval.domain import Language

_AUXILIARY: Final = re.compile(
    r"\b(is|are|was|were|has|have|had|will|would|can|could|should|must|may|might|did|does)\b(?! (?:not|never|no|n['’]t)\b)(?!n['’]t)"
)
_VERB_FR: Final = re.compile(
    r"(?<=[\w»)] )(?!ne |n['’])(est|sont|était|étaient|a|ont|avait|avaient|sera|seront|peut|peuvent|pouvait|doit|doivent|devait|fut|furent|va|vont|permet|fait|reste|devient)"
    r"(?= (?!-|pas\b|plus\b|jamais\b|t-)\w)"
)


_CONTRARIES: Final[dict[Language, tuple[tuple[str, str], ...]]] = {
    "fr": (("augmenté", "diminué"), ("hausse", "baisse"), ("plus", "moins"), ("avant", "après"), ("premier", "dernier"), ("première", "dernière"),
           ("gagné", "perdu"), ("nord", "sud"), ("victoire", "défaite"), ("début", "fin"), ("grande", "petite"), ("grand", "petit"),
           ("haut", "bas"), ("riche", "pauvre"), ("ouvert", "fermé"), ("accepté", "refusé"), ("ancien", "nouveau"), ("meilleur", "pire"), ("succès", "échec")),
    "en": (("increased", "decreased"), ("rose", "fell"), ("more", "less"), ("before", "after"), ("first", "last"), ("won", "lost"), ("north", "south"),
           ("victory", "defeat"), ("beginning", "end"), ("large", "small"), ("high", "low"), ("higher", "lower"), ("rich", "poor"), ("opened", "closed"),
           ("accepted", "refused"), ("old", "new"), ("best", "worst"), ("success", "failure"), ("many", "few"), ("above", "below"), ("largest", "smallest")),
}  # fmt: skip


_REFUSED: Final[dict[Language, tuple[tuple[re.Pattern[str], str], ...]]] = {
    "fr": (
        (re.compile(r"\b(a|ont|avait|avaient) (?:accepté|décidé|choisi) (de |d['’])"), r"\1 refusé \2"),
        (re.compile(r"\b(a|ont|avait|avaient) (?:réussi|commencé|continué) à "), r"\1 échoué à "),
        (re.compile(r"\b(a|ont|avait|avaient) refusé (de |d['’])"), r"\1 accepté \2"),
    ),
    "en": (
        (re.compile(r"\b(?:agreed|decided|chose|began) to "), "refused to "),
        (re.compile(r"\b(?:managed|continued|went on) to "), "failed to "),
        (re.compile(r"\b(?:refused|failed|declined) to "), "agreed to "),
    ),
}


def negation(sentence: str, language: Language, chance: np.random.Generator, _names: Speech) -> str | None:
    """Take a negation away, or put one in."""
    return _flip_fr(sentence, chance) if language == "fr" else _flip_en(sentence, chance)


def _flip_en(sentence: str, chance: np.random.Generator) -> str | None:
    for pattern, plain in (
        (r"\b(is|are|was|were|has|have|had|will|would|can|could|should|must|may|might)(?: not|n['’]t)\b", r"\1"),
        (r"\bcannot\b", "can"), (r"\b(?:did|does|do) not (?=\w)", ""), (r"\b(?:never|not) (?=\w)", ""), (r"\bno longer\b", "still"),
    ):  # fmt: skip
        if re.search(pattern, sentence):
            return re.sub(pattern, plain, sentence, count=1)
    places = [*_AUXILIARY.finditer(sentence)]
    if not places:
        return None
    match = places[chance.integers(len(places))]
    return swap(sentence, match, f"{match[0]} {'never' if chance.random() < 0.2 else 'not'}")


def _flip_fr(sentence: str, chance: np.random.Generator) -> str | None:
    taken = re.search(r"\b(?:n['’]|ne )(\w+(?:-t-\w+)?) (?:pas|jamais|plus|guère)\b", sentence)
    if taken:
        return swap(sentence, taken, taken[1])
    places = [*_VERB_FR.finditer(sentence)]
    if not places:
        return None
    match = places[chance.integers(len(places))]
    verb = match[0]
    ne = "n’" if verb[0] in "aeéiou" else "ne "
    return swap(sentence, match, f"{ne}{verb} {'jamais' if chance.random() < 0.2 else 'pas'}")


def refusal(sentence: str, language: Language, chance: np.random.Generator, _names: Speech) -> str | None:
    """Let somebody refuse or fail to do what was done, or do what was refused."""
    places = [(pattern, made, m) for pattern, made in _REFUSED[language] for m in pattern.finditer(sentence)]
    if not places:
        return None
    pattern, made, match = places[chance.integers(len(places))]
    return swap(sentence, match, pattern.sub(made, match[0]))


def antonym(sentence: str, language: Language, chance: np.random.Generator, _names: Speech) -> str | None:
    """Put a word's contrary in its place."""
    contraries = {a: b for one, other in _CONTRARIES[language] for a, b in ((one, other), (other, one))}
    known = "|".join(sorted(contraries, key=len, reverse=True))
    found = [*re.finditer(rf"\b(?:{known})\b", sentence)]
    if not found:
        return None
    match = found[chance.integers(len(found))]
    return swap(sentence, match, contraries[match[0]])
