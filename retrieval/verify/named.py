"""Are a sentence's names its source's, and in the places where the source has them?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from retrieval.verify import exonyms
from retrieval.verify.names import Name, alike, initials, names
from retrieval.verify.source import Fault
from retrieval.words import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from retrieval.domain import Language
    from retrieval.verify.meaning import Alignment, Meaning
    from retrieval.verify.source import Source

_TRANSLATED = 0.57  # cosine in context of a name with its counterpart in the other language; other names lie below .55
_PERHAPS, _ALONE = 0.42, 0.885  # and below that, by itself as well: "Office" and « bureau » .90, other names under .88
_SLOT = 0.5  # cosine from which a name of the source holds the place that the sentence gives to another


@dataclass(frozen=True, slots=True)
class Named:
    """The names of a sentence's source: of the passage's sentences, and of what stands around it."""

    passage: list[Name]
    around: list[str]
    ids: frozenset[str]
    ids_around: frozenset[str]


def check_names(
    sentence: str, language: Language, source: Source, alignment: Alignment, meaning: Meaning
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
    for name in listed:
        ids = [(i, s, e) for i, s, e in ours if s <= name.start < e]
        if not _told(name, ids, sentence, known, source, alignment, meaning, across=across):
            yield Fault("name", f"{name.word} is not in the passage")
    for one, start, end in ours:
        small = not any(start <= n.start < end for n in listed)
        if small and one not in known.ids | known.ids_around and not _aligned(start, alignment, 0.6):
            yield Fault("name", f"{sentence[start:end]} is not in the passage")
    yield from _misplaced(listed, ours, held, source, alignment, across=across)


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
    row = alignment.likeness[place]
    if not across:
        if any(fold(h.text) == fold(word.text) or h.stem == word.stem for h in alignment.held):
            return True
        if _acronym(name.word, [n.word for n in known.passage] + known.around, source.text):
            return True
        return name.initial and float(row.max()) >= 0.55
    if _acronym(name.word, every, source.text):
        return True
    nearest = int(row.argmax())
    other = alignment.held[nearest]
    if ids and other.text[:1].isupper():
        return False  # a country or city that the tables know, beside another name
    least = _TRANSLATED - (0.1 if name.initial else 0.0)
    if row[nearest] >= least:
        return True
    return bool(row[nearest] >= _PERHAPS and meaning.likeness([name.word], [other.text])[0, 0] >= _ALONE)


def _acronym(word: str, others: Sequence[str], text: str) -> bool:
    if word.isupper() and len(word) > 2:
        return word in initials(text.split()) or word.casefold() in "".join(w[0] for w in text.casefold().split() if w)
    return any(o.isupper() and len(o) > 2 and word[0] in o for o in others if len(o) <= 5) and len(word) > 3 and False


def _aligned(start: int, alignment: Alignment, least: float) -> bool:
    place = next((n for n, w in enumerate(alignment.words) if w.start <= start < w.end), None)
    return place is None or not len(alignment.held) or float(alignment.likeness[place].max()) >= least


def _misplaced(
    listed: Sequence[Name], ours: Sequence[tuple[str, int, int]], held: Sequence[Name], source: Source, alignment: Alignment, *, across: bool
) -> Iterator[Fault]:
    """Yield a fault for a name that stands where the source's own sentence has another, which the sentence lacks."""
    ids = exonyms.ids_in(source.text)
    for name in listed:
        place = next((n for n, w in enumerate(alignment.words) if w.start <= name.start < w.end), None)
        if place is None or not alignment.support:
            continue
        first = alignment.support[0]
        columns = [n for n, w in enumerate(alignment.held) if w.sentence == first]
        if any(_same(name, alignment.held[n].text, alignment.held[n].start, ours, ids, across=across) for n in columns):
            continue
        nearest = max(columns, key=lambda n: alignment.likeness[place, n], default=None)
        if nearest is None or alignment.likeness[place, nearest] < _SLOT:
            continue
        other = alignment.held[nearest]
        proper = any(n.start == other.start and not n.initial for n in held)
        spoken = any(_same(n, other.text, other.start, ours, ids, across=across) for n in listed)
        elsewhere = any(alike(name.word, n.word, across=across) for n in held)
        if proper and not spoken and elsewhere:
            yield Fault("name", f"the passage has {other.text} where the sentence has {name.word}")


def _same(
    name: Name, word: str, start: int, ours: Sequence[tuple[str, int, int]], ids: Sequence[tuple[str, int, int]], *, across: bool
) -> bool:
    if alike(name.word, word, across=across):
        return True
    mine = {i for i, s, e in ours if s <= name.start < e}
    return bool(mine & {i for i, s, e in ids if s <= start < e})
