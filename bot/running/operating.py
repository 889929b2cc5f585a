"""What an operator asks of the bot's chats: figures, and what readers thought of answers."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from bot.chats import answers, inbox
from bot.chats.tables import answers as kept
from bot.chats.tables import members, subscriptions, votes

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Stats:
    """What the chats' database holds; `since` is when the oldest answer in it was given (Unix seconds; None without any)."""

    chats: int
    readers: int
    answers: int
    answers_last_day: int
    good: int
    bad: int
    subscriptions: int
    members: int
    under_way: int
    since: int | None


def stats(connection: sa.Connection, now: int) -> Stats:
    """Return the figures as of `now`, in Unix seconds."""

    def count(query: sa.Select[Any]) -> int:
        return int(connection.execute(query).scalar_one() or 0)

    everything = sa.func.count()
    return Stats(
        chats=count(sa.select(sa.func.count(kept.c.chat_id.distinct())).where(answers.GIVEN)),
        readers=count(sa.select(sa.func.count(kept.c.user_id.distinct())).where(answers.GIVEN)),
        answers=count(sa.select(everything).select_from(kept).where(answers.GIVEN)),
        answers_last_day=count(
            sa.select(everything).select_from(kept).where(answers.GIVEN, kept.c.asked > now - 86_400)
        ),
        good=count(sa.select(everything).select_from(votes).where(votes.c.good)),
        bad=count(sa.select(everything).select_from(votes).where(~votes.c.good)),
        subscriptions=count(sa.select(everything).select_from(subscriptions)),
        members=count(sa.select(everything).select_from(members)),
        under_way=inbox.waiting(connection),
        since=connection.execute(sa.select(sa.func.min(kept.c.asked)).where(answers.GIVEN)).scalar(),
    )


def feedback(connection: sa.Connection) -> Iterator[dict[str, Any]]:
    """Yield every answer that was voted on as a case to measure with: what was asked and answered, no word of who asked."""
    for one, theirs in answers.judged(connection):
        answer = one.answer
        yield {
            "question": answer.question,
            "understood": answer.understood,
            "language": answer.language,
            "asked": one.asked,
            "good": sum(good for good, _ in theirs),
            "bad": sum(not good for good, _ in theirs),
            "answered": answer.answered,
            "mode": answer.mode,
            "confidence": answer.confidence,
            "text": answer.text,
            "citations": [
                {
                    "number": c.number,
                    "article_id": c.article_id,
                    "start": c.start,
                    "end": c.end,
                    "quote": c.quote,
                }
                for c in answer.citations
            ],
        }


def as_json(told: Stats) -> str:
    """Return the figures as one line of JSON."""
    return json.dumps(asdict(told))
