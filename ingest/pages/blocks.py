"""A page's markup as blocks of text, each with its place in the page and how much of it is links."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from lxml import etree

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_BLOCKS: Final = frozenset(
    """address article aside blockquote body caption center dd details div dl dt fieldset figcaption figure footer form h1 h2 h3 h4
    h5 h6 header hr label li main nav ol p pre section summary table tbody td tfoot th thead tr ul""".split()  # noqa: SIM905
)
UNSEEN: Final = (
    "script",
    "style",
    "noscript",
    "template",
    "svg",
    "iframe",
    "object",
    "button",
    "select",
    "textarea",
    "option",
)
_CUT: Final = "\x1e"  # a line's end within a block; white space to Python
_DEEPEST: Final = 400  # elements: beyond that a page is no page


@dataclass(eq=False, slots=True)
class Block:
    """A run of text between two blocks' edges: the element it is directly in, and the share of its characters that are links.

    `lines` are the same text, cut where the page cuts its lines.
    """

    element: HtmlElement
    text: str
    links: float
    order: int
    lines: tuple[str, ...] = ()


def blocks(tree: HtmlElement) -> list[Block]:
    """Return the blocks of text of a page in the order of its markup; what is never shown is left out."""
    found: list[Block] = []
    path: list[HtmlElement] = []  # the blocks that are open
    words: list[str] = []
    linked = links = 0

    def end() -> None:
        nonlocal linked
        whole = "".join(words)
        text = " ".join(whole.split())  # at the cuts too
        words.clear()
        if text and path:
            lines = tuple(line for part in whole.split(_CUT) if (line := " ".join(part.split())))
            found.append(Block(path[-1], text, min(linked / len(text), 1.0), len(found), lines))
        linked = 0

    def take(text: str | None) -> None:
        nonlocal linked
        if text:
            words.append(text)
            linked += len(" ".join(text.split())) if links else 0

    hidden = 0
    for event, element in etree.iterwalk(tree, events=("start", "end", "comment", "pi")):
        tag = element.tag if isinstance(element.tag, str) else ""
        if event == "start":
            hidden += tag in UNSEEN
            if hidden or len(path) > _DEEPEST:
                continue
            if tag in _BLOCKS:
                end()
                path.append(element)
            elif tag == "br":
                words.append(_CUT)
            links += tag == "a"
            take(element.text)
            continue
        if event == "end":
            if tag in _BLOCKS and path and path[-1] is element:
                end()
                path.pop()
            links -= tag == "a" and links > 0
            hidden -= tag in UNSEEN
        if not hidden:
            take(element.tail)
    end()
    return found


def kind(element: HtmlElement) -> str:
    """Return what an element's page calls it: its tag and its classes."""
    return f"{element.tag}.{' '.join(sorted((element.get('class') or '').split()))}"


def by_words(found: list[Block]) -> dict[str, list[Block]]:
    """Return the blocks by their letters and digits alone, those of the same words in order."""
    table: dict[str, list[Block]] = defaultdict(list)
    for block in found:
        table[letters(block.text)].append(block)
    return table


def letters(text: str) -> str:
    """Return the letters and digits of a text, in lower case: by which two ways of taking it out of a page agree."""
    return "".join(character for character in text if character.isalnum()).casefold()
