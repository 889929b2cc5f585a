"""Who said it: whether a sentence's speaker is its source's, and whether a report stays one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from retrieval.verify import exonyms
from retrieval.verify.names import Name, alike, names
from retrieval.verify.roles import unknown_role
from retrieval.verify.source import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from retrieval.domain import Language
    from retrieval.verify.meaning import Alignment, Meaning
    from retrieval.verify.source import Source

_SAYING: Final[dict[Language, str]] = {
    "fr": r"\b(?:déclar|affirm|expliqu|indiqu|ajout|annonc|estim|assur|précis|soulign|confi|répliqu|not|racont|lanc|insist|rappel|accus|dénonc|souhait|pens"
    r"|rapport|révél|confirm|observ|plaid|calcul|soupir|critiqu|commen?t|ni|martel|clam|lâch|ironis|détaill|rétorqu|tranch|déplor|plaisant|espèr|suggèr|suggér|espér|révèl|témoign|dévoil|résum|demand|jur|regrett)(?:e|ent|ait|aient|é|a|èrent|ant)\b"
    r"|\b(?:dit|disent|disait|disaient|répond(?:ent|ait|u|it)?|prévien(?:t|nent)|prévenu|averti(?:t|ssent)?|conclu[ts]?|reconn(?:aît|aissent|u)|admet(?:tent|tait)?|admis"
    r"|promet(?:tent)?|promis|prétend(?:ent|ait|u)?|craint|craignent|craignait|jugé|croit|croient|dément(?:ent|i)?|écri(?:t|vent|vait)|sourit|sout(?:ient|iennent|enu|enait)|(?:laiss\w+|fai?(?:t|sait|saient)|font) (?:entendre|savoir|valoir|remarquer|part)|m(?:is|et|ettent) en garde)\b",
    "en": r"(?:said|says|say|saying|told|tells|added|adds|explained|explains|announced|announces|claimed|argued|argues|stated|warned|warns|wrote|writes"
    r"|suggested|suggests|insisted|insists|noted|reported|confirmed|confirms|denied|denies|admitted|admits|acknowledged|promised|accused|accuses|denounced|called|described|believes|believed"
    r"|thinks|thought|hopes|hoped|feared|expects|expected|asked|replied|answered|recalled|pointed out|revealed|reveals|predicted|criticised|criticized|commented|concluded|estimated|tweeted|testified|remarked|stressed|urged"
    r"|declared|declares|asserted|asserts|affirmed|indicated|indicates|mentioned|maintained|pledged|vowed|lamented|laments|complained|cautioned|joked)\b",
}
_BY: Final[dict[Language, re.Pattern[str]]] = {
    "fr": re.compile(r"\b(?:selon|d['’]après|de l['’]avis de|aux yeux de|aux dires de)\s", re.I),
    "en": re.compile(r"\b(?:according to|in the words of|in the view of|as per)\s", re.I),
}
_VERBS: Final[dict[Language, re.Pattern[str]]] = {
    language: re.compile(rf"\b{pattern}" if language == "en" else pattern)
    for language, pattern in _SAYING.items()
}
# These have a speaker only where one stands right before: "a phenomenon called", "the trial concluded", "cases were reported" have none.
_LOOSE = re.compile(
    r"called|described|reported|concluded|expected|estimated|noted|feared|believed|thought|suggests?|reveals?|revealed|confirm(?:ed|s)|observed"
)
_PASSIVE: Final[dict[Language, re.Pattern[str]]] = {
    "en": re.compile(r"\b(?:is|are|was|were|be|been|being)\s(?:[^\W\d_]+\s)?$"),
    "fr": re.compile(r"\b(?:est|sont|était|étaient|été|être|fut|furent)\s(?:[^\W\d_]+\s)?$"),
}
_RIGHT_BEFORE = re.compile(r"[\s,’']*(?:(?:has|have|had|also|later|once|then|since|now)\s)*$")
_OBJECT = re.compile(r"told|asked|accus|call|critici|urged|denounc|describ|averti|préven|dénonc|critiqu")
_QUOTED = re.compile(r"[«»“”\"]")
_STOP = re.compile(r"[.;:«»“”\"]")
_BREAK = re.compile(r"[.;:«»“”\"]|, (?!who|qui)")
# Reported, not established: the French conditional of hearsay, and what names it outright.
_HEARSAY: Final[dict[Language, re.Pattern[str]]] = {
    "fr": re.compile(
        r"\b(?:aurait|auraient|serait|seraient|présumée?s?|prétendue?s?|prétendument|soupçonn\w+|accus\w+|supposée?s?|apparemment|rumeurs?|allég\w+)\b",
        re.I,
    ),
    "en": re.compile(
        r"\b(?:alleg\w+|reportedly|supposed\w*|purported\w*|apparently|suspected|accus\w+|rumou?r\w*|claim\w*)\b",
        re.I,
    ),
}
_SOFTENED: Final[dict[Language, re.Pattern[str]]] = {
    "fr": re.compile(
        r"\b(?:selon|d['’]après|suspect\w*|aurait|auraient|serait|seraient|pourrait|pourraient|devrait|si|soupçonn\w+|accus\w+|présum\w+|prétend\w*|affirm\w+|assur\w+|déclar\w+|dit|dits|indiqu\w+|rapport\w+|suppos\w+|apparemment|sembl\w+|probable\w*|peut-être|allég\w+|susceptible\w*|risqu\w+|censé\w*|estim\w+|dénonc\w+|rumeurs?)\b",
        re.I,
    ),
    "en": re.compile(
        r"\b(?:according|alleg\w+|reported\w*|suppos\w+|purport\w+|apparent\w*|suspect\w*|accus\w+|claim\w*|said|says|say|told|would|could|might|may|should|if|seem\w*|appear\w*|likely|possibl\w+|perhaps|rumou?r\w*|believed|thought|estimat\w+|denounc\w+|charg\w+|expected|potential\w*)\b",
        re.I,
    ),
}


def speakers(text: str, language: Language) -> list[Name]:
    """Return the names in `text` that are said to speak: before or after a verb of saying, after « selon »."""
    found: list[Name] = []
    listed = names(text, language)
    for match in _BY[language].finditer(text):
        found += _run([n for n in listed if n.start >= match.end()], match.end(), text)
    for match in _VERBS[language].finditer(text):
        quoted = _quoted_before(text, match.start())
        if not quoted and _PASSIVE[language].search(text[: match.start()]):
            continue
        loose = language == "en" and _LOOSE.fullmatch(match[0])
        before = [
            n
            for n in listed
            if n.end <= match.start()
            and match.start() - n.end <= 60
            and not _BREAK.search(text[n.end : match.start()])
        ]
        if loose and before and not _RIGHT_BEFORE.fullmatch(text[before[-1].end : match.start()]):
            continue
        after = [
            n
            for n in listed
            if n.start >= match.end()
            and n.start - match.end() <= 140
            and not (_STOP if quoted else _BREAK).search(text[match.end() : n.start])
        ]
        told = _OBJECT.match(match[0].strip()) is not None  # "the minister told the BBC"
        inverted = after and after[0].start - match.end() <= 60 and (quoted or not (before or told))
        if inverted:
            role = re.search(r"\b[^\W\d_A-ZÀ-Þ]{4,}", text[match.end() : after[0].start])
            # « a déclaré le directeur du projet, Tom Duxbury »: who it is may come last
            found += after if role else _run(after, match.end(), text)
        elif before:
            found.append(before[-1])
            found += [n for n in before[:-1] if before[-1].start - n.end <= 3]
    return list(dict.fromkeys(found))


def spoken(text: str, language: Language) -> bool:
    """Tell whether anything in a text is said or quoted."""
    return bool(_VERBS[language].search(text) or _BY[language].search(text) or _QUOTED.search(text))


def _quoted_before(text: str, at: int) -> bool:
    return bool(re.search(r"[»”\"],?\s*$", text[:at])) or bool(re.search(r",\s*(?:a |ont )?$", text[:at]))


def _run(listed: Sequence[Name], start: int, text: str) -> list[Name]:
    """Return the names that follow one another from the first on, which may have a title before it."""
    if not listed or listed[0].start - start > 45 or _BREAK.search(text[start : listed[0].start]):
        return []
    run = [listed[0]]
    for name in listed[1:]:
        if name.start - run[-1].end > 4:
            break
        run.append(name)
    return run


def check_attribution(
    sentence: str, language: Language, source: Source, alignment: Alignment, meaning: Meaning
) -> Iterator[Fault]:
    """Yield a fault where another speaks in the source, or where what it only reports is stated."""
    if not alignment.support:
        return
    across = language != source.language
    small = {held.text for held in alignment.held}
    # "Police said": first in a sentence, a word that the source writes small is no name.
    ours = [a for a in speakers(sentence, language) if not (a.initial and a.word.casefold() in small)]
    place = alignment.support[0]
    near = " ".join(source.sentences[max(0, place - 1) : place + 2])
    own = speakers(source.sentences[place], source.language)
    theirs = [*own, *speakers(near, source.language)]
    ids = {i for i, s, e in exonyms.ids_in(sentence) for a in ours if s <= a.start < e}
    met = bool(ids & {i for i, _, _ in exonyms.ids_in(source.sentences[place])})
    met = met or any(alike(a.word, b.word, across=across) for a in ours for b in theirs)
    met = met or (across and bool(own) and any(_translated(a, own, alignment) for a in ours))
    if ours and own and not met:
        yield Fault("attribution", f"it is {own[0].word} who speaks in the passage, not {ours[0].word}")
    elif ours and not met:
        # Nobody is named who speaks there: whoever it is must speak elsewhere in the passage, or be named where "he" says it.
        named = speakers(source.text, source.language)
        said_there = any(spoken(source.sentences[n], source.language) for n in alignment.support)
        if said_there:
            named += names(" ".join(source.sentences[: place + 2]), source.language)
        listed = any(alike(a.word, b.word, across=across) for a in ours for b in named)
        if not listed and not (across and said_there):  # a name of common words may be another's words there
            yield Fault("attribution", f"the passage does not say that {ours[0].word} said it")
    role = unknown_role(sentence, language, source, alignment, _VERBS[language], _BY[language], meaning)
    if role:
        yield Fault("attribution", f"the passage does not speak of {role}, who is said to have said it")
    said = source.sentences[place]
    hearsay = _HEARSAY[source.language].search(said) and not _SOFTENED[language].search(sentence)
    if hearsay and _covers(alignment):
        yield Fault("attribution", "the passage reports it, and does not state it")


def _translated(name: Name, own: Sequence[Name], alignment: Alignment) -> bool:
    """Tell whether a speaker's nearest word in the source is one of the source's own speakers, by another word."""
    rows = [n for n, w in enumerate(alignment.words) if w.start <= name.start < w.end]
    columns = [n for n, w in enumerate(alignment.held) if any(w.text == o.word for o in own)]
    return not rows or not columns or float(alignment.likeness[rows][:, columns].max()) >= 0.5


def _covers(alignment: Alignment) -> bool:
    """Tell whether a sentence repeats most of what its source's sentence says, hearsay and all."""
    columns = [n for n, w in enumerate(alignment.held) if w.sentence == alignment.support[0] and not w.stop]
    return bool(columns) and float((alignment.likeness[:, columns].max(axis=0) >= 0.5).mean()) >= 0.4
