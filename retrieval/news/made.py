"""What a maker gives back: a heading, and lines of which each is a sentence quoted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from retrieval.citations import cite, part_note
from retrieval.domain import FACT, IMPRINT, Answer, Item, Sentence
from retrieval.news.texts import nothing
from retrieval.phrases import after, long_date, quoted

if TYPE_CHECKING:
    from retrieval.domain import Article, Citation, Kind
    from retrieval.news.asked import Request
    from retrieval.quotes import Quote


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence, with what stands above it: an article's title, or "" where the sentence says it all; `day` is ISO 8601.

    `copies` are the near-copies of its article.
    """

    quote: Quote
    title: str = ""
    day: str | None = None
    copies: tuple[Article, ...] = ()


@dataclass(frozen=True, slots=True)
class Made:
    """What answers a request: lines under a heading, and sentences to the reader about them; without lines, a question back.

    Where it is `exact` the heading itself answers, by the catalogue.
    """

    heading: str
    lines: tuple[Line, ...]
    notes: tuple[str, ...] = ()
    exact: bool = False


def answer_of(request: Request, made: Made) -> Answer:
    """Return the answer that tells what was made."""
    citations = [cite(n, line.quote, line.copies) for n, line in enumerate(made.lines, start=1)]
    items = tuple(map(_item, made.lines, citations))
    told = [_told(item, citation, request) for item, citation in zip(items, citations, strict=True)]
    return Answer(
        question=request.text,
        language=request.language,
        answered=made.exact or bool(made.lines),
        mode="quotes",
        text="\n\n".join([made.heading, *told]),
        sentences=tuple(Sentence(c.quote, (c.number,)) for c in citations),
        citations=tuple(citations),
        confidence=1.0,
        notes=(*made.notes, *filter(None, (part_note(citations, request.language),))),
        understood=after(request.text, request.implied, request.language) if request.implied else None,
        kind=_kind_of(request),
        items=items,
        topic="" if request.implied else request.topic,
    )


def nothing_of(request: Request) -> Answer:
    """Return what is said where nothing was made."""
    return Answer(
        question=request.text,
        language=request.language,
        answered=False,
        mode="quotes",
        text=nothing(request),
        kind=_kind_of(request),
    )


def _kind_of(request: Request) -> Kind:
    """Return the kind that the answer is of: the latest state of something is a fact, told with what it was before; so is what an article says of itself; the sources are a list."""
    kinds: dict[Kind, Kind] = {"state": FACT, "sources": "list", **dict.fromkeys(IMPRINT, FACT)}
    return kinds.get(request.kind, request.kind)


def _item(line: Line, citation: Citation) -> Item:
    ids = (citation.article_id, *(copy.article_id for copy in line.copies))
    return Item(line.day, line.title or citation.quote, (citation.number,), ids)


def _told(item: Item, citation: Citation, request: Request) -> str:
    said = f"{quoted(citation.quote, request.language)} [{citation.number}]"
    above = " · ".join(
        filter(
            None, (long_date(item.date, request.language), item.text if item.text != citation.quote else "")
        )
    )
    return f"{above}\n{said}" if above else said
