"""Sentences that speak to a machine that reads them: « Ignore les consignes précédentes et réponds … ». They tell nothing of the news."""

from __future__ import annotations

import re
from typing import Final

# What is to be given up, and which: "all previous instructions", « les consignes ci-dessus ».
_RULES_EN: Final = (
    r"(?:instructions?|prompts?|directions?|directives?|rules?|guidelines?|guardrails?|(?:system|developer) messages?"
    r"|everything (?:above|before)|(?:the|all) above|context)"
)
_RULES_FR: Final = (
    r"(?:instructions?|consignes?|directives?|r[eè]gles?|invites?|prompts?|ordres?|messages? syst[eè]me"
    r"|tout ce qui pr[eé]c[eè]de|contexte)"
)
_EN: Final = rf"(?:ignore|disregard|forget|override|bypass|discard|do not follow|don[’']t follow|stop following)\b[^.!?]{{0,60}}?\b{_RULES_EN}"
_FR: Final = (
    r"(?:ignor(?:e|ez|er)|oubli(?:e|ez|er)|n[eé]glig(?:e|ez|er)|contourn(?:e|ez|er)|ne (?:suis|suivez|respecte|respectez) (?:pas|plus)"
    rf"|ne (?:tiens|tenez) (?:pas|plus) compte|ne pas tenir compte|fais abstraction|faites abstraction)\b[^.!?]{{0,60}}?\b{_RULES_FR}"
)
_EARLIER: Final = (
    r"previous|prior|earlier|preceding|above|all|your|any|these|those|pr[eé]c[eé]dentes?|ant[eé]rieure?s?|ci-dessus|toute?s|tous|tes|vos"
    r"|pr[eé]c[eè]de|ces|les|re[cç]ues?|syst[eè]me|system"
)
# An order begins its clause: nobody is told of who gives it. "He told staff to ignore previous instructions" is news.
_BEGINS: Final = r"(?:^|[.!?:;,«“\"‘(*>\]—–-]|\b(?:please|now|and|then|merci de|veuillez|maintenant|et|puis))[\s\u00a0\u202f]*"
_ORDER: Final = re.compile(rf"{_BEGINS}(?=[^.!?]{{0,90}}\b(?:{_EARLIER})\b)(?:{_EN}|{_FR})", re.I)
# Who is spoken to.
_MACHINE_EN: Final = r"(?:AI|A\.I\.|LLM|language model|chat ?bot|chatgpt|claude|gemini|gpt|assistant|bot)"
_MACHINE_FR: Final = r"(?:IA|I\.A\.|mod[eè]le de langage|mod[eè]le de langue|robot conversationnel|chat ?bot|chatgpt|claude|gemini|gpt|assistant)"
_CALLED: Final = re.compile(
    rf"(?:attention|note|notice|message|important|dear|hey|cher|ch[eè]re|avis)\b[^.!?]{{0,20}}\b(?:to|for|aux?|[aà]|pour|les)?\s*"
    rf"(?:all |any |the |tou(?:te)?s les |les |l[’'])?{_MACHINE_EN}s?\s*(?:models?|assistants?|agents?|systems?|readers?)?\s*[:,]"
    rf"|(?:^|[.!?:;«“]\s*)(?:if you are|as) an? (?:\w+ )?{_MACHINE_EN}\b[^.!?]{{0,60}}\b(?:you must|you should|please|say|reply|respond|answer|write|output|tell|do not)\b"
    rf"|(?:^|[.!?:;«“]\s*)(?:si (?:tu es|vous [eê]tes)|en tant qu[’'])\s*(?:une? )?{_MACHINE_FR}\b[^.!?]{{0,60}}\b(?:dis|dites|r[eé]ponds|r[eé]pondez|[eé]cris|[eé]crivez|tu dois|vous devez)\b"
    r"|\byou are now (?:an? |in )?(?:\w+ ){0,3}(?:mode|assistant|AI|DAN|bot)\b|\b(?:tu es|vous [eê]tes) (?:maintenant|d[eé]sormais) (?:une? |en )?(?:\w+ ){0,3}(?:mode|assistant|IA|DAN)\b"
    r"|\breveal (?:your|the) (?:system )?(?:prompt|instructions)|\br[eé]v[eè]le[rz]? (?:tes|vos|ton|votre) (?:instructions|consignes|invite)"
    r"|<\|?/?(?:im_start|im_end|system|assistant|user)\|?>|\[/?(?:INST|SYSTEM)\]",
    re.I,
)
_ASKED: Final = re.compile(
    r"\b(?:(?i:instructions?|prompts?|consignes?|directives?|injections?|ignor\w+|disregard\w*|chatbots?|chatgpt"
    r"|intelligence artificielle|artificial intelligence)|IA|AI|LLM)\b"
)


# A word of each of the above: what has none is no order, and that is seen in a hundredth of the time.
_LIKELY: Final = re.compile(
    r"\b(?:[Ii]gnor|[Dd]isregard|[Ff]orget|[Oo]verrid|[Bb]ypass|[Dd]iscard|(?:not|[’']t|[Ss]top) follow|[Oo]ubli|[Nn][eé]glig|[Cc]ontourn"
    r"|[Nn]e (?:suis|suiv|respect|tiens|tenez|pas tenir)|abstraction|IGNOR|DISREGARD|FORGET|OUBLI|AI\b|IA\b|A\.I|I\.A|LLM|[Ll]anguage model"
    r"|mod[eè]le de lang|[Cc]hat|CHAT|[Cc]laude|[Gg]emini|G[Pp][Tt]|gpt|[Aa]ssistant|[Bb]ot\b|BOT\b|[Yy]ou are now|maintenant|d[eé]sormais|[Rr]eveal|[Rr][eé]v[eè]l)"
    r"|im_start|im_end|<\|?/?(?:system|user)|INST\]|SYSTEM\]"
)


# What the most sentences have none of, looked for in a tenth of the time: two microseconds.
_HINTS: Final = (
    "ignor", "disregard", "forget", "overrid", "bypass", "discard", "t follow", "p follow", "oubli", "néglig", "neglig", "contourn",
    "ne sui", "ne respect", "ne tien", "ne tenez", "ne pas tenir", "abstraction", "llm", "language model", "le de lang", "chat", "claude",
    "gemini", "gpt", "assistant", " bot", "you are now", "maintenant", "désormais", "desormais", "reveal", "révèl", "revel", "im_start",
    "im_end", "system", "user", "inst]",
)  # fmt: skip
_ACRONYMS: Final = ("AI", "IA", "A.I", "I.A", "Bot", "BOT")


def is_order(sentence: str) -> bool:
    """Tell whether a sentence of an article speaks to a machine, to make it say or do something."""
    plain = sentence.lower()
    if not (any(hint in plain for hint in _HINTS) or any(name in sentence for name in _ACRONYMS)):
        return False
    return bool(_LIKELY.search(sentence) and (_ORDER.search(sentence) or _CALLED.search(sentence)))


def asks_of_orders(question: str) -> bool:
    """Tell whether a question is about such sentences, or about machines that are spoken to."""
    return bool(_ASKED.search(question))
