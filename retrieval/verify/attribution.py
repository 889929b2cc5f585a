"""Who said it: whether a sentence's speaker is its source's, and whether a report stays one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from retrieval.verify import exonyms
from retrieval.verify.names import Name, alike, names
from retrieval.verify.source import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from retrieval.domain import Language
    from retrieval.verify.meaning import Alignment
    from retrieval.verify.source import Source

_SAYING: Final[dict[Language, str]] = {
    "fr": r"(?:a|ont|avait|avaient|aurait|est|sont)?[\s-]*(?:t-(?:il|elle)\s)?(?:déclar|affirm|expliqu|indiqu|ajout|annonc|estim|assur|précis|soulign|confi|répond|répliqu|not|racont|préven|averti|lanc|conclu|insist|rappel|reconn|admi|admet|préten|promi|promet|accus|dénonc|souhait|espèr|crai|jug|pens|croi|rapport|commen|révél|confirm|ni|dément|écri|observ|suggér|suggèr|plaid|sourit|calcul|soupir|critiqu)[a-zéèêïîç]*\b"
    r"|\b(?:a|ont|avait|avaient) dit\b|\bdit\b|\bdisent\b|\bdisait\b",
    "en": r"(?:said|says|say|saying|told|tells|added|adds|explained|explains|announced|announces|claimed|claims|argued|argues|stated|states|warned|warns|wrote|writes"
    r"|suggested|suggests|insisted|insists|noted|notes|reported|reports|confirmed|confirms|denied|denies|admitted|admits|acknowledged|promised|promises|accused|accuses|denounced|called|described|believes|believed|thinks|thought|hopes|hoped|fears|feared|expects|expected|asked|replied|answered|recalled|pointed out|revealed|reveals|predicted|criticised|criticized|commented|concluded|estimates|estimated|tweeted|testified)\b",
}
_BY: Final[dict[Language, re.Pattern[str]]] = {
    "fr": re.compile(r"\b(?:selon|d['’]après|de l['’]avis de|aux yeux de|aux dires de)\s", re.I),
    "en": re.compile(r"\b(?:according to|in the words of|in the view of|as per)\s", re.I),
}
_VERBS: Final[dict[Language, re.Pattern[str]]] = {
    language: re.compile(rf"\b{pattern}" if language == "en" else rf"(?:{pattern})", re.I)
    for language, pattern in _SAYING.items()
}
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
        r"\b(?:selon|d['’]après|aurait|auraient|serait|seraient|pourrait|pourraient|devrait|si|soupçonn\w+|accus\w+|présum\w+|prétend\w*|affirm\w+|assur\w+|déclar\w+|dit|dits|indiqu\w+|rapport\w+|suppos\w+|apparemment|sembl\w+|probable\w*|peut-être|allég\w+|susceptible\w*|risqu\w+|censé\w*|estim\w+|dénonc\w+|rumeurs?)\b",
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
        before = [
            n
            for n in listed
            if n.end <= match.start()
            and match.start() - n.end <= 60
            and not _BREAK.search(text[n.end : match.start()])
        ]
        after = [
            n
            for n in listed
            if n.start >= match.end()
            and n.start - match.end() <= 40
            and not _BREAK.search(text[match.end() : n.start])
        ]
        inverted = (
            after
            and after[0].start - match.end() <= 25
            and (not before or _quoted_before(text, match.start()))
        )
        if inverted:
            found += _run(after, match.end(), text)
        elif before:
            found.append(before[-1])
            found += [n for n in before[:-1] if before[-1].start - n.end <= 3]
    return list(dict.fromkeys(found))


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
    sentence: str, language: Language, source: Source, alignment: Alignment
) -> Iterator[Fault]:
    """Yield a fault where another speaks in the source, or where what it only reports is stated."""
    across = language != source.language
    ours = speakers(sentence, language)
    if ours and alignment.support:
        place = alignment.support[0]
        near = " ".join(source.sentences[max(0, place - 1) : place + 2])
        own = speakers(source.sentences[place], source.language)
        theirs = [*own, *speakers(near, source.language)]
        ids = {i for i, s, e in exonyms.ids_in(sentence) for a in ours if s <= a.start < e}
        shared = ids & {i for i, _, _ in exonyms.ids_in(source.sentences[place])}
        met = bool(shared) or any(alike(a.word, b.word, across=across) for a in ours for b in theirs)
        met = met or (across and any(_translated(a, own, alignment) for a in ours))
        if own and not met:
            yield Fault("attribution", f"it is {own[0].word} who speaks in the passage, not {ours[0].word}")
    if alignment.support:
        said = source.sentences[alignment.support[0]]
        if (
            _HEARSAY[source.language].search(said)
            and not _SOFTENED[language].search(sentence)
            and _covers(alignment)
        ):
            yield Fault("attribution", "the passage reports it, and does not state it")


def _translated(name: Name, own: Sequence[Name], alignment: Alignment) -> bool:
    """Tell whether a speaker's nearest word in the source is one of the source's own speakers, by another word."""
    rows = [n for n, w in enumerate(alignment.words) if w.start <= name.start < w.end]
    columns = [n for n, w in enumerate(alignment.held) if any(w.text == o.word for o in own)]
    return not rows or not columns or float(alignment.likeness[rows][:, columns].max()) >= 0.5


def _covers(alignment: Alignment) -> bool:
    """Tell whether a sentence repeats most of what its source's sentence says, hearsay and all."""
    columns = [n for n, w in enumerate(alignment.held) if w.sentence == alignment.support[0] and not w.stop]
    return bool(columns) and float((alignment.likeness[:, columns].max(axis=0) >= 0.5).mean()) >= 0.5
