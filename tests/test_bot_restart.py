"""Between a question and its answer: a kill, an update that comes twice, one that kills; as a whole process."""

from __future__ import annotations

import asyncio
import gc
import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import sqlalchemy as sa
from bot_running import EN, FR, Asked, application_for, bot_api, replies, running, settings_for, soon  # noqa: F401 (fixtures)
from botapi import BotApi
from telegram_faults import Fault
from test_bot_stop import process

from bot.chats import answers, inbox
from bot.chats.answers import Conversation
from bot.chats.store import Store
from bot.running.reception import STALE

pytestmark = pytest.mark.slow


def test_a_question_whose_answer_a_kill_cut_off_is_answered_after_the_restart() -> None:
    with BotApi() as api:
        with process(api, wait=600) as child:
            api.say(7, "la tour", language_code="fr")
            api.wait_for(lambda: api.called("sendChatAction"))
            # the question is confirmed to Telegram: it will not come again
            api.wait_for(lambda: api.unconfirmed == 0)
            child.send_signal(signal.SIGKILL)
            child.wait()
        assert api.sent(7) == []
        with process(api, wait=0):
            api.wait_for(lambda: api.sent(7))
        assert ["«\u00a0À propos" in call.text for call in api.sent(7)] == [True]


def test_an_edited_question_whose_answer_a_kill_cut_off_gets_it_after_the_restart() -> None:
    with BotApi() as api:
        with process(api, wait=0):
            question = api.say(7, "la tour", language_code="fr")
            api.wait_for(lambda: api.sent(7))
            api.wait_for(lambda: _kept(Path(os.environ["DEPECHE_DATA_DIR"]), 7))
        [answer] = api.here(7)
        with process(api, wait=600) as child:
            api.wait_for(lambda: api.called("setMyCommands")[7:])
            api.change(7, question, "le pont")
            api.wait_for(lambda: api.called("sendChatAction"))
            api.wait_for(lambda: api.unconfirmed == 0)
            child.send_signal(signal.SIGKILL)
            child.wait()
        assert "À propos de la tour" in (api.shown(7, answer) or "")
        with process(api, wait=0):
            api.wait_for(lambda: "À propos de le pont" in (api.shown(7, answer) or ""))
        assert len(api.sent(7)) == 1


def test_an_answer_that_was_given_is_not_given_again_after_a_kill() -> None:
    with BotApi() as api:
        with process(api, wait=0) as child:
            api.say(7, "la tour")
            api.wait_for(lambda: api.sent(7))
            api.wait_for(lambda: _kept(Path(os.environ["DEPECHE_DATA_DIR"]), 7))
            child.send_signal(signal.SIGKILL)
            child.wait()
        with process(api, wait=0):
            api.say(8, "le pont")
            api.wait_for(lambda: api.sent(8))
        assert len(api.sent(7)) == 1


def _kept(folder: Path, chat_id: int) -> bool:
    store = Store(folder / "chats.sqlite3")
    try:
        with store.begin() as connection:
            return bool(answers.turns(connection, Conversation(chat_id)))
    finally:
        store.close()


@pytest.mark.parametrize(("tries", "age"), [(5, 0), (0, STALE + 60)])
async def test_what_killed_the_bot_again_and_again_or_is_old_gets_an_apology(
    api: BotApi, tries: int, age: int
) -> None:
    """Written down by a bot that was killed: a question of a private chat and one of a group."""
    chain = Asked()
    store = Store.open(settings_for(api))
    for number, (chat_id, kind, text) in enumerate(
        [(7, "private", "la tour"), (-5, "group", "@depeche_test_bot la tour")], 1
    ):
        api.say(chat_id, text, chat_type=kind, language_code="fr")
        [update] = [u for u in api.waiting() if u["message"]["chat"]["id"] == chat_id]
        with store.begin() as connection:
            inbox.put(connection, {number: json.dumps(update | {"update_id": number})})
            table = inbox.inbox
            connection.execute(table.update().values(tries=tries, came=int(time.time()) - age))
    store.close()
    api.drop_waiting()
    async with running(api, chain):
        assert await replies(api, 7) == [FR.talk.lost]
        assert await replies(api, -5) == [FR.talk.lost]
    assert chain.questions == []
    async with running(api, chain):
        api.say(8, "fin")
        await replies(api, 8)
    assert len(api.sent(7)) == 1


async def test_an_update_that_comes_twice_is_answered_once(api: BotApi) -> None:
    async with running(api):
        api.say(7, "la tour")
        await replies(api, 7)
        api.again()
        api.say(7, "le pont")
        await replies(api, 7, 2)
    assert ["la tour" in call.text for call in api.sent(7)] == [True, False]


async def test_nothing_a_reader_wrote_stays_in_the_inbox(api: BotApi) -> None:
    async with running(api):
        api.say(7, "un secret bien gardé")
        api.say(7, "/forget_me_not secret")
        await replies(api, 7, 2)
    store = Store.open(settings_for(api))
    with store.begin() as connection:
        assert inbox.waiting(connection) == 0
        assert inbox.left(connection) == []
    store.close()


async def test_stop_ends_the_answer_under_way_and_those_behind_it(api: BotApi) -> None:
    gate = asyncio.Event()
    loop = asyncio.get_running_loop()
    chain = Asked(lambda question: asyncio.run_coroutine_threadsafe(gate.wait(), loop).result(30))
    async with running(api, chain):
        for text in ("un", "deux", "trois"):
            api.say(7, text, language_code="fr")
        await api.until(lambda: chain.questions)
        api.say(7, "/stop", language_code="fr")
        assert await replies(api, 7) == [FR.talk.stopped]
        gate.set()
        api.say(7, "quatre", language_code="fr")
        assert "quatre" in (await replies(api, 7, 2))[1]
        api.say(7, "/stop", language_code="en")
        assert (await replies(api, 7, 3))[2] == EN.talk.nothing_to_stop
    assert [question.text for question in chain.questions] == ["un", "quatre"]


async def test_stop_drops_an_edit_that_waits_too(api: BotApi) -> None:
    gate = threading.Event()
    chain = Asked(lambda question: gate.wait(10))
    async with running(api, chain):
        question = api.say(7, "la tour")
        await api.until(lambda: chain.questions)
        api.change(7, question, "le pont")
        await api.until(lambda: api.unconfirmed == 0)
        api.say(7, "/stop")
        assert await replies(api, 7) == [EN.talk.stopped]
        gate.set()
        api.say(7, "fin")
        await replies(api, 7, 2)
    assert [question.text for question in chain.questions] == ["la tour", "fin"]


async def test_stop_in_one_chat_leaves_the_others_alone(api: BotApi) -> None:
    gate = asyncio.Event()
    loop = asyncio.get_running_loop()
    chain = Asked(lambda question: asyncio.run_coroutine_threadsafe(gate.wait(), loop).result(30))
    async with running(api, chain):
        api.say(7, "un")
        api.say(8, "deux")
        await api.until(lambda: chain.questions[1:])
        api.say(7, "/stop")
        assert await replies(api, 7) == [EN.talk.stopped]
        gate.set()
        assert "deux" in (await replies(api, 8))[0]
    assert len(api.sent(7)) == 1


def test_a_chats_database_that_is_no_database_is_one_clear_line(depeche: object, tmp_path: Path) -> None:
    folder = tmp_path / "library"
    folder.mkdir()
    (folder / "chats.sqlite3").write_text("not a database, and long enough to be read as one " * 50)
    done = subprocess.run(
        [sys.executable, "-m", "depeche", "bot", "stats"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "chats.sqlite3" in done.stderr
    assert "Traceback" not in done.stderr


async def test_a_database_that_cannot_be_written_for_a_while_loses_no_question(
    api: BotApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.chats.store._PATIENCE_MS", 50)
    async with running(api):
        api.say(7, "un")
        await replies(api, 7)
        await api.until(lambda: _kept(Path(os.environ["DEPECHE_DATA_DIR"]), 7))
        blocking = sqlite3.connect(settings_for(api).data_dir / "chats.sqlite3", isolation_level=None)
        blocking.execute("BEGIN IMMEDIATE")
        api.say(7, "deux")
        assert (await replies(api, 7, 2))[1] == EN.talk.full_waits
        blocking.rollback()
        blocking.close()
        assert "deux" in (await replies(api, 7, 3))[2]


async def test_nobody_waits_for_what_is_scrubbed_while_an_operator_reads(api: BotApi) -> None:
    store = Store.open(settings_for(api))
    with store.reading() as connection:
        answers.turns(connection, Conversation(7))
        async with asyncio.timeout(5):
            await store.scrub()
            assert await store.run(lambda c: answers.turns(c, Conversation(7))) == ()
    store.close()


async def test_stop_leaves_what_others_ask_in_a_group_alone(api: BotApi) -> None:
    gate = asyncio.Event()
    loop = asyncio.get_running_loop()
    chain = Asked(lambda question: asyncio.run_coroutine_threadsafe(gate.wait(), loop).result(30))
    group = {"chat_type": "supergroup"}
    async with running(api, chain):
        api.say(-5, "/ask un", user_id=1, **group)
        await api.until(lambda: chain.questions)
        api.say(-5, "/ask deux", user_id=1, **group)
        api.say(-5, "/ask trois", user_id=2, **group)
        api.say(-5, "/ask quatre", user_id=1, is_topic_message=True, message_thread_id=9, **group)
        await api.until(lambda: api.unconfirmed == 0)
        api.say(-5, "/stop maintenant", user_id=1, **group)
        assert await replies(api, -5) == [EN.talk.stopped]
        gate.set()
        await replies(api, -5, 3)
    assert [question.text for question in chain.questions] == ["un", "trois", "quatre"]


async def test_what_people_say_to_each_other_is_not_written_down(api: BotApi) -> None:
    gate = threading.Event()
    async with running(api, Asked(lambda question: gate.wait(10))):
        api.say(-5, "/ask la tour", chat_type="group", user_id=1)
        api.say(-5, "entre nous, la tour est laide", chat_type="group", user_id=2)
        await api.until(lambda: api.unconfirmed == 0)
        store = Store.open(settings_for(api))
        with store.reading() as connection:
            rows = connection.execute(sa.select(inbox.inbox.c.update)).scalars()
            told = " ".join(filter(None, rows))
        store.close()
        gate.set()
    assert "/ask la tour" in told
    assert "entre nous" not in told


async def test_what_a_stop_had_no_time_for_is_answered_after_the_next_start(
    api: BotApi, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("bot.running.serving.SENDING_GRACE", 0.3)
    api.fault("sendMessage", Fault(200, delay=600))
    async with running(api):
        api.say(7, "la tour")
        api.say(7, "le pont")
        await api.until(lambda: api.unconfirmed == 0)
        await asyncio.sleep(0.2)
    assert api.sent(7) == []
    gc.collect()
    assert "never retrieved" not in caplog.text
    async with running(api):
        await replies(api, 7, 2)
    assert ["propos de la tour" in call.text for call in api.sent(7)] == [True, False]
