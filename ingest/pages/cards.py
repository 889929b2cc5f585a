"""Other articles' blurbs below an article: cards built alike, each a linked headline and a sentence or two."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ingest.pages.blocks import Block, kind, letters

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lxml.html import HtmlElement

_UP: Final = 4  # ancestors that may be the card
_HEADS: Final = ("h2", "h3", "h4", "h5", "h6")
_HEADLINE: Final = 4  # words
_SHARE: Final = (
    0.3  # of an article's characters: a list of linked headings with a paragraph each is an article too
)


def without_cards(paragraphs: Iterable[tuple[str, Block | None]]) -> list[str]:
    """Return an article's paragraphs, given with their blocks, without the cards they end in."""
    listed = [*paragraphs]
    texts = [text for text, _ in listed]
    last = len(listed)
    while last and (block := listed[last - 1][1]) and _in_card(block):
        last -= 1
    gone = sum(map(len, texts[last:]))
    return texts[:last] if gone <= _SHARE * sum(map(len, texts)) else texts


def _in_card(block: Block) -> bool:
    """Tell whether a block stands, below a linked headline, in one of several elements that are built alike."""
    element: HtmlElement | None = block.element
    for _ in range(_UP):
        if element is None or (parent := element.getparent()) is None:
            return False
        alike = [one for one in parent if isinstance(one.tag, str) and kind(one) == kind(element)]
        if len(alike) > 1 and all(map(_is_headed, alike)):
            return letters(block.text) != letters(element.text_content())
        element = parent
    return False


def _is_headed(element: HtmlElement) -> bool:
    """Tell whether an element begins with a headline that is a link."""
    head = next(element.iter(*_HEADS), None)
    if head is None:
        return False
    linked = next(head.iter("a"), None) is not None or any(e.tag == "a" for e in head.iterancestors())
    begins = letters(element.text_content()).startswith(letters(head.text_content()))
    return linked and begins and len(head.text_content().split()) >= _HEADLINE
