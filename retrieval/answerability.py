"""Is there an answer here at all? A probability, from how near the best sentence is and which words it shares.

A logistic regression on questions of PIAF, XQuAD and Belebele (there with both languages mixed), asked of libraries of 5
to 1,500 passages drawn from these sets, each once with the passage that answers among them and once without, often with
passages of the same article left in. Area under the curve and, at .5, how often a refusal is right and how many of the
unanswerable questions are refused:

    passages   PIAF FR→FR        XQuAD EN→EN       Belebele, both languages
    5          .92  .83  .86     .98  .95  .91     .98  .94  .95
    60         .91  .81  .88     .96  .93  .90     .97  .89  .96
    240        .89  .82  .83     .98  .94  .88     .96  .90  .91
    1,500      .87  .79  .81
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from retrieval.search import Found, share
from retrieval.words import stems

if TYPE_CHECKING:
    from retrieval.quotes import Quote

_NEARNESS = 1.142  # for each standard deviation the sentence's cosine lies above its language's passages
_SIZE = -0.34  # for each e-fold of passages: among many, one comes near by chance
_MIXED = 0.842  # where both languages are searched
_CONSTANT = -4.705
_OWN = -2.411  # the question's own language, where its words must be found too:
_OWN_SENTENCE, _OWN_PASSAGE = 0.528, 5.74  # for the share of them in the sentence, in title and passage
_OWN_COUNT = 0.309  # for each e-fold of words the question has
_NAMES_SENTENCE, _NAMES_PASSAGE = 0.51, 2.417  # the other language: shares of names and numbers
_NAMELESS = 0.958  # the other language, and nothing to look for in it


def confidence(found: Found, quote: Quote) -> float:
    """Return the probability, 0 to 1, that the articles answer the question whose best sentence is `quote`."""
    article = quote.hit.article
    words = found.words[article.language]
    passage = share(words, set(stems(f"{article.title} {quote.hit.text}", article.language)))
    odds = _CONSTANT + _NEARNESS * quote.deviation
    odds += _SIZE * math.log(1 + found.sizes[article.language]) + _MIXED * (len(found.sizes) > 1)
    if article.language == found.language:
        odds += (
            _OWN
            + _OWN_SENTENCE * quote.words
            + _OWN_PASSAGE * passage
            + _OWN_COUNT * math.log(1 + len(words))
        )
    else:
        odds += _NAMES_SENTENCE * quote.words + _NAMES_PASSAGE * passage + _NAMELESS * (not words)
    return 1 / (1 + math.exp(-odds))
