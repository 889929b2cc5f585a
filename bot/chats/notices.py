"""Notices: which articles the subscriptions are to be told of, which they were, and up to where the library was looked through."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from bot.chats import choices
from bot.chats.subscriptions import from_row
from bot.chats.tables import choices as chosen
from bot.chats.tables import looked_at, meta, notices, subscriptions, there_before

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from bot.chats.choices import Choices
    from bot.chats.subscriptions import Subscription

STALE: Final = 2 * 86_400  # seconds after which what could not be sent is no news any more
# Seconds by which an article may become visible later than others that came in after it, or the clock go back.
LATE: Final = 3600
_LOOKED_FROM: Final = "looked_from"
_IN: Final = 500  # ids in one IN (...)


@dataclass(frozen=True, slots=True)
class Notice:
    """An article that a subscription is to be told of, and how surely it is meant, 0 to 1."""

    subscription: Subscription
    article_id: str
    score: float


def looked_from(connection: sa.Connection) -> int:
    """Return the second (Unix time) before which no article need be looked at: all were, or nobody followed anything then."""
    value = connection.execute(sa.select(meta.c.value).where(meta.c.key == _LOOKED_FROM)).scalar()
    if value is not None:
        return int(value)
    first = connection.execute(sa.select(sa.func.min(subscriptions.c.made))).scalar()
    return int(time.time()) if first is None else int(first)


def not_looked_at(connection: sa.Connection, arrived: Mapping[str, int]) -> list[str]:
    """Return those of the articles, given with the second they came in, that were not looked at, in order."""
    known: set[str] = set()
    listed = [*arrived]
    for start in range(0, len(listed), _IN):
        query = sa.select(looked_at.c.article_id).where(
            looked_at.c.article_id.in_(listed[start : start + _IN])
        )
        known |= {*connection.execute(query).scalars()}
    return [article_id for article_id in listed if article_id not in known]


def look(connection: sa.Connection, arrived: Mapping[str, int]) -> None:
    """Note that articles, given with the second they came in, were looked at."""
    rows = [{"article_id": article_id, "added": added} for article_id, added in arrived.items()]
    if rows:
        connection.execute(looked_at.insert().prefix_with("OR REPLACE"), rows)
        known = sa.select(looked_at.c.article_id)
        connection.execute(there_before.delete().where(there_before.c.article_id.in_(known)))
    newest = connection.execute(sa.select(sa.func.max(looked_at.c.added))).scalar() or int(time.time())
    since = max(newest - LATE, looked_from(connection))
    connection.execute(meta.insert().prefix_with("OR REPLACE").values(key=_LOOKED_FROM, value=str(since)))
    connection.execute(looked_at.delete().where(looked_at.c.added < since))


def leave_out(connection: sa.Connection, subscription: Subscription, arrived: Mapping[str, int]) -> None:
    """Keep that articles, given with the second they came in, were there when a subscription was made: it is never told of them."""
    rows = [
        {"subscription_id": subscription.subscription_id, "article_id": article_id}
        for article_id in not_looked_at(connection, arrived)
    ]
    if rows:
        connection.execute(there_before.insert(), rows)


def find(connection: sa.Connection, notice: Notice, copies: Collection[str]) -> bool:
    """Keep what a subscription is to be told of; say whether it was new.

    It is not where the subscription knows the article or one of its near-copies, or its chat was told of one, or the article was there
    before the subscription, or the subscription has ended meanwhile.
    """
    subscription = notice.subscription
    story = [notice.article_id, *copies]
    same_place = sa.and_(
        subscriptions.c.chat_id == subscription.conversation.chat_id,
        subscriptions.c.thread_id == subscription.conversation.thread_id,
    )
    known = (
        sa.select(sa.literal(1))
        .select_from(notices.join(subscriptions))
        .where(
            notices.c.article_id.in_(story),
            same_place,
            sa.or_(
                notices.c.subscription_id == subscription.subscription_id,
                notices.c.sent.is_not(None),
            ),
        )
    )
    old = sa.select(sa.literal(1)).where(
        there_before.c.subscription_id == subscription.subscription_id,
        there_before.c.article_id == notice.article_id,
    )
    there = sa.select(sa.literal(1)).where(subscriptions.c.subscription_id == subscription.subscription_id)
    if any(connection.execute(query).first() for query in (known.limit(1), old)):
        return False
    if not connection.execute(there).first():
        return False
    row = {
        "subscription_id": subscription.subscription_id,
        "article_id": notice.article_id,
        "score": notice.score,
        "found": int(time.time()),
    }
    connection.execute(notices.insert().values(row))
    return True


def pending(connection: sa.Connection) -> dict[int, Choices]:
    """Return the chats that something is to be sent to, with what they have chosen; what has waited too long is no news."""
    query = (
        sa.select(subscriptions.c.chat_id.label("chat"), chosen)
        .select_from(
            notices.join(subscriptions).outerjoin(chosen, chosen.c.chat_id == subscriptions.c.chat_id)
        )
        .where(*_unsent())
        .distinct()
    )
    return {row.chat: choices.from_row(row) for row in connection.execute(query)}


def waiting(connection: sa.Connection, chat_id: int) -> list[Notice]:
    """Return what is to be sent to a chat, the best first."""
    query = (
        sa.select(notices.c.article_id, notices.c.score, subscriptions)
        .select_from(notices.join(subscriptions))
        .where(subscriptions.c.chat_id == chat_id, *_unsent())
        .order_by(notices.c.score.desc(), notices.c.found)
    )
    return [Notice(from_row(row), row.article_id, row.score) for row in connection.execute(query)]


def expire(connection: sa.Connection, moment: int) -> None:
    """Forget what was sent before a moment (Unix seconds), and what has waited too long to be news."""
    old = int(time.time()) - STALE
    connection.execute(
        notices.delete().where(
            sa.or_(notices.c.sent < moment, sa.and_(notices.c.sent.is_(None), notices.c.found < old))
        )
    )


def sent_since(connection: sa.Connection, chat_id: int, moment: int) -> int:
    """Return how many messages told a chat of articles since a moment (Unix seconds)."""
    query = (
        sa.select(sa.func.count())
        .select_from(notices.join(subscriptions))
        .where(
            subscriptions.c.chat_id == chat_id,
            notices.c.sent >= moment,
            notices.c.message_id.is_not(None),
        )
    )
    return int(connection.execute(query).scalar_one())


def sent(connection: sa.Connection, notice: Notice, story: Iterable[str], message_id: int) -> None:
    """Note that a message told of an article (0: nobody knows whether it arrived): its whole conversation knows the story now."""
    now = int(time.time())
    place = notice.subscription.conversation
    here = sa.select(subscriptions.c.subscription_id).where(
        subscriptions.c.chat_id == place.chat_id, subscriptions.c.thread_id == place.thread_id
    )
    connection.execute(
        notices.update()
        .where(
            notices.c.article_id.in_([*story]),
            notices.c.subscription_id.in_(here),
            notices.c.sent.is_(None),
        )
        .values(sent=now)
    )
    connection.execute(_row(notice).values(message_id=message_id))


def drop(connection: sa.Connection, notice: Notice) -> None:
    """Forget that an article was to be told of: it is gone, or does not say so any more."""
    connection.execute(
        notices.delete().where(
            notices.c.subscription_id == notice.subscription.subscription_id,
            notices.c.article_id == notice.article_id,
        )
    )


def _unsent() -> tuple[sa.ColumnElement[bool], ...]:
    return notices.c.sent.is_(None), notices.c.found >= int(time.time()) - STALE


def _row(notice: Notice) -> sa.Update:
    return notices.update().where(
        notices.c.subscription_id == notice.subscription.subscription_id,
        notices.c.article_id == notice.article_id,
    )
