"""What cleaning would take away from a document, line by line, and what it would leave: nothing is stored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from rich.text import Text

from ingest.apart import GivenUpError
from ingest.clean import Removed, clean, clean_row
from ingest.documents import Document, Problem
from ingest.extract import extract
from ingest.furniture import reason
from ingest.markdown import read_markdown
from retrieval.characters import normalise, one_line
from retrieval.orders import is_order
from retrieval.sentences import split
from retrieval.speech import reader_language
from retrieval.told import Phrase, said

if TYPE_CHECKING:
    from rich.console import Console

    from ingest.apart import Apart
    from retrieval.domain import Article

# Why a line is left out, which is the same in JSON everywhere, as a person who reads French is told.
_FRENCH: Final = {
    "advert": "publicité",
    "author": "auteur",
    "byline": "signature",
    "caption": "légende",
    "date": "date",
    "dateline": "lieu",
    "navigation": "navigation",
    "not the article": "hors de l’article",
    "notes": "notes",
    "promotion": "promotion",
    "related": "à lire aussi",
    "share": "partage",
    "subscription": "abonnement",
    "title": "titre",
    "title again": "titre répété",
    "video": "vidéo",
}


@dataclass(frozen=True, slots=True)
class Explained:
    """A document as it would be stored, and the lines that would be left out, in the order in which they were found."""

    place: str
    article: Article
    removed: tuple[Removed, ...]
    orders: tuple[
        str, ...
    ] = ()  # sentences of its that speak to a machine, which are stored and never answer

    def to_json(self) -> dict[str, Any]:
        """Return a dict that `json.dumps` takes: the article without its text, its number of words, and what was removed."""
        told = {name: value for name, value in self.article.to_json().items() if name != "text"}
        return {
            "place": self.place,
            **told,
            "words": len(self.article.text.split()),
            "removed": [{"line": r.line, "reason": r.reason} for r in self.removed],
            "orders": list(self.orders),
        }


def explained(apart: Apart, document: Document) -> Explained | Problem:
    """Return what would become of a document, read apart, or the Problem that keeps it out."""
    try:
        found: Explained | Problem = apart.read(document.kind, "ingest.explain:explain", document)
    except GivenUpError as error:
        return Problem(document.place, error.what, error.hint)
    return found


def explain(document: Document) -> Explained | Problem:
    """Return what would become of a document, or the Problem that keeps it out."""
    article = extract(document)
    if isinstance(article, Problem):
        return article
    orders = (
        sentence
        for start, end in split(article.text, article.language)
        if is_order(sentence := article.text[start:end])
    )
    return Explained(document.place, article, _removed(document, article), tuple(orders))


def _removed(document: Document, article: Article) -> tuple[Removed, ...]:
    match document.kind:
        case "row":
            return clean_row(document.row["text"], one_line(document.row.get("title") or "")).removed
        case "markdown":
            page = read_markdown(normalise(document.text))
            return clean(page.text, page.title).removed
        case "text":
            return clean(document.text).removed
        case "page":
            from ingest.pages.page import left_out  # lxml, trafilatura

            kept = " ".join(
                (article.title, article.text, article.caption or "", article.author or "", *article.tags)
            )
            return tuple(
                Removed(line, reason(line) or "not the article")
                for line in left_out(document.raw, document.charset, kept)
            )
        case _:
            return ()


def show(explained: Explained, out: Console) -> None:
    """Print what would become of a document: what it says of itself, each line left out with its reason, each order to a machine."""
    article = explained.article
    french = reader_language() == "fr"
    words = said(Phrase("{count:,} words", count=len(article.text.split())), reader_language())
    told = [article.language, article.published, article.author, words]
    out.print(Text(explained.place, style="bold"))
    out.print(Text(f"  {article.title} ({', '.join(t for t in told if t)})"))
    for removed in explained.removed:
        line = Text("  − ")
        why = _FRENCH.get(removed.reason, removed.reason) if french else removed.reason
        line.append(f"{why:<17}", style="cyan")
        line.append(one_line(removed.line), style="dim")
        out.print(line)
    for order in explained.orders:
        line = Text("  ! ")
        line.append(f"{'parle aux machines' if french else 'speaks to machines':<19}", style="red")
        line.append(one_line(order))
        out.print(line)
