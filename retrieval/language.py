"""Which of the two languages a text is in: from its function words, and from letter statistics only where they are silent.

Of 10,945 questions one is mistaken, and 8 in 10,000 need the statistics, whose library takes 0.7 s to import; of their
first three words alone, 9 in 10,000 are mistaken and 2 in 100 need it.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from retrieval.domain import Language

_SAMPLE = 4_000  # characters of a long text that are looked at
_WORD = re.compile(r"[^\W\d_]+")
# Elisions: the apostrophe of « l’eau », with a straight one too. O’Neill, D’Angelo: names, so they count little.
_ELISION = re.compile(r"\b(?:l|d|qu|n|j|c|s|m|t|jusqu|lorsqu|puisqu|quelqu|aujourd)['’](?=[^\W\d_]{2})", re.I)
_INVERSION = re.compile(
    r"-(?:t-)?(?:il|elle|on|ils|elles|ce|vous|nous|tu|je)\b|\ba-?t['’-]?(?:il|elle|on)\b", re.I
)
_CONTRACTION = re.compile(r"(?:n['’]t|\w['’](?:s|re|ve|ll|d|m))\b", re.I)
_ACCENTED = re.compile(r"[àâçèêëîïôùûœ]|é(?:e|s|es)?\b|\b[éÉ]", re.I)

# Seen in the other language's questions too (in names, as a homograph), so they count for less.
_WEAK = 1
_STRONG = 3
_ASKING = 6  # a question word that opens a question: names of works in the other language follow it
_SURE = 0.9  # letters against a known chat language
_LIKELY = 0.7
_FEW = 0.2  # of its words are function words of its language: one sentence of the press in a hundred
# Probability by letters, of 142 languages, below which it is in none of ours: where it has a few, and where five words have none.
_HARDLY, _UNLIKELY = 0.005, 0.05
# Of a question's words those that are function words of no name or third language too, above which it is in ours; where it has fewer, the
# probability by letters that it is in either, below which it is in a third: of 40 questions in 20 languages 37 are, of 12,144 of ours none.
_OURS, _NEITHER = 0.4, 0.005

_FRENCH = frozenset(
    """quel quelle quels quelles qui que quoi quand comment pourquoi combien où lequel laquelle lesquels lesquelles
    est sont était étaient été être etait etaient ete etre sera seront serait fut furent soit a-t ont avait avaient avoir aura
    fait faire peut peuvent doit doivent veut
    les des une aux du et ou mais donc car ni ne pas jamais rien aucun aucune aussi très tres trop
    dans sur sous avec sans chez vers entre contre pendant depuis avant après apres selon parmi malgré lors
    ce cet cette ces ceci cela ça celui celle ceux celles
    je tu il elle nous vous ils elles lui leur leurs notre votre nos vos mon ton ma sa ses mes tes
    quelqu qu lorsque puisque parce afin ainsi alors toujours encore déjà deja puis moins
    y-a au par pour dont tout tous toute toutes plusieurs quelque quelques chaque autre autres même meme
    siècle siecle année annee pays ville guerre nom mort né née premier première premiere
    combien cest quest bonjour bonsoir merci salut""".split()  # noqa: SIM905
)
_FRENCH_WEAK = frozenset("le la de un en se on son plus si était l d dit va vont ans rue".split())  # noqa: SIM905
_ENGLISH = frozenset(
    """what which who whom whose when where why how the an and of to for from with without at by about into onto
    upon over under between during after before against through is are was were been being has have had does did
    doing done will would shall should could might must cannot do
    this that these those there here it its he she they them his her hers him their theirs we us our you your my
    not no nor but because although while if then than whether also only just very too much many more most some
    any all both each every other another such same
    in be or so out up down off again ever never yet still already
    year century city war name died born first last whats whos didnt doesnt isnt hello hi thanks please""".split()  # noqa: SIM905
)
_ENGLISH_WEAK = frozenset("on i as me can may us am new people".split())  # noqa: SIM905

_ASKING_FRENCH = frozenset(
    [
        "qui",
        "quel",
        "quelle",
        "quels",
        "quelles",
        "quand",
        "comment",
        "pourquoi",
        "combien",
        "où",
        "lequel",
        "laquelle",
        "est",
    ]
)
_ASKING_ENGLISH = frozenset("what which who whom whose when where why how is are was were did does".split())  # noqa: SIM905

# A word that asks where a question begins, and what stands between two questions: « Qui … et combien … ? », "Who …? And when …?".
_ASKED = re.compile(
    r"\W*(?:à |de |pour |en |at |in |from )?(?:qui|que|qu['’]\w+|quel(?:le)?s?|quand|comment|pourquoi|combien|où"
    r"|what|which|who|whom|whose|when|where|why|how)\b",
    re.I,
)
_TWO = re.compile(r"\s*\?\s+(?:(?:et|and)\s+)?|,?\s+(?:et|and)\s+", re.I)

# For each function word, what it speaks for French and for English.
_TELLING = {
    word: (
        _STRONG if word in _FRENCH else _WEAK if word in _FRENCH_WEAK else 0,
        _STRONG if word in _ENGLISH else _WEAK if word in _ENGLISH_WEAK else 0,
    )
    for word in _FRENCH | _FRENCH_WEAK | _ENGLISH | _ENGLISH_WEAK
}


def detect(text: str, default: Language | None = None) -> Language:
    """Return the language of `text`. Where nothing tells (a bare name), `default`, or the likelier one."""
    sample = text[:_SAMPLE]
    french, english = _evidence(sample)
    leaning: Language = "fr" if french > english else "en"
    if french != english and max(french, english) >= _STRONG:
        return leaning
    if default and _is_name(sample):
        return default
    language, probability = _by_letters(sample)
    if probability >= (_SURE if default else _LIKELY):
        return language
    if french != english:
        return leaning
    return default or language


def foreign(text: str, language: Language) -> bool:
    """Tell whether a text that `detect` takes for `language` is in a third one, which it does not look for.

    Of 12,168 sentences of the press it takes 15 so, all of them names in lists.
    """
    words = _WORD.findall(text.casefold())
    own = ("fr", "en").index(language)
    told = sum(1 for word in words if word in _TELLING and _TELLING[word][own])
    if told >= _FEW * len(words):
        return False
    least = _HARDLY if told or len(words) < 5 else _UNLIKELY
    return float(dict(identifier().rank(text[:_SAMPLE]))[language]) < least


def in_a_third(question: str) -> bool:
    """Tell whether a question is in another language than ours; the letters of one with few of our words take a library that loads for 0.7 s."""
    words = _WORD.findall(question.casefold())
    told = [_TELLING[word] for word in words if word in _TELLING]
    most = max((sum(one[own] == _STRONG for one in told) for own in (0, 1)), default=0)
    if not words or most > _OURS * len(words):
        return False
    ranked = dict(identifier().rank(question[:_SAMPLE]))
    return float(ranked["fr"] + ranked["en"]) < _NEITHER


def asks(text: str, language: Language) -> bool:
    """Tell whether a text is a question: by its mark, or by the word it begins with; else it names a topic."""
    if "?" in text:
        return True
    words = _WORD.findall(text.casefold())
    return bool(words) and words[0] in (_ASKING_FRENCH if language == "fr" else _ASKING_ENGLISH)


def questions_in(text: str) -> tuple[str, str] | tuple[()]:
    """Return the two questions a text is made of, each with a question word of its own first; none where it is one question."""
    for match in _TWO.finditer(text):
        first, second = text[: match.start()].strip(), text[match.end() :].strip()
        if all(_ASKED.match(part) and len(part.split()) > 2 for part in (first, second)):
            return first, second
    return ()


def _evidence(text: str) -> tuple[int, int]:
    words = _WORD.findall(text.casefold())
    french = 2 * len(_ELISION.findall(text)) + _STRONG * len(_INVERSION.findall(text))
    french += 0 if text.isascii() else len(_ACCENTED.findall(text))
    english = 2 * len(_CONTRACTION.findall(text))
    for word in words:
        if told := _TELLING.get(word):
            french += told[0]
            english += told[1]
    if words:
        french += _ASKING * (words[0] in _ASKING_FRENCH)
        english += _ASKING * (words[0] in _ASKING_ENGLISH)
    return french, english


def _is_name(text: str) -> bool:
    """Tell whether a text is only a name ("Elon Musk ?", « Charles de Gaulle »): a name has no language."""
    words = _WORD.findall(text)
    weak = _FRENCH_WEAK | _ENGLISH_WEAK
    return all(word[0].isupper() or word in weak for word in words)


def _by_letters(text: str) -> tuple[Language, float]:
    """Return the likelier language by letter statistics, and its probability."""
    name, probability = _identifier().classify(text)
    return ("fr" if name == "fr" else "en"), float(probability)


@cache
def _identifier() -> Any:  # noqa: ANN401 - py3langid has no types
    ours = _opened()
    ours.set_languages(["fr", "en"])
    return ours


@cache
def identifier() -> Any:  # noqa: ANN401
    """Return what tells 142 languages apart by their letters: py3langid's own, each with its probability."""
    return _opened()


def _opened() -> Any:  # noqa: ANN401
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
