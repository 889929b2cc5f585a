"""/forget and expiry: who may, what goes, and what stays."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from bot_running import EN, FR, GROUP, Asked, answer_to, application_for, bot_api, replies, running, soon  # noqa: F401 (fixtures)
from botapi import BotApi
from telegram_faults import Fault

from bot.app import OFFICE
from bot.chats import answers, choices, digests, members, tables
from bot.chats.answers import Conversation
from bot.chats.store import Store
from bot.menus.forgetting import expire
from retrieval.domain import Question
from retrieval.settings import Settings

EARLIER = count(1)  # numbers of updates before those of the server

BOTH = pytest.mark.parametrize(("code", "texts"), [("fr", FR), ("en", EN)])


@contextmanager
def kept() -> Iterator[sa.Connection]:
    store = Store.open(Settings.load())
    try:
        with store.begin() as connection:
            yield connection
    finally:
        store.close()


def put(
    connection: sa.Connection, chat_id: int, text: str, *, asked: int | None = None, good: bool | None = None
) -> int:
    """An answer as one was given to a chat, perhaps long ago, perhaps voted on."""
    answer_id = answers.put(
        connection,
        Conversation(chat_id),
        answer_to(Question(text)),
        user_id=7,
        question_message=1,
        shown=[1000 + len(text)],
    )
    if asked is not None:
        connection.execute(
            tables.answers.update().where(tables.answers.c.answer_id == answer_id).values(asked=asked)
        )
    if good is not None:
        answers.vote(connection, answer_id, 7, good=good)
    return answer_id


def folder() -> Path:
    return Settings.load().data_dir


async def fill(api: BotApi, chat_id: int) -> None:
    """Everything that may be kept of a chat."""
    api.say(99, "/start")  # once the bot listens, it has taken up what the inbox held
    await replies(api, 99)
    with kept() as connection:
        put(connection, chat_id, f"secret {chat_id}", good=False)
        choices.choose(connection, chat_id, notices_a_day=3)
        subscription = connection.execute(
            tables.subscriptions.insert().values(
                chat_id=chat_id, thread_id=0, user_id=7, text=f"secret {chat_id}", language="fr", made=1
            )
        ).inserted_primary_key
        assert subscription
        digests.ask(
            connection, Conversation(chat_id), user_id=7, language="fr", minute=420, day=date(2026, 1, 1)
        )
        columns = {"subscription_id": subscription[0], "article_id": "a", "found": 1, "score": 1.0}
        known = {name: value for name, value in columns.items() if name in tables.notices.c}
        connection.execute(tables.notices.insert().values(**known))
        for kind in ("message", "edited_message"):
            update_id = next(EARLIER)
            update = {"update_id": update_id, kind: {"chat": {"id": chat_id}, "text": f"secret {chat_id}"}}
            connection.execute(
                tables.inbox.insert().values(
                    update_id=update_id, came=int(time.time()), tries=0, update=json.dumps(update)
                )
            )


def rows(chat_id: int) -> dict[str, int]:
    """How many rows each table has of a chat."""
    with kept() as connection:
        count = sa.func.count()
        by_chat = {
            table.name: connection.execute(
                sa.select(count).select_from(table).where(table.c.chat_id == chat_id)
            ).scalar_one()
            for table in (
                tables.answers,
                tables.messages,
                tables.choices,
                tables.subscriptions,
                tables.digests,
            )
        }
        whole = {
            table.name: connection.execute(sa.select(count).select_from(table)).scalar_one()
            for table in (tables.votes, tables.notices)
        }
        words = connection.execute(
            sa.select(count)
            .select_from(tables.inbox)
            .where(tables.inbox.c.update.contains(f"secret {chat_id}"))
        ).scalar_one()
    return by_chat | whole | {"inbox": words}


NOTHING = dict.fromkeys(
    ("answers", "messages", "choices", "subscriptions", "digests", "votes", "notices", "inbox"), 0
)


@BOTH
async def test_forget_asks_first_then_erases_everything_of_the_chat_alone(
    api: BotApi, code: str, texts: Any
) -> None:
    chain = Asked()
    async with running(api, chain):
        await fill(api, 7)
        before = rows(7)
        assert [path.name for path in folder().glob("chats.*") if b"secret 7" in path.read_bytes()]
        assert all(before.values())
        api.say(8, "la tour")
        await replies(api, 8)
        api.say(7, "/forget", language_code=code)
        await api.until(lambda: api.here(7))
        [message] = api.here(7)
        assert api.shown(7, message) == texts.choosing.forget
        assert api.labels(7, message) == [[texts.choosing.forget_button, texts.choosing.keep_button]]
        assert rows(7) == before
        api.press(7, message, texts.choosing.forget_button, language_code=code)
        await api.until(lambda: api.shown(7, message) == texts.choosing.forgotten)
        assert api.labels(7, message) == []
        assert rows(7) == NOTHING
        assert rows(8)["answers"] == 1
        assert not [path.name for path in folder().glob("chats.*") if b"secret 7" in path.read_bytes()]
        api.say(7, "et après ?", language_code=code)
        await replies(api, 7, 2)
    assert chain.questions[-1].history == ()


@BOTH
async def test_who_thinks_better_of_it_keeps_everything(api: BotApi, code: str, texts: Any) -> None:
    async with running(api):
        await fill(api, 7)
        api.say(7, "/forget", language_code=code)
        await api.until(lambda: api.here(7))
        [message] = api.here(7)
        api.press(7, message, texts.choosing.keep_button, language_code=code)
        await api.until(lambda: api.shown(7, message) == texts.choosing.nothing_forgotten)
    assert all(rows(7).values())


@BOTH
async def test_in_a_group_only_its_administrators_may_and_a_made_up_tap_does_not_help(
    api: BotApi, code: str, texts: Any
) -> None:
    api.appoint(GROUP, 8)
    said = {"chat_type": "supergroup", "language_code": code}
    async with running(api):
        await fill(api, GROUP)
        api.say(GROUP, "/forget", user_id=7, **said)
        assert await replies(api, GROUP) == [texts.groups.administrators_only]
        api.say(GROUP, "/forget", user_id=8, **said)
        assert (await replies(api, GROUP, 2))[1] == texts.choosing.forget_group
        message = api.here(GROUP)[1]
        api.press(GROUP, message, texts.choosing.forget_button, user_id=7, language_code=code)
        api.press(GROUP, message, "", data="forget:7:yes", user_id=7, language_code=code)
        answers_ = await api.until(
            lambda: len(api.called("answerCallbackQuery")) == 2 and api.called("answerCallbackQuery")
        )
        assert [call.params["text"] for call in answers_] == [
            texts.choosing.not_yours,
            texts.groups.administrators_only,
        ]
        assert all(rows(GROUP).values())
        api.press(GROUP, message, texts.choosing.forget_button, user_id=8, language_code=code)
        await api.until(lambda: api.shown(GROUP, message) == texts.choosing.forgotten)
    assert rows(GROUP) == NOTHING


async def test_a_bots_admin_and_an_anonymous_administrator_may_forget_a_group(api: BotApi) -> None:
    anonymous = {"sender_chat": {"id": GROUP, "type": "supergroup", "title": "N"}}
    anonymous["from"] = {
        "id": 1087968824,
        "is_bot": True,
        "first_name": "Group",
        "username": "GroupAnonymousBot",
    }
    api.appoint(GROUP, 8)
    async with running(api, admins="9"):
        for user_id, given in ((9, {}), (8, anonymous)):
            await fill(api, GROUP)
            api.say(GROUP, "/forget", chat_type="supergroup", **{"user_id": user_id, **given})
            message = await api.until(lambda: with_buttons(api, GROUP))
            api.press(GROUP, message, EN.choosing.forget_button, user_id=user_id)
            await api.until(lambda: not with_buttons(api, GROUP))
            assert rows(GROUP) == NOTHING


def with_buttons(api: BotApi, chat_id: int) -> int | None:
    """The bot's message that has buttons."""
    return next((message for message in api.here(chat_id) if api.labels(chat_id, message)), None)


async def test_where_the_administrators_cannot_be_asked_nothing_is_erased(api: BotApi) -> None:
    api.fault("getChatMember", Fault(400, "Bad Request: member list is inaccessible"))
    async with running(api):
        api.say(GROUP, "/forget", chat_type="supergroup", user_id=8)
        assert await replies(api, GROUP) == [EN.groups.administrators_only]


async def test_what_was_asked_after_the_tap_is_not_erased_with_the_rest(api: BotApi) -> None:
    async with running(api):
        api.say(7, "/lang fr")
        api.say(7, "/forget")
        await api.until(lambda: api.here(7)[1:])
        message = api.here(7)[1]
        api.press(7, message, FR.choosing.forget_button)
        await api.until(lambda: api.shown(7, message) == FR.choosing.forgotten)
        api.say(7, "/help")
        api.say(7, "la tour")
        said = await replies(api, 7, 4)
    assert said[2] == EN.talk.help
    assert rows(7)["answers"] == 1


@BOTH
async def test_an_answer_that_is_under_way_when_its_chat_is_forgotten_is_not_kept(
    api: BotApi, code: str, texts: Any
) -> None:
    release = threading.Event()
    chain = Asked(lambda question: release.wait(10) if "tour" in question.text else None)
    async with running(api, chain):
        api.say(7, "/forget", language_code=code)
        await replies(api, 7)
        [message] = api.here(7)
        api.say(7, "la tour", language_code=code)
        await api.until(lambda: chain.questions)
        api.press(7, message, texts.choosing.forget_button, language_code=code)
        await api.until(lambda: api.shown(7, message) == texts.choosing.forgotten)
        release.set()
        api.say(7, "et après ?", language_code=code)
        await replies(api, 7, 3)
        assert chain.questions[-1].history == ()
        api.press(7, api.here(7)[1], "⋯", language_code=code)
        [told] = await api.until(lambda: api.called("answerCallbackQuery")[1:])
        assert told.params["text"] == texts.answer.gone
    assert rows(7)["answers"] == 1
    assert not [path.name for path in folder().glob("chats.*") if b"la tour" in path.read_bytes()]


async def test_a_new_answer_in_the_place_of_one_forgotten_meanwhile_is_not_kept(api: BotApi) -> None:
    release = threading.Event()
    chain = Asked(lambda question: release.wait(10) if "phare" in question.text else None)
    async with running(api, chain):
        api.say(7, "/forget")
        await replies(api, 7)
        asked = api.say(7, "la tour")
        await replies(api, 7, 2)
        api.change(7, asked, "le phare")
        await api.until(lambda: chain.questions[1:])
        message = api.here(7)[0]
        api.press(7, message, EN.choosing.forget_button)
        await api.until(lambda: api.shown(7, message) == EN.choosing.forgotten)
        release.set()
        api.say(7, "/help")  # waits behind the answer, which comes as a message of its own
        assert (await replies(api, 7, 4))[3] == EN.talk.help
    assert rows(7) == NOTHING


async def test_what_was_not_answered_leaves_no_place_behind(api: BotApi) -> None:
    def fail(question: Question) -> None:
        raise ValueError

    async with running(api, Asked(fail)):
        api.say(7, "la tour")
        assert await replies(api, 7) == [EN.talk.failed]
    assert rows(7)["answers"] == 0


async def test_old_answers_expire_but_those_voted_on_and_codes_nobody_used_in_time(api: BotApi) -> None:
    now, day = int(time.time()), 86_400
    application = application_for(api, keep_days=3)
    office = application.bot_data[OFFICE]
    with kept() as connection:
        put(connection, 7, "old", asked=now - 4 * day)
        put(connection, 7, "voted", asked=now - 40 * day, good=False)
        put(connection, 7, "young", asked=now - 2 * day)
        for age in (2 * 3600, 60):  # places of answers under way; the first was cut off by a kill
            place = answers.reserve(connection, Conversation(7), user_id=7, question_message=1)
            connection.execute(
                tables.answers.update()
                .where(tables.answers.c.answer_id == place)
                .values(asked=now - age, user_id=age)
            )
        members.invite(connection, "stale", expires=now - 1)
        members.invite(connection, "fresh", expires=now + day)
    await expire(office)
    office.store.close()
    with kept() as connection:
        left = [row.turn for row in connection.execute(sa.select(tables.answers)) if row.turn]
        places = [
            row.user_id
            for row in connection.execute(sa.select(tables.answers).where(tables.answers.c.turn == ""))
        ]
        codes = [*connection.execute(sa.select(tables.invites.c.digest)).scalars()]
    assert [json.loads(turn)["question"] for turn in left] == ["voted", "young"]
    assert places == [60]
    assert codes == ["fresh"]


async def test_old_answers_are_forgotten_when_the_bot_starts_but_for_those_voted_on(api: BotApi) -> None:
    with kept() as connection:
        for number in (1, 2, 3):
            answers.put(
                connection,
                Conversation(7),
                answer_to(Question(f"question {number}")),
                user_id=7,
                question_message=number,
                shown=[number + 10],
            )
        answers.vote(connection, 2, 7, good=False)
        old = tables.answers.c.answer_id < 3
        connection.execute(tables.answers.update().where(old).values(asked=int(time.time()) - 31 * 86_400))
    async with running(api, keep_days=30):
        api.say(7, "/help")
        await replies(api, 7)
    with kept() as connection:
        assert [answers.get(connection, number) is not None for number in (1, 2, 3)] == [False, True, True]
