"""Corrections: which sentences of the answers their articles say no more, and which of them the chats were told of."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from bot.chats import answers, choices
from bot.chats.answers import Conversation
from bot.chats.notices import LATE, STALE
from bot.chats.tables import answers as kept
from bot.chats.tables import choices as chosen
from bot.chats.tables import corrections, meta

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from bot.chats.answers import Kept
    from bot.chats.choices import Choices

_READ_FROM: Final = "corrections_from"


@dataclass(frozen=True, slots=True)
class Correction:
    """A sentence (`said`) that an answer, given to somebody in a conversation, rests on and its article says no more."""

    answer_id: int
    conversation: Conversation
    user_id: int
    article_id: str
    said: str


def read_from(connection: sa.Connection) -> int:
    """Return the second (Unix time) before which no corrected article need be looked at; from now on at the first call."""
    value = connection.execute(sa.select(meta.c.value).where(meta.c.key == _READ_FROM)).scalar()
    if value is not None:
        return int(value)
    now = int(time.time())
    _keep_read_from(connection, now)
    return now


def read(connection: sa.Connection, newest: int) -> None:
    """Note that articles corrected up to a second (Unix time) were looked at; those of the last hour are looked at again."""
    _keep_read_from(connection, max(newest - LATE, read_from(connection)))


def citing(connection: sa.Connection, article_ids: Iterable[str]) -> Iterator[Kept]:
    """Yield the answers that cite one of the articles, of chats that are to be told of corrections.

    It looks at every answer (some tenths of a second for 100,000): give it a transaction that only reads, on a thread.
    """
    cited = sa.func.json_each(kept.c.turn, "$.articles").table_valued("value", name="cited")
    wanted = sa.func.json_each(json.dumps([*article_ids])).table_valued("value", name="wanted")
    silent = sa.select(chosen.c.chat_id).where(~chosen.c.corrections)
    of_articles = sa.select(sa.literal(1)).where(cited.c.value.in_(sa.select(wanted.c.value)))
    query = sa.select(kept).where(answers.GIVEN, kept.c.chat_id.not_in(silent), of_articles.exists())
    for row in connection.execute(query.order_by(kept.c.answer_id)):
        yield answers.from_row(row)


def told(connection: sa.Connection, answer_id: int, article_id: str) -> set[str]:
    """Return what an article was said to say instead, in the corrections of an answer that were sent."""
    query = sa.select(corrections.c.says).where(
        corrections.c.answer_id == answer_id,
        corrections.c.article_id == article_id,
        corrections.c.says.is_not(None),
    )
    return {*connection.execute(query).scalars()}


def find(connection: sa.Connection, given: Kept, article_id: str, said: Collection[str]) -> int:
    """Keep which sentences an answer is to be corrected in; return how many are new.

    None is that the answer or another of its conversation was corrected in, nor any where the answer is forgotten, or
    another was put in its place since it was compared.
    """
    answer_id = given.answer_id
    now = answers.get(connection, answer_id)
    if now is None or now.answer != given.answer:
        return 0
    known = sa.select(corrections.c.said).where(
        corrections.c.article_id == article_id,
        sa.or_(
            corrections.c.answer_id == answer_id,
            sa.and_(corrections.c.answer_id.in_(_of(now.conversation)), corrections.c.sent.is_not(None)),
        ),
    )
    there = {*connection.execute(known).scalars()}
    new = [sentence for sentence in said if sentence not in there]
    row = {"answer_id": answer_id, "article_id": article_id, "found": int(time.time())}
    if new:
        connection.execute(corrections.insert(), [row | {"said": sentence} for sentence in new])
    return len(new)


def pending(connection: sa.Connection) -> dict[int, Choices]:
    """Return the chats that a correction is to be sent to, with what they have chosen; what has waited too long is not sent any more."""
    query = (
        sa.select(kept.c.chat_id.label("chat"), chosen)
        .select_from(corrections.join(kept).outerjoin(chosen, chosen.c.chat_id == kept.c.chat_id))
        .where(*_unsent(), chosen.c.corrections.is_not(False))
        .distinct()
    )
    return {row.chat: choices.from_row(row) for row in connection.execute(query)}


def waiting(connection: sa.Connection, chat_id: int) -> list[Correction]:
    """Return what a chat is to be corrected in, what was found first at the beginning, of equals the newest answer's, in its order."""
    query = (
        sa.select(corrections, kept.c.thread_id, kept.c.user_id)
        .select_from(corrections.join(kept))
        .where(kept.c.chat_id == chat_id, *_unsent())
        .order_by(corrections.c.found, corrections.c.answer_id.desc(), sa.literal_column("corrections.rowid"))
    )
    return [
        Correction(row.answer_id, Conversation(chat_id, row.thread_id), row.user_id, row.article_id, row.said)
        for row in connection.execute(query)
    ]


def sent(
    connection: sa.Connection,
    those: Iterable[Correction],
    says: Mapping[str, str | None],
    message_id: int,
) -> None:
    """Note that a message (0: nobody knows whether it arrived) told what an article `says` instead of each sentence."""
    values = {"sent": int(time.time()), "message_id": message_id}
    for one in those:
        connection.execute(corrections.update().where(_is(one)).values(values | {"says": says[one.said]}))


def drop(connection: sa.Connection, those: Iterable[Correction]) -> None:
    """Forget corrections that are none any more: their article says so again, or is gone."""
    for one in those:
        connection.execute(corrections.delete().where(_is(one)))


def give_up(connection: sa.Connection, chat_id: int) -> None:
    """Note that a chat cannot be told: what waits for it is not sent, also if it is found again."""
    theirs = sa.select(kept.c.answer_id).where(kept.c.chat_id == chat_id)
    connection.execute(
        corrections.update()
        .where(corrections.c.answer_id.in_(theirs), corrections.c.sent.is_(None))
        .values(sent=int(time.time()))
    )


def sent_since(connection: sa.Connection, chat_id: int, moment: int) -> int:
    """Return how many messages corrected a chat's answers since a moment (Unix seconds)."""
    number = sa.case(
        (corrections.c.message_id > 0, sa.cast(corrections.c.message_id, sa.Text)),
        else_=corrections.c.article_id,
    )
    query = (
        sa.select(sa.func.count(number.distinct()))
        .select_from(corrections.join(kept))
        .where(kept.c.chat_id == chat_id, corrections.c.sent >= moment, corrections.c.message_id.is_not(None))
    )
    return int(connection.execute(query).scalar_one())


def expire(connection: sa.Connection) -> None:
    """Forget what could not be sent for too long; what was sent goes with its answer."""
    old = int(time.time()) - STALE
    connection.execute(corrections.delete().where(corrections.c.sent.is_(None), corrections.c.found < old))


def _keep_read_from(connection: sa.Connection, second: int) -> None:
    row = {"key": _READ_FROM, "value": str(second)}
    connection.execute(meta.insert().prefix_with("OR REPLACE"), row)


def _of(conversation: Conversation) -> sa.Select[tuple[int]]:
    return sa.select(kept.c.answer_id).where(
        kept.c.chat_id == conversation.chat_id, kept.c.thread_id == conversation.thread_id
    )


def _unsent() -> tuple[sa.ColumnElement[bool], ...]:
    return corrections.c.sent.is_(None), corrections.c.found >= int(time.time()) - STALE


def _is(one: Correction) -> sa.ColumnElement[bool]:
    return sa.and_(
        corrections.c.answer_id == one.answer_id,
        corrections.c.article_id == one.article_id,
        corrections.c.said == one.said,
    )
