"""The place that opens an article, where it was written: « LYON, le 3 mars 2024 (AFP) - », "WASHINGTON –"."""

from __future__ import annotations

import re

_UPPER = r"[A-ZÀ-ÖØ-ÞŒ]"
_PLACE = rf"{_UPPER}[\w'’.-]*(?:[ \u00a0-]{_UPPER}?[\w'’.-]+){{0,3}}"
_AGENCY = r"\((?:AFP|AP|Reuters|EPA|ANSA|Belga|ATS|PA|CNN|UPI|DPA|Xinhua|[A-Z]{2,5})\)"
_DATELINES = (
    # WASHINGTON –, SAINT-NAZAIRE (Loire-Atlantique) —, LONDON, March 3 (Reuters) -
    re.compile(
        rf"(?P<place>{_UPPER}{{2}}[A-ZÀ-ÖØ-ÞŒ'’.\u00a0 -]{{0,40}})(?:, [^–—\n]{{1,40}})?(?: ?\([^()\n]{{2,40}}\))?\s*[–—-]+\s+(?=\S)"
    ),
    # Paris (AFP) –, Lyon, le 3 mars 2024 (AFP) -
    re.compile(rf"(?P<place>{_PLACE})(?:, [^–—\n()]{{1,40}})? ?{_AGENCY}\s*[–—-]+\s+(?=\S)"),
)


def dateline(line: str) -> re.Match[str] | None:
    """Return the dateline a paragraph begins with, whole; None where it begins otherwise."""
    return next((match for pattern in _DATELINES if (match := pattern.match(line))), None)


def place(found: re.Match[str]) -> str:
    """Return the place that a dateline names."""
    return found["place"].strip(" ,\u00a0")
