"""The one article that a reader means: « l’entretien avec … », "the Ledger's editorial on …", « l’article sur … »."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal

from retrieval.news.aboutness import aboutness
from retrieval.search import Query
from retrieval.words import query_stems

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.domain import Article, Language
    from retrieval.news.search import Search

Genre = Literal["article", "interview", "opinion"]

_GENRES: Final[dict[Genre, str]] = {
    "interview": r"(?:entretiens?|entrevue|interviews?|q&a)",
    "opinion": r"(?:[ée]dito(?:rial|riaux)?|chroniques?|tribune|billet|editorials?|op-ed|column|opinion piece|leader)",
    "article": r"(?:articles?|papier|d[ée]p[êe]che|reportage|portrait|enqu[êe]te|piece|profile|review|feature)",
}
_ANY: Final = "|".join(_GENRES.values())
# What joins it to what it is about: « l’entretien avec l’ », "the piece on the".
_JOINED: Final = re.compile(
    rf"\b(?:{_ANY})(?:\s+(?:de la|de l['’]|du|des|de|d['’]|sur|avec|à propos de|of|on|about|with|by|from)\b)*(?:\s+(?:l['’]|les?|la|the))?\s*",
    re.I,
)
_ONE: Final = re.compile(
    rf"\b(?:l['’]|l |le |la |cet(?:te)? |ce |un |une |the |this |that |['’]s (?:\w+ )?|[A-Z]\w+ )(?:[\w-]+ ){{0,2}}?(?:{_ANY})\b",
    re.I,
)
_FURTHER: Final = re.compile(r"\b(?:derni[eè]re?s?|derniers|latest|last|newest|articles)\b", re.I)
_ASKS: Final = re.compile(r"\?(?=[\s»”\"’]|$)")
_ASKED: Final = 3  # questions from which an article is an interview
_SPEAKS: Final[dict[Language, re.Pattern[str]]] = {
    "fr": re.compile(r"\b(?:j['’]|je|moi|mon|ma|mes|nous|notre|nos)\b", re.I),
    "en": re.compile(r"\b(?:I|me|my|we|us|our)\b"),
}
_QUOTED: Final = re.compile(r"«[^»]*»|“[^”]*”|\"[^\"]*\"")
_SELF: Final = 4  # words of its own voice from which an article is somebody's opinion
_TITLED: Final = re.compile(r"view\b|[ée]dito|opinion|chronique|tribune|billet|comment\b", re.I)
# Log odds that being of the genre adds, and that all of the topic's words in the title do.
_OF_GENRE, _IN_TITLE = 4.0, 4.0


def genre_in(text: str) -> Genre | None:
    """Return what kind of article a message means, where it means one."""
    if not _ONE.search(text) or _FURTHER.search(text):
        return None
    return next(genre for genre, words in _GENRES.items() if re.search(rf"\b{words}\b", text, re.I))


def named_by(text: str) -> str:
    """Return the words of a message that name a genre, with what joins it to what the article is about; "" where there are none."""
    found = _JOINED.search(text)
    return found[0] if found else ""


def likest(
    genre: Genre, topic: str, language: Language, articles: Sequence[Article], search: Search
) -> Article:
    """Return the article that is meant: most surely about the topic, with its words in the title, of the genre."""
    given = {one.article_id: one for one in articles}
    odds = aboutness(search.view, Query(topic, language), search.embedder.read_question(topic), given)

    def worth(one: Article) -> float:
        wanted, titled = ({*query_stems(said, one.language)} for said in (topic, one.title))
        share = len(wanted & titled) / len(wanted) if wanted else 0.0
        return odds.get(one.article_id, -9.0) + _IN_TITLE * share + _OF_GENRE * _is(genre, one)

    return max(given.values(), key=worth)


def answers_in(article: Article) -> int:
    """Return where the answers of an interview begin: after its first question."""
    first = _ASKS.search(article.text)
    return first.end() if first else 0


def _is(genre: Genre, article: Article) -> bool:
    """Tell whether an article asks as interviews do, or speaks for itself as opinions do."""
    if genre == "interview":
        return len(_ASKS.findall(article.text)) >= _ASKED
    own = _QUOTED.sub("", article.text)
    return genre == "opinion" and (
        bool(_TITLED.search(article.title)) or len(_SPEAKS[article.language].findall(own)) >= _SELF
    )
