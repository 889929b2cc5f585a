"""Notices when something goes wrong: readers who left, floods, kills, a library that cannot be read."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Collection, Sequence

import pytest
from bot_running import (  # noqa: F401 (fixtures)
    FR,
    GROUP,
    bot_api,
    replies,
    soon,
)
from botapi import BotApi
from notices_running import (  # noqa: F401 (fixtures)
    HOSPITAL,
    TOPIC,
    Newsroom,
    a_newsroom,
    looked,
    quiet_now,
    rows,
    subscribed,
    telling,
)
from telegram_faults import Fault

from bot.chats import subscriptions
from retrieval.domain import Matched, Question


@pytest.mark.parametrize("access", ["list", "code"])
async def test_who_may_not_talk_to_the_bot_any_more_is_not_told_of_anything(
    api: BotApi, newsroom: Newsroom, access: str
) -> None:
    subscribed(api, chat_id=8).close()
    subscribed(api, chat_id=7).close()
    async with telling(api, newsroom, access=access, readers={7}):
        newsroom.put("nouveau.txt", HOSPITAL)
        await replies(api, 7)
        await asyncio.sleep(0.3)
    assert api.sent(8) == []


async def test_a_group_is_not_told_of_anything_where_groups_are_not_allowed(
    api: BotApi, newsroom: Newsroom
) -> None:
    subscribed(api, chat_id=GROUP).close()
    subscribed(api, chat_id=7).close()
    async with telling(api, newsroom, groups=False):
        newsroom.put("nouveau.txt", HOSPITAL)
        await replies(api, 7)
        await asyncio.sleep(0.3)
    assert api.sent(GROUP) == []


# When it goes wrong


async def test_what_goes_wrong_for_one_chat_neither_stops_nor_doubles_anothers(
    api: BotApi, newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.news.watching.FAILED_AGAIN", 0.05)
    monkeypatch.setattr("bot.news.courier.TRY_AGAIN", 0.2)
    subscribed(api, chat_id=7).close()
    subscribed(api, "Quand ouvrira l’hôpital de Sainte-Orle ?", chat_id=8).close()
    alone: list[str] = []

    def match(questions: Sequence[Question], article_ids: Collection[str]) -> list[Matched]:
        alone.extend(question.text for question in questions if len(questions) == 1)
        if (
            len(questions) == len(alone) - 1 == 1
        ):  # the second chat's, while the first one's message is on its way
            api.wait_for(lambda: api.called("sendMessage"))
            raise ValueError("a passage that cannot be read")
        return newsroom.answerer.match(questions, article_ids)

    api.fault("sendMessage", Fault(delay=0.3, performed=True))
    async with telling(api, newsroom, match=match):
        newsroom.put("nouveau.txt", HOSPITAL)
        await replies(api, 8)
        await replies(api, 7)
        await asyncio.sleep(0.5)
    assert len(alone) == 3
    assert (len(api.called("sendMessage")), len(api.sent(7)), len(api.sent(8))) == (2, 1, 1)


async def test_a_stop_while_a_notice_is_on_its_way_does_not_make_it_come_twice(
    api: BotApi, newsroom: Newsroom
) -> None:
    store = subscribed(api)
    api.fault("sendMessage", Fault(200, delay=0.5))
    async with telling(api, newsroom):
        newsroom.put("nouveau.txt", HOSPITAL)
        await looked(store, newsroom, 1)
        await asyncio.sleep(0.3)  # the message is on its way: the server holds it back
    assert [sent for sent, _ in rows(store)] == [1]
    async with telling(api, newsroom):
        await asyncio.sleep(0.3)
    assert len(api.called("sendMessage")) == 1


async def test_what_was_sent_and_could_not_be_noted_is_noted_before_anything_else(
    api: BotApi, newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.news.watching.FAILED_AGAIN", 0.05)
    monkeypatch.setattr("bot.news.courier.TRY_AGAIN", 0.05)
    store = subscribed(api)
    with store.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER full BEFORE UPDATE ON notices BEGIN SELECT RAISE(ABORT, 'disk full'); END"
        )
    async with telling(api, newsroom):
        newsroom.put("nouveau.txt", HOSPITAL)
        await replies(api, 7)
        await asyncio.sleep(0.5)
        with store.begin() as connection:
            connection.exec_driver_sql("DROP TRIGGER full")
        await api.until(lambda: rows(store)[0][0])
    assert len(api.called("sendMessage")) == 1


async def test_a_stop_does_not_wait_for_a_comparison(api: BotApi, newsroom: Newsroom) -> None:
    subscribed(api).close()
    begun, go_on = threading.Event(), threading.Event()

    def match(questions: Sequence[Question], article_ids: Collection[str]) -> list[Matched]:
        begun.set()
        go_on.wait(20)
        return []

    try:
        async with telling(api, newsroom, match=match):
            newsroom.put("nouveau.txt", HOSPITAL)
            await api.until(begun.is_set)
    finally:
        go_on.set()


async def test_a_reader_who_blocked_the_bot_is_forgotten(api: BotApi, newsroom: Newsroom) -> None:
    api.say(7, "/help")
    store = subscribed(api)
    api.fault("sendMessage", *[Fault(200)], Fault(403))
    async with telling(api, newsroom):
        await replies(api, 7)
        newsroom.put("nouveau.txt", HOSPITAL)
        await looked(store, newsroom, 1)
        await api.until(lambda: [c for c in api.called("sendMessage") if c.status == 403])
        await asyncio.sleep(0.3)
    with store.begin() as connection:
        assert subscriptions.every(connection) == []
    assert len(api.called("sendMessage")) == 2


async def test_a_flood_wait_is_kept_and_the_notice_sent_after(api: BotApi, newsroom: Newsroom) -> None:
    subscribed(api).close()
    api.say(7, "/help")
    async with telling(api, newsroom):
        await replies(api, 7)
        api.fault("sendMessage", Fault(429, retry_after=1))
        newsroom.put("nouveau.txt", HOSPITAL)
        await replies(api, 7, 2)
    failed, sent = api.called("sendMessage")[1:]
    assert (failed.status, sent.status) == (429, 200)
    assert sent.at - failed.at >= 1


async def test_what_was_found_before_a_kill_is_sent_once_after_it(api: BotApi, newsroom: Newsroom) -> None:
    store = subscribed(api)
    async with telling(api, newsroom, quiet=quiet_now(), timezone="UTC"):
        newsroom.put("nouveau.txt", HOSPITAL)
        await looked(store, newsroom, 1)
    assert [sent for sent, _ in rows(store)] == [0]
    for _ in range(2):
        async with telling(api, newsroom):
            api.say(7, "/help", language_code="fr")
            await api.until(lambda: [c for c in api.sent(7) if c.text == FR.talk.help])
            await api.until(lambda: rows(store)[0][0])
    notices_ = [c for c in api.sent(7) if TOPIC in c.text]
    assert len(notices_) == 1


async def test_a_library_that_cannot_be_read_for_a_while_is_looked_at_again(
    api: BotApi, newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.news.watching.FAILED_AGAIN", 0.05)
    subscribed(api).close()
    catalogue = newsroom.library.folder / "catalogue.sqlite3"
    async with telling(api, newsroom):
        newsroom.library.close()
        catalogue.rename(catalogue.with_suffix(".away"))
        await asyncio.sleep(0.3)
        catalogue.with_suffix(".away").rename(catalogue)
        newsroom.put("nouveau.txt", HOSPITAL)
        assert "3 mars" in (await replies(api, 7))[0]


# Subscriptions
