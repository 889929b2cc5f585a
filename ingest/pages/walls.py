"""Whether what a page shows of its article is a part, the rest being for subscribers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ingest.pages import linked_data
from ingest.pages.blocks import by_words, letters
from ingest.pages.verdict import is_locked
from ingest.strays import is_wall

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.pages.blocks import Block

_END: Final = 3  # paragraphs of what was found among which the wall may be
_BELOW: Final = 5  # blocks under them, too
_FEW: Final = 0.6  # share of the words a page says its article has
_WHOLE: Final = 0.85
_CUT = re.compile(r"(?:…|\.\.\.|\[…\]|\[\.\.\.\])\W*$")
_ENDED = re.compile(r"[.!?…»”\"’'):]\W*$")
_LAST: Final = 40  # characters of a line's end
_PROSE: Final = 8  # words of a last line that should end in a full stop


def is_partial(found: Sequence[str], page: Sequence[Block], rows: Sequence[linked_data.Row]) -> bool:
    """Tell whether the paragraphs `found` are a part: by the wall they end in, their last words, and how many the page says there are.

    A page that only says that its article is not free may have been given whole: of nine that say so among 56, six were.
    """
    if not found:
        return False
    if any(is_wall(text) for text in found[-_END:]):
        return True
    words = sum(len(text.split()) for text in found)
    told = _told(rows)
    if told and words >= _WHOLE * told:
        return False
    prose = [text for text in found if len(text.split()) >= _PROSE]
    last = found[-1] if _CUT.search(found[-1][-_LAST:]) or not prose else prose[-1]
    cut = bool(_CUT.search(last[-_LAST:])) or not _ENDED.search(last[-_LAST:])
    places = by_words([*page]).get(letters(found[-1]), ())
    end = places[-1].order + 1 if places else len(page)
    wall = any(is_wall(block.text) for block in page[end : end + _BELOW])
    short = bool(told) and words < _FEW * told
    return [is_locked(rows), wall, cut, short].count(True) > 1


def _told(rows: Sequence[linked_data.Row]) -> int:
    """Return how many words the page says its article has; 0 where it does not."""
    count = str(linked_data.article_of([*rows]).get("wordCount") or "")
    return int(count) if count.isdecimal() and len(count) < 7 else 0
