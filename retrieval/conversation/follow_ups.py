"""Follow-ups: « et Poutine ? », "and what did he say about Taiwan?", as questions that stand by themselves.

A question that stands is left alone. One that leans on the conversation is put anew, in one to three ways, likeliest first; where
there are several, the articles decide: the one they answer best is what was meant. No chat model is needed.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from retrieval.conversation import english_pronouns, french_pronouns, mentions
from retrieval.conversation.french_prepositions import keeping
from retrieval.conversation.mention import Mention
from retrieval.conversation.past import GRAMMAR, Past
from retrieval.conversation.turns import Fragment, capital, closed, replaced
from retrieval.language import detect
from retrieval.words import query_stems, tokens

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from retrieval.domain import Language, Question, Turn

READINGS: Final = 3  # each costs a search, 10 ms
_TURNS = 4  # turns looked back
_SHORT = 5  # stems of a question that may lean though nothing shows it
_FIND_USE = {"fr": french_pronouns.find_use, "en": english_pronouns.find_use}

# In log odds of the answer's confidence: chosen on the conversations of benchmarks/conversations.jsonl that are not held out.
_SURE = 0.3  # of the answer's own log odds: a name in the question makes an answer look surer than it is
_AGAIN = 0.5  # against a reading whose best sentence was just quoted: a follow-up asks for more
_STAYS = 1.0  # a reading whose best passage is of an article just cited
_AS_ASKED = -0.2  # the question as it was asked, where it may stand by itself
_TIED = 1.3  # against that, where it begins with « et » or "and"


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
    past = Past(history[-_TURNS:], language)
    body = GRAMMAR[language].opening(text)
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


def _leaning(text: str, body: str, language: Language, past: Past) -> Iterator[Reading]:
    grammar = GRAMMAR[language]
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
        yield Reading(text, _AS_ASKED - _TIED * (body != text))
        yield from _about(body, past, 0.0)


def _opens_topic(fragment: Fragment) -> bool:
    """Tell whether bare words are a search of their own: « grève SNCF Lyon », not « Poutine ? » or « En hiver ? »."""
    return fragment.kind == "phrase" and not fragment.lead and len(tokens(fragment.words)) > 3


def _may_lean(body: str, language: Language, past: Past) -> bool:
    """Tell whether a question that shows no need of it may still lean: it names nobody and nothing, and is short."""
    own = GRAMMAR[language].own_phrases(body, past.known)
    return (
        not any(m.named for m in own)
        and len(query_stems(body, language)) <= _SHORT
        and past.topic is not None
    )


def _about(body: str, past: Past, prior: float) -> Iterator[Reading]:
    """Yield a question with its topic said first."""
    for n, topic in enumerate(past.topics[:2]):
        yield Reading(GRAMMAR[past.language].about(past.put(topic), body), prior - n, written=body)


# Fragments


def _completed(fragment: Fragment, language: Language, past: Past) -> Iterator[Reading]:
    """Yield the earlier question with a question word or a phrase of it replaced."""
    own = GRAMMAR[past.asked_in]
    if fragment.kind == "asking":
        words = fragment.words if past.asked_in == language else _ASKING_ACROSS.get(fragment.words.casefold())
        if words:
            for n, text in enumerate(own.ask_anew(past.last, words)):
                joined = text.startswith(past.last[:-2].rstrip())
                yield Reading(
                    past.again(text), (-0.5 if joined and len(words.split()) > 2 else 0.5) - 0.3 * n
                )
        if (
            len(query_stems(fragment.words, language))
            and past.topic
            and not _only_asks(fragment.words, language)
        ) or not words:
            yield from _about(fragment.words, past, 0.0)
        return
    leans = _FIND_USE[language](fragment.words, [])
    if leans and leans.role in {"owner", "person"} and past.antecedents(leans):  # « et sa femme ? »
        topic = past.put(past.antecedents(leans)[0][1])
        asked = GRAMMAR[language].what_of(fragment.words, None)
        yield Reading(GRAMMAR[language].about(topic, asked), 0.0, written=asked)
        return
    yield from _replaced(fragment, past)
    if past.topic and not fragment.lead and past.asked_in == language:
        named = bool(mentions.names(f"x {fragment.words}", language))
        yield Reading(
            GRAMMAR[language].what_of(fragment.words, None if named else past.put(past.topic)), -1.0
        )


def _only_asks(words: str, language: Language) -> bool:
    """Tell whether a fragment is a bare question word: "why", « par qui »."""
    return bool(GRAMMAR[language].adverbial(words)) and len(words.split()) <= 3


_ARTICLE = re.compile(r"(?:la|le|les|un|une|the|an?) |l['’]")


def _replaced(fragment: Fragment, past: Past) -> Iterator[Reading]:
    """Yield the last question with the phrase in its most like phrase's place, or at its end."""
    earlier, language = past.last, past.asked_in
    words = fragment.words
    if language != past.language and not fragment.lead:
        words = re.sub(r"^(?:the|la|le|les) |^l['’]", "", words, flags=re.IGNORECASE)
    own = GRAMMAR[language].own_phrases(words, past.known)
    new = next((m for m in own if m.start <= len(fragment.lead) + 1), None)
    named = new.named if new else any(c.isupper() for c in words) or not fragment.lead
    determined = new is not None and (not new.bare or _ARTICLE.match(new.text) is not None)
    scored = []
    for m in past.own:
        score = 1.5 if m.named == named else -1.0
        score += 0.0 if not named else 0.5 if m.bare else -0.8
        starts = _ARTICLE.match(m.text) is not None
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
            put = keeping(m.lead, words)
        if m.short < m.end and not named and not fragment.lead:
            yield Reading(
                past.again(closed(capital(replaced(earlier, start, m.short, put)), language)), score / 3 + 0.2
            )
        yield Reading(past.again(closed(capital(replaced(earlier, start, m.end, put)), language)), score / 3)
    if (
        fragment.lead
        and not scored
        and (alike := re.search(rf"\b{re.escape(fragment.lead)} [^\W\d_]+(?=[\s?]|$)", earlier))
    ):
        yield Reading(past.again(closed(replaced(earlier, *alike.span(), words), language)), 0.8)
    if fragment.lead or not scored:
        bare = re.sub(r"[\s?!.…]+$", "", earlier)
        yield Reading(past.again(closed(f"{bare} {words}", language)), 0.4)


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


def _resolved(body: str, language: Language, past: Past) -> Iterator[Reading]:
    """Yield the question with what its first pronoun may stand for said first.

    Written into the pronoun's place it reads better where it succeeds, wrongly where it does not, and finds no more: .84 of
    the best passages, for .88 said first.
    """
    grammar = GRAMMAR[language]
    own = grammar.own_phrases(body, past.known)
    use = _FIND_USE[language](body, own)
    if use is None:
        return
    named = {word for m in own if m.named for word in m.head.split()}
    ranked = [pair for pair in past.antecedents(use) if not (named & {*pair[1].head.split()})]
    if use.role == "event" or not ranked:
        yield from _about(body, past, 0.0)
    for score, mention in ranked[:READINGS] if use.role != "event" else ():
        yield Reading(grammar.about(past.put(mention), body), score - ranked[0][0], written=body)
