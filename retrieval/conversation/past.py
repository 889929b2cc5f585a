"""The conversation so far, as far as it helps to understand the next question: what it is about, what « il » may stand for."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Final

from retrieval.conversation import english_turns, french_turns, mentions
from retrieval.conversation.mention import Mention
from retrieval.conversation.tokens import capitalised
from retrieval.conversation.turns import Grammar, Use, capital
from retrieval.kinds import wanted
from retrieval.language import detect

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from retrieval.domain import Language, Turn

GRAMMAR: Final[dict[Language, Grammar]] = {"fr": french_turns, "en": english_turns}
_OLDER = 1.5  # what a turn further back speaks less for a mention
_IDENTITY = re.compile(
    r"(?:[Ee]t )?[Qq]ui (?:est|était|sont) (?=[A-ZÀ-Ý])|(?:[Aa]nd )?[Ww]ho(?:['’]s| is| was| are) (?=[A-Z])"
)


class Past:
    """The conversation so far, as far as it helps to understand the next question, which is in `language`."""

    def __init__(self, history: Sequence[Turn], language: Language) -> None:
        self.language = language
        self._history = history
        self._said_first, last = _topic_and_question(history[-1].meant)
        self.last = capital(GRAMMAR[_language_of(history[-1])].opening(last)) or last
        self.asked_in = _language_of(history[-1])

    # What follows is looked for where it is needed: most questions stand by themselves, and need little of it.

    @cached_property
    def known(self) -> frozenset[str]:
        """Names that were said, in lower case."""
        return capitalised([text for turn in self._history for text in (*turn.said, *turn.titles)])

    @cached_property
    def own(self) -> list[Mention]:
        """What the last question itself talks about."""
        return GRAMMAR[self.asked_in].own_phrases(self.last, self.known)

    @cached_property
    def _named(self) -> list[Mention]:
        sentences = ((said, turn.language) for turn in self._history for said in (*turn.said, turn.meant))
        return [m for said, language in sentences for m in _names(said, language)]

    @property
    def topic(self) -> Mention | None:
        """What the conversation is about."""
        return self.topics[0] if self.topics else None

    def put(self, mention: Mention) -> str:
        """Return a mention's words for a question in this language: another language's in quotation marks, names as they are."""
        if mention.language == self.language or mention.bare:
            words = mention.text
            if mention.language != self.language:
                words = re.sub(r"^(?:la|le|les|the) |^l['’]", "", words)
            return re.sub(
                r"^(?:L[’']|(?:The|An?|Les?|La|Une?|His|Her|Its|Their) )", lambda m: m[0].lower(), words
            )
        return f"«\u00a0{mention.text}\u00a0»" if self.language == "fr" else f"“{mention.text}”"

    def again(self, text: str) -> str:
        """Return a question made of the last one, with what was said before that one: "About the ferry: …"."""
        return f"{self._said_first}{text[:1].lower()}{text[1:]}" if self._said_first else text

    def antecedents(self, use: Use) -> list[tuple[float, Mention]]:
        """Return what a word may stand for, best first, each with how much speaks for it."""
        best: dict[str, tuple[float, Mention]] = {}
        for score, mention in self._mentions():
            fits = score + _fit(use, mention)
            if fits > best.get(mention.head, (-5.0, mention))[0] and mention.head:
                best[mention.head] = (fits, mention)
        return sorted(best.values(), key=lambda pair: -pair[0])

    def _mentions(self) -> Iterator[tuple[float, Mention]]:
        """Yield what was talked about, with how much it stands out."""
        for age, turn in enumerate(reversed(self._history)):
            less = -_OLDER * age
            asked = self._phrases(turn)
            identity = bool(_IDENTITY.match(turn.meant))
            heads = " ".join(m.head for m in asked)
            for n, m in enumerate(asked):
                yield (
                    3.0 - 0.4 * n + 0.5 * m.named - 0.8 * m.within + identity * m.bare + less,
                    self._known_as(replace(m, person=True) if identity and m.bare else m),
                )
            for m in _counted_things(turn):
                yield 2.2 + less, m
            who = "person" in wanted(turn.meant) and not identity
            for n, said in enumerate(turn.said):
                for place, m in enumerate(map(self._known_as, _names(said, turn.language))):
                    new = m.head not in heads
                    asked_for = 3.0 if m.person else 2.0 if m.person is None and " " in m.text else 0.0
                    yield 1.0 - 0.6 * n - 0.2 * place + asked_for * (who and new) + less, m

    def _known_as(self, m: Mention) -> Mention:
        """Return a mention with what is known of its name from elsewhere: whether it is a person, and which."""
        if not m.bare:
            return m
        others = [o for o in self._named if o.head == m.head or f" {m.head}" in f" {o.head}"]
        shown = [o.person for o in others if o.person is not None]
        person = any(shown) if shown else None
        gender = m.gender or next((o.gender for o in others if o.gender), None)
        return replace(m, person=m.person if m.person is not None else person, gender=gender)

    def _phrases(self, turn: Turn) -> list[Mention]:
        return GRAMMAR[_language_of(turn)].own_phrases(turn.meant, self.known)

    @cached_property
    def topics(self) -> list[Mention]:
        """What the conversation may be about, likeliest first."""
        found: dict[str, Mention] = {}
        for turn in reversed(self._history):
            whole = sorted((m for m in self._phrases(turn) if m.named), key=lambda m: (m.bare, m.start))
            for m in whole:
                if not any(m.head in head for head in found):
                    found.setdefault(m.head, m)
            if found:
                break
        if not found:
            whole = sorted(self._phrases(self._history[-1]), key=lambda m: -len(m.text))
            found = {m.head: m for m in whole[:1]}
        if not found:
            for turn in reversed(self._history):
                for said in turn.said[:1]:
                    for m in _names(said, turn.language)[:1]:
                        found.setdefault(m.head, m)
        return [*found.values()]


_TOPIC = re.compile(r"(À propos d[eu’][^,?]+, |About [^:?]+: )(?=.)")


def _topic_and_question(text: str) -> tuple[str, str]:
    """Return what a question put anew says first (`Grammar.about`), "" where it was not, and the rest."""
    found = _TOPIC.match(text)
    return (found[0], text[found.end() :]) if found else ("", text)


def _fit(use: Use, m: Mention) -> float:
    """Return how well a mention fits a word that stands for it; -9 where it cannot."""
    score = 0.0
    if use.gender and m.gender:
        score += 0.8 if use.gender == m.gender else -9.0
    if use.plural is not None and not (use.plural and m.language == "en"):
        score += 0.4 if use.plural == m.plural else -2.0
    elif use.plural:
        score += 1.5 * m.plural
    person = m.person if m.person is not None else (None if m.bare else False)
    two = m.bare and len(m.text.split()) > 1 and m.person is None
    if use.role == "person":
        score += 1.5 if person else -3.0 if person is False else 0.6 * two + 0.2
    elif use.role == "thing":
        score += -3.0 if person else -1.0 * two
    elif use.role == "place":
        placed = m.lead in {"à", "en", "in", "at", "on", "sur", "dans"}
        score += 1.0 * placed - 3.0 * bool(person) - 1.5 * (not m.bare and not placed and m.language != "en")
    elif use.role == "same":
        score += 3.0 if use.noun.casefold() in m.text.casefold() else 0.0
    return score


def _counted_things(turn: Turn) -> Iterator[Mention]:
    """Yield what a question counts or chooses among: « combien de ruches » are « les ruches », "how many boats" the boats."""
    if _language_of(turn) == "fr":
        if found := re.match(r"combien (?:de |d['’])([^\W\d_]+s)\b", turn.meant, re.IGNORECASE):
            yield Mention(f"les {found[1]}", "fr", *found.span(1), named=False, bare=False, plural=True)
    elif found := re.match(r"how many ([^\W\d_]+)\b", turn.meant, re.IGNORECASE):
        yield Mention(f"the {found[1]}", "en", *found.span(1), named=False, bare=False, plural=True)


def _language_of(turn: Turn) -> Language:
    return _written_in(turn.meant, turn.language)


# A turn is looked at for each of the four questions that follow it.
@lru_cache(maxsize=1_024)
def _names(said: str, spoken: Language) -> tuple[Mention, ...]:
    """Return the names in a sentence that was said in a turn in `spoken`."""
    return tuple(mentions.names(said, _written_in(said, spoken)))


@lru_cache(maxsize=1_024)
def _written_in(said: str, spoken: Language) -> Language:
    return detect(said, spoken)
