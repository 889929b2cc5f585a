"""What a question or an answer talks about: its noun phrases and names, found by their shape, without a tagger.

French shows a noun phrase by its article and the verb by its hyphen (« le bac reprend-il »); English shows where the verb must
be by the auxiliary ("did the ferry leave"). What is found is right often enough to be offered to search, which has the last word.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from retrieval.conversation import english_verbs
from retrieval.conversation.grammar import (
    BEFORE,
    BREAKS,
    CALENDAR,
    CONTRACTED,
    DEMONYM,
    DETERMINERS,
    DO,
    FEMININE_ENDING,
    FR_AUXILIARIES,
    FR_FEMININE,
    FR_MASCULINE,
    FR_PLURAL,
    HE,
    INVERTED,
    JOINING,
    LINKS,
    PARTICLES,
    PLACING,
    SAYING,
    SHE,
    TITLES,
)  # fmt: skip
from retrieval.conversation.mention import Gender, Mention
from retrieval.conversation.tokens import Token, capitalised, split
from retrieval.words import is_stop

if TYPE_CHECKING:
    from collections.abc import Iterator

    from retrieval.domain import Language


def phrases(text: str, language: Language, known: frozenset[str] = frozenset()) -> list[Mention]:
    """Return what a question talks about, in order, names within phrases too; `known` are names in lower case."""
    return [*_Chunks(text, language, known).phrases()]


def names(text: str, language: Language) -> list[Mention]:
    """Return the names in a sentence of an article, in order."""
    return [*_Chunks(text, language, capitalised([text])).names()]


class _Chunks:
    """A text cut into words, and where in it names and noun phrases begin and end; places are numbers of tokens."""

    def __init__(self, text: str, language: Language, known: frozenset[str]) -> None:
        self.text = text
        self.language = language
        self.known = known
        self.tokens = split(text, language)
        self.attaching = LINKS[language] | PLACING[language]

    def names(self) -> Iterator[Mention]:
        n = 0
        while n < len(self.tokens):
            end = self._name_end(n)
            if end > n and not (end == n + 1 and self._vain(n)):
                yield self._mention(n, n, end, named=True, bare=True)
                n = end
            else:
                n += 1

    def phrases(self) -> Iterator[Mention]:
        n = 0
        verb = self._verb_shows()
        while n < len(self.tokens):
            determined = self._determiner(n)
            first = n + determined
            name_end = self._name_end(first)
            end = first if name_end == first and not determined else self._run_end(first, determined, verb)
            if end == first:
                verb = verb or (not determined and self._verb_here(n))
                n += 1
                continue
            bare = name_end == end
            whole = end if bare and not determined else self._attached(end)
            named = name_end > first or any(self._name_end(i) > i for i in range(first, whole))
            mention = self._mention(n, first, whole, named=named, bare=bare and whole == end)
            yield replace(mention, short=self.tokens[end - 1].end)
            if whole > end or not bare:
                yield from self._within(first, whole, bare=bare)
            n = whole

    def _within(self, first: int, end: int, *, bare: bool) -> Iterator[Mention]:
        """Yield the names within a phrase, but those that only describe: "the Eastmoor train"."""
        n = first
        while n < end:
            stop = min(self._name_end(n), end)
            describes = stop < end and self.tokens[stop].low not in self.attaching
            if stop > n and not (bare and n == first) and not describes:
                article = n > first and self.tokens[n - 1].low in {"la", "le", "l", "les", "the"}
                mention = self._mention(n - article, n, stop, named=True, bare=True)
                place = mention.lead in {"on", "in", "at", "sur", "dans", "en"}
                yield replace(mention, within=not bare, person=False if place else mention.person)
            n = max(stop, n + 1)

    def _determiner(self, n: int) -> bool:
        return (
            self.tokens[n].low in DETERMINERS[self.language]
            and n + 1 < len(self.tokens)
            and not self._pronoun(n)
        )

    def _pronoun(self, n: int) -> bool:
        """Tell whether « le », « la », « l’ » stand before a verb and are pronouns: « l’a-t-il », « qui la dirige »."""
        if self.language == "en" or self.tokens[n].low not in {"le", "la", "les", "l", "leur"}:
            return False
        following = self.tokens[n + 1]
        before = self.tokens[n - 1].low if n else ""
        if before == "qui" and n > 1 and self.tokens[n - 2].low in BEFORE["fr"]:  # « par qui la ligne … »
            before = ""
        return (
            bool(INVERTED.match(following.text))
            or following.low in {"a", "ont", "avait", "avaient", "est", "y", "en", "aura", "auront"}
            or (before in {"qui", "on", "ne", "se"} and following.text[0].islower())
        )

    def _vain(self, n: int) -> bool:
        """Tell whether one capitalised word names nothing to ask about: a sentence's first, a day, "French" in "French contract"."""
        token = self.tokens[n]
        opens = n == 0 or self.tokens[n - 1].text in '.!?:«“"—'
        following = self.tokens[n + 1].text if n + 1 < len(self.tokens) else "."
        describes = bool(DEMONYM.match(token.low)) and following[0].islower()
        return "-" not in token.text and (
            (opens and token.low not in self.known)
            or (self.language == "en" and (token.low in CALENDAR or describes))
        )

    def _name_end(self, n: int) -> int:
        """Return where the name that begins at a place ends; the place itself where none does."""
        end = n
        while end < len(self.tokens):
            token = self.tokens[end]
            capital = self._capital(token) and not INVERTED.match(token.text)
            if capital or (token.word and token.low in self.known):
                end += 1
                continue
            then = end
            while then < len(self.tokens) and self.tokens[then].low in PARTICLES:
                then += 1
            if not (end > n and 0 < then - end <= 2 and then < len(self.tokens) and self._joins(end, then)):
                break
            end = then
        return end

    def _capital(self, token: Token) -> bool:
        return token.text[0].isupper() and not is_stop(token.low, self.language)

    def _joins(self, at: int, then: int) -> bool:
        """Tell whether small words join two capitalised ones into one name: "Bank of England", « Charles de Gaulle »."""
        small = tuple(t.low for t in self.tokens[at:then])
        return self._capital(self.tokens[then]) and small in JOINING[self.language]

    def _run_end(self, first: int, determined: bool, verb: bool) -> int:
        """Return where the nouns that begin at a place end, without the question's verb."""
        if not determined:
            end = self._name_end(first)
            return english_verbs.with_nouns(self.tokens, end) if self.language == "en" else end
        end = self._nouns_end(first)
        if self.language == "en":
            return english_verbs.without_verb(self.tokens, first, end)
        if not verb and end - first > 1 and self.tokens[end - 1].text[0].islower():
            return end - 1  # there must be one, and nothing else can be it
        return end

    def _nouns_end(self, first: int) -> int:
        end = first
        while end < len(self.tokens):
            token = self.tokens[end]
            plain = token.word and not is_stop(token.low, self.language)
            if not plain or token.low in BREAKS[self.language] or INVERTED.match(token.text):
                break
            end = max(self._name_end(end), end + 1)
        return end

    def _attached(self, end: int) -> int:
        """Return the end of a phrase with what is attached to it: « le bac | de Port-Lauzan », "the library | on Skerrin"."""
        while end + 1 < len(self.tokens) and self.tokens[end].low in self.attaching:
            link = self.tokens[end].low
            first = end + 1
            if self.tokens[first].low in DETERMINERS[self.language] and first + 1 < len(self.tokens):
                first += 1
            placed = link in PLACING[self.language] and self._name_end(first) == first
            if placed and not self.tokens[end - 1].low.endswith("mise"):  # « remise en service »
                return end
            after = self._nouns_end(first)
            if self.language == "en" and (auxiliary := english_verbs.auxiliary(self.tokens, end)):
                verb = english_verbs.verb_in(self.tokens, first, after, auxiliary)
                named = self._name_end(first)
                if verb is None and auxiliary in DO and first < named < after:
                    verb = named  # "does the ferry of Port-Lauzan sail": a verb that is not listed
                after = verb or after
            if after == first or self.tokens[first].text[0].isdigit():
                return end
            end = after
        return end

    def _verb_shows(self) -> bool:
        return (
            self.language == "en"
            or any(INVERTED.match(t.text) for t in self.tokens)
            or bool({t.low for t in self.tokens} & FR_AUXILIARIES)
        )

    def _verb_here(self, n: int) -> bool:
        """Tell whether a French word that is in no noun phrase can be taken for the verb: « Combien coûte le … »."""
        token = self.tokens[n]
        before = self.tokens[n - 1].low if n else ""
        asked_of = {"de", "d", "quel", "quelle", "quels", "quelles"}
        return (
            self.language == "fr" and token.word and n > 0 and not is_stop(token.low, "fr")
            and before not in asked_of
        )  # fmt: skip

    def _mention(self, start: int, first: int, end: int, *, named: bool, bare: bool) -> Mention:
        determiner = self.tokens[start].low if start < first else ""
        before = self.tokens[start - 1].low if start else ""
        lead = before if before in BEFORE[self.language] else ""
        begin, stop = self.tokens[start].start, self.tokens[end - 1].end
        words = self.text[begin:stop].rstrip("'’")
        if self.language == "fr" and determiner in CONTRACTED and (determiner != "des" or start):
            lead = "de" if determiner in {"du", "des"} else "à"
            words = f"{CONTRACTED[determiner]}{words[len(determiner) :]}"
        plural = determiner in FR_PLURAL | {"these", "those", "ses", "leurs"}
        if self.language == "en" and determiner and not bare:
            plural = plural or self.tokens[self._head(first, end)].low.endswith("s")
        return Mention(
            words,
            self.language,
            begin,
            stop,
            named,
            bare,
            plural,
            self._person(start, first, end, bare=bare),
            self._gender(start, first),
            lead,
            stop,
        )

    def _head(self, first: int, end: int) -> int:
        """Return the place of an English phrase's head: the last word before what is attached."""
        return next((n - 1 for n in range(first + 1, end) if self.tokens[n].low in self.attaching), end - 1)

    def _gender(self, start: int, first: int) -> Gender | None:
        determiner = self.tokens[start].low if start < first else ""
        if self.language == "fr" and determiner:
            ending = determiner == "l" and bool(FEMININE_ENDING.search(self.tokens[first].low))
            feminine = determiner in FR_FEMININE | {"sa", "ma", "ta"} or ending
            return "f" if feminine else "m" if determiner in FR_MASCULINE | {"du", "au"} else None
        around = {t.low.rstrip(".") for t in self.tokens[max(start - 4, 0) : first + 1]}
        either = bool(around & {"maire", "ministre", "juge"})
        if around & SHE or (either and "la" in around):
            return "f"
        return "m" if around & HE or (either and "le" in around) else None

    def _person(self, start: int, first: int, end: int, *, bare: bool) -> bool | None:
        """Tell whether a mention is of a person, as far as the words around it show."""
        before = {t.low.rstrip(".") for t in self.tokens[max(start - 3, 0) : first + 1]}
        if start < first:
            return True if self.tokens[first].low in TITLES else False if bare else None
        if before & TITLES or (bare and SAYING.match(self.text[self.tokens[end - 1].end :])):
            return True
        lead = self.tokens[start - 1].low if start else ""
        return False if lead in {"à", "en", "au", "aux", "in", "at", "near", "from", "the"} else None
