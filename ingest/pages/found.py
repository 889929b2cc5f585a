"""What is found in a page, a PDF or a mail: an article's text and what is said about it, or that it is none."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class About:
    """What a page says about its article; dates in ISO 8601 as the page has them. `no_url`: why an address that it gives is none."""

    title: str = ""
    site: str | None = None
    author: str | None = None
    published: str | None = None
    modified: str | None = None
    url: str | None = None
    no_url: str = ""
    language: str | None = None
    tags: tuple[str, ...] = ()
    caption: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """An article out of a web page: its paragraphs an empty line apart, what the page says about it, and whether the rest is kept for subscribers."""

    text: str
    about: About
    partial: bool = False


class NoArticleError(Exception):
    """A page that is no article; its text says what it is instead."""
