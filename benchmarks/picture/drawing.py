"""A conversation as a page of HTML, in the manner of a messenger."""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from benchmarks.picture.talking import Bubble

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_STYLE: Final = Path(__file__).with_name("page.css")
# A quotation is a block of its own: the line break beside it is not one more.
_BESIDE_QUOTE: Final = re.compile(r"\n(<blockquote[^>]*>)|(</blockquote>)\n")
_FORWARDED: Final = {"fr": "Message transféré", "en": "Forwarded message"}
_TAGS: Final = {
    "bold": "b",
    "italic": "i",
    "underline": "u",
    "strikethrough": "s",
    "code": "code",
    "pre": "pre",
    "text_link": "span class='link'",
    "blockquote": "blockquote",
    "expandable_blockquote": "blockquote class='folded'",
}


def page(seen: Iterable[Bubble], language: str, title: str) -> str:
    """Return the page: every bubble with its styles and buttons."""
    body = "\n".join(_bubble(one, language) for one in seen)
    return (
        f"<!doctype html><html lang='{language}'><meta charset='utf-8'><style>{_STYLE.read_text(encoding='utf-8')}</style>"
        f"<main><header><span class='face'>D</span><span><b>{html.escape(title)}</b><i>bot</i></span></header>{body}</main>"
    )


def styled(text: str, entities: Sequence[dict[str, Any]]) -> str:
    """Return a text with Telegram's entities (offsets in UTF-16 units) as HTML; what it does not know is left as text."""
    units = text.encode("utf-16-le")
    known = [e for e in entities if e["type"] in _TAGS]
    opening = sorted(known, key=lambda e: (e["offset"], -e["length"]))
    marks = {0, len(units) // 2} | {at for e in known for at in (e["offset"], e["offset"] + e["length"])}
    parts, nested = [], list[dict[str, Any]]()
    for start, end in zip(sorted(marks), [*sorted(marks)[1:], len(units) // 2], strict=True):
        while nested and nested[-1]["offset"] + nested[-1]["length"] <= start:
            parts.append(f"</{_TAGS[nested.pop()['type']].split()[0]}>")
        for entity in [e for e in opening if e["offset"] == start]:
            parts.append(f"<{_TAGS[entity['type']]}>")
            nested.append(entity)
        parts.append(html.escape(units[2 * start : 2 * end].decode("utf-16-le")))
    return _BESIDE_QUOTE.sub(r"\1\2", "".join(parts))


def _bubble(bubble: Bubble, language: str) -> str:
    side = "mine" if bubble.mine else "theirs"
    rows = "".join(
        f"<div class='row'>{''.join(f'<span>{html.escape(label)}</span>' for label in row)}</div>"
        for row in bubble.buttons
    )
    keyboard = f"<div class='keyboard'>{rows}</div>" if rows else ""
    of = f"<span class='of'>{_FORWARDED[language]}</span>" if bubble.forwarded else ""
    return f"<div class='{side}'><div class='bubble'>{of}{styled(bubble.text, bubble.entities)}</div>{keyboard}</div>"
