"""Words as search sees them: folded, stemmed, and which of them carry meaning."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

import Stemmer

from retrieval.domain import Language

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Set

_WORD = re.compile(r"[^\W_]+")
# Groups of three digits set apart by a space of any width or a comma ("1 190", "1,190") are one number.
_GROUPED = re.compile(r"(?<![\d,.])\d{1,3}(?:[ \u00a0\u202f\u2009,]\d{3})+(?![\d])")
_DIGIT = re.compile(r"\d")
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")
_LAST_ASCII = "\x7f"
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d"})

# Words that say how a question is put, not what it is about. Leaving them out of the query keeps the
# full-text search from walking through every passage: half of a question's words, nearly all of its postings.
_STOP: dict[Language, frozenset[str]] = {
    "fr": frozenset(
        """a ai aie ait alors apres as au aucun aucune auquel aussi autre autres aux avaient avait avant avec
        avez avoir avons ayant c ca car ce ceci cela celle celles celui ces cet cette ceux chaque chez ci combien
        comme comment d dans de dedans depuis des desquels deux dire dit doit donc dont du duquel elle elles en
        encore entre es est et etaient etait etant ete etes etre eu eux fait font fut furent ici il ils j je l la
        laquelle le lequel les lesquelles lesquels leur leurs lors lorsque lui m ma mais me meme memes mes moi
        moins mon n ne ni nos notre nous on ont ou oui par parce parmi pas pendant peu peut peuvent plus pour
        pourquoi pouvait pu puis qu quand que quel quelle quelles quels quelqu qui quoi s sa sans se selon sera
        seront ses si soi soit son sont sous suis sur t ta te tel telle tes toi ton tous tout toute toutes tres
        tu un une va vers voici voila vos votre vous y""".split()  # noqa: SIM905
    ),
    "en": frozenset(
        """a about after all also am an and any are as at be because been before being between both but by can
        could d did do does doing during each few for from had has have having he her here hers him his how i if
        in into is it its itself just ll m me more most much many my no nor not of off on once only or other our
        ours out over own re s same she should so some such t than that the their theirs them then there these
        they this those through to too under until up us ve very was we were what when where which while who
        whom whose why will with would you your yours""".split()  # noqa: SIM905
    ),
}


class _Stems(dict[str, str]):
    """The folded stem of each word of one language, made when it is first asked for: a dict answers 40 words in 2 µs."""

    def __init__(self, algorithm: str) -> None:
        super().__init__()
        self._stemmer = Stemmer.Stemmer(algorithm, 0)

    def __missing__(self, word: str) -> str:
        # Snowball knows accents ("é" in French endings), so a word is stemmed before it is folded.
        stem = fold(str(self._stemmer.stemWord(word.casefold())))
        if len(self) >= _KEPT:
            self.clear()
        self[word] = stem
        return stem


_KEPT = 65_536  # words of a language whose stems are held in memory
_STEMS: dict[Language, _Stems] = {"fr": _Stems("french"), "en": _Stems("english")}


def fold(text: str) -> str:
    """Return `text` in lower case without accents, ligatures opened: « Œuvre » → "oeuvre"."""
    folded = text.casefold()
    if folded.isascii():
        return folded
    return _BEYOND_ASCII.sub(lambda m: _plain(m[0]), folded)


@lru_cache(maxsize=4_096)
def _plain(letters: str) -> str:
    """Return letters beyond ASCII without accents, ligatures opened."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", letters) if not unicodedata.combining(c))
    return plain.translate(_LIGATURES)


def tokens(text: str) -> list[str]:
    """Return the words and numbers of `text` in order, as written; « 1 190 » and "1,190" come out as "1190"."""
    if _DIGIT.search(text):
        text = _GROUPED.sub(lambda m: re.sub(r"\D", "", m[0]), text)
    return _WORD.findall(text if text.isascii() else unicodedata.normalize("NFC", text))


def word_spans(text: str) -> list[tuple[int, int]]:
    """Return where each word and number of `text` is."""
    return [match.span() for match in _WORD.finditer(text)]


def content_spans(text: str, language: Language) -> list[tuple[int, int]]:
    """Return where the words of `text` are that carry meaning."""
    return [match.span() for match in _WORD.finditer(text) if not is_stop(match[0], language)]


def stems(text: str, language: Language) -> list[str]:
    """Return the folded stem of every word of `text`, in order, stop words too."""
    return [*map(_STEMS[language].__getitem__, tokens(text))]


def stem_finder(wanted: Set[str], language: Language) -> Callable[[str], set[str]]:
    """Return what tells which of some stems are those of words of a text.

    A stem begins as its word does: two words in three need not be stemmed to tell, half of the time of a text that is seen first.
    """
    initials = {letter for stem in wanted for letter in (stem[:1], stem[:1].upper())}
    stem_of = _STEMS[language].__getitem__

    def held(text: str) -> set[str]:
        likely = [word for word in tokens(text) if word[0] in initials or word[0] > _LAST_ASCII]
        return {*map(stem_of, likely)} & wanted

    return held


@lru_cache(maxsize=65_536)
def is_stop(word: str, language: Language) -> bool:
    """Tell whether `word` only says how things are put ("the", « est-ce que »)."""
    return fold(word) in _STOP[language]


def query_stems(text: str, language: Language) -> list[str]:
    """Return the distinct stems a question is about, in order; all of its stems where every word is a stop word."""
    kept = [word for word in tokens(text) if not is_stop(word, language)]
    return _distinct(map(_STEMS[language].__getitem__, kept or tokens(text)))


def names(text: str, language: Language) -> list[str]:
    """Return the names and numbers of a question: what reads the same in the other language.

    A capitalised word counts anywhere but as a stop word at the start ("Who", « Quel »), and so does any word
    with a digit.
    """
    return _distinct(word for word in tokens(text) if is_name(word, language))


def is_name(word: str, language: Language) -> bool:
    """Tell whether a word of a question is a name or a number."""
    return any(c.isdigit() for c in word) or (word[0].isupper() and not is_stop(word, language))


def name_stems(text: str, asked_in: Language, language: Language) -> list[str]:
    """Return the stems, as `language` would stem them, of the names and numbers in a question asked in `asked_in`."""
    return _distinct(map(_STEMS[language].__getitem__, names(text, asked_in)))


def _distinct(items: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(items))
