"""Is there an answer here at all? A probability, from how the best sentence and its passage match, and how they stand out.

A logistic regression on questions of PIAF, XQuAD and Belebele (there with both languages mixed), asked of libraries of 2
to 1,500 passages drawn from these sets, each once with the passage that answers among them and once without, often with
passages of the same article left in. Area under the curve and, at .5, how often a refusal is right and how many of the
unanswerable questions are refused:

    passages   PIAF FR→FR        XQuAD EN→EN       Belebele, both languages
    5          .95  .88  .88     .99  .98  .91     .99  .95  .96 (10)
    60         .92  .83  .87     .98  .96  .84     .98  .93  .95 (50)
    240        .88  .78  .83     .96  .93  .82     .96  .89  .93 (200)
    1,500      .82  .71  .80                       .94  .85  .90 (490)

PIAF's halves, with Belebele's English passages beside: .83-.87; at .47, the default, .78 of the refusals are right and
.72-.80 of the unanswerable questions are refused.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from retrieval.search import Found, share
from retrieval.words import stems

if TYPE_CHECKING:
    from retrieval.quotes import Quote

_CONSTANT = -5.034
_LIFT = 0.774  # ln(1 + how far the best passage's score lies above the ten best's mean)
_GAP = 0.716  # and above the second's
_MIXED = 0.574  # where both languages are searched
_LOG_SIZE = 0.024  # for each e-fold of passages
# The question's own language, where its words must be found too: shares of them in the sentence, in title and passage.
_OWN, _OWN_SENTENCE, _OWN_PASSAGE = -0.314, 1.269, 1.937
_OWN_LATE, _OWN_WHOLE = (
    1.682,
    3.011,
)  # ln of late interaction with the sentence; late interaction with the passage
# The other language: names and numbers, and whether there are any to look for.
_NAMES_PASSAGE, _NAMES_COUNT, _NAMELESS = 1.337, -0.558, 0.591
_OTHER_LATE, _OTHER_WHOLE = 2.05, 7.15
_LEAST = 0.02  # late interaction below which nothing more is read into it


def confidence(found: Found, quote: Quote) -> float:
    """Return the probability, 0 to 1, that the articles answer the question whose best sentence is `quote`."""
    article = quote.hit.article
    words = found.words[article.language]
    passage = share(words, set(stems(f"{article.title} {quote.hit.text}", article.language)))
    late = math.log(max(quote.late, _LEAST))
    odds = _CONSTANT + _LIFT * math.log1p(found.lift) + _GAP * math.log1p(found.gap)
    odds += _LOG_SIZE * math.log1p(found.sizes[article.language]) + _MIXED * (len(found.sizes) > 1)
    if article.language == found.language:
        odds += _OWN + _OWN_SENTENCE * quote.words + _OWN_PASSAGE * passage
        odds += _OWN_LATE * late + _OWN_WHOLE * quote.whole
    else:
        odds += _NAMES_PASSAGE * passage + _NAMES_COUNT * math.log1p(len(words)) + _NAMELESS * (not words)
        odds += _OTHER_LATE * late + _OTHER_WHOLE * quote.whole
    return 1 / (1 + math.exp(-odds))
