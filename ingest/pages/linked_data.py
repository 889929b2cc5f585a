"""What a page says of itself for machines: schema.org's JSON-LD, and meta elements."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.html import HtmlElement

_LONGEST: Final = 2_000_000  # characters of JSON that are looked at
_DEEPEST: Final = 12
_MOST: Final = 5_000  # objects
_ARTICLE: Final = re.compile(
    r"(?:News|Blog|Opinion|Analysis|Report|Review|Scholarly|Tech|Satirical|Advertiser|Background)?\w*(?:Article|BlogPosting|LiveBlogPosting|Posting)$|^Report$"
)

Row = dict[str, Any]


def objects(tree: HtmlElement) -> list[Row]:
    """Return the JSON-LD objects of a page, those within others too; what is no JSON is left out."""
    found: list[Row] = []
    for script in tree.iter("script"):
        if (script.get("type") or "").split(";")[0].strip().lower() != "application/ld+json":
            continue
        text = (script.text or "").strip().removeprefix("<!--").removesuffix("-->").strip().rstrip(";")
        if not text or len(text) > _LONGEST:
            continue
        try:
            found += [*_within(json.loads(text, strict=False), 0)]
        except (ValueError, RecursionError):
            continue
        if len(found) > _MOST:
            break
    return found[:_MOST]


def _within(value: object, depth: int) -> Iterator[Row]:
    if depth > _DEEPEST:
        return
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from _within(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from _within(inner, depth + 1)


def types(row: Row) -> list[str]:
    """Return the types of an object, without what stands before their names."""
    given = row.get("@type")
    listed = given if isinstance(given, list) else [given]
    return [str(name).rsplit("/", 1)[-1] for name in listed if isinstance(name, str)]


def article_of(found: list[Row]) -> Row:
    """Return the object that is the page's article: of several the one that says most; empty where there is none."""
    articles = [row for row in found if any(_ARTICLE.search(name) for name in types(row))]
    dated = [row for row in articles if text_of(row.get("datePublished")) or text_of(row.get("headline"))]
    return max(dated or articles, key=len, default={})


def page_of(found: list[Row]) -> Row:
    """Return the object that is the page itself; empty where there is none."""
    return next((row for row in found if {"WebPage", "ItemPage", "CollectionPage"} & set(types(row))), {})


def text_of(value: object) -> str:
    """Return a value as text: itself, an object's name, the first of a list."""
    if isinstance(value, list):
        return next((text for one in value if (text := text_of(one))), "")
    if isinstance(value, dict):
        return text_of(value.get("name") or value.get("@value"))
    return " ".join(value.split()) if isinstance(value, str) else ""


def texts_of(value: object) -> list[str]:
    """Return a list's values as texts, or the one value."""
    listed = value if isinstance(value, list) else [value]
    return [text for one in listed if (text := text_of(one))]


class Metas:
    """The meta elements of a page, by name, property or itemprop, in lower case."""

    def __init__(self, tree: HtmlElement) -> None:
        self._values: dict[str, list[str]] = {}
        for meta in tree.iter("meta"):
            content = " ".join((meta.get("content") or "").split())
            for attribute in ("property", "name", "itemprop", "http-equiv"):
                name = (meta.get(attribute) or "").strip().lower()
                if name and content:
                    self._values.setdefault(name, []).append(content)

    def one(self, *names: str) -> str:
        """Return the first value there is, by the names in turn; else ""."""
        return next((self._values[name][0] for name in names if name in self._values), "")

    def all(self, *names: str) -> list[str]:
        """Return every value of the names."""
        return [value for name in names for value in self._values.get(name, ())]
