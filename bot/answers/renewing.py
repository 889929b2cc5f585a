"""A new answer in the place of one that was given: its question was edited, or asked again in the other language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.answers.buttons import under_answer
from bot.answers.render import render
from bot.chats import answers
from bot.send import Shown, delete

if TYPE_CHECKING:
    import sqlalchemy as sa
    from telegram import Bot, InlineKeyboardMarkup

    from bot.chats.answers import Kept
    from bot.markup import Message
    from bot.office import Office
    from bot.send import Place
    from retrieval.domain import Answer


async def renew(office: Office, bot: Bot, place: Place, kept: Kept, answer: Answer, *, private: bool) -> bool:
    """Make the messages of `kept` show `answer`, and keep it instead; return whether it is shown whole.

    Messages that stay as they are cost no call. The passages that the first answer's buttons opened are closed.
    """
    answer_id = kept.answer_id

    def look_up(connection: sa.Connection) -> tuple[list[int], list[int], tuple[int, int]]:
        return (
            answers.shown(connection, answer_id),
            answers.shown(connection, answer_id, passages=True),
            answers.tally(connection, answer_id),
        )

    numbers, passages, votes = await office.store.run(look_up)
    messages, earlier = render(answer, short=not private), render(kept.answer, short=not private)
    if answer.turn() == kept.answer.turn() and messages == earlier and numbers:
        return True
    # which buttons a reader has opened is not known
    before = _shown(
        numbers,
        earlier,
        under_answer(kept.answer, answer_id, votes=votes, private=private, opened=True),
    )

    def keep(connection: sa.Connection, now: list[int]) -> int | None:
        if not now and numbers:  # the chat takes nothing: what is there is the earlier one
            return None
        answers.replace(connection, answer_id, place.chat_id, answer, now)
        return answer_id if answers.get(connection, answer_id) else None

    keyboard = under_answer(answer, answer_id, private=private)
    shown = await office.outbox.bring(bot, place, messages, keyboard, keep, before=before)
    if shown:
        await delete(bot, place.chat_id, passages)
    return shown


def _shown(numbers: list[int], messages: list[Message], keyboard: InlineKeyboardMarkup) -> list[Shown]:
    """Return what the messages of an answer show, as far as it is known: all of them or none."""
    if len(numbers) != len(messages):
        return [Shown(number, None) for number in numbers]
    keyboards = [*[None] * (len(messages) - 1), keyboard]
    return [Shown(*one) for one in zip(numbers, messages, keyboards, strict=True)]
