"""Requests for news: what each asks for, and which maker makes it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from retrieval.domain import FACT, IMPRINT
from retrieval.kinds import wanted
from retrieval.news.asked import Request
from retrieval.news.counting import count, listed
from retrieval.news.days import days_in
from retrieval.news.digest import digest
from retrieval.news.imprint import imprint
from retrieval.news.kinds import kind_of
from retrieval.news.latest import latest, on_days
from retrieval.news.person import person
from retrieval.news.saying import by_each_source, by_source
from retrieval.news.sources import Sources
from retrieval.news.state import state
from retrieval.news.summary import summary
from retrieval.news.timeline import timeline
from retrieval.news.topics import topic_in
from retrieval.overview import Within

if TYPE_CHECKING:
    from collections.abc import Callable
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
    "person": person,
    "count": count,
    "list": listed,
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
    before: Turn | None,
    sources: Sources,
    embedder: Embedder,
    today: date,
    *,
    leans: bool = False,
    refused: bool = False,
) -> Request:
    """Return the request a message is; what was taken for a question of fact, and is `refused`, is the likeliest other.

    What it is about is what was `before` where it names nothing itself and `leans`, or means an article.
    """
    source = sources.named(text)
    kind = kind_of(text, source, embedder, refused=refused)
    named = source.sources if source.surely or kind == "source" else frozenset()
    said = source.words if named else ""
    as_of = _AS_OF.search(text) if kind in {FACT, "state"} and "cause" not in wanted(text) else None
    if as_of and (until := days_in(as_of[0], language, today).until):
        topic, sought = topic_in(text, language, (as_of[0], said)), text.replace(as_of[0], "")
        within = Within(until=until, sources=named)
        return Request("state", text, language, topic, within, sought=sought)
    if kind not in MAKERS or (kind == "source" and not named and not _PAPERS.search(text)):
        return Request(FACT if kind in MAKERS else kind, text, language)
    days, written = days_in(text, language, today), _WRITTEN.search(text)
    within = Within(days.since, days.until, named, _written(written))
    topic = topic_in(text, language, (said, *days.words, written[0] if written else ""))
    if topic or before is None or not (leans or kind == "summary" or kind in IMPRINT):
        return Request(kind, text, language, topic, within)
    return Request(kind, text, language, before.meant, within, before.articles, implied=True)


def _written(said: re.Match[str] | None) -> Language | None:
    return None if said is None else "fr" if said[1].casefold().startswith("fr") else "en"
