"""The bytes of a page or a text → its characters, however it was written and whatever it says of itself.

Only French and English are read, so what is not Unicode is windows-1252, which holds latin-1, as browsers take it (WHATWG, Encoding).
"""

from __future__ import annotations

import codecs
import re
from typing import Final

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_META = re.compile(
    rb"""<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]{3,40})""", re.I
)
_HEAD: Final = (
    4_096  # bytes in which a page must name its charset (WHATWG asks for 1,024; pages are later than that)
)
_LATIN: Final = "windows-1252"
_PRESS: Final = frozenset("àâæçéèêëîïôœùûüÿÀÂÆÇÉÈÊËÎÏÔŒÙÛÜŸ«»‘’“”–—…•€£°©®™§\u00a0\u00ad·²³½áíóúñöä")
_MOSTLY: Final = 0.9
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_NO_CHARSETS: Final = frozenset({"punycode", "idna"})  # of host names, in time that grows with the square
_WIDE: Final = frozenset(
    {"utf-16", "utf-16-le", "utf-16-be", "utf-32"}
)  # none that holds "<meta" as it stands


def latin(raw: bytes) -> str | None:
    """Return the characters of bytes that are windows-1252 by what they hold: French letters, the press's signs; None where they are not.

    Any bytes can be read so. In other charsets' texts most that is beyond ASCII would be signs that the two languages do not have.
    """
    try:
        text = raw.decode(_LATIN)
    except UnicodeDecodeError:
        return None
    beyond = [c for c in text if c > "\x7f"]
    usual = sum(c in _PRESS for c in beyond)
    return text if usual >= _MOSTLY * len(beyond) and not _CONTROL.search(text) else None


def decoded(raw: bytes, charset: str | None = None) -> str:
    """Return the characters of a page: by its byte order mark, as UTF-8 where it is that, by `charset` (the server's word), by its own word.

    Whatever else fails, it is windows-1252, whose five unused bytes become U+FFFD.
    """
    for mark, name in _BOMS:
        if raw.startswith(mark):
            return raw.decode(name, "replace")
    told = _codec(charset)
    if told in _WIDE:
        return raw.decode(told, "replace")
    try:
        return raw.decode(
            "utf-8"
        )  # valid UTF-8 with a letter beyond ASCII is nothing else, whatever it is called
    except UnicodeDecodeError as error:
        if told in (None, "utf-8"):
            found = _META.search(raw[:_HEAD])
            told = _codec(found[1].decode("ascii")) if found else None
        if told in (None, "utf-8"):
            # A page that says UTF-8 and is so but for a few bytes was cut or patched; else it says so wrongly.
            told = "utf-8" if _mostly_utf8(raw, error.start) else _LATIN
    return raw.decode(told if told not in _WIDE else _LATIN, "replace")


def _codec(name: str | None) -> str | None:
    """Return Python's name of a charset; latin-1 and ASCII are windows-1252, as browsers have it."""
    try:
        found = codecs.lookup(name.strip("\"' ")).name if name else None
        if found in _NO_CHARSETS:
            return None
        b"a".decode(found or "utf-8", "ignore")  # raises where it is a codec of something else
    except (LookupError, ValueError):
        return None
    return _LATIN if found in ("iso8859-1", "ascii", "cp1252") else found


def _mostly_utf8(raw: bytes, start: int) -> bool:
    """Tell whether most of what is beyond ASCII, in a part around the first fault, is UTF-8."""
    part = raw[max(0, start - 50_000) : start + 50_000]
    broken = part.decode("utf-8", "replace").count("\ufffd")
    whole = sum(1 for character in part.decode("utf-8", "ignore") if ord(character) > 127)
    return whole > 4 * broken
