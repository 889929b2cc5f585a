"""What became of an article's sentences from one revision to the next: those that were changed, removed or added.

Spaces, typography and punctuation alone change nothing, nor does another place, nor where one sentence ends and the next begins.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from retrieval import revisions
from retrieval.sentences import split
from retrieval.words import query_stems, tokens

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from retrieval.domain import Article, Citation, Language
    from retrieval.snapshot import Snapshot

IN_PLACE: Final = 1 / 3  # of two sentences' words, those they share, where one stands in the other's place
ELSEWHERE: Final = 1 / 2  # and where it does not
TOGETHER: Final = 4  # sentences in a row that may be cut otherwise, and say the same

# What no word holds, and yet tells one number from another.
_SIGNS = re.compile(r"[%‰°+=<>±×÷−§$£¥€₹₽₩₿¢]|(?<![\w)\]])[-–](?=\d)")
_MINUS: Final = str.maketrans("−–", "--")
_INVISIBLE: Final = {*map(chr, (0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF))}
_LIGATURES: Final = str.maketrans({"œ": "oe", "æ": "ae"})


@dataclass(frozen=True, slots=True)
class Change:
    """A sentence as it was and as it is: `after` is None where it is gone, `before` where it is new."""

    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Revised:
    """A revision of an article: its number, when it came (Unix seconds), the article as it became and as it was, its sentences' changes."""

    revision: int
    changed: int
    article: Article
    earlier: Article
    changes: tuple[Change, ...]


class History:
    """An article as it is, and as it was before, the newest first: what of it still stands."""

    def __init__(self, now: Article, earlier: Sequence[Article]) -> None:
        self.now = now
        self._texts = [article.text for article in earlier]
        self._sentences: dict[str, list[str]] = {}
        self._became: dict[str, Mapping[str, Change]] = {}

    def quoted(self, cited: Citation) -> list[str]:
        """Return the sentences that a citation quotes, whole, as its article had them, or as its passage has where that is not kept."""
        text, start = cited.passage, max(0, cited.passage.find(cited.quote))
        for one in (*self._texts, self.now.text):
            if one[cited.start : cited.end] == cited.quote:
                text, start = one, cited.start
                break
        end = start + len(cited.quote)
        return [text[a:b] for a, b in split(text, self.now.language) if a < end and b > start]

    def change(self, said: str) -> Change | None:
        """Return what became of a sentence that the article had; None where it still says so."""
        text = next((one for one in self._texts if said in self._of(one)), said)
        if text not in self._became:
            changed = changes(text, self.now.text, self.now.language)
            self._became[text] = {one.before: one for one in changed if one.before is not None}
        return self._became[text].get(said)

    def _of(self, text: str) -> list[str]:
        if text not in self._sentences:
            self._sentences[text] = _sentences(text, self.now.language)
        return self._sentences[text]


def since(snapshot: Snapshot, second: int) -> Iterator[Revised]:
    """Yield the revisions that came at that second (Unix time) or later and change a word of title or text, by article, the newest first."""
    for article_id in snapshot.changed_since(second):
        row = snapshot.articles_by_id([article_id])[article_id]
        versions = [
            *revisions.of(snapshot.connection, article_id),
            revisions.Revision(row.revision, row.changed, row.digest, row.article),
        ]
        for was, now in reversed([*pairwise(versions)]):
            if now.changed < second:
                continue
            changed = changes(was.article.text, now.article.text, now.article.language)
            if changed or _key(_words(was.article.title)) != _key(_words(now.article.title)):
                yield Revised(now.revision, now.changed, now.article, was.article, tuple(changed))


def changes(before: str, after: str, language: Language) -> list[Change]:
    """Return the sentences of one text that the other says no more, each with its nearest there, and those that are new, in order."""
    old, new = _sentences(before, language), _sentences(after, language)
    gone, come = _unsaid(old, new), _unsaid(new, old)
    stretches = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    places = (
        {n: place for place, (_, a, b, _, _) in enumerate(stretches) for n in range(a, b)},
        {n: place for place, (_, _, _, c, d) in enumerate(stretches) for n in range(c, d)},
    )
    nearest = _paired({n: old[n] for n in gone}, {n: new[n] for n in come}, places, language)
    taken = {*nearest.values()}
    found: list[Change] = []
    for _, a, b, c, d in stretches:
        found += [Change(old[n], new[nearest[n]] if n in nearest else None) for n in range(a, b) if n in gone]
        found += [Change(None, new[n]) for n in range(c, d) if n in come and n not in taken]
    return found


def _sentences(text: str, language: Language) -> list[str]:
    return [text[start:end] for start, end in split(text, language)]


def _unsaid(these: Sequence[str], those: Sequence[str]) -> set[int]:
    """Return the numbers of the sentences of `these` that `those` do not say, alone or with their neighbours."""
    said = {key for _, key in _runs(those)}
    told = {number for numbers, key in _runs(these) if key in said or not key for number in numbers}
    return {*range(len(these))} - told


def _runs(sentences: Sequence[str]) -> Iterator[tuple[range, str]]:
    """Yield up to so many sentences in a row, by their numbers, with what they say."""
    words = [*map(_words, sentences)]
    for start in range(len(words)):
        for stop in range(start + 1, min(start + TOGETHER, len(words)) + 1):
            yield range(start, stop), _key([word for one in words[start:stop] for word in one])


def _words(sentence: str) -> list[str]:
    """Return what a sentence says, whatever its typography: its words and numbers, and the signs that numbers go by."""
    seen = "".join(c for c in unicodedata.normalize("NFKC", sentence).casefold() if c not in _INVISIBLE)
    seen = _SIGNS.sub(lambda found: f" sign{ord(found[0].translate(_MINUS))}sign ", seen)
    return tokens(seen.translate(_LIGATURES))


def _key(words: Sequence[str]) -> str:
    """Return words as one: spaces and hyphens between them are typography, but not between numbers."""
    parts: list[str] = []
    for word in words:
        apart = parts and parts[-1][-1].isdigit() and word[0].isdigit()
        parts.append(f" {word}" if apart else word)
    return "".join(parts)


def _paired(
    gone: Mapping[int, str],
    come: Mapping[int, str],
    places: tuple[Mapping[int, int], Mapping[int, int]],
    language: Language,
) -> dict[int, int]:
    """Return which sentence that has come is the nearest to which that is gone, the nearest pairs first, each once.

    `places` are the stretches that the sentences of each stand in.
    """
    before = {n: {*query_stems(sentence, language)} for n, sentence in gone.items()}
    after = {n: {*query_stems(sentence, language)} for n, sentence in come.items()}
    holding: defaultdict[str, list[int]] = defaultdict(list)
    for number, stems in after.items():
        for stem in stems:
            holding[stem].append(number)
    near = []
    for number, stems in before.items():
        shared = Counter(other for stem in stems for other in holding.get(stem, ()))
        for other, count in shared.items():
            overlap, here = (
                2 * count / (len(stems) + len(after[other])),
                places[0][number] == places[1][other],
            )
            if overlap >= (IN_PLACE if here else ELSEWHERE):
                near.append((-overlap, not here, number, other))
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for _, _, number, other in sorted(near):
        if number not in pairs and other not in taken:
            pairs[number] = other
            taken.add(other)
    return pairs
