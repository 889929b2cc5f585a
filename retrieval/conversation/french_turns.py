"""French follow-ups: which words lean on what went before, and how they are put so that they no longer do."""

from __future__ import annotations

import re

from retrieval.conversation.french_prepositions import LEADS, of
from retrieval.conversation.mention import Mention
from retrieval.conversation.mentions import phrases
from retrieval.conversation.turns import Fragment, capital, closed

_ASKING = r"quand|où|comment|pourquoi|combien|qui|quoi|que|quel(?:le)?s?|lequel|laquelle|lesquel(?:le)?s"
_ADVERBIAL = re.compile(
    rf"^(?:quand|où|comment|pourquoi|combien de (?:temps|fois|jours|mois|semaines|ans|années|heures)|combien(?! de)|(?:{LEADS}) ?(?:quand|où|qui|quoi|combien(?: de \w+)?|quel(?:le)?s? \w+|lequel|laquelle|lesquel(?:le)?s)|quel jour|quels jours|quelle année)(?! est\b| sont\b)(?=\s|$|\?)",
    re.I,
)
_QUESTION_PHRASE = re.compile(
    rf"^(?:(?:{LEADS}) ?)?(?:quel(?:le)?s? [^\W\d_]+(?: [^\W\d_]+)?|combien d(?:e |['’])[^\W\d_]+(?: [^\W\d_]+)?|quand|où|comment|pourquoi|combien|qui|quoi|(?:le|la|les)quel(?:le)?s?)$",
    re.I,
)
_ANY_ASKING = re.compile(rf"\b(?:{_ASKING})\b", re.I)
_COUNTED = re.compile(r"^combien d(?:e |['’])[^\W\d_]+", re.I)
_OPENING = re.compile(
    r"^(?:(?:et|mais|ou|alors|donc|ok|d['’]accord|merci|bon|puis)\b[\s,]*)+(?:(?:qu['’]en est-il|quid) (?=d))?",
    re.I,
)
_QUID = re.compile(r"^(?:quid|qu['’]en est-il) (?P<rest>(?:de |du |des |d['’]).*)$", re.I)
_VERBS = re.compile(
    r"\b(?:est|sont|était|étaient|a|ont|avait|avaient|sera|seront|serait|fut|va|vont|peut|peuvent|doit|doivent|fait|font|faut|dit|disent|pense|pensent|veut|veulent|coûte|coûtent|c['’]est|y a)\b|\w-(?:t-)?(?:il|elle|ils|elles|on|ce|t|vous|je|tu|nous)\b",
    re.I,
)
_HOLLOW = re.compile(
    r"^(?:(?:que|qu['’]est-ce qui) s['’]est(?:-il)? passé|que se passe-t-il|qu['’]est-ce que c['’]est|c['’]est (?:qui|quoi|quand|où|combien)|pourquoi ça|et (?:après|ensuite|alors)|(?:et )?(?:puis )?(?:après|ensuite|alors))(?: ensuite| après| alors)?\W*$",
    re.I,
)
_YES_NO = re.compile(r"\w-(?:t-)?(?:il|elle)s?\b")


def opening(text: str) -> str:
    """Return the question without what only ties it to what went before: « et », « mais », « quid de »."""
    rest = _OPENING.sub("", text, count=1)
    if found := _QUID.match(rest):
        rest = re.sub(r"^(?:de |d['’])", "", re.sub(r"^du ", "le ", re.sub(r"^des ", "les ", found["rest"])))
    return rest


def hollow(text: str) -> bool:
    """Tell whether a question has nothing of its own: « que s’est-il passé ensuite ? »."""
    return bool(_HOLLOW.match(text))


def fragment(text: str) -> Fragment | None:
    """Return what a question of no verb is: a question word with what it asks for, or a phrase; None where there is a verb."""
    words = re.sub(r"[\s?!.…]+$", "", text)
    if (
        _QUESTION_PHRASE.match(words)
        and len(words.split()) <= 5
        and not _VERBS.search(re.sub(rf"^(?:{LEADS}) ", "", words, flags=re.I))
    ):
        return Fragment("asking", words)
    if _ANY_ASKING.search(words) or re.match(r"qu['’]", words, re.I) or _VERBS.search(words) or not words:
        return None
    if len(words.split()) > 6:
        return None
    lead = re.match(rf"(?:{LEADS}) ?\b", words, re.I)
    return Fragment("phrase", words, lead[0].casefold().strip() if lead else "")


def adverbial(text: str) -> re.Match[str] | None:
    """Return the question word that opens `text` where another may stand in its place: when, where, why, how, by whom."""
    return _ADVERBIAL.match(text)


def counted(text: str) -> re.Match[str] | None:
    """Return « combien de passagers » where the question opens with it."""
    return _COUNTED.match(text)


def ask_anew(earlier: str, asking: str) -> list[str]:
    """Return the earlier question asked with another question word, likeliest first: « Pourquoi le bac reprend-il … ? »."""
    new = capital(asking)
    anew = f"{_bare(earlier)}, et {asking[0].lower()}{asking[1:]}"
    if counted(new) and (found := counted(earlier)):
        anew = new + earlier[found.end() :]
    elif adverbial(new):
        found = re.match(r"Qui (?P<verb>a|avait|va|peut|doit|veut|aura|(?!est\b)[^\W\d_]{2,}[et]) ", earlier)
        if found:  # « Qui a réparé … » → « Quand a-t-on réparé … »
            tie = "-" if found["verb"][-1] in "td" else "-t-"
            anew = f"{new} {found['verb']}{tie}on {earlier[found.end() :]}"
        elif found := adverbial(earlier):
            anew = new + earlier[found.end() :]
        elif found := re.match(r"Est-ce qu", earlier):
            anew = f"{new} est-ce qu{earlier[found.end() :]}"
        elif _YES_NO.search(earlier) and not re.match(rf"(?:{_ASKING}|qu['’])", earlier, re.I):
            anew = f"{new} {re.sub(r'^(?:Le|La|Les|Un|Une|L) ?', lambda m: m[0].lower(), earlier)}"
    return [closed(anew, "fr")]


def about(topic: str, text: str) -> str:
    """Return a question with what it is about said first: « À propos du bac, combien de voitures ? »."""
    return closed(f"À propos {of(topic)}, {text[:1].lower()}{text[1:]}", "fr")


def what_of(words: str, topic: str | None) -> str:
    """Return the question that asks of something, of a topic: « Qu’en est-il du prix du bac ? »."""
    return closed(f"Qu’en est-il {of(words)}{' ' + of(topic) if topic else ''}", "fr")


def own_phrases(text: str, known: frozenset[str]) -> list[Mention]:
    """Return what the question itself names."""
    return phrases(text, "fr", known)


def _bare(question: str) -> str:
    return re.sub(r"[\s?!.…]+$", "", question)
