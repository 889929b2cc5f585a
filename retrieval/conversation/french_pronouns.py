"""French words that stand for something said before (il, lui, y, en, son, celui-ci, cette …)."""

from __future__ import annotations

import re
from typing import Final

from retrieval.conversation.mention import Gender, Mention
from retrieval.conversation.turns import Role, Use
from retrieval.words import is_stop

_VERB = r"[^\W\d_]+"
_CLITICS = (
    r"(?:\b(?:ne |n['’]|se |s['’]|me |m['’]|te |t['’]|nous |vous |le |la |les |l['’]|lui |leur |y |en ))*"
)
_INVERSION = re.compile(
    rf"(?P<before>{_CLITICS})\b(?P<verb>{_VERB})(?P<t>-t)?-(?P<pronoun>ils?|elles?)\b", re.I
)
_IMPERSONAL = re.compile(
    r"\by\s+(?:a|avait|aura|aurait|eut|a-t)[-\s]|\b(?:faut|fallait|faudra|faudrait|fallu|s['’]agit|pleut|neige|suffit|convient|vaut|semble|paraît|advient|existe|reste|manque)(?:-t)?-il\b"
    r"|\bse (?:passe|passait|passera)(?:-t)?-il|\bs['’](?:est|était)-il (?:passé|produit|agi)\b|\bqu['’](?:arrive|advient)-t-il|\b(?:est|était|serait|sera)-il\s+(?:vrai|possible|exact|question|prévu|temps|nécessaire|interdit|permis|probable|certain|utile|important|obligatoire|normal|juste|trop tard)"
    r"|\best-il (?:\w+ment )?\w+ (?:de |d['’]|que |qu['’])|\bheure\s+est-il\b|\bqu['’]en\s+est-il\b|\ba-t-il\s+(?:fallu|plu|neigé)\b",
    re.I,
)
_SUBJECT = re.compile(
    r"(?P<link>\bqu['’]|\bs['’]|\bque |\bsi |\bquand |\bpourquoi |\bcombien |\bcomment |\boù |\blorsqu['’]|\bpuisqu['’]|^)(?P<pronoun>ils?|elles?) (?!(?:y a|y avait|faut|s['’]agit|est vrai|est possible|pleut|vous plaît|te plaît)\b)",
    re.I,
)
_POSSESSIVE = re.compile(r"\b(?P<det>son|sa|ses|leurs?)\s+(?P<noun>[^\W\d_]{2,})", re.I)
_OBJECT = re.compile(
    r"\b(?P<clitic>l['’]|les |le |la |lui |leur |y |en )(?P<rest>(?P<aux>a|ont|avait|avaient|aura|auront|est|sont|était|étaient)(?P<inverted>(?:-t)?-(?:on|il|elle|ils|elles))? (?P<participle>(?:\w+ment |bien |déjà |pas |mal )?\w+(?:é|ée|és|ées|i|ie|is|it|ite|ies|u|ue|us|ues|ert|erte|eint|aint))\b)",
    re.I,
)
_INFINITIVE = re.compile(
    r"\b(?:peut|peuvent|pouvait|doit|doivent|veut|veulent|va|vont|faut|pour|sans|comment|où)(?:(?:-t)?-(?:on|ils?|elles?))? (?P<clitic>l['’]|les |le |la |lui |leur |y |en )"
    r"(?P<verb>(?!(?:mer|maire|affaire|premier|dernier|quartier|papier|hiver|soir|territoire|histoire|mémoire|victoire)\b)\w+(?:er|ir|oir|(?:end|ond|ett|u[iî]|a[iî]|oi|iv|attr|aindr|eindr)re))\b(?=\s*(?:\?|$|,|à\b|en\b|dans\b|avec\b|pour\b|sans\b|de\b))",
    re.I,
)
_AFTER_QUI = re.compile(
    r"(?P<who>\b(?:qui|qu['’]est-ce qui|où|comment|combien(?: de \w+)?|quand|pourquoi|on) )(?P<clitic>l['’]|les |le |la |lui |leur |y |en )(?P<verb>[^\W\d_]+)(?P<inverted>(?:-t)?-(?:on|il|elle|ils|elles)\b)?(?=\s*(?:\?|$|,|\bde\b|\bà\b|\ben\b|\bdans\b|\bpour\b|\baujourd|\bencore\b|\btoujours\b))",
    re.I,
)
_THINKING = re.compile(
    r"(?P<before>^qu['’]|^et qu['’])en (?P<verb>[^\W\d_]+)(?P<t>(?:-t)?-(?P<pronoun>ils?|elles?|on))?", re.I
)
# « Qui a perdu son siège ? », « Quel joueur a signé son contrat ? »: whoever is asked for
_OWNED_BY_ASKED = re.compile(
    r"(?:qui (?!est\b|sont\b|était\b|étaient\b)|quel(?:le)?s? (?!est\b|sont\b|était\b|étaient\b)[^?]*\s(?!a |ont |est |sont )[^\W\d_]+ $|combien de (?!temps))",
    re.I,
)
_LATTER = re.compile(
    r"\b(?P<de>d[eu] |à |de la |du )?(?P<word>ce dernier|cette dernière|ces derniers|ces dernières|celui-ci|celle-ci|ceux-ci|celles-ci|celui-là|celle-là)\b",
    re.I,
)
_THAT = re.compile(r"\b(?P<word>cela|ça|ceci)\b", re.I)
_STRESSED = re.compile(
    r"\b(?P<lead>de|d['’]|à|avec|pour|contre|chez|sur|selon|par|sans|envers|vers|après) ?(?P<word>lui|elle|eux|elles)\b",
    re.I,
)
_THERE = re.compile(r"\blà-bas\b", re.I)
_DEMONSTRATIVE = re.compile(
    r"(?<![-’'\w])(?P<det>cet|cette|ces|ce) (?P<noun>(?!(?:que|qui|qu|dont|n|sont|soir|matin|jour|mois|an|week|moment|semaine|année|été|hiver|automne|printemps|siècle|saison|fois|après|nuit|jours|temps|type|genre|sera|serait|fut)\b)[^\W\d_]+)",
    re.I,
)

# « y a-t-il », « en est-il »: nothing is meant by the pronoun
_IDIOM = re.compile(r"\b(?:y a(?:-t-il)?\b|y avait|en est-il)", re.I)
_CLITICS_MEAN: Final[dict[str, tuple[Role, Gender | None, bool | None]]] = {
    "l’": ("object", None, False), "le": ("object", "m", False), "la": ("object", "f", False),
    "les": ("object", None, True), "lui": ("object", None, False), "leur": ("object", None, True),
    "y": ("place", None, None), "en": ("object", None, None),
}  # fmt: skip


def find_use(text: str, mentions: list[Mention]) -> Use | None:
    """Return the first word of `text` that stands for something said before; None where none does."""
    impersonal = [m.span() for m in _IMPERSONAL.finditer(text)]
    for found in _INVERSION.finditer(text):
        if any(a < found.end() and found.start() < b for a, b in impersonal) or _has_subject(
            text, found, mentions
        ):
            continue
        return _third_person(found["pronoun"])
    for found in _SUBJECT.finditer(text):
        if not any(m.end <= found.start("pronoun") for m in mentions):
            return _third_person(found["pronoun"])
    for finder in (_thinking, _object, _stressed, _possessive, _latter, _demonstrative):
        if use := finder(text, mentions):
            return use
    return None


def _has_subject(text: str, found: re.Match[str], mentions: list[Mention]) -> bool:
    """Tell whether the pronoun only repeats a subject that stands before the verb: « le bac coûte-t-il »."""
    start = found.start() if found["before"] else found.start("verb")
    between = text[:start].rstrip()
    if any(
        m.end <= len(between) and (not m.lead or (m.lead in {"de", "d"} and m.start > 20)) for m in mentions
    ):
        return True
    if re.match(r"combien d(?:e |['’])", text, re.I) and found["verb"].lower() in {
        "sont",
        "étaient",
        "seront",
    }:
        return True
    # an inner name ends the phrase too: « le bac de Port-Lauzan part-il »
    word = re.match(r".*\b(?:quand|où|comment|pourquoi|combien) (?P<rest>[^\W\d_][^?]*)$", between, re.I)
    return bool(word and not word["rest"].lower().startswith(("de ", "d'", "d’")))


def _third_person(pronoun: str) -> Use:
    low = pronoun.lower()
    return Use("subject", gender="m" if low.startswith("il") else "f", plural=low.endswith("s"))


def _possessive(text: str, mentions: list[Mention]) -> Use | None:
    for found in _POSSESSIVE.finditer(text):
        if any(m.end <= found.start() for m in mentions):
            continue
        determiner, noun = found["det"].lower(), found["noun"]
        if noun[0].isupper() or _OWNED_BY_ASKED.match(text[: found.start()]):
            continue
        if determiner == "leur" and re.match(r"(?:a|ont|avait|est)\b|\w+(?:er|ir)$", noun):
            continue
        return Use("owner", plural=None if not determiner.startswith("leur") else True)
    return None


def _object(text: str, mentions: list[Mention]) -> Use | None:
    for pattern in (_OBJECT, _INFINITIVE, _AFTER_QUI):
        for found in pattern.finditer(text):
            clitic = found["clitic"].strip().lower().replace("'", "’")
            taken = pattern is not _INFINITIVE and any(m.start == found.start("clitic") for m in mentions)
            if taken or (
                clitic in {"y", "en"}
                and (pattern is _INFINITIVE or _IDIOM.match(text, found.start("clitic")))
            ):
                continue
            role, gender, plural = _CLITICS_MEAN[clitic]
            if pattern is _OBJECT and clitic in {"l’", "les"}:
                gender = gender or _agreed(found["participle"])
            return Use(role, gender, plural)
    return None


def _agreed(participle: str) -> Gender | None:
    return "f" if re.search(r"(?:ée|ie|ite|ise|ue|erte|einte)s?$", participle) else None


def _thinking(text: str, mentions: list[Mention]) -> Use | None:
    """« Qu’en pense-t-il ? », « Qu’en dit le maire ? »: of what the earlier question is about."""
    found = _THINKING.search(text)
    return Use("object") if found and found["verb"].lower() != "est" else None


def _stressed(text: str, mentions: list[Mention]) -> Use | None:
    found = _STRESSED.search(text)
    if found is None:
        lone = re.match(
            r"(?P<word>lui|elle|eux|elles),? (?=qu|que |combien |où |quand |comment )", text, re.I
        )
        return Use("person", "f" if lone["word"].lower().startswith("elle") else "m") if lone else None
    if any(m.end <= found.start() for m in mentions):
        return None
    low = found["word"].lower()
    return Use("person", "f" if low.startswith("elle") else "m", plural=low in {"eux", "elles"})


def _latter(text: str, mentions: list[Mention]) -> Use | None:
    found = _LATTER.search(text)
    if found and not any(m.end <= found.start() for m in mentions):
        low = found["word"].lower()
        feminine, plural = (
            low.startswith(("cette", "celle")),
            low.startswith(("ces", "ceux", "celles")),
        )
        return Use("subject", "f" if feminine else "m", plural)
    if _THAT.search(text):
        return Use("event")
    return Use("place") if _THERE.search(text) else None


def _demonstrative(text: str, mentions: list[Mention]) -> Use | None:
    found = _DEMONSTRATIVE.search(text)
    if not found or any(m.end <= found.start() or (m.named and m.start > found.start()) for m in mentions):
        return None
    after = text[found.end() :]
    if re.match(r" (?:de |du |des |d['’]|qui |que |qu['’]|dont )", after):
        return None  # it says itself which
    if (word := re.match(r" ([^\W\d_]+)", after)) and not is_stop(word[1], "fr"):
        return Use("event")
    return Use("same", noun=found["noun"])
