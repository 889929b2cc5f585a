"""English words that stand for something said before (he, it, their, there, that …), and what is put in their places."""

from __future__ import annotations

import re

from retrieval.mentions import Gender, Mention
from retrieval.turns import Role, Use, capital, replaced
from retrieval.words import is_stop

# What a phrase of a question may begin with, as an alternation.
LEADS = r"in|on|at|for|from|to|with|without|by|since|until|till|about|of|under|over|near|after|before|during|against|between"
_EXPLETIVE = re.compile(
    r"\b(?:is|was|would|will|isn['’]t) it (?:true|possible|likely|raining|safe|legal|correct|right|important|necessary|too late|worth \w+ing|going to (?:rain|snow))\b"
    r"|\b(?:does|did|would|will) it (?:take to|cost to|matter (?:if|whether|that)|take for)\b|\btake (?:\w+ )?to\b(?=.*\bit\b)|\bit (?:is|was) (?:true|possible|likely|said)\b|\b(?:do|doing|done|make|made) it\b|\bwhat (?:is|was) it like to\b|\bit['’]s (?:true|possible)\b",
    re.I,
)
_SUBJECT = re.compile(r"\b(?P<word>he|she|they|it)\b(?P<short>['’](?:s|d|ll|re|ve))?", re.I)
_OBJECT = re.compile(r"\b(?P<word>him|them|her)\b(?!['’])", re.I)
_OWNER = re.compile(r"\b(?P<word>his|her|its|their)\b\s+(?P<noun>(?:[^\W\d_]+))", re.I)
_THERE = re.compile(r"\b(?P<word>there)\b", re.I)
_EXISTENTIAL = re.compile(
    r"\b(?:is|are|was|were|be|been|isn['’]t|aren['’]t)\s+there\b|\bthere(?:['’]s|\s+(?:is|are|was|were|be|been|will|has|have))\b",
    re.I,
)
_THAT = re.compile(
    r"\b(?P<word>that|this)\b(?=\s*(?:\?|$|,|\bis\b|\bwas\b|\bhappen|\bwork|\bmean|\bto\b|\bin\b|\bcost|\btake|\bbe\b|\bhelp|\bend|\bstart|\bcome|\bgo\b))|\b(?P<those>those|these)\b(?=\s*(?:\?|$|\bare\b|\bwere\b))",
    re.I,
)
_SAME = re.compile(
    r"\b(?P<det>that|this|these|those) (?P<noun>(?!(?:is|was|year|week|month|morning|evening|summer|winter|spring|autumn|weekend|century|time|the|a|an|he|she|it|they|there|happen|to|in|one|season|decade|date)\b)[^\W\d_]+)",
    re.I,
)


def find_use(text: str, mentions: list[Mention]) -> Use | None:
    """Return the first word of `text` that stands for something said before; None where none does."""
    expletive = [m.span() for m in _EXPLETIVE.finditer(text)]
    for found in _SUBJECT.finditer(text):
        low = found["word"].lower()
        if any(a <= found.start() <= b for a, b in expletive):
            continue
        after = text[found.end() :].lstrip()
        object_like = low == "it" and (
            not after or not after[0].isalnum() or re.match(rf"(?:{LEADS}|and|or)\b", after, re.I)
        )
        if any(m.end <= found.start() for m in mentions) and not object_like:
            continue
        return _standing(
            text, found, "person" if low in {"he", "she"} else "thing" if low == "it" else "subject"
        )
    for found in _OWNER.finditer(text):
        low = found["word"].lower()
        if (low == "her" and is_stop(found["noun"], "en")) or any(m.end <= found.start() for m in mentions):
            continue
        return _owner(text, found)
    for found in _OBJECT.finditer(text):
        noun = re.match(r"\s+([^\W\d_]+)", text[found.end() :])
        if found["word"].lower() == "her" and noun and not is_stop(noun[1], "en"):
            continue
        return _standing(text, found, "object" if found["word"].lower() == "them" else "person")
    for finder in (_there, _that, _same):
        if use := finder(text, mentions):
            return use
    return None


_SHORT_FORMS = {"s": " is", "d": " had", "ll": " will", "re": " are", "ve": " have"}
_GENDERS: dict[str, Gender] = {"he": "m", "him": "m", "his": "m", "she": "f", "her": "f"}


def _standing(text: str, found: re.Match[str], role: Role) -> Use:
    low = found["word"].lower()
    short = found.groupdict().get("short")
    long = _SHORT_FORMS[short[1:].lower()] if short else ""

    def put(mention: Mention, words: str) -> str:
        return capital(replaced(text, found.start(), found.end(), words + long))

    return Use(role, put, gender=_GENDERS.get(low), plural=low in {"they", "them"})


def _owner(text: str, found: re.Match[str]) -> Use:
    low = found["word"].lower()

    def put(mention: Mention, words: str) -> str:
        mark = "’" if words.endswith("s") and mention.plural else "’s"
        return capital(replaced(text, found.start("word"), found.end("word"), f"{words}{mark}"))

    role: Role = "person" if low in _GENDERS else "owner"
    return Use(role, put, gender=_GENDERS.get(low), plural=True if low == "their" else None)


def _there(text: str, mentions: list[Mention]) -> Use | None:
    if _EXISTENTIAL.search(text) or not (found := _THERE.search(text)):
        return None

    def put(mention: Mention, words: str) -> str:
        lead = mention.lead if mention.lead in {"on", "at", "in"} else "in" if mention.bare else "at"
        if re.search(r"\b(?:get|go|going|travel|went|come) $", text[: found.start()]):
            lead = "to"
        return replaced(text, found.start(), found.end(), f"{lead} {words}")

    return Use("place", put)


def _that(text: str, mentions: list[Mention]) -> Use | None:
    found = _THAT.search(text)
    if not found:
        return None

    def put(mention: Mention, words: str) -> str:
        return capital(replaced(text, found.start(), found.end(), words))

    return Use("event", put)


def _same(text: str, mentions: list[Mention]) -> Use | None:
    found = _SAME.search(text)
    if not found or any(m.end <= found.start() for m in mentions):
        return None
    noun = found["noun"]
    after = text[found.end() : found.end() + 1]
    if after == "-":
        return None

    def put(mention: Mention, words: str) -> str:
        whole = words if noun.lower() in words.lower() else f"the {noun} of {words}"
        return capital(replaced(text, found.start(), found.end(), whole))

    return Use("same", put, noun=noun)
