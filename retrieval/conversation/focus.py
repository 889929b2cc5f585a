"""What a follow-up asks, apart from what it asks it of: « Combien de temps Anselme Tournebise a-t-il travaillé ? ».

The question it follows finds the passage. Among its sentences that would lead back to the one that answered it: there the words of the
follow-up itself count for more.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from retrieval.words import fold, stems, tokens, word_spans

if TYPE_CHECKING:
    from retrieval.search import Found

_BACKGROUND: Final = 0.3


def focused(found: Found, written: str) -> Found:
    """Return `found` for the choice of sentences: words of its question that are not in `written` weigh less."""
    asked = found.asked
    if asked is None or not len(asked.tokens):
        return found
    own = {fold(word) for word in tokens(written)}
    spans = word_spans(found.sought)
    theirs = np.array([fold(found.sought[a:b]) in own for a, b in spans] + [True])[asked.words]
    if not (theirs & asked.meant).any():
        return found
    weights = asked.weights * np.where(theirs, 1.0, _BACKGROUND)
    weights = (weights / weights.sum()).astype(np.float32)
    words = {
        language: {stem: rarity * (1.0 if stem in kept else _BACKGROUND) for stem, rarity in rarities.items()}
        for language, rarities in found.words.items()
        for kept in [set(stems(written, language))]
    }
    return replace(found, asked=replace(asked, weights=weights, meant=asked.meant & theirs), words=words)
