"""`depeche bot invite`, as a command, and a reader who comes in with what it prints."""

from __future__ import annotations

import re

from bot_running import EN, bot_api, replies, running, soon  # noqa: F401 (fixtures)
from botapi import USERNAME, BotApi

from bot.chats import members
from bot.chats.store import Store
from bot.door.invites import DAYS
from retrieval.settings import Settings
from tests.conftest import Run


async def test_what_it_prints_lets_one_reader_in(api: BotApi, depeche: Run) -> None:
    done = depeche(
        "bot",
        "invite",
        TELEGRAM_BOT_TOKEN=api.token,
        DEPECHE_TELEGRAM_BASE_URL=api.base_url,
        DEPECHE_BOT_ACCESS="code",
    )
    assert (done.returncode, done.stderr) == (0, "")
    code, link, told = done.stdout.splitlines()
    assert re.fullmatch(r"\w{4}(-\w{4}){3}", code)
    assert link == f"https://t.me/{USERNAME}?start={code}"
    assert f"{DAYS} days" in told
    async with running(api, access="code"):
        api.say(7, f"/start {code}")
        assert (await replies(api, 7))[0].startswith(EN.door.let_in)


def test_without_telegram_there_is_a_code_all_the_same_and_what_else_is_needed_is_said(depeche: Run) -> None:
    done = depeche(
        "bot", "invite", TELEGRAM_BOT_TOKEN="1:x", DEPECHE_TELEGRAM_BASE_URL="http://127.0.0.1:9/bot"
    )
    assert (done.returncode, done.stderr) == (0, "")
    code, _, warning = done.stdout.splitlines()
    assert "DEPECHE_BOT_ACCESS is open" in warning
    store = Store.open(Settings.load())
    with store.begin() as connection:
        kept = connection.exec_driver_sql("SELECT digest FROM invites").scalars().all()
        assert members.known(connection) == set()
    store.close()
    assert len(kept) == 1
    assert code not in kept[0]
