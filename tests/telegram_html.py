"""Telegram's HTML, read by Telegram's rules: what the Bot API server does with `parse_mode=HTML`.

Follows tdlib's `parse_html` (td/telegram/MessageEntity.cpp): its tags, its errors, the entities it knows and those it
leaves as they stand. One rule is stricter: a blockquote within a blockquote is an error here.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from typing import Any

TAGS = {
    "a": "text_link",
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "u": "underline",
    "ins": "underline",
    "tg-spoiler": "spoiler",
    "tg-emoji": "custom_emoji",
    "span": "spoiler",
    "pre": "pre",
    "code": "code",
    "blockquote": "blockquote",
}
ENTITY = re.compile(r"&(?:(lt|gt|amp|quot)|#(\d+)|#[xX]([0-9a-fA-F]+));")
START_TAG = re.compile(r"<([^\s>/][^\s>]*)((?:[^>\"']|\"[^\"]*\"|'[^']*')*)>")
END_TAG = re.compile(r"</([^\s>]*)\s*>")
ATTRIBUTE = re.compile(r"""\s+([^\s=>"'/]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([A-Za-z0-9.-]+)))?""")


class CannotParseError(ValueError):
    """What Telegram answers after "Bad Request: can't parse entities: "."""


@dataclass(frozen=True)
class Entity:
    """A styled stretch of the parsed text; `offset` and `length` are UTF-16 units."""

    type: str
    offset: int
    length: int
    url: str | None = None

    def to_json(self) -> dict[str, Any]:
        given = {"type": self.type, "offset": self.offset, "length": self.length, "url": self.url}
        return {key: value for key, value in given.items() if value is not None}


@dataclass
class _Open:
    tag: str
    offset: int
    attributes: dict[str, str] = field(default_factory=dict)


def units(text: str) -> int:
    """UTF-16 units, by encoding: counted another way than the bot counts them."""
    return len(text.encode("utf-16-le", errors="surrogatepass")) // 2


def parse(source: str) -> tuple[str, list[Entity]]:
    """Return the text and its entities; raise `CannotParseError` with Telegram's words."""
    text, entities, nested = "", [], list[_Open]()
    position = 0
    while position < len(source):
        here = f"byte offset {len(source[:position].encode())}"
        if source[position] == "&" and (entity := ENTITY.match(source, position)):
            text += html.unescape(entity.group())
            position = entity.end()
        elif source[position] != "<":
            text += source[position]
            position += 1
        elif source.startswith("</", position):
            position, entity = _close(source, position, nested, text, here)
            entities += entity
        else:
            found = START_TAG.match(source, position)
            if not found:
                raise CannotParseError(f"Unclosed start tag at {here}")
            nested.append(_open(found, nested, text, here))
            position = found.end()
    if nested:
        raise CannotParseError(f'Can\'t find end tag corresponding to start tag "{nested[-1].tag}"')
    return text, sorted(entities, key=lambda entity: (entity.offset, -entity.length))


def _open(found: re.Match[str], nested: list[_Open], text: str, here: str) -> _Open:
    tag, rest = found[1].lower(), found[2]
    if tag not in TAGS:
        raise CannotParseError(f'Unsupported start tag "{tag}" at {here}')
    if tag == "blockquote" and any(outer.tag == tag for outer in nested):
        raise CannotParseError(f"Nested blockquote at {here}")
    attributes, end = {}, 0
    for attribute in ATTRIBUTE.finditer(rest):
        if attribute.start() != end:
            break
        value = next((v for v in attribute.groups()[1:] if v is not None), "")
        attributes[attribute[1].lower()] = ENTITY.sub(lambda m: html.unescape(m.group()), value)
        end = attribute.end()
    if rest[end:].strip():
        raise CannotParseError(f"Unexpected end of name token at {here}")
    if tag == "span" and attributes.get("class") != "tg-spoiler":
        raise CannotParseError(f'Tag "span" must have class "tg-spoiler" at {here}')
    return _Open(tag, units(text), attributes)


def _close(source: str, position: int, nested: list[_Open], text: str, here: str) -> tuple[int, list[Entity]]:
    if not nested:
        raise CannotParseError(f"Unexpected end tag at {here}")
    found = END_TAG.match(source, position)
    if not found:
        raise CannotParseError(f"Unclosed end tag at {here}")
    opened = nested.pop()
    if found[1] and found[1].lower() != opened.tag:
        raise CannotParseError(
            f'Unmatched end tag at {here}, expected "</{opened.tag}>", found "{found.group()}"'
        )
    length = units(text) - opened.offset
    kind = TAGS[opened.tag]
    if kind == "blockquote" and "expandable" in opened.attributes:
        kind = "expandable_blockquote"
    url = opened.attributes.get("href") if opened.tag == "a" else None
    shown = length > 0 and not (opened.tag == "a" and not url)
    return found.end(), [Entity(kind, opened.offset, length, url)] if shown else []


def found_entities(text: str) -> list[dict[str, Any]]:
    """The commands and mentions Telegram marks by itself in a person's text."""
    entities, position = [], 0
    for word in text.split(" "):
        kind = {"/": "bot_command", "@": "mention"}.get(word[:1])
        if kind and len(word) > 1 and (kind == "mention" or position == 0):
            marked = word.split("\n")[0].rstrip("?!,.:")
            entities.append({"type": kind, "offset": units(text[:position]), "length": units(marked)})
        position += len(word) + 1
    return entities
