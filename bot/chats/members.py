"""Who came in by a code, and the codes that have not been used."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from bot.chats.tables import invites, members

if TYPE_CHECKING:
    from collections.abc import Set


def known(connection: sa.Connection) -> Set[int]:
    """Return everybody who came in by a code."""
    return {*connection.execute(sa.select(members.c.user_id)).scalars()}


def invite(connection: sa.Connection, digest: str, *, expires: int) -> None:
    """Keep a code, by its digest, until it is used or `expires` (Unix seconds)."""
    connection.execute(invites.insert().values(digest=digest, expires=expires))


def enter(connection: sa.Connection, digest: str, user_id: int, *, now: int) -> bool:
    """Let somebody in by a code, which is used up by that; say whether it was one."""
    used = connection.execute(
        invites.delete().where(invites.c.digest == digest, invites.c.expires > now)
    ).rowcount
    if used:
        connection.execute(members.insert().prefix_with("OR REPLACE"), {"user_id": user_id, "since": now})
    return bool(used)


def forget_expired(connection: sa.Connection, now: int) -> None:
    """Forget codes that nobody has used in time."""
    connection.execute(invites.delete().where(invites.c.expires <= now))
