"""Corrections when something goes wrong, over HTTP, and what is kept of them."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest
from bot_running import (  # noqa: F401 (fixtures)
    bot_api,
    settings_for,
    soon,
)
from botapi import BotApi
from corrections_running import (  # noqa: F401 (fixture)
    COSTS,
    TEXT,
    a_paper,
    article,
    asked,
    corrected,
    found,
    quoting,
    rows,
)
from notices_running import Newsroom, quiet_now, telling
from telegram_faults import Fault

from bot.chats import choices, corrections, digests, tables
from bot.chats.choices import Choices
from bot.chats.forgetting import forget
from bot.chats.store import CHATS, Store
from bot.menus.forgetting import DAY

# When it goes wrong


async def test_an_edited_question_and_a_forgotten_chat_are_not_corrected(
    api: BotApi, paper: Newsroom
) -> None:
    async with telling(api, paper, quoting(paper, COSTS), quiet=quiet_now(), timezone="UTC"):
        await asked(api)
        await asked(api, 8)
        paper.put("pont.jsonl", article(TEXT.replace("41", "43")))
        await found(api, 2)
    now = TEXT.replace("41", "43")
    async with telling(
        api, paper, quoting(paper, COSTS.replace("41", "43")), quiet=quiet_now(), timezone="UTC"
    ):
        question = min(number for chat, number in api._messages if chat == 7)
        api.change(7, question, "Combien, dites ?")
        await api.until(lambda: "43 millions" in (api.shown(7, api.here(7)[0]) or ""))
        await api.until(lambda: len(rows(api)) == 1)
        store = Store.open(settings_for(api))
        with store.begin() as connection:
            forget(connection, 8, until=10**9)
        store.close()
        assert rows(api) == []
    async with telling(api, paper):
        assert await corrected(api, count=0) == await corrected(api, 8, 0) == []
        paper.put("pont.jsonl", article(now.replace("43", "44")))
        assert "43 millions" in (await corrected(api))[0]


async def test_a_reader_who_blocked_the_bot_is_not_tried_again(
    api: BotApi, paper: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.news.rereading.ONCE_MORE", 0.5)
    async with telling(api, paper, quoting(paper, COSTS)):
        await asked(api)
        api.fault("sendMessage", Fault(403))
        paper.put("pont.jsonl", article(TEXT.replace("41", "43")))
        await api.until(lambda: [call for call in api.called("sendMessage") if call.status == 403])
        await asyncio.sleep(1.5)
    assert len(api.called("sendMessage")) == 2
    assert [row[2:] for row in rows(api)] == [(1, None)]


async def test_what_was_sent_and_could_not_be_noted_is_noted_before_anything_else(
    api: BotApi, paper: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.news.watching.FAILED_AGAIN", 0.05)
    monkeypatch.setattr("bot.news.courier.TRY_AGAIN", 0.05)
    async with telling(api, paper, quoting(paper, COSTS)):
        await asked(api)
        store = Store.open(settings_for(api))
        with store.begin() as connection:
            connection.exec_driver_sql(
                "CREATE TRIGGER full BEFORE UPDATE ON corrections BEGIN SELECT RAISE(ABORT, 'disk full'); END"
            )
        paper.put("pont.jsonl", article(TEXT.replace("41", "43")))
        assert len(await corrected(api)) == 1
        with store.begin() as connection:
            connection.exec_driver_sql("DROP TRIGGER full")
        store.close()
        await api.until(lambda: rows(api)[0][2])
    assert len(await corrected(api)) == 1


async def test_a_stop_while_a_correction_is_on_its_way_does_not_make_it_come_twice(
    api: BotApi, paper: Newsroom
) -> None:
    async with telling(api, paper, quoting(paper, COSTS)):
        await asked(api)
        api.fault("sendMessage", Fault(200, delay=0.5))
        paper.put("pont.jsonl", article(TEXT.replace("41", "43")))
        await found(api)
        await asyncio.sleep(0.3)
    async with telling(api, paper):
        assert len(await corrected(api)) == 1
    assert len(api.called("sendMessage")) == 2


async def test_an_article_that_is_gone_before_its_correction_was_told_is_not_told_of(
    api: BotApi, paper: Newsroom
) -> None:
    async with telling(api, paper, quoting(paper, COSTS), quiet=quiet_now(), timezone="UTC"):
        await asked(api)
        paper.put("pont.jsonl", article(TEXT.replace("41", "43")))
        await found(api)
    from retrieval.batch import Batch

    with paper.library.writing(lambda: paper.embedder) as writer:
        writer.commit(Batch(removed=["pont"]))
    async with telling(api, paper):
        await api.until(lambda: rows(api) == [])
        assert await corrected(api, count=0) == []


# What is kept


def test_chats_kept_before_there_were_corrections_and_digests_are_brought_up_to_date(api: BotApi) -> None:
    path: Path = settings_for(api).data_dir / CHATS
    Store.open(settings_for(api)).close()
    with closing(sqlite3.connect(path)) as chats, chats:
        chats.executescript(
            """DROP TABLE corrections; DROP TABLE digests; DROP TABLE choices;
            CREATE TABLE choices (chat_id BIGINT NOT NULL PRIMARY KEY, language TEXT, notices_a_day INTEGER,
                quiet_from INTEGER, quiet_to INTEGER);
            INSERT INTO choices VALUES (7, 'fr', 3, NULL, NULL);
            UPDATE meta SET value = '1' WHERE key = 'schema';"""
        )
    for _ in range(2):
        store = Store.open(settings_for(api))
        with store.begin() as connection:
            assert choices.get(connection, 7) == Choices("fr", 3)
            choices.choose(connection, 8, corrections=False)
            assert choices.get(connection, 8).corrections is False
            assert corrections.pending(connection) == {}
            assert digests.wanted(connection) == []
            assert connection.exec_driver_sql("SELECT value FROM meta WHERE key = 'schema'").scalar() == "3"
            plan = connection.exec_driver_sql(
                "EXPLAIN QUERY PLAN SELECT * FROM corrections WHERE sent IS NULL AND found >= 5"
            ).all()
            assert "corrections_waiting" in str(plan)
            connection.exec_driver_sql("DELETE FROM choices WHERE chat_id = 8")
        store.close()


async def test_what_could_not_be_told_for_two_days_is_forgotten(api: BotApi, paper: Newsroom) -> None:
    async with telling(api, paper, quoting(paper, COSTS), quiet=quiet_now(), timezone="UTC"):
        await asked(api)
        paper.put("pont.jsonl", article(TEXT.replace("41", "43")))
        await found(api)
    store = Store.open(settings_for(api))
    with store.begin() as connection:
        connection.execute(tables.corrections.update().values(found=int(time.time()) - 3 * DAY))
        assert corrections.pending(connection) == {}
        corrections.expire(connection)
    store.close()
    assert rows(api) == []
