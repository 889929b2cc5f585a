"""The links in a message: written out, marked by Telegram, or behind words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from telegram import MessageEntity

if TYPE_CHECKING:
    from telegram import Message

MOST: Final = 10  # of one message
_LINK: Final = re.compile(r"https?://[^\s/<>\"«»“”][^\s<>\"«»“”]*", re.I)
_WRITTEN: Final = ".,;:!?…'’"  # what ends a sentence, and no address


def links_in(message: Message) -> tuple[str, ...]:
    """Return the links in a message's text or caption, each once, in order: those written out first."""
    text = message.text or message.caption
    if not text:
        return ()
    found = [*written_in(text)]
    entities = message.parse_entities() if message.text else message.parse_caption_entities()
    for entity, words in entities.items():
        if entity.type == MessageEntity.TEXT_LINK and entity.url:
            found += written_in(entity.url)
        elif entity.type == MessageEntity.URL and "://" not in words:  # "journal.example/page"
            found += written_in(f"https://{words}")
    return tuple(dict.fromkeys(found))[:MOST]


def written_in(text: str) -> tuple[str, ...]:
    """Return the links that a text writes out, without the signs of the sentence around them."""
    return tuple(dict.fromkeys(_bare(match[0]) for match in _LINK.finditer(text)))


def without_links(text: str) -> str:
    """Return what a text says beside its links."""
    return " ".join(_LINK.sub(" ", text).split())


def _bare(link: str) -> str:
    bare = link.rstrip(_WRITTEN)
    while bare.endswith((")", "]")) and bare.count(")") + bare.count("]") > bare.count("(") + bare.count("["):
        bare = bare[:-1].rstrip(_WRITTEN)
    return bare
