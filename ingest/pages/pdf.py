"""A PDF → the text of its article: lines joined to paragraphs, words that were cut at a line's end mended, running heads left out."""

from __future__ import annotations

import io
import logging
import re
from collections import Counter
from typing import TYPE_CHECKING, Final

from ingest.pages.dates import moment
from ingest.pages.found import About, NoArticleError, Page
from retrieval.told import Phrase

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pypdf import PdfReader

LARGEST: Final = 50_000_000  # bytes
_MOST_PAGES: Final = 300
_EDGE: Final = 3  # lines at the top and bottom of a page that may be its running head or foot
_LEAST: Final = 3  # pages that must share one for it to be one
_FULL: Final = 0.7  # share of a page's usual line below which a line that ends a sentence ends a paragraph
_HYPHEN = re.compile(r"[^\W\d_]{2}[-\u00ad\u2010]$")
_END = re.compile(r"[.!?…:»”\"]$")


def read_pdf(raw: bytes) -> Page:
    """Return the article of a PDF; raise `NoArticleError` where it has no text, or cannot be opened."""
    if len(raw) > LARGEST:
        raise NoArticleError(
            Phrase("is larger than {most} MB; split it into its articles", most=LARGEST // 1_000_000)
        )
    from pypdf import PdfReader
    from pypdf.errors import PdfReadError

    logging.getLogger("pypdf").setLevel(logging.ERROR)
    try:
        reader = PdfReader(io.BytesIO(raw))
        if reader.is_encrypted and not reader.decrypt(""):
            raise NoArticleError("is a PDF behind a password; save it without one")
        pages = _pages(reader)
        told = _about(reader)
    except (NoArticleError, MemoryError):
        raise
    except (PdfReadError, Exception) as error:
        raise NoArticleError(Phrase("is a damaged PDF ({kind})", kind=type(error).__name__)) from None
    text = "\n\n".join(paragraph for lines in _without_heads(pages) for paragraph in _paragraphs(lines))
    if not re.search(r"\w", text):
        raise NoArticleError("is a PDF of pictures; it has no text to read (recognise its text first)")
    return Page(text, told)


def _pages(reader: PdfReader) -> list[list[str]]:
    if len(reader.pages) > _MOST_PAGES:
        raise NoArticleError(
            Phrase("is a PDF of more than {most} pages; split it into its articles", most=_MOST_PAGES)
        )
    return [[line.rstrip() for line in page.extract_text().splitlines()] for page in reader.pages]


def _about(reader: PdfReader) -> About:
    told = reader.metadata
    if told is None:
        return About()
    title = " ".join((told.title or "").split())
    if re.search(r"\.(?:docx?|pdf|indd|qxp|odt)$|^(?:untitled|sans titre|microsoft word)", title, re.I):
        title = ""
    author = " ".join((told.author or "").split())
    return About(
        title=title,
        author=author if 2 < len(author) <= 200 else None,
        published=moment(told.creation_date.isoformat()) if told.creation_date else None,
        modified=moment(told.modification_date.isoformat())
        if told.modification_date and told.modification_date != told.creation_date
        else None,
    )


def _without_heads(pages: Sequence[list[str]]) -> list[list[str]]:
    """Return the pages' lines without those at an edge that stand on several pages, page numbers apart."""
    edges = Counter(
        key
        for lines in pages
        for key in {_key(line) for line in (*_filled(lines)[:_EDGE], *_filled(lines)[-_EDGE:])}
    )
    repeated = {key for key, count in edges.items() if count >= min(_LEAST, max(2, len(pages)))}
    kept = []
    for lines in pages:
        filled = _filled(lines)
        out = {
            line
            for line in (*filled[:_EDGE], *filled[-_EDGE:])
            if _key(line) in repeated or re.fullmatch(r"\W*\d{1,4}\W*", line)
        }
        kept.append([line for line in lines if line not in out])
    return kept


def _filled(lines: Sequence[str]) -> list[str]:
    return [line for line in lines if line.strip()]


def _key(line: str) -> str:
    return re.sub(r"\d+", "0", " ".join(line.split())).casefold()


def _paragraphs(lines: Sequence[str]) -> list[str]:
    """Return a page's lines as paragraphs: one ends at an empty line, or at a short line that ends a sentence."""
    filled = sorted(len(line) for line in lines if line.strip())
    usual = filled[len(filled) * 3 // 4] if filled else 0
    found: list[str] = []
    current = ""
    for line in (*(" ".join(line.split()) for line in lines), ""):
        if not line:
            found += [current] if current else []
            current = ""
            continue
        if _HYPHEN.search(current) and line[:1].islower():
            current = current[:-1] + line
        else:
            current = f"{current} {line}".strip()
        if len(line) < _FULL * usual and _END.search(line):
            found.append(current)
            current = ""
    return found
