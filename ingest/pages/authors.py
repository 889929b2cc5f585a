"""By whom a page's article is: as it says so for machines, and else as it signs it beside the headline."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Final

from ingest.pages import linked_data
from ingest.pages.blocks import kind, letters
from ingest.pages.top import SIGNED, headline, is_paragraph
from ingest.stamps import PEOPLE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lxml.html import HtmlElement

    from ingest.pages.blocks import Block

# Names of meta elements, the commonest first.
_AUTHOR: Final = tuple(
    """author article:author og:article:author dc.creator dcterms.creator parsely-author sailthru.author byl
    citation_author article.author cxenseparse:author""".split()  # noqa: SIM905
)
_LONGEST: Final = 200  # characters of all
_MOST: Final = 6
_WORDS: Final = 5  # of a person's name
_ABOVE: Final = 3  # blocks above the headline among which it is signed
_AROUND: Final = 3  # ancestors whose classes count
_BY = re.compile(r"^(?:par|by|de|propos recueillis par|texte|text|written by|écrit par)\s*:?\s+", re.I)
_NO_PERSON = re.compile(
    r"https?:|www\.|@|\d|^(?:admin\w*|(?:la )?r[ée]daction.*|editor\w*|staff|author|auteur|webmaster|unknown|inconnu|guest|null|none|undefined)$"
    r"|\b(?:profil|profile|articles|posts|biograph)",
    re.I,
)
_WHOLE: Final = ("body", "html")  # whose classes are the whole page's
_EDGES: Final = " ,;|–—-"
_ADDRESS = re.compile(r"https?:|www\.|@")
# What stands beside a name and is none: (Image: Getty), [AFP], © X, Photo: X.
_CREDIT = re.compile(r"[(\[{][^)\]}]*[)\]}]?|(?:©|\b(?:image|photo|picture|crédits?|credits?)\s*:).*", re.I)
_PART = re.compile(r"[^\W_]+")
_SLUG = re.compile(r"[a-zà-ÿ]+(?:[-_.][a-zà-ÿ]+)+")
_SIGNED = re.compile(
    r"(?:^|[\s_-])(?:by-?lines?|authors?|auteurs?|signatures?|contributors?|vcard)(?=$|[\s_-])"
)
_OTHERS = re.compile(r"comment|related|teaser|snippet|(?<!v)card|popular|sidebar|menu")
_PLACE = re.compile(
    r"/(?:authors?|auteurs?|auteurices?|journalistes?|profiles?|profils?|people|by|staff|writers?|contributors?|signataires?|redacteurs?|reporters?|columnists?)/"
)


def author(
    tree: HtmlElement,
    metas: linked_data.Metas,
    article: linked_data.Row,
    rows: Sequence[linked_data.Row],
    page: Sequence[Block],
    *,
    title: str,
    site: str | None,
) -> str | None:
    """Return an article's authors, each once, as its page's JSON-LD names them, its meta elements, its markup, or what stands by its headline."""
    named = next(
        (value for label, value in zip(metas.all("twitter:label1"), metas.all("twitter:data1"), strict=False)
         if re.match(r"(?:written by|écrit par|auteur|author|by|par)\b", label, re.I)),
        "",
    )  # fmt: skip
    marked = (
        _plain(e.text_content())
        for e in tree.xpath('//*[@rel="author" or @itemprop="author"]')
        if not _of_others(e)
    )
    for told in (
        _linked(article.get("author"), rows),
        metas.all(*_AUTHOR),
        [named],
        [*marked][:_MOST],
        _beside(page, title),
        _alone(page),
    ):
        if names := _names(told, site):
            return ", ".join(names)[:_LONGEST]
    return None


def _names(told: Sequence[str], site: str | None) -> list[str]:
    """Return the names in what is told, each once, however often and in whatever form it is there."""
    names: list[str] = []
    slugs: list[str] = []
    for one in told:
        if _ADDRESS.search(one):
            continue
        name = " ".join(_BY.sub("", _CREDIT.sub(" ", _plain(one))).split()).strip(_EDGES)
        before, _, last = name.rpartition(",")
        name = before if before and _is_site(last, site) else name
        if not 2 < len(name) <= _LONGEST or _NO_PERSON.search(name) or _is_site(name, site):
            continue
        (slugs if _SLUG.fullmatch(name) else names).append(name)
    names = names or [re.sub(r"[-_.]", " ", slug).title() for slug in slugs]
    # A list of all of them says each again.
    said = {name: " ".join(["", *_PART.findall(name.casefold()), ""]) for name in names}
    alone = [n for n in names if not any(said[n] in said[o] for o in names if len(said[o]) > len(said[n]))]
    return [*{letters(name): name for name in reversed(alone)}.values()][::-1][:_MOST]


def _is_site(name: str, site: str | None) -> bool:
    """Tell whether an author's name is the site's."""
    one, other = letters(name), letters(site or "")
    return bool(other) and (one in other or other in one)


def _linked(value: object, rows: Sequence[linked_data.Row]) -> list[str]:
    """Return authors' names, those who are named elsewhere in the page by their @id too."""
    found = []
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, dict) and "name" not in one and one.get("@id"):
            found += [linked_data.text_of(r) for r in rows if r.get("@id") == one["@id"] and r.get("name")][
                :1
            ]
        else:
            found += linked_data.texts_of(one)
    return found


def _beside(page: Sequence[Block], title: str) -> list[str]:
    """Return the people who are named by the headline, where a class or a link says that they are the authors."""
    at = headline(page, title)
    if at is None:
        return []
    found: list[str] = []
    paragraphs = 0
    for block in page[max(0, at - _ABOVE) : at + SIGNED]:
        paragraphs += is_paragraph(block.text)
        if paragraphs > 1:
            break
        found += _signed(block)
    return found


def _alone(page: Sequence[Block]) -> list[str]:
    """Return the one person whom a page names as an author anywhere; none where it names several, who may be others'."""
    named = {name for block in page if len(block.text) <= _LONGEST for name in _signed(block)}
    return [*named] if len(named) == 1 else []


def _signed(block: Block) -> list[str]:
    """Return the people in a block that a link or a class says are authors."""
    if _of_others(block.element):
        return []
    links = [
        a for a in block.element.iter("a") if _PLACE.search(re.split(r"[?#]", a.get("href") or "")[0] + "/")
    ]
    texts = [a.text_content() for a in links]
    if not texts and _SIGNED.search(_called(block.element)):
        texts = [a.text_content() for a in block.element.iter("a")] + [block.text]
    people = (_BY.sub("", _plain(text)) for text in texts if len(text) <= _LONGEST)
    return [name for name in people if PEOPLE.fullmatch(name) and 1 < len(name.split()) <= _WORDS]


def _called(element: HtmlElement) -> str:
    """Return what a page calls an element and those around it, in lower case."""
    around = [element, *element.iterancestors()][: _AROUND + 1]
    names = (f"{kind(e)} {e.get('id') or ''}" for e in around if e.tag not in _WHOLE)
    return " ".join(names).lower().replace(".", " ")


def _of_others(element: HtmlElement) -> bool:
    """Tell whether an element is a reader's comment's, or another article's."""
    return bool(_OTHERS.search(_called(element)))


def _plain(text: str) -> str:
    """Return text on one line; what is there twice, one after the other, as under a picture, once."""
    plain = " ".join(html.unescape(text).split())
    half = plain[: len(plain) // 2].strip()
    return half if half and plain in (half * 2, f"{half} {half}") else plain
