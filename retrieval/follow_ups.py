"""Follow-ups: « et Poutine ? », "and what did he say about Taiwan?", as questions that stand by themselves.

A question that stands is left alone. One that leans on the conversation is put anew, in one to three ways, likeliest first; where
there are several, the articles decide: the one they answer best is what was meant. No chat model is needed.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from retrieval import english_turns, french_turns, mentions
from retrieval.kinds import wanted
from retrieval.language import detect
from retrieval.mentions import Mention
from retrieval.turns import Fragment, Use, capital, closed, replaced
from retrieval.words import query_stems, tokens

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from retrieval.domain import Language, Question, Turn

READINGS: Final = 3  # each costs a search, 10 ms
_TURNS = 4  # turns looked back
_USES = 3  # words of one question that are put anew
_OLDER = 1.5  # what a turn further back speaks less for a mention
_SHORT = 5  # stems of a question that may lean though nothing shows it
_GRAMMAR = {"fr": french_turns, "en": english_turns}

# In log odds of the answer's confidence: chosen on the conversations of benchmarks/conversations.jsonl that are not held out.
_SURE = 0.3  # of the answer's own log odds: a name in the question makes an answer look surer than it is
_AGAIN = 0.5  # against a reading whose best sentence was just quoted: a follow-up asks for more
_STAYS = 1.0  # a reading whose best passage is of an article just cited
_AS_ASKED = -0.2  # the question as it was asked, where it may stand by itself


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to take a question; `prior` is what its form speaks for it, in log odds.

    `written` is the reader's own part of it, where that is a question with a word put for another; None where it is not.
    """

    text: str
    prior: float = 0.0
    language: Language = "fr"
    written: str | None = None


def understand(
    text: str, question: Question, rewriter: Callable[[Question], str | None] | None = None
) -> tuple[Language, tuple[Reading, ...]]:
    """Return the language a question with a history is in, and the ways to take it, likeliest first; none where it stands.

    A forced language is the answer's alone: the words are read in their own. The rewriter is asked only where the rules see
    that the question may lean on what went before.
    """
    spoken = detect(text, question.history[-1].language)
    ways = readings(text, spoken, question.history)
    if [way.text for way in ways] == [text]:
        return spoken, ()
    if rewriter and (line := rewriter(replace(question, text=text))):
        return spoken, (Reading(line, language=spoken, written=text),)
    return spoken, tuple(replace(way, language=detect(way.text, spoken)) for way in ways)


def readings(text: str, language: Language, history: Sequence[Turn]) -> tuple[Reading, ...]:
    """Return the ways to take `text` after `history`, likeliest first; `text` alone where it stands by itself."""
    if not history:
        return (Reading(text),)
    past = _Past(history[-_TURNS:], language)
    body = _GRAMMAR[language].opening(text)
    found = [r for r in _leaning(text, body, language, past) if r.text]
    unique = {r.text: r for r in reversed(sorted(found, key=lambda r: -r.prior)[:READINGS])}
    return tuple(sorted(unique.values(), key=lambda r: -r.prior)) or (Reading(text),)


def weight(
    reading: Reading, confidence: float, title: str | None, quote: str | None, history: Sequence[Turn]
) -> float:
    """Return how much speaks for a reading: its form, how sure its answer is, and the article and sentence that come first."""
    sure = min(max(confidence, 1e-4), 1 - 1e-4)
    stays = title is not None and any(title in turn.titles for turn in history[-2:])
    again = quote is not None and quote in history[-1].said
    return reading.prior + _SURE * math.log(sure / (1 - sure)) + _STAYS * stays - _AGAIN * again


def _leaning(text: str, body: str, language: Language, past: _Past) -> Iterator[Reading]:
    grammar = _GRAMMAR[language]
    if grammar.hollow(body) or grammar.hollow(text) or not body:
        yield from _about(body or text, past, 0.0)
        return
    fragment = grammar.fragment(body)
    if fragment and not (body == text and _opens_topic(fragment)):
        yield from _completed(fragment, language, past)
        return
    resolved = [*_resolved(body, language, past)]
    if resolved:
        yield from resolved
    elif _may_lean(body, language, past):
        yield Reading(text, _AS_ASKED)
        yield from _about(body, past, 0.0)


def _opens_topic(fragment: Fragment) -> bool:
    """Tell whether bare words are a search of their own: « grève SNCF Lyon », not « Poutine ? » or « En hiver ? »."""
    return fragment.kind == "phrase" and not fragment.lead and len(tokens(fragment.words)) > 3


def _may_lean(body: str, language: Language, past: _Past) -> bool:
    """Tell whether a question that shows no need of it may still lean: it names nobody and nothing, and is short."""
    own = _GRAMMAR[language].own_phrases(body, past.known)
    return (
        not any(m.named for m in own)
        and len(query_stems(body, language)) <= _SHORT
        and past.topic is not None
    )


def _about(body: str, past: _Past, prior: float) -> Iterator[Reading]:
    """Yield a question with its topic said first."""
    for n, topic in enumerate(past.topics[:2]):
        yield Reading(_GRAMMAR[past.language].about(past.put(topic), body), prior - n, written=body)
    if not past.topics:
        yield Reading(past.last)


# Fragments


def _completed(fragment: Fragment, language: Language, past: _Past) -> Iterator[Reading]:
    """Yield the earlier question with a question word or a phrase of it replaced."""
    own = _GRAMMAR[past.asked_in]
    if fragment.kind == "asking":
        words = fragment.words if past.asked_in == language else _ASKING_ACROSS.get(fragment.words.casefold())
        if words:
            for n, text in enumerate(own.ask_anew(past.last, words)):
                joined = text.startswith(past.last[:-2].rstrip())
                yield Reading(text, (-0.5 if joined and len(words.split()) > 2 else 0.5) - 0.3 * n)
        if (
            len(query_stems(fragment.words, language))
            and past.topic
            and not _only_asks(fragment.words, language)
        ) or not words:
            yield from _about(fragment.words, past, 0.0)
        return
    yield from _replaced(fragment, past)
    if past.topic and not fragment.lead and past.asked_in == language:
        named = bool(mentions.names(f"x {fragment.words}", language))
        yield Reading(
            _GRAMMAR[language].what_of(fragment.words, None if named else past.put(past.topic)), -1.0
        )


def _only_asks(words: str, language: Language) -> bool:
    """Tell whether a fragment is a bare question word: "why", « par qui »."""
    return bool(_GRAMMAR[language].adverbial(words)) and len(words.split()) <= 3


def _replaced(fragment: Fragment, past: _Past) -> Iterator[Reading]:
    """Yield the last question with the phrase in its most like phrase's place, or at its end."""
    earlier, language = past.last, past.asked_in
    words = fragment.words
    if language != past.language and not fragment.lead:
        words = re.sub(r"^(?:the|la|le|les) |^l['’]", "", words, flags=re.IGNORECASE)
    new = (
        [m for m in _GRAMMAR[language].own_phrases(words, past.known) if m.start <= len(fragment.lead) + 1]
        or [None]
    )[0]
    named = new.named if new else any(c.isupper() for c in words) or not fragment.lead
    determined = bool(new and not new.bare) or bool(
        new
        and new.text.casefold().startswith(("la ", "le ", "les ", "l", "the "))
        and not new.text[0].isupper()
    )
    scored = []
    for m in past.own:
        score = 1.5 if m.named == named else -1.0
        score += 0.0 if not named else 0.5 if m.bare else -0.8
        starts = m.text.casefold().startswith(
            ("la ", "le ", "les ", "l’", "l'", "un ", "une ", "the ", "a ", "an ")
        )
        score += 0.7 if starts == determined else -0.7
        score += (0.0 if fragment.lead or m.lead else 0.4) - 0.2 * past.own.index(m)
        if fragment.lead:
            if _same_lead(fragment.lead, m.lead):
                score += 2.0
            else:
                continue
        scored.append((score, m))
    scored.sort(key=lambda pair: -pair[0])
    for score, m in scored[:2]:
        put = words
        start = m.start
        if fragment.lead:
            start = _with_lead(earlier, m)
        elif language == "fr" and m.lead:
            start = _with_lead(earlier, m)
            put = _after(m.lead, words)
        if m.short < m.end and not named and not fragment.lead:
            yield Reading(closed(capital(replaced(earlier, start, m.short, put)), language), score / 3 + 0.2)
        yield Reading(closed(capital(replaced(earlier, start, m.end, put)), language), score / 3)
    if (
        fragment.lead
        and not scored
        and (alike := re.search(rf"\b{re.escape(fragment.lead)} [^\W\d_]+(?=[\s?]|$)", earlier))
    ):
        yield Reading(closed(replaced(earlier, *alike.span(), words), language), 0.8)
    if fragment.lead or not scored:
        bare = re.sub(r"[\s?!.…]+$", "", earlier)
        yield Reading(closed(f"{bare} {words}", language), 0.4)


def _after(lead: str, words: str) -> str:
    """Return a French phrase with the preposition another one had: « du bac », « en Chine » for « la Chine »."""
    if lead in {"de", "d", "du"}:
        return french_turns.of(words)
    if lead == "à":
        return french_turns.to(words)
    bare = re.sub(r"^(?:la |l['’])", "", words, flags=re.IGNORECASE) if lead == "en" else words
    return f"{lead} {bare}"


def _contracted(earlier: str, m: Mention) -> bool:
    return earlier[m.start : m.end].casefold().startswith(("du ", "au ", "aux "))


def _with_lead(earlier: str, m: Mention) -> int:
    """Return where a phrase begins with the preposition before it."""
    if _contracted(earlier, m):
        return m.start
    before = re.search(r"[^\W\d_]+['’ ]+$", earlier[: m.start])
    return before.start() if before and m.lead else m.start


def _same_lead(one: str, other: str) -> bool:
    kin = (
        {"de", "d", "d'", "d’", "du", "des", "of"},
        {"à", "au", "aux", "en", "dans", "sur", "in", "at", "on"},
    )
    return bool(other) and (one == other or any(one in k and other in k for k in kin))


_ASKING_ACROSS: Final = {
    "why": "pourquoi", "when": "quand", "where": "où", "how": "comment", "by whom": "par qui", "how long": "combien de temps",
    "since when": "depuis quand", "with whom": "avec qui", "at what time": "à quelle heure", "what time": "à quelle heure",
    "for how long": "pendant combien de temps",
    "pourquoi": "why", "quand": "when", "où": "where", "comment": "how", "par qui": "by whom", "combien de temps": "how long",
    "depuis quand": "since when", "avec qui": "with whom", "à quelle heure": "at what time",
    "pendant combien de temps": "for how long",
}  # fmt: skip


# Words that stand for something said before


def _resolved(body: str, language: Language, past: _Past) -> Iterator[Reading]:
    """Yield the question with what its pronouns stand for in their places."""
    grammar = _GRAMMAR[language]
    text, taken, prior = body, set[str](), 0.0
    first: tuple[str, Use, list[tuple[float, Mention]]] | None = None
    for _ in range(_USES):
        use = grammar.find_use(text, grammar.own_phrases(text, past.known))
        if use is None:
            break
        if use.role == "event":
            yield from _about(text, past, prior)
            return
        named = {word for m in grammar.own_phrases(text, past.known) if m.named for word in m.head.split()}
        ranked = [
            p for p in past.antecedents(use) if p[1].head not in taken and not (named & {*p[1].head.split()})
        ]
        if not ranked:
            break
        first = first or (text, use, ranked)
        taken.add(ranked[0][1].head)
        text = use.put(ranked[0][1], past.put(ranked[0][1]))
    if first is None:
        if text != body or grammar.find_use(body, grammar.own_phrases(body, past.known)):
            yield from _about(body, past, prior)
        return
    yield Reading(past.placed(text), prior, written=body)
    _, use, ranked = first
    for score, mention in ranked[1:READINGS]:
        put = use.put(mention, past.put(mention))
        again = grammar.find_use(put, grammar.own_phrases(put, past.known))
        if again and (others := [m for _, m in past.antecedents(again) if m.head != mention.head]):
            put = again.put(others[0], past.put(others[0]))
        yield Reading(past.placed(put), prior + score - ranked[0][0], written=body)


_IDENTITY = re.compile(
    r"(?:[Ee]t )?[Qq]ui (?:est|était|sont) (?=[A-ZÀ-Ý])|(?:[Aa]nd )?[Ww]ho(?:['’]s| is| was| are) (?=[A-Z])"
)


class _Past:
    """The conversation so far, as far as it helps to understand the next question, which is in `language`."""

    def __init__(self, history: Sequence[Turn], language: Language) -> None:
        self.language = language
        self._history = history
        self.known = mentions.capitalised([text for turn in history for text in (*turn.said, *turn.titles)])
        self.last = history[-1].meant
        self.last = capital(_GRAMMAR[_language_of(history[-1])].opening(self.last)) or self.last
        self.asked_in = _language_of(history[-1])
        self._named = [
            m
            for turn in history
            for said in (*turn.said, turn.meant)
            for m in mentions.names(said, _written_in(said, turn))
        ]
        self.own = _GRAMMAR[self.asked_in].own_phrases(self.last, self.known)
        self.topics = self._topics()

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

    def placed(self, text: str) -> str:
        """Return a question, with what it is about said first where it names nothing."""
        closed_text = closed(capital(text), self.language)
        named = (
            any(m.named for m in _GRAMMAR[self.language].own_phrases(text, self.known))
            or "«" in text
            or "“" in text
        )
        if named or not self.topic:
            return closed_text
        return _GRAMMAR[self.language].about(self.put(self.topic), text)

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
                for place, m in enumerate(map(self._known_as, mentions.names(said, _written_in(said, turn)))):
                    new = m.head not in heads
                    asked_for = 3.0 if m.person else 2.0 if m.person is None and " " in m.text else 0.0
                    yield 1.0 - 0.6 * n - 0.2 * place + asked_for * (who and new) + less, m

    def _known_as(self, m: Mention) -> Mention:
        """Return a mention with what is known of its name from elsewhere: whether it is a person, and which."""
        if not m.bare:
            return m
        others = [o for o in self._named if o.head == m.head or f" {m.head}" in f" {o.head}"]
        person = next((o.person for o in others if o.person), None) or next(
            (o.person for o in others if o.person is not None), None
        )
        gender = m.gender or next((o.gender for o in others if o.gender), None)
        return replace(m, person=m.person if m.person is not None else person, gender=gender)

    def _phrases(self, turn: Turn) -> list[Mention]:
        return _GRAMMAR[_language_of(turn)].own_phrases(turn.meant, self.known)

    def _topics(self) -> list[Mention]:
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
                    for m in mentions.names(said, _written_in(said, turn))[:1]:
                        found.setdefault(m.head, m)
        return [*found.values()]


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
    return detect(turn.meant, turn.language)


def _written_in(said: str, turn: Turn) -> Language:
    return detect(said, turn.language)
