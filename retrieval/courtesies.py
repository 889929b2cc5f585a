"""Messages that only greet, thank, take leave, ask for help or a translation, or say yes or no: no article answers those, a word back does."""

from __future__ import annotations

import re
from typing import Final, Literal

from retrieval.domain import LANGUAGES, Language

Courtesy = Literal["greeting", "thanks", "leave", "help", "yes_no", "translation"]

LONGEST: Final = 80  # characters
THANKING: Final = frozenset("👍👌👏🙏❤")  # signs that thank where there are no words

_INTO_FRENCH: Final = r"(?: (?:en|vers (?:l |le )?) ?[a-zà-ÿ]+)?"
_INTO_ENGLISH: Final = r"(?: (?:in|into|to) [a-z]+)?"
# What each is said with, a regular expression of words; a word alone that agrees ("ok", « parfait ») thanks for an answer too.
_SAID: Final[dict[Language, dict[Courtesy, str]]] = {
    "fr": {
        "leave": r"au revoir|à (?:bientôt|plus tard|la prochaine|demain)|adieu|bonne (?:journée|soirée|nuit|continuation|fin de journée)",
        "thanks": (
            r"(?:un grand |grand |mille )?mercis?(?: beaucoup| bien| infiniment| encore| d avance| à (?:vous|toi))*"
            r"(?: (?:pour|de) (?:(?:votre|ton|ta|la|cette|l) (?:aide|réponse)|tout))?"
            r"|je (?:vous|te) remercie|ok|okay|d accord|entendu|compris|parfait|super|génial|cool|formidable|(?:très )?bien"
        ),
        "help": r"(?:à l |besoin d )?aide|aide[sz]? moi|help|mode d emploi|comment (?:ça|cela) (?:marche|fonctionne)|que (?:sais tu|peux tu|savez vous|pouvez vous) faire",
        "greeting": r"bonjour|bonsoir|salut|coucou|hello",
        "yes_no": r"oui|non|si|peut être",
        "translation": (
            r"(?:(?:est ce que )?(?:(?:tu|vous) )?(?:peux|pouvez|pourrais|pourriez|sais|savez)(?: (?:tu|vous))? (?:me |nous |le |la |les |m |l )*traduire"
            rf"|tradui[st]|traduisez)(?: (?:moi|nous|le|la|les))*(?: (?:ça|cela|cet article|ce texte|cette (?:réponse|phrase|citation)|(?:la|ta|votre) réponse|tout))?{_INTO_FRENCH}"
        ),
    },
    "en": {
        "leave": r"good ?bye|bye(?: bye)?|see you(?: later| soon| tomorrow)?|good night|have a (?:nice|good|great) (?:day|evening|night)",
        "thanks": (
            r"(?:many )?(?:thanks|thank you|thx|cheers)(?: a lot| very much| so much| again| in advance)*"
            r"(?: for (?:(?:your|the|that) (?:help|answer)|that|everything))?"
            r"|ok|okay|all right|alright|got it|understood|perfect|great|cool|nice|excellent|wonderful|very good"
        ),
        "help": r"help(?: me)?|how does (?:this|it) work|what can you do",
        "greeting": r"hello|hi|hey|good (?:morning|afternoon|evening)",
        "yes_no": r"yes|yeah|no|nope|maybe",
        "translation": (
            r"(?:(?:can|could|would|will) you )?translate(?: (?:this|that|it|everything|all|the (?:answer|article|text|quotation|quote)|your answer)(?: for (?:me|us))?)?"
            rf"{_INTO_ENGLISH}"
        ),
    },
}
_BESIDE: Final[dict[Language, str]] = {
    "fr": r"à (?:tous|toutes|vous)|tout le monde|le bot|dépêche|s il (?:vous|te) plaît|svp|stp|et|ah|oh",
    "en": r"there|all|everyone|everybody|bot|dépêche|depeche|please|and|oh|so",
}


# What is said back, where that is the same wherever it is said.
BACK: Final[dict[Language, dict[Courtesy, str]]] = {
    "fr": {
        "greeting": "Bonjour\u202f! Quelle est votre question sur l’actualité\u202f?",
        "thanks": "Avec plaisir.",
        "leave": "Au revoir, et à bientôt\u202f!",
        "translation": (
            "Je ne traduis pas à la demande\u00a0: je réponds en français et en anglais, et je cite les articles dans leur langue."
        ),
    },
    "en": {
        "greeting": "Hello! What would you like to know about the news?",
        "thanks": "You’re welcome.",
        "leave": "Goodbye, and see you soon!",
        "translation": "I do not translate on demand: I answer in French and in English, and quote the articles in their own language.",
    },
}


def _pattern(language: Language) -> re.Pattern[str]:
    said = "|".join(f"(?P<{kind}>{words})" for kind, words in _SAID[language].items())
    # What was taken for one courtesy stays one: "bye bye bye …" could be cut in thousands of ways.
    return re.compile(rf"(?:(?>(?:{said}|{_BESIDE[language]})\b)(?: |$))+")


_PATTERNS: Final[dict[Language, re.Pattern[str]]] = {"fr": _pattern("fr"), "en": _pattern("en")}


def courtesy(text: str, own: Language) -> tuple[Courtesy, Language] | None:
    """Return what a text is that asks nothing, and in which language it is said, the reader's `own` first; None for any other."""
    if len(text) > LONGEST:
        return None
    if not any(map(str.isalnum, text)):
        return ("thanks", own) if THANKING & {*text} else None
    words = " ".join(re.findall(r"[^\W\d_]+|\d+", text.casefold()))
    for language in sorted(LANGUAGES, key=lambda one: one != own):
        found = _PATTERNS[language].fullmatch(words)
        if found:
            kinds: tuple[Courtesy, ...] = ("translation", "help", "leave", "thanks", "greeting", "yes_no")
            kind = next((kind for kind in kinds if found[kind] is not None), None)
            return (kind, language) if kind else None
    return None
