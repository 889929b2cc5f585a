"""Tells what readers of news ask beside facts: understands a message, and has it made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from retrieval.domain import FACT
from retrieval.kinds import wanted
from retrieval.news.asked import Request
from retrieval.news.made import Made
from retrieval.news.requests import MAKERS, understand
from retrieval.news.search import Search
from retrieval.news.sources import Sources
from retrieval.news.state import change
from retrieval.news.texts import nothing
from retrieval.overview import Within

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from retrieval.domain import Language
    from retrieval.embedding import Embedder
    from retrieval.library import View
    from retrieval.news.asked import Behind
    from retrieval.reader.model import Reader
    from retrieval.search import Found

_CHANGING: Final = {"number", "date"}  # kinds of answer that change as a story goes on
_COMPARED: Final = 4  # passages among which articles of different days may tell different numbers


@dataclass(frozen=True, slots=True)
class Told:
    """A request for news, and what was made for it."""

    request: Request
    made: Made


class Newsroom:
    """Threads may share one. `today` and `reader` give the day and the reader, None where there is none."""

    def __init__(
        self, embedder: Embedder, today: Callable[[], date], reader: Callable[[], Reader | None]
    ) -> None:
        self._embedder = embedder
        self._today = today
        self._reader = reader
        self._sources: tuple[object, Sources] = (None, Sources({}))  # of the state of the library last seen

    def request(
        self,
        view: View,
        text: str,
        language: Language,
        behind: Behind,
        *,
        refused: bool = False,
    ) -> Request:
        """Return what a message asks for, which may lean on what is `behind` it; see `requests.understand`."""
        known, sources = self._sources
        if known is not view.sources:
            sources = Sources(view.sources)
            self._sources = view.sources, sources
        return understand(text, language, behind, sources, self._embedder, self._today(), refused=refused)

    def tell(self, view: View, request: Request) -> Told | None:
        """Return what is made for a request; None for a question of fact, and where nothing can be made."""
        maker = MAKERS.get(request.kind)
        made = maker(request, self._search(view)) if maker else None
        chosen = request.implied or not request.topic or request.kind == "source"
        if made is None and maker and chosen and request.within != Within():
            # It asks for any article of those days, or for what one source says, which no other answers.
            made = Made(nothing(request), ())
        return Told(request, made) if made else None

    def changed(self, view: View, text: str, language: Language, found: Found, within: Within) -> Told | None:
        """Return the different numbers that articles of different days tell, the newest first; None where it is not so."""
        days = {hit.article.published for hit in found.hits[:_COMPARED]} - {None}
        if len(days) < 2 or not _CHANGING & {*wanted(text)}:
            return None
        request = Request("state", text, language, within=within)
        made = change(request, self._search(view))
        return Told(request, made) if made else None

    def _search(self, view: View) -> Search:
        return Search(view, self._embedder, self._reader, self._today())


def of_fact(text: str, language: Language) -> Request:
    """Return a message as a question of fact."""
    return Request(FACT, text, language)
