"""What a page says about its article: title, site, authors, dates, address, tags, caption."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin, urlsplit

from ingest.pages import linked_data
from ingest.pages.authors import author
from ingest.pages.dates import moment, stated
from ingest.pages.found import About
from ingest.pages.top import caption, top
from ingest.stamps import read_stamps
from retrieval.told import Phrase
from retrieval.urls import NO_ADDRESS, normal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lxml.html import HtmlElement

    from ingest.pages.blocks import Block
    from ingest.stamps import Stamps

# Names of meta elements, the commonest first.
_PUBLISHED: Final = tuple(
    """article:published_time og:article:published_time datepublished dc.date.issued dcterms.created parsely-pub-date
    sailthru.date publishdate pubdate publication_date date dc.date dcterms.date article:published article.published
    published_at cxenseparse:recs:publishtime citation_publication_date article_date_original""".split()  # noqa: SIM905
)
_MODIFIED: Final = tuple(
    """article:modified_time og:updated_time datemodified dcterms.modified lastmod last-modified article:modified
    article.updated""".split()  # noqa: SIM905
)
_INTERNAL = re.compile(r"^[@_#]|[:=]")  # tags for a site's own machines
_SEPARATED = re.compile(r"\s+[|–—·•»:]\s+|\s+-\s+")
_LONGEST: Final = {"title": 300, "site": 100, "caption": 500, "tag": 40}
_MOST_TAGS = 20
_NEAR_TOP: Final = 3  # pictures


def about(
    tree: HtmlElement, rows: Sequence[linked_data.Row], page: Sequence[Block], url: str | None
) -> About:
    """Return what is said in JSON-LD (`rows`), in meta elements, or in the page's own words (`page`), in this order."""
    metas = linked_data.Metas(tree)
    article, itself = linked_data.article_of([*rows]), linked_data.page_of([*rows])
    address, no_address = _address(tree, metas, url)
    site = _site(metas, article, rows, address or url)
    title, language = _title(tree, metas, article, site), _language(tree, metas, article)
    head = top(page, title)
    said = read_stamps(head, day_first=(language or "fr").lower().startswith("fr"))
    published, modified = _dates(tree, metas, article, itself, page, said=said)
    return About(
        title=title,
        site=site,
        author=author(tree, metas, article, rows, page, title=title, site=site) or said.author,
        published=published,
        modified=modified,
        url=address,
        no_url=no_address,
        language=language,
        tags=_tags(metas, article),
        caption=_caption(tree) or caption(head),
    )


def _title(tree: HtmlElement, metas: linked_data.Metas, article: linked_data.Row, site: str | None) -> str:
    """Return the headline: as the page has it in large, where it says so elsewhere too."""
    heads = [_plain(h.text_content()) for h in tree.iter("h1")]
    told = [
        linked_data.text_of(article.get("headline")),
        metas.one("og:title", "twitter:title", "dc.title", "dcterms.title"),
        next((_plain(t.text_content()) for t in tree.iter("title")), ""),
    ]
    told = [_without_site(_plain(text), site) for text in told if text]
    for head in heads:
        if len(head) > 5 and any(
            head.casefold() in t.casefold() or t.casefold() in head.casefold() for t in told
        ):
            return head[: _LONGEST["title"]]
    if told:
        return told[0][: _LONGEST["title"]]
    return next((head for head in heads if len(head) > 5), "")[: _LONGEST["title"]]


def _without_site(title: str, site: str | None) -> str:
    """Return a title without the site's name at either end."""
    parts = _SEPARATED.split(title)
    if len(parts) > 1 and site:
        name = re.sub(r"\W+", "", site).casefold()
        for at, mark in ((-1, len(title)), (0, 0)):
            part = re.sub(r"\W+", "", parts[at]).casefold()
            if part and (part in name or name in part):
                kept = title[: title.rindex(parts[-1])] if mark else title[len(parts[0]) :]
                return _without_site(re.sub(r"^[\s|–—·•»:-]+|[\s|–—·•»:-]+$", "", kept), site)
    return title


def _site(
    metas: linked_data.Metas, article: linked_data.Row, rows: Sequence[linked_data.Row], address: str | None
) -> str | None:
    told = metas.one("og:site_name", "application-name") or linked_data.text_of(article.get("publisher"))
    if not told:
        told = next((linked_data.text_of(r) for r in rows if "WebSite" in linked_data.types(r)), "")
    told = _plain(told)
    if not told or len(told) > _LONGEST["site"] or "//" in told:
        told = (urlsplit(address).hostname or "").removeprefix("www.") if address else ""
    return told or None


def _dates(
    tree: HtmlElement,
    metas: linked_data.Metas,
    article: linked_data.Row,
    itself: linked_data.Row,
    page: Sequence[Block],
    *,
    said: Stamps,
) -> tuple[str | None, str | None]:
    """Return when an article was published and changed: what the page says for machines, else what it says to readers.

    `said` is what stands under its headline.
    """
    published = modified = None
    for told in (
        linked_data.text_of(article.get("datePublished")),
        metas.one(*_PUBLISHED),
        linked_data.text_of(itself.get("datePublished")),
    ):
        published = published or moment(told)
    for told in (
        linked_data.text_of(article.get("dateModified")),
        metas.one(*_MODIFIED),
        linked_data.text_of(itself.get("dateModified")),
    ):
        modified = modified or moment(told)
    if not published:
        for time in tree.xpath('//time[@datetime] | //*[@itemprop="datePublished"][@content or @datetime]')[
            :_NEAR_TOP
        ]:
            published = published or moment(time.get("datetime") or time.get("content"))
    if not published:
        published, changed = stated([line for block in page for line in block.lines])
        published, modified = said.published or published, modified or said.modified or changed
    modified = modified or said.modified
    # A date after a date-time of the same day, and a change before the publication, say nothing.
    return published, modified if modified and modified[:19] > (published or "")[:19] else None


def _address(tree: HtmlElement, metas: linked_data.Metas, url: str | None) -> tuple[str | None, str]:
    """Return where the page says it is at home, and why an address that it gives is none.

    Home is the same site's address, or the page's own where that is another's or none.
    """
    told = [
        link.get("href")
        for link in tree.iter("link")
        if "canonical" in (link.get("rel") or "").lower().split()
    ]
    why = ""
    for one in (*told, metas.one("og:url")):
        try:
            address = urljoin(url or "", (one or "").strip())
            if not urlsplit(address).scheme:  # none, or a path of a page that was saved
                continue
            home = normal(address)
        except ValueError as error:
            told_why = error.args[0]
            why = told_why if isinstance(told_why, Phrase) else Phrase(NO_ADDRESS)
            continue
        if url and not _same_site(home, url):
            continue
        if url and urlsplit(home).path == "/" and urlsplit(url).path not in ("", "/"):
            continue  # every page of some sites names the front page
        return home, why
    return url, why


def _same_site(one: str, other: str) -> bool:
    """Tell whether two addresses are one site's, "www", "amp" or "m" before it or not."""
    first, second = (
        re.sub(r"^(?:www\d?|amp|m|mobile)\.", "", urlsplit(u).hostname or "") for u in (one, other)
    )
    return first == second or first.endswith(f".{second}") or second.endswith(f".{first}")


def _language(tree: HtmlElement, metas: linked_data.Metas, article: linked_data.Row) -> str | None:
    told = linked_data.text_of(article.get("inLanguage"))
    root = tree.getroottree().getroot()
    told = root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or told
    told = told or metas.one("og:locale", "content-language", "dc.language", "language")
    return told.strip() or None


def _tags(metas: linked_data.Metas, article: linked_data.Row) -> tuple[str, ...]:
    told = (
        metas.all("article:tag")
        or linked_data.texts_of(article.get("keywords"))
        or metas.all("news_keywords", "keywords")
    )
    tags = [_plain(part) for one in told for part in re.split(r"[,;]", one)]
    return tuple(
        dict.fromkeys(tag for tag in tags if 1 < len(tag) <= _LONGEST["tag"] and not _INTERNAL.search(tag))
    )[:_MOST_TAGS]


def _caption(tree: HtmlElement) -> str | None:
    """Return what stands under the first picture near the top of the page that has words."""
    for figure in [*tree.iter("figure")][:_NEAR_TOP]:
        words = next(figure.iter("figcaption"), None)
        if words is None or next(figure.iter("img", "picture"), None) is None:
            continue
        text = _plain(words.text_content())
        linked = sum(len(_plain(link.text_content())) for link in words.iter("a"))
        if 10 < len(text) <= _LONGEST["caption"] and 2 * linked < len(text):
            return text
    return None


def _plain(text: str) -> str:
    """Return text on one line, entities that were written twice undone."""
    return " ".join(html.unescape(text).split())
