"""English follow-ups: which words lean on what went before, and how they are put so that they no longer do."""

from __future__ import annotations

import re

from retrieval.mentions import Gender, Mention, phrases
from retrieval.turns import Fragment, Role, Use, capital, closed, replaced
from retrieval.words import is_stop

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
_ONE = re.compile(
    r"\bthe (?P<which>other|first|second|third|last|next|latter|former)(?: ones?)?(?=\s*(?:\?|$|,))", re.I
)

_ASKING = r"when|where|why|how|who|whom|whose|what|which"
_LEADS = r"in|on|at|for|from|to|with|without|by|since|until|till|about|of|under|over|near|after|before|during|against|between"
_ADVERBIAL = re.compile(
    rf"^(?:when|where|why|how (?:long|often|far)|how(?! (?:much|many|old|tall|big|high|large))|(?:at )?what time|(?:{_LEADS}) (?:when|where|whom|who|what(?: \w+)?|which \w+|how (?:long|much|many(?: \w+)?))|(?:on |in )?(?:what|which) (?:year|day|date|month|days))\b",
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
    if re.match(rf"(?:(?:{_LEADS}) )?(?:{_ASKING})\b", words, re.I):
        last = words.split()[-1].lower()
        done = count > 2 and (last.endswith("ed") or last in _PAST)
        return Fragment("asking", words) if not done and _ASKING_ONLY.match(words) else None
    if count > 6 or any(w.lower() in _PAST for w in words.split()):
        return None
    lead = re.match(rf"(?:{_LEADS})\b", words, re.I)
    return Fragment("phrase", words, lead[0].casefold() if lead else "")


_ASKING_ONLY = re.compile(
    rf"(?:(?:{_LEADS}) )?(?:(?:{_ASKING})|how (?:long|often|far|old|tall|big|high|much|many|large|fast|soon)|how (?:many|much) \w+(?: (?:{_LEADS}) \w+(?: \w+)?)?|how (?:many|much) (?:{_LEADS}) \w+|(?:what|which|whose) \w+(?: \w+)?)$",
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
    elif counted and (found := re.match(rf"how (?:many|much) (?=(?:{_LEADS})\b)", asking, re.I)):
        anew = [f"{counted[0]} {asking[found.end() :]}{earlier[counted.end() :]}"]
    return [closed(text, "en") for text in anew]


def about(topic: str, text: str) -> str:
    """Return a question with what it is about said first: "About the night train: how many died?"."""
    return closed(f"About {topic}: {text[:1].lower()}{text[1:]}", "en")


def what_of(words: str, topic: str | None) -> str:
    """Return the question that asks of something, of a topic: "What about the price of the ferry?"."""
    return closed(f"What about {words}{' of ' + topic if topic else ''}", "en")


def find_use(text: str, mentions: list[Mention]) -> Use | None:
    """Return the first word of `text` that stands for something said before; None where none does."""
    expletive = [m.span() for m in _EXPLETIVE.finditer(text)]
    for found in _SUBJECT.finditer(text):
        low = found["word"].lower()
        if any(a <= found.start() <= b for a, b in expletive):
            continue
        after = text[found.end() :].lstrip()
        object_like = low == "it" and (
            not after or not after[0].isalnum() or re.match(rf"(?:{_LEADS}|and|or)\b", after, re.I)
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


def own_phrases(text: str, known: frozenset[str]) -> list[Mention]:
    """Return what the question itself names."""
    return phrases(text, "en", known)


def _bare(question: str) -> str:
    return re.sub(r"[\s?!.…]+$", "", question)
