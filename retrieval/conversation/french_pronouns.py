"""French words that stand for something said before (il, lui, y, en, son, celui-ci, cette …), and what is put in their places."""

from __future__ import annotations

import re
from functools import partial
from typing import Final

from retrieval.conversation.french_prepositions import VOWEL, at, of, to
from retrieval.conversation.mentions import Gender, Mention
from retrieval.conversation.turns import Role, Use, capital, closed, replaced
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
        return _inverted(text, found)
    for found in _SUBJECT.finditer(text):
        if not any(m.end <= found.start("pronoun") for m in mentions):
            return _subject(text, found)
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


def _inverted(text: str, found: re.Match[str]) -> Use:
    low = found["pronoun"].lower()

    def put(mention: Mention, words: str) -> str:
        before = text[: found.start()]
        being = found["verb"].lower() in {"est", "sont", "était", "étaient", "sera", "seront", "fut"}
        plain = re.search(r"\bque\s*$|\bqu['’]$", before, re.I) or (
            being
            and re.search(r"\b(?:qui|où|quel(?:le)?s?)\s*$", before, re.I)
            and not text[found.end() :].strip(" \u202f\u00a0?!.")
        )
        if plain and not found["before"]:
            rest = text[found.end() :]
            aux = re.match(
                r"( (?:pas|déjà|aussi|vraiment|ensuite))? \w+(?:é|ée|és|ées|i|is|it|u|us|ert|eint|aint)\b",
                rest,
            )
            if found["verb"].lower() in {"a", "ont", "avait", "avaient"} and aux:
                return f"{before}{found['verb']}{aux[0]} {words}{rest[aux.end() :]}"
            return f"{before}{found['verb']} {words}{rest}"
        start = re.sub(r"(?:qu['’])$", "que ", before, flags=re.I)
        verb = found[0] if start else found[0][:1].lower() + found[0][1:]
        return capital(f"{start}{words} {verb}{text[found.end() :]}")

    return Use("subject", put, gender="m" if low.startswith("il") else "f", plural=low.endswith("s"))


def _subject(text: str, found: re.Match[str]) -> Use:
    low = found["pronoun"].lower()

    def put(mention: Mention, words: str) -> str:
        link = found["link"]
        if link.endswith(("'", "’")) and not VOWEL.match(words):
            link = re.sub(r"['’]$", "e " if link[0].lower() != "s" else "i ", link)
        return capital(replaced(text, found.start(), found.end(), f"{link}{words} "))

    return Use("subject", put, gender="m" if low.startswith("il") else "f", plural=low.endswith("s"))


def _possessive(text: str, mentions: list[Mention]) -> Use | None:
    for found in _POSSESSIVE.finditer(text):
        if any(m.end <= found.start() for m in mentions):
            continue
        determiner, noun = found["det"].lower(), found["noun"]
        if noun[0].isupper() or _OWNED_BY_ASKED.match(text[: found.start()]):
            continue
        if determiner == "leur" and re.match(r"(?:a|ont|avait|est)\b|\w+(?:er|ir)$", noun):
            continue
        article = {"sa": "la ", "ses": "les ", "leurs": "les "}.get(determiner, "le ")
        if determiner == "leur" and re.search(r"(?:tion|sion|té|ure|ée|ie|ette|ance|ence|e)$", noun):
            article = "la "
        if determiner in {"son", "leur"} and VOWEL.match(noun):
            article = "l’"
        phrase = next((m for m in mentions if m.start == found.start()), None)
        end = min(phrase.end, found.end() + 25) if phrase else found.end()

        def put(
            mention: Mention, words: str, found: re.Match[str] = found, end: int = end, article: str = article
        ) -> str:
            begin = text[: found.start()]
            whole = f"{article}{text[found.start('noun') : end]} {of(words)}"
            for small, join in ((r"\bde $", of), (r"\bà $", to)):
                if re.search(small, begin):
                    begin, whole = re.sub(small, "", begin), join(whole)
            return capital(f"{begin}{whole}{text[end:]}")

        return Use("owner", put, plural=None if not determiner.startswith("leur") else True)
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
            verb = found["verb"] if pattern is not _OBJECT else found["rest"]
            if pattern is _AFTER_QUI:
                verb += found["inverted"] or ""
            role, gender, plural = _CLITICS_MEAN[clitic]
            if pattern is _OBJECT and clitic in {"l’", "les"}:
                gender = gender or _agreed(found["participle"])
                verb = _unagreed(verb)
            return Use(
                role, partial(_put_object, text, found.span("clitic"), found.end(), verb), gender, plural
            )
    return None


def _put_object(text: str, clitic: tuple[int, int], end: int, verb: str, mention: Mention, words: str) -> str:  # noqa: PLR0917 - a closure's values, then what it is given
    """Return `text` with the verb, then what its pronoun stands for: « Qui l’a payé ? » → « Qui a payé le bac ? »."""
    said = text[slice(*clitic)].strip().lower()
    whole = {"lui": to(words), "leur": to(words), "y": at(mention, words), "en": of(words)}.get(said, words)
    before = text[: clitic[0]] if VOWEL.match(verb) else re.sub(r"\bqu['’]$", "que ", text[: clitic[0]])
    return capital(f"{before}{verb} {whole}{text[end:]}")


def _agreed(participle: str) -> Gender | None:
    return "f" if re.search(r"(?:ée|ie|ite|ise|ue|erte|einte)s?$", participle) else None


def _unagreed(words: str) -> str:
    """Return a participle without the agreement that an object before it asks for: « payée » → « payé »."""
    return re.sub(r"(é|(?<=[^aeiou])[iu])(?:es|e|s)$", r"\1", words)


def _thinking(text: str, mentions: list[Mention]) -> Use | None:
    """« Qu’en pense-t-il ? », « Qu’en dit le maire ? »: of what the earlier question is about."""
    found = _THINKING.search(text)
    if not found or found["verb"].lower() in {"est"}:
        return None
    whole = re.sub(r"[\s?!]+$", "", text)

    def put(mention: Mention, words: str) -> str:
        verb = found["verb"]
        link = "qu’" if VOWEL.match(verb) else "que "
        return capital(closed(f"{link}{whole[found.start('verb') :]} {of(words)}", "fr"))

    return Use("object", put)


def _stressed(text: str, mentions: list[Mention]) -> Use | None:
    found = _STRESSED.search(text)
    if not found:
        if lone := re.match(
            r"(?P<word>lui|elle|eux|elles),? (?=qu|que |combien |où |quand |comment )", text, re.I
        ):
            return _lone(text, lone)
        return None
    if any(m.end <= found.start() for m in mentions):
        return None
    low = found["word"].lower()

    def put(mention: Mention, words: str) -> str:
        lead = found["lead"].lower()
        whole = (
            of(words)
            if lead in {"de", "d'", "d’"}
            else to(words)
            if lead == "à"
            else f"{found['lead']} {words}"
        )
        return replaced(text, found.start(), found.end(), whole)

    gender = "f" if low.startswith("elle") else "m"
    return Use("person", put, gender="m" if gender == "m" else "f", plural=low in {"eux", "elles"})


def _lone(text: str, found: re.Match[str]) -> Use:
    def put(mention: Mention, words: str) -> str:
        rest = text[found.end() :]
        inverted = _INVERSION.search(rest)
        return _inverted(rest, inverted).put(mention, words) if inverted else f"{capital(words)}, {rest}"

    return Use("person", put, gender="f" if found["word"].lower().startswith("elle") else "m")


def _latter(text: str, mentions: list[Mention]) -> Use | None:
    found = _LATTER.search(text)
    if found and not any(m.end <= found.start() for m in mentions):
        feminine = found["word"].lower().startswith(("cette", "celle"))

        def put(mention: Mention, words: str, found: re.Match[str] = found) -> str:
            lead = (found["de"] or "").strip().lower()
            whole = of(words) if lead.startswith("d") else to(words) if lead == "à" else words
            return capital(replaced(text, found.start(), found.end(), whole))

        return Use(
            "subject",
            put,
            gender="f" if feminine else "m",
            plural=found["word"].lower().startswith("ce")
            and "s" in found["word"][-5:]
            and found["word"].lower().startswith(("ces", "ceux", "celles")),
        )
    for pattern in (_THAT, _THERE):
        if found := pattern.search(text):

            def put_that(
                mention: Mention, words: str, found: re.Match[str] = found, place: bool = pattern is _THERE
            ) -> str:
                before = text[: found.start()]
                whole = at(mention, words) if place else words
                if re.search(r"\bde $", before):
                    before, whole = re.sub(r"\bde $", "", before), of(words)
                return capital(f"{before}{whole}{text[found.end() :]}")

            return Use("place" if pattern is _THERE else "event", put_that)
    return None


def _demonstrative(text: str, mentions: list[Mention]) -> Use | None:
    found = _DEMONSTRATIVE.search(text)
    if not found or any(m.end <= found.start() or (m.named and m.start > found.start()) for m in mentions):
        return None
    after = text[found.end() :]
    if re.match(r" (?:de |du |des |d['’]|qui |que |qu['’]|dont )", after):
        return None  # it says itself which
    if (word := re.match(r" ([^\W\d_]+)", after)) and not is_stop(word[1], "fr"):
        return Use("event", lambda _mention, _words: text)
    article = {"ce": "le ", "cet": "l’", "cette": "la ", "ces": "les "}[found["det"].lower()]
    noun = found["noun"]
    if article == "la " and VOWEL.match(noun):
        article = "l’"

    def put(mention: Mention, words: str) -> str:
        whole = words if noun.lower() in words.lower() else f"{article}{noun} {of(words)}"
        before = text[: found.start()]
        for small, join in ((r"\bde $", of), (r"\bà $", to)):
            if re.search(small, before):
                before, whole = re.sub(small, "", before), join(whole)
        return capital(f"{before}{whole}{text[found.end() :]}")

    return Use("same", put, noun=noun)
