"""What a site's robots.txt allows (RFC 9309)."""

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

_FEW = 2  # "*" in a rule: with a third, an address of 2,000 characters may take half a minute


@lru_cache(maxsize=16)
def _rules(raw: bytes) -> Rules:
    return Rules.of(raw)


def allowed(raw: bytes, url: str) -> bool:
    """Tell whether a robots.txt allows an address, where that can be stopped."""
    return _rules(raw).allow(url)


@dataclass(frozen=True, slots=True)
class Rules:
    """A site's rules; without any, all is allowed."""

    parsed: Protego | None = None
    raw: bytes = b""

    @classmethod
    def of(cls, raw: bytes) -> Rules:
        """Return the rules in a robots.txt; lines that mean nothing are passed over."""
        from protego import Protego

        raw = raw[:READ]
        return cls(Protego.parse(raw.decode("utf-8-sig", "replace")), raw)

    @property
    def starred(self) -> bool:
        """Whether a rule has so many "*" that comparing an address with it may not end: protego makes a regular expression of it."""
        return any(line.count(b"*") > _FEW for line in self.raw.splitlines())

    def allow(self, url: str) -> bool:
        """Tell whether an address may be fetched."""
        return self.parsed is None or bool(self.parsed.can_fetch(url, TOKEN))

    @property
    def delay(self) -> float:
        """How many seconds to leave between two requests."""
        asked = self.parsed.crawl_delay(TOKEN) if self.parsed else None
        return min(float(asked or 0.0), _LONGEST)

    @property
    def sitemaps(self) -> list[str]:
        """The sitemaps it names, as it writes them."""
        return [*self.parsed.sitemaps] if self.parsed else []
