"""English words that stand for something said before: he, it, their, there, that."""

from __future__ import annotations

import re

from retrieval.conversation.grammar import EN_IRREGULAR, EN_VERBS
from retrieval.conversation.mention import Gender, Mention
from retrieval.conversation.turns import Role, Use
from retrieval.words import is_stop

# What a phrase of a question may begin with, as an alternation.
LEADS = r"in|on|at|for|from|to|with|without|by|since|until|till|about|of|under|over|near|after|before|during|against|between"
_EXPLETIVE = re.compile(
    r"\b(?:is|was|would|will|isn['’]t) it (?:true|possible|likely|raining|safe|legal|correct|right|important|necessary|too late|worth \w+ing|going to (?:rain|snow))\b"
    r"|\b(?:does|did|would|will) it (?:take to|cost to|matter (?:if|whether|that)|take for)\b|\btake (?:\w+ )?to\b(?=.*\bit\b)|\bit (?:is|was) (?:true|possible|likely|said)\b|\b(?:do|doing|done|make|made) it\b|\bit(?:['’]s| is| was| has| had) (?:been|a|an|the)\b|\b(?:does|did) it mean (?:for|to|when|that)\b|\bdoes it take (?:a|an|the|for|to)\b|\bwhat (?:is|was) it like to\b|\bit['’]s (?:true|possible)\b",
    re.I,
)
_SUBJECT = re.compile(r"\b(?P<word>he|she|they|it)\b", re.I)
_OBJECT = re.compile(r"\b(?P<word>him|them|her)\b(?!['’])", re.I)
_OWNER = re.compile(r"\b(?P<word>his|her|its|their)\b\s+(?P<noun>(?:[^\W\d_]+))", re.I)
_THERE = re.compile(r"\b(?P<word>there)\b", re.I)
_EXISTENTIAL = re.compile(
    r"\b(?:is|are|was|were|be|been|isn['’]t|aren['’]t)\s+there\b|\bthere(?:['’]s|\s+(?:is|are|was|were|be|been|will|has|have))\b",
    re.I,
)
# "that" after a noun or a verb joins clauses; after these it stands for something
_STANDS = r"(?:(?<=^)|(?<=\bin )|(?<=\bof )|(?<=\bon )|(?<=\bat )|(?<=\bfor )|(?<=\babout )|(?<=\bby )|(?<=\bwith )|(?<=\bfrom )|(?<=\bto )|(?<=\bdid )|(?<=\bdoes )|(?<=\bdo )|(?<=\bis )|(?<=\bwas )|(?<=\bare )|(?<=\bwere )|(?<=\bwill )|(?<=\bcan )|(?<=\bhas )|(?<=\bhad ))"
_THAT = re.compile(
    rf"\b(?:that|this|those|these)\b(?=\s*(?:\?|$|,))|{_STANDS}(?:that|this)\b(?=\s+(?:is|was|happen|work|mean|to|in|cost|take|be|help|end|start|come|go)\b)",
    re.I,
)
_SAME = re.compile(
    rf"{_STANDS}(?P<det>that|this|these|those) (?P<noun>(?!(?:is|was|year|week|month|morning|evening|summer|winter|spring|autumn|weekend|century|time|the|a|an|he|she|it|they|there|happen|to|in|one|season|decade|date|type|kind|sort)\b)[^\W\d_]+)",
    re.I,
)
# "Which company said it is …": whoever is asked for
_ASKED = re.compile(
    r"(?:(?:in |on |at |for |from |to |with )?(?:which|what) (?!(?:is|are|was|were|do|does|did|will|would|can|could|has|have|had|should)\b)|how many |who (?!is\b|was\b|are\b|were\b|did\b|does\b|do\b|will\b|has\b))",
    re.I,
)
_AFTER_AUXILIARY = re.compile(
    r"\b(?:is|are|was|were|do|does|did|will|would|can|could|has|have|had|should|may|might|must) $", re.I
)


def find_use(text: str, mentions: list[Mention]) -> Use | None:
    """Return the first word of `text` that stands for something said before; None where none does."""
    expletive = [m.span() for m in _EXPLETIVE.finditer(text)]
    for found in _SUBJECT.finditer(text):
        if any(a <= found.start() <= b for a, b in expletive) or _whoever(text, found.start()):
            continue
        low = found["word"].lower()
        after = text[found.end() :].lstrip()
        ends = not after or not after[0].isalnum() or re.match(rf"(?:{LEADS}|and|or)\b", after, re.I)
        if not (
            _named_before(found.start(), mentions)
            if low != "it" or not ends
            else _told(text, found.start(), mentions)
        ):
            return _standing(
                found, "person" if low in {"he", "she"} else "thing" if low == "it" else "subject"
            )
    for found in _OWNER.finditer(text):
        her = found["word"].lower() == "her" and is_stop(found["noun"], "en")
        if not (her or _whoever(text, found.start()) or _named_before(found.start(), mentions)):
            return _owner(found)
    for found in _OBJECT.finditer(text):
        noun = re.match(r"\s+([^\W\d_]+)", text[found.end() :])
        owns = found["word"].lower() == "her" and noun and not is_stop(noun[1], "en")
        if not (owns or _whoever(text, found.start()) or _told(text, found.start(), mentions)):
            return _standing(found, "object" if found["word"].lower() == "them" else "person")
    for finder in (_there, _that, _same):
        if use := finder(text, mentions):
            return use
    return None


def _named_before(start: int, mentions: list[Mention]) -> bool:
    """Tell whether something named before in the question is what a subject or an owner stands for."""
    return any(m.end <= start for m in mentions)


def _told(text: str, start: int, mentions: list[Mention]) -> bool:
    """Tell whether the question itself says what an object is: not its subject, so there are two, or one far off."""
    before = [m for m in mentions if m.end <= start and not m.within]
    return len(before) > 1 or any(len(text[m.end : start].split()) >= _FAR for m in before)


def _whoever(text: str, start: int) -> bool:
    """Tell whether a pronoun stands for what is asked for: "Which country elected its first …"."""
    return bool(_ASKED.match(text)) and not _AFTER_AUXILIARY.search(text[:start])


_FAR = 5  # words
_GENDERS: dict[str, Gender] = {"he": "m", "him": "m", "his": "m", "she": "f", "her": "f"}


def _standing(found: re.Match[str], role: Role) -> Use:
    low = found["word"].lower()
    return Use(role, gender=_GENDERS.get(low), plural=low in {"they", "them"})


def _owner(found: re.Match[str]) -> Use:
    low = found["word"].lower()
    role: Role = "person" if low in _GENDERS else "owner"
    return Use(role, gender=_GENDERS.get(low), plural=True if low == "their" else None)


def _there(text: str, mentions: list[Mention]) -> Use | None:
    return Use("place") if _THERE.search(text) and not _EXISTENTIAL.search(text) else None


def _that(text: str, mentions: list[Mention]) -> Use | None:
    return Use("event") if _THAT.search(text) else None


def _same(text: str, mentions: list[Mention]) -> Use | None:
    found = _SAME.search(text)
    if not found or any(m.end <= found.start() or (m.named and m.start > found.start()) for m in mentions):
        return None
    if re.match(r"-| (?:of|who|that|which)\b", text[found.end() :]):
        return None  # it says itself which
    noun = found["noun"]
    if (word := re.match(r" ([^\W\d_]+)", text[found.end() :])) and _describes(word[1]):
        return Use("event")
    return Use("same", noun=noun)


def _describes(word: str) -> bool:
    """Tell whether the word after "this short" may be the noun: no verb one knows."""
    return (
        word.islower()
        and not is_stop(word, "en")
        and word not in EN_VERBS | EN_IRREGULAR
        and not word.endswith("ed")
    )
