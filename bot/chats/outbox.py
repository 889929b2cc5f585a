"""Messages of answers that could not be sent yet, in the order in which they are to be."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa
from telegram import InlineKeyboardMarkup

from bot.chats.tables import outbox
from bot.markup import Message
from bot.send import Place

if TYPE_CHECKING:
    from collections.abc import Sequence

KEPT: Final = 86_400  # seconds; as long as Telegram keeps what readers send to a bot that does not listen


@dataclass(frozen=True, slots=True)
class Unsent:
    """A message that shows an answer, or a part of it, and waits: where it goes, since when it waits (Unix seconds).

    `edits` is the message that is to show it; None, and it is sent. `perhaps` tells that Telegram may have it already.
    """

    number: int
    answer_id: int
    place: Place
    message: Message
    keyboard: InlineKeyboardMarkup | None
    edits: int | None
    since: int
    perhaps: bool


def put(
    connection: sa.Connection,
    answer_id: int,
    place: Place,
    messages: Sequence[Message],
    keyboard: InlineKeyboardMarkup | None,
    *,
    edits: Sequence[int],
    perhaps: bool,
) -> None:
    """Keep the messages that are still to show an answer, `keyboard` under the last; `edits` are messages that show them, as far as they go.

    Of the first, `perhaps` tells whether Telegram may have it already. What waits to show the answer already is given up.
    """
    connection.execute(outbox.delete().where(outbox.c.answer_id == answer_id))
    last = len(messages) - 1
    rows = [
        {
            "answer_id": answer_id,
            "chat_id": place.chat_id,
            "thread_id": place.thread_id,
            "reply_to": place.reply_to if number == 0 else None,
            "html": message.html,
            "plain": message.plain,
            "keyboard": keyboard.to_json() if keyboard and number == last else None,
            "edits": edits[number] if number < len(edits) else None,
            "since": int(time.time()),
            "perhaps": perhaps and number == 0,
        }
        for number, message in enumerate(messages)
    ]
    connection.execute(outbox.insert(), rows)


def chats(connection: sa.Connection) -> list[int]:
    """Return the chats for which something waits, in the order in which it began to; what has waited for a day is given up."""
    connection.execute(outbox.delete().where(outbox.c.since < int(time.time()) - KEPT))
    query = sa.select(outbox.c.chat_id).group_by(outbox.c.chat_id)
    return [*connection.execute(query.order_by(sa.func.min(outbox.c.number))).scalars()]


def first(connection: sa.Connection, chat_id: int) -> Unsent | None:
    """Return what a chat is to be sent first; None where nothing waits."""
    query = sa.select(outbox).where(outbox.c.chat_id == chat_id).order_by(outbox.c.number).limit(1)
    row = connection.execute(query).first()
    return _from_row(row) if row else None


def sent(connection: sa.Connection, number: int) -> None:
    """Note that a message waits no more."""
    connection.execute(outbox.delete().where(outbox.c.number == number))


def doubt(connection: sa.Connection, number: int) -> None:
    """Note that Telegram may have a message already."""
    connection.execute(outbox.update().where(outbox.c.number == number).values(perhaps=True))


def drop(connection: sa.Connection, chat_id: int) -> None:
    """Give up what waits for a chat."""
    connection.execute(outbox.delete().where(outbox.c.chat_id == chat_id))


def _from_row(row: Any) -> Unsent:  # noqa: ANN401 - SQLAlchemy rows are typed by their query alone
    keyboard = InlineKeyboardMarkup.de_json(json.loads(row.keyboard), None) if row.keyboard else None
    return Unsent(
        row.number,
        row.answer_id,
        Place(row.chat_id, row.thread_id, row.reply_to),
        Message(row.html, row.plain),
        keyboard,
        row.edits,
        row.since,
        row.perhaps,
    )
