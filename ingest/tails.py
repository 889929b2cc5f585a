"""What pages glue to a paragraph's end, a link to another article above all: « … lundi soir. Lire aussi : Le bac reprend la mer »."""

from __future__ import annotations

import re
from typing import Final

from ingest.furniture import reason
from ingest.strays import told

# Where a sentence ends and something begins, with a space between or without.
_EDGE: Final = re.compile(
    r"(?<=[^\W\d_]{2}[.!?…»”\"])(?<!\.\.\.)[\s\u00a0\u202f]*(?=[➤►▶→>|(]*[\s\u00a0\u202f]?[A-ZÀ-ÖØ-ÞŒ])"
)
_LAST: Final = 3  # edges that are looked at
_SEEN: Final = 600  # characters of a line's end
_LONGEST: Final = 40  # words of it
_LEAST: Final = 8  # of the sentence it is glued to
_KINDS: Final = frozenset({"related", "wall", "offer"})
_SURE: Final = 0.97  # of what has no full stop
_ENDED: Final = re.compile(r"[.!?…][»”\"’')\]\s]*$")


def tail(line: str) -> int:
    """Return where what is glued to a line's end begins; 0 where nothing is."""
    edges = [match.end() for match in _EDGE.finditer(line, max(0, len(line) - _SEEN))][-_LAST:]
    for at in edges:
        rest = line[at:].strip()
        words = len(rest.split())
        if not 2 < words <= _LONGEST or len(line[:at].split()) < _LEAST:
            continue
        if not _ENDED.search(rest) and (reason(rest) == "related" or _is_told(rest)):
            return at
    return 0


def _is_told(rest: str) -> bool:
    kind, likely = told(rest)
    return kind in _KINDS and likely >= _SURE
