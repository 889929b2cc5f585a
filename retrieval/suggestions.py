"""Questions that an article invites: short ones, made of the names in it. Whoever offers them tries first whether they are answered."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final

from retrieval.news.story import EVERYWHERE
from retrieval.words import fold, is_stop

if TYPE_CHECKING:
    from collections.abc import Iterator

    from retrieval.domain import Article, Language

_LONGEST: Final = 32  # characters of a name, so that a question fits a button
_LOOKED_AT: Final = 4_000  # characters of a text
_NAMES: Final = 3  # of an article that questions are made of
_WORD: Final = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_ELIDED: Final = re.compile(r"^(?:l|d|qu|n|j|c|s|m|t)['’]", re.I)
_PEOPLES: Final = re.compile(
    r"(?:\w+(?:ish|ese|i?ans?)|Welsh|Dutch|Swiss|Greeks?)"
)  # they have a capital in English
_OPENING: Final = re.compile(r"(?:^|[.!?…:«“\"(\n–—])[\s\u00a0\u202f]*$")
_ABOUT: Final[dict[Language, tuple[str, ...]]] = {
    "fr": ("Quoi de neuf sur {}\u202f?", "De quoi parle l’article sur {}\u202f?"),
    "en": ("What’s new on {}?", "What is the article on {} about?"),
}
_WHO: Final[dict[Language, str]] = {"fr": "Qui est {}\u202f?", "en": "Who is {}?"}
# Who says something is a person.
_SPEAKS: Final = (
    r"(?:said|says|told|dit|explique|affirme|raconte|selon|according to|M\.|Mme|Mr|Mrs|Ms|Dr) {name}\b"
    r"|\b{name},? (?:said|says|told|dit|explique|affirme|raconte|a (?:déclaré|dit|expliqué|affirmé|raconté|annoncé))\b"
)


def questions_of(article: Article, language: Language, turn: int = 0) -> list[str]:
    """Return questions on an article in a language, those to be tried first first; `turn` varies their form."""
    found: list[str] = []
    forms = _ABOUT[language]
    for name in names_of(article)[:_NAMES]:
        if turn % 2 and _is_person(name, article):
            found.append(_WHO[language].format(name))
        found += [forms[(turn + n) % len(forms)].format(name) for n in range(len(forms))]
    return found


def names_of(article: Article) -> list[str]:
    """Return the names that tell an article from others: those of its title that are in its text too, then those its text has most."""
    counts = Counter(_names_in(article.text[:_LOOKED_AT], article.language))
    title = fold(article.title)
    kept = (name for name, count in counts.items() if count > 1 or fold(name) in title)
    return sorted(kept, key=lambda name: (fold(name) not in title, -counts[name], -len(name), name))


def _names_in(text: str, language: Language) -> Iterator[str]:
    """Yield names that stand where a capital tells: within a sentence."""
    run: list[str] = []
    end = -1
    for match in _WORD.finditer(text):
        word = _ELIDED.sub("", match[0])
        start = match.end() - len(word)
        named = word[:1].isupper() and not is_stop(word, language) and fold(word) not in EVERYWHERE
        if run and not (named and text[end:start] == " "):
            yield from _whole(run)
            run = []
        if named and (run or not _OPENING.search(text, max(0, start - 4), start)):
            run.append(word)
        end = match.end()
    yield from _whole(run)


def _whole(run: list[str]) -> Iterator[str]:
    name = " ".join(run)
    if 3 <= len(name) <= _LONGEST and not _PEOPLES.fullmatch(name):
        yield name


def _is_person(name: str, article: Article) -> bool:
    speaks = _SPEAKS.replace("{name}", re.escape(name))
    return " " in name and re.search(speaks, article.text[:_LOOKED_AT]) is not None
