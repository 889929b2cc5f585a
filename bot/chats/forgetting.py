"""Everything that is kept of a chat, erased at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from bot.chats import answers, choices, corrections, digests, outbox, requests, subscriptions
from bot.chats.tables import inbox

if TYPE_CHECKING:
    from sqlalchemy import Connection


def send_nothing(connection: Connection, chat_id: int) -> None:
    """End a chat's subscriptions and its digest, and give up its corrections and what waits to be sent: it does not take messages any more."""
    subscriptions.forget(connection, chat_id)
    digests.forget(connection, chat_id)
    corrections.give_up(connection, chat_id)
    outbox.drop(connection, chat_id)


def forget(connection: Connection, chat_id: int, *, until: int) -> None:
    """Erase a chat's answers, votes, choices, subscriptions, notices, digest and requests, and the words of its updates before number `until`.

    The inbox keeps the words of messages alone, new or edited.
    """
    answers.forget(connection, chat_id)
    choices.forget(connection, chat_id)
    requests.forget(connection, chat_id)
    send_nothing(connection, chat_id)
    words = inbox.c.update
    told = (sa.func.json_extract(words, f"$.{kind}.chat.id") for kind in ("message", "edited_message"))
    of_chat = sa.func.coalesce(*told) == chat_id
    connection.execute(
        inbox.update().where(inbox.c.update_id < until, words.is_not(None), of_chat).values(update=None)
    )
