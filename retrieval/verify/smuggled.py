"""What no sentence of prose holds, and a reader's screen makes more of than words: addresses, commands, hashtags, emoji, markup."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

# Dots that browsers take for one, or people: 。 ． ｡ ․ [.] (dot)
_DOTS: Final = re.compile(
    r"[\u3002\uff0e\uff61\u2024\ufe52\u0701\ua4f8]|\s?[\[({<]\s?(?:\.|dot|point)\s?[\])}>]\s?", re.I
)
_SLASHES: Final = str.maketrans("\u2044\u2215\u29f8\uff0f", "////")
# An address with a scheme, in whatever disguise, or with a path; a name behind an @.
_ADDRESS: Final = re.compile(
    r"\b[a-z][a-z+.-]{1,11}:\s?//\S*|\bh[tx*]{2}ps?\b\s?:\S*|\b(?:mailto|javascript|data|tel|tg|vbscript):\S+|\bwww\.\S+"
    r"|(?<![\w.])(?:[\w-]+\.)+[^\W\d_]{2,24}(?::\d+)?/\S*|\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?/\S*|[\w.+-]*(?<!\w)@\w+|[\w.+-]+@[\w-]+\.\w+",
    re.I,
)
# A domain by itself is often a firm's name (Booking.com): it may stand where the source says it. Initials (U.S., p.m) are none.
_DOMAIN: Final = re.compile(
    r"\b(?:[^\W_]|-){2,}(?:\.(?:[^\W_]|-){2,})*\.[^\W\d_]{2,24}\b"
    r"|\b[a-z0-9]\.(?:me|co|ly|gl|io|gg|cc|to|be|ru|cn|tk|xyz|com|net|org|info|link|top|site|app|dev)\b",
    re.I,
)
_COMMAND: Final = re.compile(r"(?<![\w/.:])/[a-z]\w*(?:@\w+)?", re.I)
_TAG: Final = re.compile(r"(?<![\w&])#\w*[^\W\d]\w*|(?<!\w)\$[A-Z]{3,8}\b")
_MARKUP: Final = re.compile(
    r"[{}<>`|\\]|\]\s?\(|\[\s?[\"'\[]|&(?:[a-z]{2,8}|#x?[\da-f]{1,6});|\"\s?:\s?[\"\[\d]|\*\*|__|~~", re.I
)
_KEYCAP: Final = "\ufe0f\u20e3"


def smuggled(sentence: str, source: str) -> Iterator[str]:
    """Yield what a sentence that cites `source` must not hold, each named: it may only say what the passage says, in words."""
    plain = _DOTS.sub(".", unicodedata.normalize("NFKC", sentence)).translate(_SLASHES)
    for address in _ADDRESS.findall(plain):
        yield f"the address {address} is none that an answer may give"
    named = {domain.casefold() for domain in _DOMAIN.findall(_ADDRESS.sub(" ", source))}
    for domain in _DOMAIN.findall(_ADDRESS.sub(" ", plain)):
        if domain.casefold() not in named or domain not in sentence:
            yield f"the address {domain} is none that an answer may give"
    for what, found in (("command", _COMMAND), ("hashtag", _TAG), ("markup", _MARKUP)):
        if held := found.search(plain):
            yield f"it holds {'' if what == 'markup' else 'a '}{what} ({held[0]})"
    if any(map(_is_emoji, sentence)):
        yield "it holds an emoji"


def _is_emoji(character: str) -> bool:
    """Tell an emoji, or a part of one, from the signs of text: ° © ® ™ № ℃."""
    return (character > "\u218f" and unicodedata.category(character) in ("So", "Cn")) or (
        character in _KEYCAP or "\U0001f3fb" <= character <= "\U0001f3ff"
    )
