"""Which of the library's sources a message names: by its full name, its name without an article, its initials, its host."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urlsplit

from retrieval.words import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from retrieval.domain import Language

_ARTICLE = re.compile(r"^(?:the|le|la|les|l['’])\s*", re.I)
_FILE = re.compile(r"\.[a-z]{2,5}$", re.I)  # an article without an address goes by its file's name
_WORD = re.compile(r"[^\W_]+")
# A name where a source's stands: « selon Le Phare du Nord », "what does the Evening Lamp say"; its article may be small.
_NAME = r"((?:(?:[Tt]he|[Ll][ae]s?)\s|[Ll]['’])?[A-ZÀ-Þ][\w.&-]*(?:[\s'’-](?:(?:de|du|des|la|le|les|of|the|et|and)\s|d['’]|l['’])?[A-ZÀ-Þ][\w.&-]*)*)"
_STANDS: Final[dict[Language, re.Pattern[str]]] = {
    "fr": re.compile(
        rf"(?:\b[Ss]elon|\b[Dd]['’]après|\b[Dd]ans|\b[ée]cri(?:t|vent)|\b(?:dit|disent|raconte|rapporte|publie|publié)|\b[Aa]rticles? (?:de|du))\s{_NAME}"
    ),
    "en": re.compile(
        rf"\b(?:[Aa]ccording to|[Ii]n|[Bb]y|(?:[Dd]oes|[Dd]id|[Dd]o|[Hh]as))\s{_NAME}(?:\s(?:say|said|write|written|report|reported|think|tell)\b|[\s,]|\W*$)"
    ),
}
_BY: Final = re.compile(r"selon|d['’]après|according to", re.I)
_LEAST = 3  # letters of a form
_LONG = 5  # letters of a word that only one source has in its name


class Named(NamedTuple):
    """The sources that are named, and the words that name them, as they stand in the message; none and "" where none is.

    `surely`: not by one word of a longer name alone, which may be a town's.
    """

    sources: frozenset[str]
    words: str
    surely: bool


class _Form(NamedTuple):
    words: tuple[str, ...]
    common: bool
    name: str
    surely: bool


class Sources:
    """The names that sources go by. `addresses` are the sources' names with an address of an article each."""

    def __init__(self, addresses: Mapping[str, str | None]) -> None:
        self._forms: dict[str, list[_Form]] = defaultdict(list)
        addresses = {name: url for name, url in addresses.items() if url or not _FILE.search(name)}
        counts = Counter(word for name in addresses for word in {*map(fold, _WORD.findall(name))})
        for name, url in addresses.items():
            own = [word for word in _WORD.findall(name) if counts[fold(word)] == 1 and len(word) >= _LONG]
            forms = dict.fromkeys(own, False) | dict.fromkeys(_forms(name, url), True)
            for form, surely in forms.items():
                words = tuple(fold(word) for word in _WORD.findall(form))
                if words and sum(map(len, words)) >= _LEAST:
                    # « Monde » might be any word, "AFP" and "ouest-france" might not.
                    common = len(words) == 1 and not form.isupper()
                    self._forms[words[0]].append(_Form(words, common, name, surely))

    def named(self, text: str, *, loosely: bool = False) -> Named:
        """Return the sources that a message names, by the longest form that is there; one of a common word must have a capital within, but `loosely`."""
        words = [*_WORD.finditer(text)]
        folded = [fold(word[0]) for word in words]
        found: dict[tuple[bool, int, int], set[str]] = defaultdict(set)
        for n, first in enumerate(folded):
            for form in self._forms.get(first, ()):
                stop = n + len(form.words)
                written = loosely or not form.common or (n > 0 and words[n][0][0].isupper())
                if tuple(folded[n:stop]) == form.words and written:
                    found[form.surely, words[n].start(), words[stop - 1].end()].add(form.name)
        if not found:
            return Named(frozenset(), "", surely=False)
        best = max(found, key=lambda place: (place[0], place[2] - place[1], -place[1]))
        # Two that are named apart are both meant.
        apart = [p for p in found if p[0] == best[0] and (p == best or p[2] <= best[1] or p[1] >= best[2])]
        return Named(frozenset(n for p in apart for n in found[p]), text[best[1] : best[2]], best[0])


def _forms(name: str, url: str | None) -> Iterator[str]:
    """Yield the forms a source goes by: "BBC News Afrique", "BBC"; « Le Monde », « Monde », « lemonde.fr »."""
    yield name
    if (bare := _ARTICLE.sub("", name)) != name:
        yield bare
    initials = "".join(word[0] for word in name.split() if word[0].isupper())
    if len(initials) >= _LEAST:
        yield initials
    for word in name.split():
        if len(word) >= _LEAST and word.isupper():
            yield word
    if host := (urlsplit(url).hostname or "").removeprefix("www.") if url else "":
        yield host


def unknown_in(text: str, language: Language, *, surely: bool = False) -> str:
    """Return the name that stands where a source's does, in a message that names none of the library's; "" where none does.

    Where `surely`, only one after « selon » with an article, as publications have: « selon Le Phare du Nord », no person.
    """
    found = _STANDS[language].search(text)
    if not found or (surely and not (_BY.match(found[0]) and _ARTICLE.match(found[1]))):
        return ""
    return found[1]
