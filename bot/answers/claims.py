"""A forwarded message or a long text: what it claims, sentence by sentence, and what the articles say to that."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from telegram import InlineKeyboardMarkup

from bot.answers.asking import question_in, say
from bot.answers.buttons import numbers
from bot.answers.render import byline, titled
from bot.chats import answers
from bot.markup import Run, clean, head, one_line, pack, units
from bot.send import place_of, typing
from bot.texts import TEXTS, counted
from bot.updates import conversation_of, language_of, message_of, user_id_of
from retrieval import phrases
from retrieval.domain import Answer, Sentence
from retrieval.evidence import states
from retrieval.language import asks, detect
from retrieval.links import safe_link
from retrieval.sentences import split

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import sqlalchemy as sa
    from telegram import Bot, Message, Update

    from bot.markup import Block
    from bot.office import Office
    from retrieval.domain import Citation, Language, Question

log = logging.getLogger(__name__)

LONG: Final = 400  # characters from which a text that asks nothing is rather one to look up; the longest question of our sets has 240
LOOKED_UP: Final = 6  # sentences of a message
TOLD: Final = 3  # of those that the articles speak to
_WORDS: Final = 5  # of a sentence that claims something
_LONGEST: Final = 400  # characters of one
CLAIM_SHOWN: Final = 200  # UTF-16 units
QUOTE_SHOWN: Final = 600
TIME_LIMIT: Final = 30.0  # seconds


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence of a message, and what answers it."""

    text: str
    answer: Answer


class Claims:
    """Looks messages up."""

    def __init__(self, office: Office) -> None:
        self._office = office

    async def take(self, update: Update, bot: Bot, claims: Sequence[str]) -> None:
        """Say what the articles say to each of some sentences, with quotations, in one message."""
        message, place = message_of(update), place_of(message_of(update))
        asked = await self._office.store.run(lambda c: [question_in(c, update, bot, text) for text in claims])
        language = asked[0].language or language_of(update)
        try:
            async with typing(bot, place), asyncio.timeout(TIME_LIMIT):
                found = await asyncio.to_thread(self._look_up, asked, language)
        except TimeoutError:
            await say(update, bot, TEXTS[language].talk.too_late)
            return
        told = _numbered(found[:TOLD])
        if not told:
            await say(update, bot, TEXTS[language].claims.nothing)
            return
        whole = _together(told, language)
        left = len(claims) - len(found)
        answer_id = await self._office.store.run(
            lambda c: answers.reserve(
                c, conversation_of(message), user_id=user_id_of(update), question_message=message.message_id
            )
        )
        keyboard = InlineKeyboardMarkup(numbers(whole.citations, answer_id))

        def keep(connection: sa.Connection, shown: list[int]) -> int | None:
            return answer_id if answers.fill(connection, answer_id, whole, shown) else None

        messages = pack(_blocks(told, whole, left, language))
        await self._office.outbox.bring(bot, place, messages, keyboard, keep)
        log.info("Update %s: %d of %d sentences are spoken to", update.update_id, len(found), len(claims))

    def _look_up(self, asked: Sequence[Question], language: Language) -> list[Claim]:
        """Return the sentences that the articles speak to, each looked up by itself: it is nobody's follow-up."""
        alone = [replace(one, history=(), language=language) for one in asked]
        found = [Claim(one.text, self._office.quote(one)) for one in alone]
        return [claim for claim in found if claim.answer.answered and claim.answer.citations]


def claims_in(message: Message, text: str, own: Language) -> list[str]:
    """Return the sentences to look up of a message that was forwarded, or is long and asks nothing; none of any other."""
    if message.forward_origin is None and (len(text) < LONG or text.rstrip().endswith("?")):
        return []
    language = detect(text, own)
    claims = [text[start:end].strip() for start, end in split(text, language)]
    claims = [" ".join(claim.split()) for claim in claims if claims_something(claim, language)]
    # those with most names and numbers say what can be looked up
    weight = sorted(range(len(claims)), key=lambda n: (-_particulars(claims[n]), n))[:LOOKED_UP]
    return [claims[n] for n in sorted(weight)]


def claims_something(sentence: str, language: Language) -> bool:
    """Tell whether a sentence states something that articles could speak to."""
    if asks(sentence, language) or not len(sentence.split()) >= _WORDS or len(sentence) > _LONGEST:
        return False
    return states(sentence)


def _particulars(claim: str) -> int:
    return sum(word[:1].isupper() or any(map(str.isdigit, word)) for word in claim.split()[1:])


def _numbered(found: Sequence[Claim]) -> list[Claim]:
    """Return claims whose citations are numbered through; a sentence that was quoted before is no second time."""
    told: list[Claim] = []
    quoted: set[tuple[str, str]] = set()
    for claim in found:
        sentences: list[Sentence] = []
        citations: list[Citation] = []
        for cited in claim.answer.citations:
            if (cited.article_id, cited.quote) in quoted:
                continue
            number = len(quoted) + 1
            quoted.add((cited.article_id, cited.quote))
            citations.append(replace(cited, number=number))
            sentences.append(Sentence(cited.quote, (number,)))
        if citations:
            answer = replace(claim.answer, sentences=tuple(sentences), citations=tuple(citations), items=())
            told.append(replace(claim, answer=answer))
    return told


def _together(told: Sequence[Claim], language: Language) -> Answer:
    """Return claims as the one answer that is kept of them: what its buttons and follow-ups go by."""
    return replace(
        told[0].answer,
        language=language,
        mode="quotes",
        sentences=tuple(sentence for claim in told for sentence in claim.answer.sentences),
        citations=tuple(cited for claim in told for cited in claim.answer.citations),
        text="\n\n".join(sentence.text for claim in told for sentence in claim.answer.sentences),
        notes=(),
    )


def _blocks(told: Sequence[Claim], whole: Answer, left: int, language: Language) -> Iterator[Block]:
    texts = TEXTS[language].claims
    yield (Run(texts.heading),)
    for claim in told:
        runs = [Run(phrases.quoted(one_line(claim.text, CLAIM_SHOWN), language), bold=True)]
        if claim.answer.contrary:
            runs.append(Run(f"\n{phrases.CONTRARY[language]}"))
        for sentence in claim.answer.sentences:
            quote = clean(sentence.text).strip()
            quote = quote if units(quote) <= QUOTE_SHOWN else head(quote, QUOTE_SHOWN)
            runs.append(Run(f"\n{phrases.quoted(quote, language)}\u00a0[{sentence.citations[0]}]"))
        yield tuple(runs)
    heading = [Run(phrases.SOURCES[language], bold=True)]
    for cited in whole.citations:
        heading += [
            Run(f"\n[{cited.number}] "),
            Run(titled(cited.title, language), link=safe_link(cited.link, cited.url)),
        ]
        if line := byline(cited.source, cited.published, language):
            heading.append(Run(f", {line}"))
    yield tuple(heading)
    if left:
        yield (Run(counted(left, texts.not_said, language)),)
