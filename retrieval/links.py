"""Links to articles: which addresses may be one, and those that open a page at a quotation (URL fragment text directives, `#:~:text=`)."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote, urldefrag, urlsplit

LINK_LIMIT: Final = 2048  # characters; Telegram drops longer ones without a word
_WHOLE = 80  # a quotation this long is named by its first and last words instead
_WORDS = 5


def link_to(url: str | None, quotation: str) -> str | None:
    """Return `url` with a text fragment that finds `quotation`, None where `url` is no http(s) address."""
    if not url or urlsplit(url).scheme not in ("http", "https"):
        return None
    base, fragment = urldefrag(url)
    words = quotation.split()
    if len(quotation) <= _WHOLE or len(words) <= 2 * _WORDS:
        directive = _escape(" ".join(words))
    else:
        directive = f"{_escape(' '.join(words[:_WORDS]))},{_escape(' '.join(words[-_WORDS:]))}"
    return f"{base}#{fragment.split(':~:')[0]}:~:text={directive}"


def safe_link(*candidates: str | None) -> str | None:
    """Return the first of `candidates` that is a plain web address: http or https, a host, nothing invisible."""
    for url in candidates:
        if not url or len(url) > LINK_LIMIT or " " in url or not url.isprintable():
            continue
        try:
            parts = urlsplit(url)
            host = parts.hostname
        except ValueError:
            continue
        if parts.scheme in {"http", "https"} and host:
            return url
    return None


def _escape(text: str) -> str:
    # "-" and "," have a meaning of their own in a text directive.
    return quote(text, safe="").replace("-", "%2D")
