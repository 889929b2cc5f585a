"""What the bot does when Telegram, the network or an answer fails."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import Any

import click
import pytest
import typer
from bot_running import EN, FR, GROUP, Asked, answer_to, application_for, bot_api, replies, running, soon  # noqa: F401 (fixtures)
from botapi import BotApi
from telegram import Update
from telegram_faults import Fault

from bot.app import require_token
from bot.commands import run_bot
from bot.running.serving import serve
from retrieval.domain import Question
from retrieval.errors import DepecheError
from retrieval.settings import Settings

# When sending fails


async def test_a_flood_wait_is_waited_out(api: BotApi) -> None:
    api.fault("sendMessage", Fault(429, retry_after=1))
    async with running(api):
        api.say(7, "la tour")
        await replies(api, 7)
    failed, sent = api.called("sendMessage")
    assert (failed.status, sent.status) == (429, 200)
    assert sent.at - failed.at >= 1


async def test_a_flood_wait_of_hours_is_not_waited_for(api: BotApi, caplog: pytest.LogCaptureFixture) -> None:
    api.fault("sendMessage", Fault(429, retry_after=7200))
    async with running(api):
        api.say(7, "la tour")
        await api.until(lambda: "not sent to chat 7" in caplog.text)
        api.say(7, "/help")
        assert await replies(api, 7) == [EN.talk.help]


async def test_html_telegram_cannot_parse_is_sent_again_as_plain_text(api: BotApi) -> None:
    api.fault("sendMessage", Fault(400, "Bad Request: can't parse entities: Unsupported start tag"))
    async with running(api):
        api.say(7, "a & b")
        [text] = await replies(api, 7)
    assert "parse_mode" not in api.sent(7)[0].params
    assert "À propos de a & b" in text


async def test_a_server_error_is_tried_again(api: BotApi) -> None:
    api.fault("sendMessage", Fault(502))
    async with running(api):
        api.say(7, "la tour")
        assert len(await replies(api, 7)) == 1


async def test_a_reader_who_blocked_the_bot_is_quietly_logged(
    api: BotApi, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    api.fault("sendMessage", Fault(403))
    async with running(api):
        api.say(7, "la tour")
        await api.until(lambda: "no longer takes messages" in caplog.text)
    assert len(api.called("sendMessage")) == 1
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


async def test_a_group_that_became_a_supergroup_is_answered_there(api: BotApi) -> None:
    api.say(-100999, "x", chat_type="supergroup")
    api.fault("sendMessage", Fault(400, "Bad Request: group chat was upgraded", migrate_to_chat_id=-100999))
    async with running(api):
        api.say(-5, "/ask la tour", chat_type="group")
        await replies(api, -100999)


# When answering fails


@pytest.mark.parametrize(("code", "texts"), [("fr", FR), ("en", EN)])
async def test_a_failure_is_apologised_for_once_and_logged_without_the_question(
    api: BotApi, code: str, texts: Any, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(question: Question) -> None:
        if question.text == "mon secret":
            raise RuntimeError(f"could not bind {question.text}")

    caplog.set_level(logging.INFO)
    async with running(api, Asked(fail)):
        api.say(7, "mon secret", language_code=code)
        assert await replies(api, 7) == [texts.talk.failed]
        api.say(7, "la tour", language_code=code)
        await replies(api, 7, 2)
    assert "RuntimeError" in caplog.text
    assert "secret" not in caplog.text
    assert "la tour" not in caplog.text
    assert api.token not in caplog.text


# Polling


async def test_an_update_that_cannot_be_read_is_passed_over(api: BotApi) -> None:
    async with running(api):
        api.push({"unreadable": True, "message": {"message_id": "x"}})
        api.push({"unreadable": True, "message": {"message_id": 1, "date": "yesterday", "chat": 3}})
        api.say(7, "/help")
        assert await replies(api, 7) == [EN.talk.help]


async def test_an_update_that_can_be_read_and_makes_no_sense_does_not_end_the_bot(api: BotApi) -> None:
    """A sender whose number is none; a mention that begins nowhere."""
    async with running(api):
        api.say(7, "bonjour", **{"from": {"id": [], "is_bot": False, "first_name": "Ada"}})
        mention = {"type": "mention", "offset": "0", "length": 2}
        api.say(GROUP, "@x", chat_type="supergroup", entities=[mention])
        api.say(8, "/help")
        assert await replies(api, 8) == [EN.talk.help]


async def test_other_work_goes_on_between_two_messages_that_came_together(
    api: BotApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hundred long messages at once take a tenth of a second to read."""
    turns, read, reading = 0, [], Update.de_json

    def note(told: Any, bot: Any) -> Update:
        read.append(turns)
        return reading(told, bot)

    async def count() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    monkeypatch.setattr(Update, "de_json", note)
    for reader in range(1, 21):  # before the bot asks for them, so that it gets all at once
        api.say(reader, "/help")
    counting = asyncio.create_task(count())
    async with running(api):
        await replies(api, 20)
    counting.cancel()
    assert len(read) == len({*read}) == 20


async def test_polling_goes_on_after_errors_of_every_kind(
    api: BotApi, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    api.fault("getUpdates", Fault(500), Fault(0), Fault(429, retry_after=1))
    async with running(api):
        api.say(7, "/help")
        assert await replies(api, 7) == [EN.talk.help]
    assert "Fetching messages from Telegram again" in caplog.text
    assert api.token not in caplog.text


async def test_a_second_poller_is_one_clear_line(api: BotApi, caplog: pytest.LogCaptureFixture) -> None:
    api.fault("getUpdates", Fault(409), Fault(409))
    async with running(api):
        api.say(7, "/help")
        assert await replies(api, 7) == [EN.talk.help]
    assert caplog.text.count("Another program fetches this bot's messages") == 1


@pytest.mark.parametrize("status", [401, 404])
async def test_a_token_telegram_refuses_is_one_clear_line(api: BotApi, status: int) -> None:
    api.fault("getMe", Fault(status))
    application = application_for(api)
    with pytest.raises(DepecheError, match="does not accept the bot's token") as raised:
        await serve(application, asyncio.Event())
    assert api.token not in f"{raised.value}{raised.value.__cause__}"


async def test_a_token_revoked_while_the_bot_runs_ends_it(api: BotApi) -> None:
    with pytest.raises(DepecheError, match="does not accept the bot's token"):
        async with running(api) as task:
            api.fault("getUpdates", Fault(401))
            api.say(7, "/help")
            await asyncio.wait((task,))


async def test_a_server_that_is_not_there_is_one_clear_line() -> None:
    nowhere = BotApi(port=9)
    application = application_for(nowhere)
    with pytest.raises(DepecheError, match="Telegram cannot be reached") as raised:
        await serve(application, asyncio.Event())
    assert "DEPECHE_TELEGRAM_BASE_URL" in str(raised.value)


def test_no_token_says_how_to_get_one() -> None:
    for given in ({}, {"TELEGRAM_BOT_TOKEN": " "}):
        with pytest.raises(DepecheError, match=r"No Telegram token.*@BotFather.*TELEGRAM_BOT_TOKEN="):
            require_token(Settings(_env_file=None, **given))  # type: ignore[call-arg, arg-type]


def test_the_command_without_a_token_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("TELEGRAM_BOT_TOKEN", raising=False)
    with pytest.raises(DepecheError, match="No Telegram token"):
        run_bot(typer.Context(click.Command("bot")))
