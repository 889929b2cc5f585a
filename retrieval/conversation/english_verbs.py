"""Where the verb of an English question is: after "did", at the end of the nouns or past what is attached to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from retrieval.conversation.grammar import BE, BREAKS, DETERMINERS, DO, EN_IRREGULAR, EN_VERBS
from retrieval.words import is_stop

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.conversation.tokens import Token


def with_nouns(tokens: Sequence[Token], end: int) -> int:
    """Return where the nouns end that follow a name: "UK inflation", but not the verb of "did Putin invade"."""
    first = end
    said = auxiliary(tokens, first)
    while end < len(tokens) and end - first < 2 and _noun(tokens[end]):
        end += 1
    later = any(t.low in EN_VERBS for t in tokens[end:])
    return end if said in BE or (said in DO and later) else first


def without_verb(tokens: Sequence[Token], first: int, end: int) -> int:
    """Return the end of a run of words without the verb that the auxiliary before it asks for."""
    before = first - 2 if tokens[first - 1].low in DETERMINERS["en"] else first - 1
    said = tokens[before].low if before >= 0 else ""
    if said not in DO | BE:
        return end
    verb = verb_in(tokens, first, end, said)
    later = any(t.low in EN_VERBS | EN_IRREGULAR or t.low.endswith("ed") for t in tokens[end + 1 :])
    if verb == end - 1 and end < len(tokens) and tokens[end].low in {"of", "on", "to", "in"} and later:
        return end  # "the trial run of the train go": the verb is still to come
    if verb is None and said in DO and end - first > 1 and tokens[end - 1].text[0].islower() and not later:
        return end - 1
    return end if verb is None else verb


def verb_in(tokens: Sequence[Token], first: int, end: int, said: str) -> int | None:
    """Return where the verb is in a run that follows the auxiliary `said`; None where it holds none."""
    places = [n for n in range(first + 1, end) if tokens[n].text[0].islower()]
    if said in DO:
        return max((n for n in places if tokens[n].low in EN_VERBS), default=None)
    for n in places:
        low = tokens[n].low
        if low in EN_IRREGULAR or (low.endswith(("ed", "ing")) and n == end - 1):
            return n
    return None


def auxiliary(tokens: Sequence[Token], before: int) -> str:
    """Return the question's auxiliary where it stands before a place; "" where there is none."""
    return next((t.low for t in tokens[:before] if t.low in DO | BE), "")


def _noun(token: Token) -> bool:
    verbal = token.low in EN_VERBS | EN_IRREGULAR or token.low.endswith(("ed", "ing", "ly"))
    return token.low.isalpha() and not (verbal or is_stop(token.low, "en") or token.low in BREAKS["en"])
