"""Whether a sentence's names are its source's, and in the places where the source has them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from retrieval.verify import exonyms
from retrieval.verify.names import Name, alike, initials, names
from retrieval.verify.slots import Spot, usurped
from retrieval.verify.source import Fault
from retrieval.words import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from retrieval.domain import Language
    from retrieval.verify.meaning import Alignment, Meaning
    from retrieval.verify.signs import Signs
    from retrieval.verify.source import Source

_TRANSLATED = (
    0.57  # cosine in context of a name with its counterpart in the other language; other names lie below .55
)
_LISTED = 0.65  # the same where the counterpart is a country, city or people whose other name the tables have
# The same of a word beside one that the source gives, and by itself: MP beside « député » .51 and .883. First names and surnames put
# in others' places lie below the one or the other.
_BESIDE, _BESIDE_ALONE = 0.5, 0.88
# Cosine of a people's adjective with a word that says it otherwise, and with another people's from which it is put in that one's place.
_ADJECTIVE, _RIVAL = 0.6, 0.5
_PERHAPS, _ALONE = (
    0.42,
    0.885,
)  # and below that, by itself as well: "Office" and « bureau » .90, other names under .88
# Mean cosine of the words around a name with those around another's place, from which it is that one's, and by how much it
# must fit better than the name's own place: within a language, and across.
_FIT, _MARGIN = (0.65, 0.48), (0.1, 0.1)
# How much better a sentence without the name must fit what stands around it than those that have it: of true sentences .005 and .004
# have more, nearly all such as draw together what stands in several; of names put in another's place .94 and .78.
_STRAYED = (0.08, 0.02)


# A name, the one of the source in whose place it is put, and how well it fits there and in its own.
Usurped = tuple[Spot, Spot, float, float]


@dataclass(frozen=True, slots=True)
class Named:
    """The names of a sentence's source: of the passage's sentences, and of what stands around it."""

    passage: Sequence[Name]
    around: list[str]
    ids: frozenset[str]
    ids_around: frozenset[str]


def check_names(
    sentence: str, language: Language, source: Source, alignment: Alignment, signs: Signs, meaning: Meaning
) -> Iterator[Fault]:
    """Yield a fault for each name of the sentence that its source does not give, or gives another's place."""
    across = language != source.language
    held = names(source.text, source.language)
    around = sorted({n.word for n in names(f"{source.title}. {source.context}", source.language)})
    known = Named(
        held, around, frozenset(i for i, _, _ in exonyms.ids_in(source.text)),
        frozenset(i for i, _, _ in exonyms.ids_in(f"{source.title}. {source.context}")),
    )  # fmt: skip
    ours = exonyms.ids_in(sentence)
    listed = names(sentence, language)
    told = []
    for n, name in enumerate(listed):
        if across and name.initial and not (n + 1 < len(listed) and listed[n + 1].start - name.end == 1):
            told.append(True)  # the first word of a sentence may be any word, in the other language
            continue
        ids = [(i, s, e) for i, s, e in ours if s <= name.start < e]
        told.append(_told(name, ids, sentence, known, source, alignment, meaning, across=across))
    for n, name in enumerate(listed):
        if not told[n] and not (
            across and _part(n, listed, told, sentence) and _put_so(name, alignment, meaning)
        ):
            yield Fault("name", f"{name.word} is not in the passage")
    for one, start, end in ours:
        small = not any(start <= n.start < end for n in listed)
        if small and one not in known.ids | known.ids_around and not _otherwise(start, source, alignment):
            yield Fault("name", f"{sentence[start:end]} is not in the passage")
    margin, strayed = signs.astray
    if margin > _STRAYED[across]:
        yield Fault("name", f"{strayed} stands in another place in the passage")
    for usurper, other, best, own in signs.usurped:
        if best >= _FIT[across] and best - own >= _MARGIN[across]:
            yield Fault("name", f"the passage has {other.text} where the sentence has {usurper.text}")


_JOINT = re.compile(r"(?: of| of the| the| de| du| des| de la| de l['’]| le| la)?[\s'’-]?")


def _part(n: int, listed: Sequence[Name], told: Sequence[bool], text: str) -> bool:
    """Tell whether a name is part of a longer one of which the source gives another part: "Vatican City"."""
    before = n > 0 and told[n - 1] and _JOINT.fullmatch(text[listed[n - 1].end : listed[n].start])
    after = (
        n + 1 < len(listed) and told[n + 1] and _JOINT.fullmatch(text[listed[n].end : listed[n + 1].start])
    )
    return bool(before or after)


def _told(
    name: Name, ids: Sequence[tuple[str, int, int]], sentence: str, known: Named, source: Source, alignment: Alignment,
    meaning: Meaning, *, across: bool,
) -> bool:  # fmt: skip
    """Tell whether the source gives a name, in any spelling."""
    if any(i in known.ids | known.ids_around for i, _, _ in ids):
        return True
    every = [n.word for n in known.passage]
    if any(alike(name.word, other, across=across) for other in (*every, *known.around)):
        return True
    place = next((n for n, w in enumerate(alignment.words) if w.start <= name.start < w.end), None)
    if place is None or not len(alignment.held):
        return True
    word = alignment.words[place]
    row = alignment.untaken(place) if across else alignment.likeness[place]
    if not across:
        if any(fold(h.text) == fold(word.text) or h.stem == word.stem for h in alignment.held):
            return True
        if _acronym(name.word, [n.word for n in known.passage] + known.around, source.text):
            return True
        return name.initial and float(row.max()) >= 0.55
    if _acronym(name.word, every, source.text) or _spelled_out(name, sentence):
        return True
    nearest = int(row.argmax())
    other = alignment.held[nearest]
    if ids and other.text[:1].isupper():
        return False  # a country or city that the tables know, beside another name
    listed = any(s <= other.start < e for _, s, e in exonyms.ids_in(source.text))
    if listed and other.text[:1].isupper() and row[nearest] < _LISTED:
        return False  # the same the other way round: what the source names is in the tables under other words
    least = _TRANSLATED - (0.1 if name.initial else 0.0)
    if row[nearest] >= least:
        return True
    return bool(row[nearest] >= _PERHAPS and meaning.likeness([name.word], [other.text])[0, 0] >= _ALONE)


def _acronym(word: str, others: Sequence[str], text: str) -> bool:
    if word.isupper() and len(word) > 2:
        return word in initials(text.split()) or word.casefold() in "".join(
            w[0] for w in text.casefold().split() if w
        )
    return False


def _spelled_out(name: Name, sentence: str) -> bool:
    """Tell whether a sentence says itself what its letters stand for: « la sclérose en plaques (SEP) »."""
    if not (name.word.isupper() and len(name.word) > 1 and sentence[: name.start].endswith("(")):
        return False
    words = [fold(word) for word in re.findall(r"[^\W\d_]+", sentence[: name.start])]
    letters = fold(name.word)
    said = ("".join(word[0] for word in words), "".join(word[0] for word in words if len(word) > 3))
    return any(one.endswith(letters) for one in said)


def _put_so(name: Name, alignment: Alignment, meaning: Meaning) -> bool:
    """Tell whether part of a name is a word of the source in the other language, in its place there and by itself."""
    place = _place(name.start, alignment)
    if place is None or not len(alignment.held):
        return True
    row = alignment.untaken(place)
    nearest = int(row.argmax())
    other = alignment.held[nearest].text
    if row[nearest] < _BESIDE:
        return False
    return other[0].islower() or bool(meaning.likeness([name.word], [other])[0, 0] >= _BESIDE_ALONE)


def _otherwise(start: int, source: Source, alignment: Alignment) -> bool:
    """Tell whether the source says a people's or country's adjective by a word that is none: « anglophone » for "English"."""
    place = _place(start, alignment)
    if place is None or not len(alignment.held):
        return True
    word = alignment.words[place].text
    if any(alike(word, held.text, across=True) for held in alignment.held):
        return True  # « biélorusse », "Belarussian"
    peoples = exonyms.ids_in(source.text)
    row = alignment.likeness[place]
    rivals = [n for n, w in enumerate(alignment.held) if any(s <= w.start < e for _, s, e in peoples)]
    if rivals and float(row[rivals].max()) >= _RIVAL:
        return False
    return float(alignment.untaken(place).max()) >= _ADJECTIVE


def _place(start: int, alignment: Alignment) -> int | None:
    return next((n for n, w in enumerate(alignment.words) if w.start <= start < w.end), None)


def usurped_names(
    sentence: str, language: Language, source: Source, alignment: Alignment
) -> Iterator[Usurped]:
    """Yield each run of names that another of the source's fits better in its place, with that one and both fits."""
    across = language != source.language
    ours, theirs = exonyms.ids_in(sentence), exonyms.ids_in(source.text)
    said, kept = (
        _runs(sentence, names(sentence, language)),
        _runs(source.text, names(source.text, source.language)),
    )

    def same(one: Spot, other: Spot) -> bool:
        if any(alike(a, b, across=across) for a in _words(one.text) for b in _words(other.text)):
            return True
        mine = {i for i, s, e in ours if s < one.end and one.start < e}
        if mine & {i for i, s, e in theirs if s < other.end and other.start < e}:
            return True
        rows = [n for n, w in enumerate(alignment.words) if one.start <= w.start < one.end]
        columns = [n for n, w in enumerate(alignment.held) if other.start <= w.start < other.end]
        return (
            across
            and bool(rows and columns)
            and max(float(alignment.untaken(row)[columns].max()) for row in rows) >= _TRANSLATED
        )

    yield from usurped(said, kept, alignment, same)


def slot(usurpers: Sequence[Usurped]) -> float:
    """Return by how much at most another name of the source fits better in the place of one of the sentence's; 0 to 1."""
    return max((max(0.0, best - own) * min(1.0, best / 0.5) for _, _, best, own in usurpers), default=0.0)


def _runs(text: str, listed: Sequence[Name]) -> list[Spot]:
    """Return the names that stand side by side as one."""
    spots: list[Spot] = []
    for name in listed:
        if spots and name.start - spots[-1].end <= 1:
            spots[-1] = Spot(text[spots[-1].start : name.end], spots[-1].start, name.end)
        else:
            spots.append(Spot(name.word, name.start, name.end))
    return spots


def _words(text: str) -> list[str]:
    return [word for word in re.findall(r"[^\W\d_]+\d*", text) if len(word) > 1]
