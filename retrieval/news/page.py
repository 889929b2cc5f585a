"""A list of news as a page to mail: styles inline, no script, and nothing of an article's but its words and http addresses.

No colour is set, so that readers' own, light or dark, are the page's too.
"""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Final

from retrieval import phrases
from retrieval.characters import one_line
from retrieval.links import safe_link

if TYPE_CHECKING:
    from collections.abc import Iterator

    from retrieval.domain import Answer, Citation, Item, Language

_BODY: Final = "margin:0;padding:1.5em 1em;font:1em/1.5 Georgia,serif;color-scheme:light dark"
_COLUMN: Final = "max-width:38em;margin:0 auto"
_HEADING: Final = "font-size:1.4em;line-height:1.25;margin:0 0 1.2em"
_TITLE: Final = "font-size:1.1em;line-height:1.3;margin:0"
_STORY: Final = "margin:0 0 1.6em"
_LINE: Final = "margin:.3em 0 0"
_SMALL: Final = "margin:.3em 0 0;font-size:.9em;opacity:.8"  # which is legible on white and on black
_LINK: Final = "color:inherit"
_END: Final = "\u00a0:"  # of a heading, which no title has


def page(answer: Answer) -> str:
    """Return the page, a whole document of HTML, in the answer's language."""
    heading = _text(answer.heading)
    lines = [
        "<!DOCTYPE html>",
        f'<html lang="{answer.language}">',
        '<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f'<meta name="color-scheme" content="light dark"><title>{heading.rstrip(_END)}</title></head>',
        f'<body style="{_BODY}"><div style="{_COLUMN}">',
        f'<h1 style="{_HEADING}">{heading}</h1>',
    ]
    for item, citation in zip(answer.items, answer.citations, strict=True):
        lines += [f'<div style="{_STORY}">', *_story(item, citation, answer.language), "</div>"]
    lines += [f'<p style="{_SMALL}">{_text(note)}</p>' for note in answer.notes]
    return "\n".join([*lines, "</div></body>", "</html>", ""])


def _story(item: Item, citation: Citation, language: Language) -> Iterator[str]:
    """Yield a story's title, its source and day, the sentence that tells it, and where else it is."""
    own = "" if citation.language == language else f' lang="{citation.language}"'
    title = _linked(item.text, citation.link, citation.url)
    yield f'<h2 style="{_TITLE}"{own}>{title}</h2>'
    told = filter(None, (citation.source, phrases.long_date(citation.published, language)))
    if line := " · ".join(map(_text, told)):
        yield f'<p style="{_SMALL}">{line}</p>'
    quote = f"<span{own}>{_text(citation.quote)}</span>" if own else _text(citation.quote)
    yield f'<p style="{_LINE}">{phrases.quoted(quote, language)}</p>'
    copies = {copy.source or copy.title: copy.url for copy in reversed(citation.also)}
    if copies:
        also = ", ".join(_linked(name, url) for name, url in reversed(copies.items()))
        yield f'<p style="{_SMALL}">{phrases.ALSO[language]} {also}</p>'


def _linked(text: str, *addresses: str | None) -> str:
    """Return words as a link to the first of the addresses that may be one; as they are where none may."""
    address = safe_link(*addresses)
    if not address:
        return _text(text)
    return f'<a style="{_LINK}" href="{html.escape(address)}">{_text(text)}</a>'


def _text(words: str) -> str:
    return html.escape(one_line(words))
