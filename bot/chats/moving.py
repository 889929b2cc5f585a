"""A group that becomes a supergroup goes on under another number, and what is kept of it with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.chats.tables import answers, choices, digests, messages, outbox, requests, subscriptions

if TYPE_CHECKING:
    import sqlalchemy as sa


def move(connection: sa.Connection, old: int, new: int) -> None:
    """Keep a chat's answers, choices, subscriptions, requests, digest and what waits to be sent under its new number; its messages are all numbered anew, questions too."""
    connection.execute(messages.delete().where(messages.c.chat_id == old))
    for one in (choices, digests):
        connection.execute(
            one.update().prefix_with("OR REPLACE").where(one.c.chat_id == old).values(chat_id=new)
        )
    connection.execute(
        answers.update().where(answers.c.chat_id == old).values(chat_id=new, question_message=0)
    )
    for one in (subscriptions, digests):  # whoever asked in the group's name
        connection.execute(one.update().where(one.c.user_id == old).values(user_id=new))
    for one in (subscriptions, requests):
        connection.execute(one.update().where(one.c.chat_id == old).values(chat_id=new))
    connection.execute(
        outbox.update().where(outbox.c.chat_id == old).values(chat_id=new, reply_to=None, edits=None)
    )
