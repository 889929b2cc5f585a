"""The check every sentence passes before a reader sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from retrieval.characters import letters_of_others
from retrieval.language import detect, foreign
from retrieval.verify.attribution import check_attribution
from retrieval.verify.counted import check_numbers
from retrieval.verify.meaning import words_of
from retrieval.verify.named import check_names
from retrieval.verify.nearness import nearness
from retrieval.verify.signs import Signs
from retrieval.verify.smuggled import smuggled
from retrieval.verify.source import Fault
from retrieval.verify.standing import check_standing
from retrieval.words import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from retrieval.domain import Language
    from retrieval.verify.meaning import Meaning
    from retrieval.verify.negation import Flip
    from retrieval.verify.source import Source

# Cosine of what is denied with its counterpart from which the denial counts: within a language, and across.
_ADDED, _LOST = (0.35, 0.6), (0.45, 0.75)
# Least probability that the source says it: of the true sentences it learned from (each by weights learned without it) .98 and .93 have more.
_SAME_LANGUAGE, _OTHER_LANGUAGE = 0.6, 0.32
_CONTRADICTED, _ENTAILED = 0.5, 0.25
_LONGEST = 1_000  # characters; the press's longest sentences have 700, and of a longer one the model reads only the beginning
_ASSENT = frozenset(
    """yes no yeah indeed true false correct incorrect right wrong certainly absolutely exactly
    oui non vrai faux exact effet certes certainement absolument exactement""".split()  # noqa: SIM905
)


def check(
    sentence: str, language: Language, sources: Sequence[Source], meaning: Meaning
) -> tuple[Fault, ...]:
    """Return what is wrong with `sentence`, an answer's in `language` that cites `sources`; nothing where it may be shown.

    Of several sources it is enough that one says it, or that all of them together do; the faults are then those against the
    source it is nearest to.
    """
    if not any(c.isalnum() for c in sentence):
        return (Fault("beyond", "it says nothing"),)
    if _says_too_little(sentence, language):
        return (Fault("beyond", "it says too little to be checked"),)
    if not sources:
        return (Fault("beyond", "it cites no passage"),)
    if len(sentence) > _LONGEST:
        return (Fault("beyond", "it is too long for a sentence"),)
    if detect(sentence, language) != language or foreign(sentence, language):
        return (Fault("language", "it is not in the answer's language"),)
    found = [tuple(_against(sentence, language, source, meaning)) for source in sources]
    return min(found, key=len)


def _says_too_little(sentence: str, language: Language) -> bool:
    """Tell whether a sentence is a single word, or says of what is asked only whether it is so: a passage bears neither out."""
    words = words_of([sentence], language)
    return len(words) < 2 or all(word.stop or fold(word.text) in _ASSENT for word in words)


def _against(sentence: str, language: Language, source: Source, meaning: Meaning) -> Iterator[Fault]:
    alignment = meaning.align(sentence, language, source)
    signs = Signs.of(sentence, language, source, alignment)
    across = language != source.language
    yield from _strange(sentence, source)
    yield from check_numbers(sentence, language, source, alignment)
    yield from check_names(sentence, language, source, alignment, signs, meaning)
    yield from check_attribution(sentence, language, source, alignment, meaning)
    yield from check_standing(sentence, language, source, alignment)
    yield from _negation(signs.flip, across=across)
    least = _OTHER_LANGUAGE if across else _SAME_LANGUAGE
    if nearness(alignment, signs, across=across) < least:
        yield Fault("meaning", "the passage does not say it")
    if meaning.entailment:
        entailed, contradicted = meaning.entailment.judge(source.text, sentence)
        if contradicted > max(_CONTRADICTED, entailed) or entailed < _ENTAILED:
            yield Fault("meaning", "the passage does not say it, by the NLI model")


def _strange(sentence: str, source: Source) -> Iterator[Fault]:
    """Yield a fault for all that is no prose, and for letters of other scripts that the source does not have."""
    for held in smuggled(sentence, source.text):
        yield Fault("beyond", held)
    if letters_of_others(sentence) - letters_of_others(source.text):
        yield Fault("language", "some of its letters are neither French nor English")


def _negation(flip: Flip, *, across: bool) -> Iterator[Fault]:
    if flip.added > _ADDED[across] or flip.only_said:
        yield Fault("negation", "it denies what the passage says")
    elif flip.lost > _LOST[across] or flip.only_held:
        yield Fault("negation", "it says what the passage denies")
