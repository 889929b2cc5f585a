"""Addresses of pages: told from paths, and brought into one normal form, by which a page is known from run to run."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import SplitResult, urlsplit

from retrieval.told import Phrase

NO_ADDRESS: Final = "the address is not written as one (its host or port)"
_SCHEMED = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
_PORTS = {"http": 80, "https": 443}

# Parameters that say how a reader came to a page, never which page it is. By whom they are added:
_TRACKING = re.compile(
    "|".join(
        (
            r"utm_\w+",  # Google Analytics, and everybody since
            r"(?:fb|g|d|y|tt|tw)clid|msclkid|gclsrc|[gw]braid|_g[al]|srsltid",  # click numbers: adverts
            r"igshid?|li_fat_id|epik|ref_(?:src|url)",  # Instagram, LinkedIn, Pinterest, X
            r"xtor|xts|xtref|at_(?:medium|campaign|creation|format|network|variant|channel|ptr_name|send_date"
            r"|custom\d+|link\w*|bbc_team|emailtype|general_placement)",  # AT Internet: most of the French press, the BBC
            r"ns_(?:mchannel|source|campaign|linkname|fee)|ocid|cmpid|cmp|ito|smid|smtyp|ncid",  # publishers' campaigns
            r"mc_[ce]id|_hs(?:enc|mi)|hsctatracking|mkt_tok|vero_(?:conv|id)|oly_\w+_id|s_cid|ml_subscriber\w*",  # newsletters
            r"(?:pk|mtm|piwik)_\w+|wt\.?_?z?mc(?:_id)?|guc(?:counter|e_referrer(?:_sig)?)",  # Matomo, Webtrekk, Yahoo
        )
    ),
    re.IGNORECASE,
)
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_PATH = _UNRESERVED | frozenset(b"!$&'()*+,;=:@/%")
_QUERY = _PATH | frozenset(b"?[]|")  # brackets and bars are common in queries, and servers expect them bare


def is_url(source: str) -> bool:
    """Tell whether a source is written as an address, of whatever scheme, rather than as a path."""
    return _SCHEMED.match(source) is not None


def normal(url: str, *, tracked: bool = False) -> str:
    """Return the form of an http(s) address by which its page is known; `normal` of that is itself.

    Dropped: credentials, the fragment, tracking parameters, the scheme's own port. Lower case: scheme and host
    (non-ASCII ones in IDNA). Dot segments are resolved and escapes written one way (RFC 3986, 6.2.2). All else stays,
    a trailing slash and the order of parameters too: servers may tell them apart. With `tracked` tracking parameters
    stay: a redirect is followed as it was given.
    Raises `ValueError` with what is wrong, never quoting the address.
    """
    parts = _split(url)
    path = _dots_resolved(_escaped(parts.path, _PATH)) or "/"
    pairs = _escaped(parts.query, _QUERY).split("&")
    kept = [pair for pair in pairs if tracked or not _TRACKING.fullmatch(pair.split("=")[0])]
    query = "&".join(kept)
    return f"{parts.scheme.lower()}://{_place(parts)}{path}{f'?{query}' if query else ''}"


def address_of(url: str) -> str:
    """Return the address by which the article of a page is known, "" where there is none.

    It is the normal form without scheme, "www." and a slash at its end, which sites write both ways. A site's front page is no
    article's address, though some sites name it as every page's.
    """
    try:
        place = normal(url).partition("://")[2]
    except ValueError:
        return ""
    host, _, path = place.partition("/")
    return f"{host.removeprefix('www.')}/{path.removesuffix('/')}" if path else ""


def site(url: str) -> str:
    """Return scheme, host and port of an address in its normal form: what robots.txt and credentials are about."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def credentials(url: str) -> tuple[str, str] | None:
    """Return the name and password written into an address, or None."""
    from urllib.parse import unquote

    parts = _split(url)
    if parts.username is None:
        return None
    return unquote(parts.username), unquote(parts.password or "")


def shown(url: str) -> str:
    """Return an address as a message may print it: one line, what stands before "@" in it left out."""
    text = re.sub(r"^([A-Za-z][A-Za-z0-9+.-]*:)?[/\\]*[^/?#]*@", r"\1//", url.strip(), count=1)
    return "".join(c if c.isprintable() else "\ufffd" for c in text)[:500]


def _split(url: str) -> SplitResult:
    url = url.strip()
    if not url.isprintable():
        raise ValueError(Phrase("the address holds a control character"))
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ValueError(Phrase(NO_ADDRESS)) from None
    if parts.scheme.lower() not in _PORTS:
        raise ValueError(Phrase("only http:// and https:// addresses are read"))
    if not parts.hostname or "\\" in parts.netloc or port == 0:
        raise ValueError(Phrase("the address names no host"))
    return parts


def _place(parts: SplitResult) -> str:
    host = (parts.hostname or "").rstrip(".")
    if ":" in host:
        from ipaddress import IPv6Address

        try:
            host = f"[{IPv6Address(host.split('%')[0]).compressed}]"
        except ValueError:
            raise ValueError(Phrase("the address names no host")) from None
    elif not host.isascii():
        import idna  # httpx brings it

        try:
            host = idna.encode(host, uts46=True).decode().lower()
        except idna.IDNAError:
            raise ValueError(Phrase("the address names a host that cannot be")) from None
    if not re.fullmatch(r"[a-z0-9._~-]+|\[[0-9a-f:.]+\]", host):
        raise ValueError(Phrase("the address names a host that cannot be"))
    port = parts.port
    return host if port is None or port == _PORTS[parts.scheme.lower()] else f"{host}:{port}"


def _escaped(text: str, plain: frozenset[int]) -> str:
    """Return `text` with escapes of plain letters undone, all others upper-case, and what needs one escaped."""

    def undone(match: re.Match[str]) -> str:
        byte = int(match[1], 16)
        return chr(byte) if byte in _UNRESERVED else match[0].upper()

    whole = _ESCAPE.sub(undone, re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", text))
    return "".join(chr(b) if b in plain else f"%{b:02X}" for b in whole.encode())


def _dots_resolved(path: str) -> str:
    """Return a path without "." and ".." segments, as RFC 3986 resolves them (5.2.4)."""
    kept: list[str] = []
    segments = path.split("/")
    for segment in segments:
        if segment == "..":
            if len(kept) > 1:
                kept.pop()
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in {".", ".."} and (not kept or kept[-1]):
        kept.append("")
    return "/".join(kept)
