"""Requests for news: what each asks for, and which maker makes it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from retrieval.domain import FACT, IMPRINT, LANGUAGES, PERSON
from retrieval.kinds import wanted
from retrieval.news.asked import Request
from retrieval.news.counting import count, listed
from retrieval.news.days import days_in
from retrieval.news.digest import digest
from retrieval.news.genre import genre_in, named_by
from retrieval.news.holdings import sources_held
from retrieval.news.imprint import imprint
from retrieval.news.kinds import kind_of
from retrieval.news.latest import latest, on_days
from retrieval.news.ordinals import chosen
from retrieval.news.person import person
from retrieval.news.saying import by_each_source, by_source
from retrieval.news.sources import Sources, unknown_in
from retrieval.news.state import state
from retrieval.news.summary import summary
from retrieval.news.timeline import timeline
from retrieval.news.topics import topic_in
from retrieval.overview import Within
from retrieval.phrases import asked_after
from retrieval.words import is_stop, tokens

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from retrieval.domain import Kind, Language
    from retrieval.embedding import Embedder
    from retrieval.news.asked import Behind
    from retrieval.news.made import Made
    from retrieval.news.search import Search

# Nothing without a subject; those of them that look for what was asked before.
_OF_SOMETHING: Final[frozenset[Kind]] = frozenset({"summary", "timeline", "difference", "source"})
_OF_A_QUESTION: Final[frozenset[Kind]] = frozenset({"difference", "source"})
_THE_ARTICLE: Final[dict[Language, str]] = {"fr": "l’article", "en": "the article"}
_CHOICE: Final = 5  # words of a message that chooses one of a list and says no more
# A kind that is not here is answered as a question of fact. One that is made of nothing is too.
MAKERS: Final[dict[Kind, Callable[[Request, Search], Made | None]]] = {
    "latest": latest,
    "day": on_days,
    "summary": summary,
    "timeline": timeline,
    "source": by_source,
    "difference": by_each_source,
    "person": person,
    "count": count,
    "list": listed,
    "sources": sources_held,
    "state": state,
    **dict.fromkeys(IMPRINT, imprint),
    "digest": digest,
}
# « au 21 octobre », "as of 22 October", « à la date du … »: as it was known then; « du 5 au 9 octobre » is something else.
_AS_OF: Final = re.compile(
    r"\b(?<!\d )(?:as (?:of|at|on)|au|en date du|à la date du) (?:(?:1er|\d\d?)(?:st|nd|rd|th)? [^\W\d]{3,}\.?|[^\W\d]{3,}\.? \d\d?)(?: \d{4})?",
    re.I,
)
_WRITTEN: Final = re.compile(r"\b(?:in|en) (french|français|francais|english|anglais)\b", re.I)
# « la presse », "which paper": no source by its name.
_PAPERS: Final = re.compile(r"\b(?:presse|journa(?:l|ux)|médias?|medias?|sources?|press|papers?|newspapers?|outlets?|report(?:ed|s)?)\b", re.I)  # fmt: skip


def understand(  # noqa: PLR0917 - what a request is understood by
    text: str,
    language: Language,
    behind: Behind,
    sources: Sources,
    embedder: Embedder,
    today: date,
    *,
    refused: bool = False,
) -> Request:
    """Return the request a message is; what was taken for a question of fact, and is `refused`, is the likeliest other.

    What it is about is the subject in hand where it names nothing itself, and surely leans or must be about something.
    """
    before = behind.subject
    source = sources.named(text)
    if choice := chosen(text, behind.listed):
        words, one = choice
        others = tokens(text.replace(words, ""))
        if all(any(is_stop(word, one) for one in LANGUAGES) for word in others):  # "the third"
            return Request("summary", text, language, articles=(one,))
        kind = kind_of(text.replace(words, _THE_ARTICLE[language]), source, embedder)
        if kind != FACT or len(text.split()) <= _CHOICE:
            return Request(kind if kind in IMPRINT else "summary", text, language, articles=(one,))
    kind = kind_of(text, source, embedder, before.kind if before else FACT, refused=refused)
    if kind == "source" and not source.sources:
        source = sources.named(text, loosely=True)  # "gazette on the bakery"
    genre = genre_in(text)
    if genre and kind == "source":
        kind = "summary"  # « Que dit l’éditorial du Ledger ? » is for what that article says
    named = source.sources if source.surely or kind == "source" or genre else frozenset()
    said = source.words if named else ""
    as_of = _AS_OF.search(text) if kind in {FACT, "state"} and "cause" not in wanted(text) else None
    if as_of and (until := days_in(as_of[0], language, today).until):
        topic, sought = topic_in(text, language, (as_of[0], said)), text.replace(as_of[0], "")
        within = Within(until=until, sources=named)
        return Request("state", text, language, topic, within, sought=sought)
    if not source.sources and (unknown := unknown_in(text, language, surely=kind != "source")):
        return Request("source", text, language, unknown=unknown)
    if kind not in MAKERS or (kind == "source" and not named and not _PAPERS.search(text)):
        return Request(FACT if kind in MAKERS else kind, text, language)
    days, written = days_in(text, language, today), [*_WRITTEN.finditer(text)]
    within = Within(days.since, days.until, named, _written(written))
    apart = (said, *days.words, *(one[0] for one in written), named_by(text) if genre else "")
    return _about(Request(kind, text, language, topic_in(text, language, apart), within), behind)


def _about(request: Request, behind: Behind) -> Request:
    """Return a request with the subject in hand where it names nothing, and leans or must be about something."""
    kind, before = request.kind, behind.subject
    if request.topic or before is None or not (behind.leans or kind in _OF_SOMETHING or kind in IMPRINT):
        return request
    if before.topic or (before.kind in MAKERS and before.kind != PERSON and kind not in _OF_SOMETHING):
        return replace(request, topic=before.topic)
    joined = asked_after(before.meant)
    meant = f"{joined[1]} {joined[0]}" if joined else before.meant
    sought = meant if kind in _OF_A_QUESTION else ""
    return replace(request, topic=meant, articles=before.articles, implied=before.question, sought=sought)


def _written(said: Sequence[re.Match[str]]) -> Language | None:
    """Return the one language that articles are asked for in."""
    named: set[Language] = {"fr" if one[1].casefold().startswith("fr") else "en" for one in said}
    return next(iter(named)) if len(named) == 1 else None
