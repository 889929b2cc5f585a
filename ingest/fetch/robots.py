"""What a site's robots.txt allows (RFC 9309). It is read where that can be stopped: a few hundred kilobytes of it may ask for a gigabyte, or for hours."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from protego import Protego

TOKEN = "depeche"  # noqa: S105 - the name robots.txt knows us by
READ = 512 * 1024  # bytes of it; RFC 9309, 2.5, asks for 500 KiB at least
_LONGEST = (
    30.0  # seconds between two requests that a Crawl-delay may ask for; more would be no for a feed of thirty
)


@dataclass(frozen=True, slots=True)
class Rules:
    """A site's rules; without any, all is allowed. `delay`: how many seconds to leave between two requests; `sitemaps`: as it writes them."""

    raw: bytes = b""
    delay: float = 0.0
    sitemaps: tuple[str, ...] = ()

    @classmethod
    def of(cls, raw: bytes) -> Rules:
        """Return the rules in a robots.txt; lines that mean nothing are passed over."""
        raw = raw[:READ]
        parsed = _parsed(raw)
        asked = float(parsed.crawl_delay(TOKEN) or 0.0)
        return cls(raw, min(asked, _LONGEST) if asked > 0 else 0.0, tuple(parsed.sitemaps))

    def allow(self, url: str) -> bool:
        """Tell whether an address may be fetched."""
        return not self.raw or bool(_parsed(self.raw).can_fetch(url, TOKEN))


def rules(raw: bytes) -> Rules:
    """Return the rules in a robots.txt, as `Rules.of` does."""
    return Rules.of(raw)


def allowed(raw: bytes, url: str) -> bool:
    """Tell whether a robots.txt allows an address."""
    return Rules(raw).allow(url)


@lru_cache(maxsize=16)
def _parsed(raw: bytes) -> Protego:
    from protego import Protego

    return Protego.parse(raw.decode("utf-8-sig", "replace"))
