"""All that is kept of one chat, for whoever it is about."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from bot.chats import answers, choices, digests, requests, subscriptions, tables

if TYPE_CHECKING:
    from bot.chats.answers import Kept


def everything(connection: sa.Connection, chat_id: int) -> dict[str, Any]:
    """Return what is kept of a chat as JSON has it; times are ISO 8601, in UTC."""
    digest = digests.get(connection, chat_id)
    return {
        "answers": [_answer(connection, kept) for kept in answers.of_chat(connection, chat_id)],
        "choices": _choices(connection, chat_id),
        "subscriptions": [
            {"text": one.text, "language": one.language, "since": _moment(one.made), "by": one.user_id}
            for one in subscriptions.of_chat(connection, chat_id)
        ],
        "digest": {"minute": digest.minute, "language": digest.language, "last": _moment(digest.sent)}
        if digest
        else None,
        "links": [one.url for one in requests.every(connection) if one.conversation.chat_id == chat_id],
    }


def _answer(connection: sa.Connection, kept: Kept) -> dict[str, Any]:
    answer = kept.answer
    votes = connection.execute(sa.select(tables.votes).where(tables.votes.c.answer_id == kept.answer_id))
    return {
        "asked": _moment(kept.asked),
        "by": kept.user_id,
        "topic": kept.conversation.thread_id,
        "question": answer.question,
        "understood": answer.understood,
        "language": answer.language,
        "answered": answer.answered,
        "text": answer.text,
        "votes": [{"by": row.user_id, "good": row.good, "at": _moment(row.at)} for row in votes],
        "citations": [
            {"title": c.title, "source": c.source, "url": c.url, "published": c.published, "quote": c.quote}
            for c in answer.citations
        ],
    }


def _choices(connection: sa.Connection, chat_id: int) -> dict[str, Any]:
    chosen = choices.get(connection, chat_id)
    return {
        "language": chosen.language,
        "notices_a_day": chosen.notices_a_day,
        "quiet_from": chosen.quiet_from,
        "quiet_to": chosen.quiet_to,
        "corrections": chosen.corrections,
    }


def _moment(seconds: int | None) -> str | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).isoformat()
