"""Requests for news: what each asks for, and which maker makes it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from retrieval.news.asked import Request
from retrieval.news.counting import count
from retrieval.news.kinds import kind_of
from retrieval.news.latest import latest, on_days
from retrieval.news.saying import by_each_source, by_source
from retrieval.news.sources import Sources
from retrieval.news.state import state
from retrieval.news.summary import summary
from retrieval.news.timeline import timeline
from retrieval.news.topics import topic_in
from retrieval.overview import Within
from retrieval.when import dated

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from retrieval.domain import Kind, Language, Turn
    from retrieval.embedding import Embedder
    from retrieval.news.made import Made
    from retrieval.news.search import Search

# A kind that is not here is answered as a question of fact. One that is made of nothing is too.
MAKERS: Final[dict[Kind, Callable[[Request, Search], Made | None]]] = {
    "latest": latest,
    "day": on_days,
    "summary": summary,
    "timeline": timeline,
    "source": by_source,
    "difference": by_each_source,
    "count": count,
    "list": count,
    "state": state,
}
# « au 21 octobre », "as of 22 October", « à la date du … »: as it was known then.
_AS_OF: Final = re.compile(
    r"\b(?<!du )(?:as (?:of|at|on)|au|en date du|à la date du) (?:(?:1er|\d\d?)(?:st|nd|rd|th)? [^\W\d]{3,}\.?|[^\W\d]{3,}\.? \d\d?)(?: \d{4})?",
    re.I,
)
_SINCE: Final = re.compile(r"\b(?:depuis|since|à partir d[eu])\b", re.I)


def understand(  # noqa: PLR0917 - what a request is understood by
    text: str,
    language: Language,
    history: Sequence[Turn],
    sources: Sources,
    embedder: Embedder,
    today: date,
    *,
    refused: bool = False,
) -> Request:
    """Return the request a message is; what was taken for a question of fact, and is `refused`, is the likeliest other."""
    source = sources.named(text)
    kind = kind_of(text, source, embedder, refused=refused)
    if as_of := _AS_OF.search(text):
        days = dated(as_of[0], language, today)[0]
        if days:
            topic, sought = topic_in(text, language, (as_of[0],)), text.replace(as_of[0], "")
            return Request("state", text, language, topic, Within(until=days.last), sought=sought)
    if kind not in MAKERS:
        return Request(kind, text, language)
    days, said = dated(text, language, today)
    until = None if days is None or _SINCE.search(text) else days.last
    within = Within(days.first if days else None, until, source.sources)
    topic = topic_in(text, language, (source.words, said))
    if topic or not history:
        return Request(kind, text, language, topic, within)
    last = history[-1]
    return Request(kind, text, language, last.meant, within, last.articles, implied=True)
