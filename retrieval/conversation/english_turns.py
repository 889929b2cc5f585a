"""English follow-ups: which words lean on what went before, and how they are put so that they no longer do."""

from __future__ import annotations

import re

from retrieval.conversation.english_pronouns import LEADS
from retrieval.conversation.mention import Mention
from retrieval.conversation.mentions import phrases
from retrieval.conversation.turns import Fragment, capital, closed

_ASKING = r"when|where|why|how|who|whom|whose|what|which"
_ADVERBIAL = re.compile(
    rf"^(?:when|where|why|how (?:long|often|far)|how(?! (?:much|many|old|tall|big|high|large))|(?:at )?what time|(?:{LEADS}) (?:when|where|whom|who|what(?: \w+)?|which \w+|how (?:long|much|many(?: \w+)?))|(?:on |in )?(?:what|which) (?:year|day|date|month|days))\b",
    re.I,
)
_COUNTED = re.compile(
    r"^how (?:many|much) [^\W\d_]+(?= (?:do|does|did|is|are|was|were|will|can|has|have|had|would|could)\b)",
    re.I,
)
_AUXILIARY = r"(?:do|does|did|is|are|was|were|will|can|has|have|had|would|could|should|may|might|must|shall)"
_VERBS = re.compile(rf"\b{_AUXILIARY}\b|\w['’](?:s|re|ll|d|ve) ", re.I)
_OPENING = re.compile(
    r"^(?:(?:and|but|or|so|ok|okay|thanks|thank you|well|then|yes|no)\b[\s,]*)*(?:(?:what|how) about (?=\S))?(?:(?:and )(?=\S))?",
    re.I,
)
_HOLLOW = re.compile(
    r"^(?:what happened|what is it|what['’]s (?:it|that|this)|who is (?:it|that)|why so|how so|how come|(?:and )?(?:then|after that|what else|who else|anything else|what next|tell me more|go on)|why not)(?: then| next| after that| afterwards)?\W*$",
    re.I,
)  # fmt: skip


def opening(text: str) -> str:
    """Return the question without what only ties it to what went before: "and", "but", "what about"."""
    return _OPENING.sub("", text, count=1)


def hollow(text: str) -> bool:
    """Tell whether a question has nothing of its own: "what happened next?"."""
    return bool(_HOLLOW.match(text))


def fragment(text: str) -> Fragment | None:
    """Return what a question of no verb is: a question word with what it asks for, or a phrase; None where there is a verb."""
    words = re.sub(r"[\s?!.…]+$", "", text)
    count = len(words.split())
    if not words or _VERBS.search(words):
        return None
    if re.match(rf"(?:(?:{LEADS}) )?(?:{_ASKING})\b", words, re.I):
        last = words.split()[-1].lower()
        done = count > 2 and (last.endswith("ed") or last in _PAST)
        return Fragment("asking", words) if not done and _ASKING_ONLY.match(words) else None
    if count > 6 or any(w.lower() in _PAST for w in words.split()):
        return None
    lead = re.match(rf"(?:{LEADS})\b", words, re.I)
    return Fragment("phrase", words, lead[0].casefold() if lead else "")


_ASKING_ONLY = re.compile(
    rf"(?:(?:{LEADS}) )?(?:(?:{_ASKING})|how (?:long|often|far|old|tall|big|high|much|many|large|fast|soon)|how (?:many|much) \w+(?: (?:{LEADS}) \w+(?: \w+)?)?|how (?:many|much) (?:{LEADS}) \w+|(?:what|which|whose) \w+(?: \w+)?)$",
    re.I,
)
_PAST = frozenset(
    [
        "said",
        "won",
        "died",
        "paid",
        "built",
        "made",
        "went",
        "came",
        "lost",
        "took",
        "got",
        "left",
        "met",
        "found",
        "told",
        "did",
        "began",
        "ran",
        "sold",
        "bought",
    ]
)


def adverbial(text: str) -> re.Match[str] | None:
    """Return the question word that opens `text` where another may stand in its place: when, where, why, how, by whom."""
    return _ADVERBIAL.match(text)


def ask_anew(earlier: str, asking: str) -> list[str]:
    """Return the earlier question asked with another question word, likeliest first: "Why will the night train run …?"."""
    new = capital(asking)
    counted = _COUNTED.match(earlier)
    anew = [f"{_bare(earlier)}, and {asking[0].lower()}{asking[1:]}"]
    if adverbial(asking):
        if found := adverbial(earlier):
            anew = [new + earlier[found.end() :]]
        elif re.match(rf"(?!is it ){_AUXILIARY}\b", earlier, re.I):
            anew = [f"{new} {earlier[0].lower()}{earlier[1:]}"]
        elif found := re.match(r"how much(?= (?:do|does|did|will)\b)", earlier, re.I):
            anew.append(new + earlier[found.end() :])
    elif counted and re.match(r"how many \w+$", asking, re.I):
        anew = [new + earlier[counted.end() :]]
    elif counted and (found := re.match(rf"how (?:many|much) (?=(?:{LEADS})\b)", asking, re.I)):
        anew = [f"{counted[0]} {asking[found.end() :]}{earlier[counted.end() :]}"]
    return [closed(text, "en") for text in anew]


def about(topic: str, text: str) -> str:
    """Return a question with what it is about said first: "About the night train: how many died?"."""
    return closed(f"About {topic}: {text[:1].lower()}{text[1:]}", "en")


def what_of(words: str, topic: str | None) -> str:
    """Return the question that asks of something, of a topic: "What about the price of the ferry?"."""
    return closed(f"What about {words}{' of ' + topic if topic else ''}", "en")


def own_phrases(text: str, known: frozenset[str]) -> list[Mention]:
    """Return what the question itself names."""
    return phrases(text, "en", known)


def _bare(question: str) -> str:
    return re.sub(r"[\s?!.…]+$", "", question)
