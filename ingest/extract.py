"""A Document → an Article: what each kind of document says about itself, cleaned and checked."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ingest.clean import clean, clean_row
from ingest.documents import MAX_CHARACTERS, Document, Problem, short_id
from ingest.markdown import read_markdown
from ingest.pages.dates import moment
from ingest.pages.language import OtherLanguage, language_of
from ingest.stamps import read_stamps
from ingest.titles import derived_title
from retrieval.characters import normalise, one_line
from retrieval.domain import Article, Language
from retrieval.language import detect
from retrieval.told import Phrase
from retrieval.urls import normal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ingest.pages.found import Page

log = logging.getLogger(__name__)

_DATES = 'Write "2024-10-25", "2024-10-25T18:30:00+02:00" or "2024/10/25"'
# From which probability a text that does not say its language is in another: of 7,811 French and English ones, lists of names among
# them, the most that was given any other was 0.5; their first 30, 60 or 120 characters, one of 23,000 more than 0.9.
_SURE = 0.9
_SLASHED = re.compile(r"(\d{4})/(\d{1,2})/(\d{1,2})")


@dataclass(frozen=True, slots=True)
class _FaultError(Exception):
    """Why a document is no article."""

    what: str
    hint: str = ""


def extract(document: Document) -> Article | Problem:
    """Return the article a document holds, or the Problem that keeps it out."""
    try:
        if document.kind == "row":
            return _captioned(_from_row(document, document.row))
        if document.kind in {"page", "pdf", "mail"}:
            return _captioned(_from_page(document))
        return _captioned(_from_file(document))
    except _FaultError as fault:
        if document.row.get("content"):  # the feed that led here has the article itself
            from ingest.feeds import entry_page

            about = {name: value for name, value in document.row.items() if name != "content"}
            return extract(replace(document, raw=entry_page(document.row), charset="utf-8", row=about))
        return Problem(document.place, fault.what, fault.hint or _feed_hint(document))


def _captioned(article: Article) -> Article:
    """Return the article with its caption as the text's last paragraph: who is where, and when, often stands there alone."""
    if not article.caption or article.caption in article.text:
        return article
    return replace(article, text=f"{article.text}\n\n{article.caption}")


def _from_page(document: Document) -> Article:
    """Return the article of a page, a PDF or a mail; what a feed says of it (`row`) stands in for what it does not say."""
    found = _found(document)
    told, feed = found.about, document.row
    if told.no_url:
        _tell_left_out(document.place, told.no_url)
    title = one_line(told.title or feed.get("title", ""))
    authors = one_line(told.author or feed.get("author") or "")
    cleaned = clean(normalise(found.text), title or None, authors)
    if not re.search(r"\w", cleaned.text):
        raise _FaultError("holds no words once cleaned")
    language = language_of(f"{cleaned.title}\n{cleaned.text}", told.language)
    if isinstance(language, OtherLanguage):
        raise _FaultError(
            Phrase('its language is "{code}", and only fr and en are supported', code=language.code)
        )
    return Article(
        article_id=short_id(document.origin),
        title=cleaned.title,
        text=cleaned.text,
        language=language,
        url=told.url or document.url,
        source=one_line(told.site or "") or _host(document),
        published=told.published or _published(feed.get("published")),
        modified=told.modified or _published(feed.get("modified")),
        author=authors or None,
        tags=tuple(dict.fromkeys((*told.tags, *cleaned.tags))),
        caption=told.caption or cleaned.caption,
        dateline=cleaned.dateline,
        partial=found.partial or cleaned.partial,
    )


def _found(document: Document) -> Page:
    """Read what came; its readers are imported where there is something for them."""
    from ingest.pages.found import NoArticleError

    try:
        if document.kind == "pdf":
            from ingest.pages.pdf import read_pdf

            return read_pdf(document.raw)
        if document.kind == "mail":
            from ingest.pages.mail import read_mail

            return read_mail(document.raw)
        from ingest.pages.page import read_page

        return read_page(document.raw, document.url, document.charset)
    except NoArticleError as error:
        raise _FaultError(error.args[0]) from None


def _feed_hint(document: Document) -> str:
    if document.kind != "page" or not document.url:
        return ""
    from ingest.feeds import linked_feed

    feed = linked_feed(document.raw, document.url)
    return Phrase("Its site has a feed: depeche ingest {feed}", feed=feed) if feed else ""


def _from_file(document: Document) -> Article:
    front: Mapping[str, str] = {}
    raw, feed = document.text, document.row
    title = one_line(feed.get("title", "")) or None
    if document.kind == "markdown":
        page = read_markdown(normalise(raw))
        raw, title, front = page.text, page.title, page.front
    cleaned = clean(raw, title)
    if not re.search(r"\w", cleaned.text):
        raise _FaultError("holds no words once cleaned")
    tags = cleaned.tags or tuple(
        t for part in front.get("tags", "").strip("[]").split(",") if (t := part.strip(" \"'"))
    )
    language = _language(front.get("lang") or front.get("language"), f"{cleaned.title}\n{cleaned.text}")
    stamps = read_stamps(cleaned.stamps, day_first=language == "fr")
    return Article(
        article_id=short_id(document.origin),
        title=cleaned.title,
        text=cleaned.text,
        language=language,
        url=_url(front.get("url") or front.get("link"), document.place) or document.url,
        source=one_line(front.get("source", "")) or _host(document),
        published=_published(front.get("date") or front.get("published") or feed.get("published"))
        or stamps.published,
        modified=stamps.modified or _published(feed.get("modified")),
        author=one_line(front.get("author") or feed.get("author") or "") or stamps.author,
        tags=tags,
        caption=cleaned.caption,
        dateline=cleaned.dateline,
        partial=cleaned.partial,
    )


def _from_row(document: Document, row: dict[str, Any]) -> Article:
    if row.get("text") is None:
        raise _FaultError('has no "text"', "Each row needs one")
    given = _string(row, "text")
    if len(given) > MAX_CHARACTERS:
        raise _FaultError(
            Phrase('its "text" is longer than {most:,} characters', most=MAX_CHARACTERS),
            "Split it into its articles",
        )
    title = one_line(_string(row, "title"))
    cleaned = clean_row(given, title)
    text = cleaned.text
    if not re.search(r"\w", given) and given.strip() and title:
        text = given.strip()  # a headline with nothing under it but a mark is news too
    elif not re.search(r"\w", text):
        raise _FaultError(
            'its "text" is empty' if not given.strip() else 'its "text" holds no words once cleaned'
        )
    title = title or cleaned.title or derived_title(text)
    language = _language(_string(row, "lang"), f"{title}\n{text}")
    stamps = read_stamps(cleaned.stamps, day_first=language == "fr")
    return Article(
        article_id=row["id"] if row.get("id") is not None else short_id(document.origin),
        title=title,
        text=text,
        language=language,
        url=_url(_string(row, "url"), document.place),
        source=one_line(_string(row, "source")) or None,
        published=_published(_string(row, "published")) or stamps.published,
        modified=moment(_extra(row, "modified")) or stamps.modified,
        author=_extra(row, "author") or stamps.author,
        tags=_tags(row.get("tags")),
        caption=_extra(row, "caption") or None,
        partial=cleaned.partial or row.get("partial") is True,
    )


def _host(document: Document) -> str | None:
    """Return what stands for the source of a document that names none: the host it came from. The name of a file is no source."""
    host = urlsplit(document.url or "").hostname
    return host.removeprefix("www.") if host else None


def _extra(row: dict[str, Any], name: str) -> str:
    """Return a field that other programs use in other ways too: what is no text says nothing."""
    value = row.get(name)
    return one_line(value) if isinstance(value, str) else ""


def _tags(given: object) -> tuple[str, ...]:
    listed = given.split(",") if isinstance(given, str) else given if isinstance(given, list) else []
    return tuple(dict.fromkeys(tag for one in listed if isinstance(one, str) and (tag := one_line(one))))


def _string(row: dict[str, Any], name: str) -> str:
    value = row.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise _FaultError(Phrase('its "{name}" is not text', name=name))
    return value


def _language(given: str | None, text: str) -> Language:
    """Return the language a document says it is in ("fr", "en-GB"), or the one its text is in."""
    name = (given or "").strip()
    if not name:
        found = language_of(text, None)
        if not isinstance(found, OtherLanguage):
            return found
        if found.probability < _SURE:
            return detect(text)
        name = found.code
    primary = re.split(r"[-_]", name.lower())[0]
    if primary == "fr":
        return "fr"
    if primary == "en":
        return "en"
    raise _FaultError(Phrase('its language is "{code}", and only fr and en are supported', code=name[:20]))


def _url(given: str | None, place: str) -> str | None:
    """Return the address a document says it is at; None, with a line, for one that opens no page."""
    url = (given or "").strip()
    if not url:
        return None
    try:
        if not url.isprintable() or re.search(r"\s", url):
            raise ValueError(Phrase("it holds a space or a control character"))
        normal(url)
    except ValueError as error:
        _tell_left_out(place, error.args[0])
        return None
    return url


def _tell_left_out(place: str, why: str) -> None:
    log.warning("%s", Phrase('{place}: its "url" is left out: {why}', place=place, why=why))


def _published(given: str | None) -> str | None:
    """Return a date or date-time in ISO 8601; as given where it is that already."""
    text = (given or "").strip()
    if not text:
        return None
    try:
        if slashed := _SLASHED.fullmatch(text):
            return date(*map(int, slashed.groups())).isoformat()
        if re.match(r"\d{4}-\d{2}-\d{2}(?:[T ]|$)", text):
            datetime.fromisoformat(text)
            return text.replace(" ", "T", 1)
        return parsedate_to_datetime(text).isoformat()
    except ValueError:
        raise _FaultError(Phrase('its date "{date}" cannot be read', date=text[:40]), _DATES) from None
