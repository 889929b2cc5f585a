"""Answers that cannot be sent at once, kept with their buttons and sent until they surely were; and disks that take nothing."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from bot_running import EN, FR, GROUP, Gate, answer_to, bot_api, press, replies, running, soon  # noqa: F401 (fixtures)
from botapi import BotApi
from telegram_faults import Fault
from test_bot_stop import process

from bot.chats.store import CHATS
from bot.trying import TRIES
from retrieval.domain import Answer, Question
from retrieval.layout import CATALOGUE
from retrieval.library import Library

FAILURES = 3 * TRIES  # more than one answer is tried while its reader's turn lasts


@pytest.fixture(autouse=True)
def _again_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.news.courier.TRY_AGAIN", 0.05)
    monkeypatch.setattr("bot.outbox.LOOK_AGAIN", 0.05)


@contextmanager
def chats_file() -> Iterator[sqlite3.Connection]:
    """The chats' database, changed from outside."""
    with closing(sqlite3.connect(Path(os.environ["DEPECHE_DATA_DIR"]) / CHATS)) as chats, chats:
        yield chats


def waiting() -> list[tuple[int, int]]:
    """The chat of each message that waits, and whether Telegram may have it."""
    with chats_file() as chats:
        return chats.execute("SELECT chat_id, perhaps FROM outbox ORDER BY number").fetchall()


@pytest.mark.parametrize("code", ["fr", "en"])
async def test_an_answer_is_tried_until_it_is_sent_and_its_buttons_lead(api: BotApi, code: str) -> None:
    api.fault("sendMessage", *[Fault(500)] * FAILURES)
    async with running(api):
        api.say(7, "la tour", language_code=code)
        api.say(7, "le pont", language_code=code)
        first, second = await replies(api, 7, 2)
        assert ("la tour" in first, "le pont" in second) == (True, True)
        shown = api.here(7)[0]
        label = api.labels(7, shown)[0][-1]
        await press(api, 7, shown, label, language_code=code)
        await api.until(lambda: api.labels(7, shown)[0][-1] != label)
        assert waiting() == []
    assert len(api.sent(7)) == 2


async def test_what_other_chats_ask_is_answered_meanwhile(api: BotApi) -> None:
    async with running(api):
        api.fault("sendMessage", Fault(429, retry_after=7200))
        api.say(7, "la tour")
        await api.until(waiting)
        api.say(8, "le pont")
        assert "le pont" in (await replies(api, 8))[0]
        api.say(7, "le quai")  # behind the one that waits
        await api.until(lambda: len(waiting()) == 2)
    assert api.sent(7) == []
    async with running(api):  # who starts anew does not know of the wait; Telegram would say so again
        assert ["la tour" in text for text in await replies(api, 7, 2)] == [True, False]


@pytest.mark.parametrize(
    "fault", [Fault(delay=1.5, performed=True), Fault(performed=True)], ids=["timeout", "dropped"]
)
async def test_one_that_may_have_arrived_is_sent_once_more_and_never_again(api: BotApi, fault: Fault) -> None:
    api.fault("sendMessage", fault, fault)
    async with running(api, telegram_timeout=0.5):
        api.say(7, "la tour")
        await api.until(lambda: len(api.sent(7)) == 2)
        await api.until(lambda: waiting() == [])
        api.say(7, "/help")
        await api.until(lambda: api.sent(7)[-1].text == EN.talk.help)
    assert ["la tour" in call.text for call in api.sent(7)] == [True, True, False]


async def test_what_was_dropped_before_telegram_had_it_comes_once(api: BotApi) -> None:
    api.fault("sendMessage", Fault())
    async with running(api):
        api.say(7, "la tour")
        assert "la tour" in (await replies(api, 7))[0]
        await api.until(lambda: waiting() == [])
    assert len(api.sent(7)) == 1


@pytest.mark.parametrize("said", ["message is too long", "MESSAGE_TOO_LONG", "ENTITIES_TOO_LONG"])
async def test_what_telegram_finds_too_long_is_mended_and_sent(api: BotApi, said: str) -> None:
    api.fault("sendMessage", Fault(400, f"Bad Request: {said}"))
    async with running(api):
        api.say(7, "x" * 900)
        [text] = await replies(api, 7)
    assert text.startswith("“À propos de xxx")
    assert "parse_mode" not in api.sent(7)[0].params


async def test_a_wait_that_telegram_asks_for_is_logged_once(
    api: BotApi, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    api.fault("sendMessage", Fault(429, retry_after=1), Fault(429, retry_after=1))
    async with running(api):
        api.say(7, "la tour")
        await replies(api, 7)
    assert caplog.text.count("Telegram asks for a wait of 1 s in chat 7") == 1


@pytest.mark.parametrize(("code", "texts"), [("fr", FR), ("en", EN)])
def test_a_kill_while_an_answer_waits_to_be_sent_loses_nothing(code: str, texts: object) -> None:
    with BotApi() as api:
        api.fault("sendMessage", *[Fault(502)] * 1000)
        with process(api, wait=0) as child:
            api.say(7, "la tour", language_code=code)
            api.say(8, "le pont", language_code=code)
            api.wait_for(lambda: len(_rows()) == 2)
            child.send_signal(signal.SIGKILL)
            child.wait()
        api.heal("sendMessage")
        with process(api, wait=600):  # they are not asked again: that would take ten minutes
            api.wait_for(lambda: api.sent(7) and api.sent(8))
            api.wait_for(lambda: not _rows())
        assert ["la tour" in call.text for call in api.sent(7)] == [True]
        assert ["le pont" in call.text for call in api.sent(8)] == [True]


def _rows() -> list[tuple[int, int]]:
    try:
        return waiting()
    except sqlite3.OperationalError:  # the bot has not made its file yet
        return []


async def test_what_waits_is_forgotten_with_its_chat(api: BotApi) -> None:
    api.fault("sendMessage", *[Fault(500)] * 1000)
    async with running(api):
        api.say(7, "la tour")
        await api.until(waiting)
    api.heal("sendMessage")
    with chats_file() as chats:
        chats.execute("PRAGMA foreign_keys = ON")
        chats.execute("DELETE FROM answers")
    async with running(api):
        api.say(7, "/help")
        assert await replies(api, 7) == [EN.talk.help]


async def test_what_waits_goes_with_a_group_that_becomes_a_supergroup(api: BotApi) -> None:
    api.say(-100999, "x", chat_type="supergroup")
    api.fault("sendMessage", *[Fault(500)] * 1000)
    async with running(api):
        api.say(-5, "/ask la tour", chat_type="group")
        await api.until(waiting)
        api.say(-5, None, chat_type="group", migrate_to_chat_id=-100999)
        await api.until(lambda: waiting() == [(-100999, 0)])
        api.heal("sendMessage")
        assert "la tour" in (await replies(api, -100999))[0]


async def test_a_blocked_chat_is_given_up(api: BotApi) -> None:
    api.fault("sendMessage", *[Fault(500)] * TRIES, Fault(403))
    async with running(api):
        api.say(7, "la tour")
        await api.until(lambda: api.called("sendMessage")[TRIES:])
        await api.until(lambda: waiting() == [])
        await asyncio.sleep(0.2)
    assert len(api.called("sendMessage")) == TRIES + 1


async def test_the_whole_of_an_answer_that_grew_is_shown_however_often_its_edit_fails(api: BotApi) -> None:
    gate = Gate(2)
    async with running(api, gate.chain):
        api.say(GROUP, "/ask la tour", chat_type="supergroup")
        gate.open()
        await api.until(lambda: api.sent(GROUP))
        api.fault("editMessageText", *[Fault(500)] * FAILURES)
        gate.open(2)
        [shown] = api.here(GROUP)
        await api.until(lambda: "Phrase 2" in (api.shown(GROUP, shown) or ""))
        await api.until(lambda: waiting() == [])
    assert len(api.sent(GROUP)) == 1


# When nothing can be written, or read


@pytest.mark.parametrize(("code", "texts"), [("fr", FR), ("en", EN)])
async def test_a_full_disk_is_told_once_and_its_questions_are_answered_when_there_is_room(
    api: BotApi, code: str, texts: Any
) -> None:
    async with running(api):
        with chats_file() as chats:
            chats.execute(
                "CREATE TRIGGER full BEFORE INSERT ON inbox BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"
            )
        api.say(7, "la tour", language_code=code)
        assert await replies(api, 7) == [texts.talk.full_waits]
        api.say(7, "le pont", language_code=code)
        await asyncio.sleep(0.3)
        assert len(api.sent(7)) == 1
        with chats_file() as chats:
            chats.execute("DROP TRIGGER full")
        answered = (await replies(api, 7, 3))[1:]
    assert ["la tour" in text for text in answered] == [True, False]


@pytest.mark.parametrize(("code", "texts"), [("fr", FR), ("en", EN)])
async def test_where_an_answer_cannot_be_kept_a_reader_is_told_of_the_disk(
    api: BotApi, code: str, texts: Any
) -> None:
    async with running(api):
        with chats_file() as chats:
            chats.execute(
                "CREATE TRIGGER full BEFORE INSERT ON answers BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"
            )
        api.say(7, "la tour", language_code=code)
        assert await replies(api, 7) == [texts.talk.full]


async def test_an_answer_that_was_sent_and_could_not_be_kept_is_not_apologised_for(
    api: BotApi, caplog: pytest.LogCaptureFixture
) -> None:
    async with running(api):
        with chats_file() as chats:
            chats.execute(
                "CREATE TRIGGER full BEFORE UPDATE ON answers BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"
            )
        api.say(7, "la tour")
        await api.until(lambda: "was not kept" in caplog.text)
    assert ["la tour" in call.text for call in api.sent(7)] == [True]


@pytest.mark.parametrize(("code", "texts"), [("fr", FR), ("en", EN)])
async def test_a_library_that_cannot_be_read_is_told(
    api: BotApi, code: str, texts: Any, tmp_path: Path
) -> None:
    damaged = tmp_path / "damaged"
    damaged.mkdir()
    (damaged / CATALOGUE).write_bytes(b"not a catalogue at all" * 500)
    library = Library(damaged)

    def chain(question: Question) -> Answer:
        with library.snapshot() as snapshot:
            snapshot.articles()
        return answer_to(question)

    async with running(api, chain):
        api.say(7, "la tour", language_code=code)
        assert await replies(api, 7) == [texts.talk.unreadable]
