"""Subscriptions: what a chat asked to be told of, in its reader's own words."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from bot.chats.answers import Conversation
from bot.chats.tables import subscriptions

if TYPE_CHECKING:
    from retrieval.domain import Language

IN_A_CHAT: Final = 20  # as many buttons as a list may have and still be read


@dataclass(frozen=True, slots=True)
class Subscription:
    """What to tell of (`text`), where, in which language, who asked for it, and since when (Unix seconds)."""

    subscription_id: int
    conversation: Conversation
    user_id: int
    text: str
    language: Language
    made: int


def add(
    connection: sa.Connection, conversation: Conversation, text: str, *, user_id: int, language: Language
) -> Subscription | None:
    """Keep a subscription and return it, or the one a chat has in the same words; None where the chat has as many as it may."""
    theirs = of_chat(connection, conversation.chat_id)
    for known in theirs:
        if known.conversation == conversation and known.text.casefold() == text.casefold():
            return known
    if len(theirs) >= IN_A_CHAT:
        return None
    made = int(time.time())
    row = {
        "chat_id": conversation.chat_id,
        "thread_id": conversation.thread_id,
        "user_id": user_id,
        "text": text,
        "language": language,
        "made": made,
    }
    number = connection.execute(subscriptions.insert().values(row)).inserted_primary_key
    assert number is not None  # noqa: S101 - SQLAlchemy's type: an INSERT of one row has one
    return Subscription(number[0], conversation, user_id, text, language, made)


def of_chat(connection: sa.Connection, chat_id: int) -> list[Subscription]:
    """Return a chat's subscriptions, oldest first."""
    return _some(connection, subscriptions.c.chat_id == chat_id)


def every(connection: sa.Connection) -> list[Subscription]:
    """Return all subscriptions, oldest first."""
    return _some(connection, None)


def get(connection: sa.Connection, subscription_id: int) -> Subscription | None:
    """Return a subscription; None where it has ended."""
    found = _some(connection, subscriptions.c.subscription_id == subscription_id)
    return found[0] if found else None


def end(connection: sa.Connection, subscription_id: int) -> None:
    """End a subscription; what it was to be told of goes with it."""
    connection.execute(subscriptions.delete().where(subscriptions.c.subscription_id == subscription_id))


def forget(connection: sa.Connection, chat_id: int) -> int:
    """End every subscription of a chat; return how many there were."""
    return connection.execute(subscriptions.delete().where(subscriptions.c.chat_id == chat_id)).rowcount


def _some(connection: sa.Connection, where: sa.ColumnElement[bool] | None) -> list[Subscription]:
    query = sa.select(subscriptions).order_by(subscriptions.c.subscription_id)
    if where is not None:
        query = query.where(where)
    return [from_row(row) for row in connection.execute(query)]


def from_row(row: Any) -> Subscription:  # noqa: ANN401 - SQLAlchemy rows are typed by their query alone
    """Return the subscription of a row of its table."""
    return Subscription(
        row.subscription_id,
        Conversation(row.chat_id, row.thread_id),
        row.user_id,
        row.text,
        "fr" if row.language == "fr" else "en",
        row.made,
    )
