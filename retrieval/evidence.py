"""What speaks for each sentence of the found passages being the one that answers, as numbers.

Beside its passage's score a sentence is told by how it stands among the sentences of its passage: `RELATIVE` features have
the passage's best taken off, so that they mean the same in any passage and either language.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from retrieval.domain import Hit
from retrieval.kinds import KINDS, offered, refers_back, wanted
from retrieval.late import unit
from retrieval.orders import asks_of_orders, is_order
from retrieval.words import fold, stem_finder, tokens

if TYPE_CHECKING:
    from collections.abc import Sequence, Set

    from numpy.typing import NDArray

    from retrieval.late import Asked, Match
    from retrieval.search import Found

RELATIVE = (
    "carried",  # late interaction, where each of the question's tokens may also be in any sentence before: « Il est né … »
    "weakest",  # the question's token that is matched least
    "common",  # late interaction of what is no name and no number: what is asked about it
    "met",  # how many of the question's words are there
    "share",  # share of the question's words, weighted by rarity; with the sentence before where it refers back
    "whole",  # cosine of the mean token with the question's
)
FEATURES = (
    "passage",  # the passage's score
    *RELATIVE,
    "own",  # cosine of what sets the mean token apart from the passage's with the question's
    "sentences",  # ln of how many sentences the passage has
    "down",  # how far down the passage it stands, 1 from the seventh on
    *KINDS,  # an answer of the kind that is asked for
)
# Cosine at which a token counts as met, and how fast: unrelated tokens are at .2 to .4, the same word in another context at .5 up.
_MET, _SLOPE = 0.45, 0.06
_FAR = 6
_HEADING = 6  # words from which a line without an end is more than a heading
_CLOSING = " \u00a0\u202f»”\"’')]"


@dataclass(frozen=True, slots=True)
class Evidence:
    """Sentences of the found passages and a row of `FEATURES` for each; `places` are numbers of the hit and in its passage."""

    places: tuple[tuple[int, int], ...]
    rows: NDArray[np.float32]


@np.errstate(invalid="ignore")  # as in `late.match`
def weigh(found: Found, passages: int) -> Evidence:
    """Return what speaks for each sentence of the first so many passages; what states nothing is left out, where others do, and orders to a machine, unless they are asked about."""
    hits, matches = found.hits[:passages], found.matches[:passages]
    if found.asked is None or not len(found.asked.tokens) or not hits:
        return Evidence((), np.zeros((0, len(FEATURES)), np.float32))
    texts = [hit.sentences for hit in hits]
    sizes = np.array([len(those) for those in texts])
    starts = np.cumsum(sizes) - sizes
    columns = {
        "passage": np.repeat([hit.score - hits[0].score for hit in hits], sizes),
        **_matched(found.asked, matches),
        **_stood_apart(found.asked, matches, starts, sizes),
        **_said(found, hits, texts),
        "sentences": np.repeat(np.log(sizes), sizes),
        "down": np.minimum(np.arange(sizes.sum()) - np.repeat(starts, sizes), _FAR) / _FAR,
    }
    rows = np.stack([columns[name] for name in FEATURES], axis=1, dtype=np.float32, casting="same_kind")
    relative = rows[:, 1 : 1 + len(RELATIVE)]
    relative -= np.repeat(np.maximum.reduceat(relative, starts, axis=0), sizes, axis=0)
    places = [(number, n) for number, those in enumerate(texts) for n in range(len(those))]
    spared = asks_of_orders(found.sought)
    told = [n for n, (number, place) in enumerate(places) if spared or not is_order(texts[number][place])]
    said = [n for n in told if states(texts[places[n][0]][places[n][1]])]
    said = said or [n for n in told if _has_words(texts[places[n][0]][places[n][1]])]
    return Evidence(tuple(places[n] for n in said), rows[said])


def states(sentence: str) -> bool:
    """Tell whether a sentence states something: no question, no lead-in that ends in a colon, no heading of a few words without an end."""
    bare = sentence.rstrip(_CLOSING)
    if not _has_words(bare) or bare.endswith((":", "?")):
        return False
    return bare.endswith((".", "!", "…", ";")) or len(bare.split()) >= _HEADING


def _has_words(text: str) -> bool:
    return any(map(str.isalnum, text))


def _matched(asked: Asked, matches: Sequence[Match]) -> dict[str, NDArray[np.float32]]:
    """Return what late interaction says of each sentence."""
    nearest = np.concatenate([match.nearest for match in matches], axis=1)
    so_far = np.concatenate([np.maximum.accumulate(match.nearest, axis=1) for match in matches], axis=1)
    meant = asked.weights * asked.meant
    return {
        "carried": asked.weights @ so_far,
        "weakest": nearest[asked.meant].min(axis=0),
        "common": (meant / (meant.sum() or 1.0) * ~asked.named) @ nearest,
        "met": _one_each(meant, asked.words) @ (1 / (1 + np.exp(-(nearest - _MET) / _SLOPE))),
    }


def _stood_apart(
    asked: Asked, matches: Sequence[Match], starts: NDArray[np.int64], sizes: NDArray[np.int64]
) -> dict[str, NDArray[np.float32]]:
    """Return how near each sentence's mean token is to the question's, and what sets it apart from its passage's."""
    means = _means(matches, len(asked.centre))
    whole = np.repeat(unit(np.add.reduceat(means, starts, axis=0)), sizes, axis=0)
    apart = unit(means - np.einsum("ij,ij->i", means, whole)[:, None] * whole)
    return {"whole": means @ asked.centre, "own": apart @ asked.centre}


def _said(found: Found, hits: Sequence[Hit], texts: Sequence[Sequence[str]]) -> dict[str, list[float]]:
    """Return what the words of each sentence say: how many of the question's are there, and which kinds of answer."""
    kinds, said = wanted(found.sought), {*tokens(fold(found.sought))}
    columns: dict[str, list[float]] = {"share": [], **{kind: [] for kind in KINDS}}
    finders = {language: stem_finder(words.keys(), language) for language, words in found.words.items()}
    for hit, those in zip(hits, texts, strict=True):
        language = hit.article.language
        rarities, held = found.words[language], finders[language]
        before: Set[str] = set()
        for text in those:
            here = held(text)
            meant = here | before if before - here and refers_back(text) else here
            columns["share"].append(share(rarities, meant))
            for kind in KINDS:
                columns[kind].append(offered(kind, text, language, said) if kind in kinds else 0.0)
            before = here
    return columns


def share(weights: dict[str, float], text_stems: Set[str]) -> float:
    """Return which part of a question's words, weighted by rarity, is among `text_stems`: 0 to 1."""
    whole = sum(weights.values())
    return sum(w for stem, w in weights.items() if stem in text_stems) / whole if whole else 0.0


def _one_each(weights: NDArray[np.float32], words: NDArray[np.int64]) -> NDArray[np.float32]:
    """Return token weights under which each word weighs the same, however many tokens it has."""
    _, of, counts = np.unique(words, return_inverse=True, return_counts=True)
    even = weights / counts[of]
    return np.asarray(even / (even.sum() or 1.0), np.float32)


def _means(matches: Sequence[Match], dimension: int) -> NDArray[np.float32]:
    """Return the mean token of each sentence, of unit length; zeros where it has none."""
    counts = np.array([count for match in matches for count in match.passage.counts])
    means = np.zeros((len(counts), dimension), np.float32)
    if (held := counts > 0).any():
        codes = np.concatenate([match.passage.codes for match in matches if match.passage.packed])
        bits = np.unpackbits(codes, axis=1, count=dimension)
        # Sentence by sentence takes half the time of np.add.reduceat.
        sentences = np.split(bits, np.cumsum(counts[held])[:-1])
        sums = np.array([tokens.sum(axis=0, dtype=np.uint16) for tokens in sentences], np.float32)
        means[held] = 2 * sums - counts[held, None]  # a bit stands for ±1
    return unit(means)
