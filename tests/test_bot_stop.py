"""How the bot stops: in time, without a lost answer, as a whole process too."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from bot_running import EN, FR, Asked, answer_to, application_for, bot_api, running, soon  # noqa: F401 (fixtures)
from botapi import BotApi
from telegram_faults import Fault

from bot.app import OFFICE
from bot.running.serving import serve

pytestmark = pytest.mark.slow

# Stopping


async def test_a_stop_lets_the_answer_in_work_finish_and_confirms_what_was_taken(api: BotApi) -> None:
    release = threading.Event()
    async with running(api, Asked(lambda question: release.wait(10))):
        api.say(7, "la tour")
        await api.until(lambda: api.called("sendChatAction"))
        asyncio.get_running_loop().call_later(0.5, release.set)
    assert len(api.sent(7)) == 1
    assert "À propos de la tour" in api.sent(7)[0].text
    assert api.unconfirmed == 0


async def test_a_stop_apologises_once_to_each_chat_for_what_is_not_ready(
    api: BotApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.running.serving.ANSWERS_GRACE", 0.3)
    release = threading.Event()
    async with running(api, Asked(lambda question: release.wait(10))):
        for text in ("un", "deux", "trois"):
            api.say(7, text, language_code="fr")
        api.say(8, "one")
        await api.until(lambda: len(api.called("sendChatAction")) == 2)
    release.set()
    assert [call.text for call in api.sent(7)] == [FR.talk.stopping]
    assert [call.text for call in api.sent(8)] == [EN.talk.stopping]


async def test_a_stop_is_bounded_even_when_telegram_hangs(
    api: BotApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.running.serving.SENDING_GRACE", 0.5)
    api.fault("sendMessage", Fault(200, delay=600))
    chain = Asked()
    async with running(api, chain):
        api.say(7, "la tour")
        await api.until(lambda: chain.questions)
        await asyncio.sleep(0.2)


async def test_a_stop_during_a_start_that_hangs_is_at_once(api: BotApi) -> None:
    api.fault("getMe", Fault(200, delay=20))
    application = application_for(api)
    stop = asyncio.Event()
    asyncio.get_running_loop().call_later(0.2, stop.set)
    async with asyncio.timeout(2):
        await serve(application, stop)
    assert application.bot_data[OFFICE]


# As a process


PROCESS = """
import logging, os, sys, time
import bot.running.serving
from bot.app import make_application, require_token
from bot.chats.store import Store
from bot.running.redact import log_to_stderr
from bot.settings import BotSettings
from retrieval.library import Library
from retrieval.settings import Settings
from bot_running import Chain, answer_to

bot.running.serving.LEAVE_ANYWAY, bot.running.serving.ANSWERS_GRACE = 1.5, 0.5
settings = Settings()
log_to_stderr(require_token(settings))
logging.getLogger("made").info("the token is %s", settings.telegram_bot_token.get_secret_value())
wait = float(sys.argv[1])
chain = Chain(lambda question: (time.sleep(wait), answer_to(question))[1])
bot.running.serving.run(make_application(settings, BotSettings(), chain, Library(settings.data_dir), Store.open(settings), news=None))
"""


@contextmanager
def process(api: BotApi, wait: float) -> Iterator[subprocess.Popen[str]]:
    here = Path(__file__).parent
    given = {
        "TELEGRAM_BOT_TOKEN": api.token,
        "DEPECHE_TELEGRAM_BASE_URL": api.base_url,
        "PYTHONPATH": os.pathsep.join([str(here), str(here.parent)]),
    }
    child = subprocess.Popen(
        [sys.executable, "-c", PROCESS, str(wait)], env=os.environ | given, stderr=subprocess.PIPE, text=True
    )
    try:
        yield child
    finally:
        child.kill()
        child.communicate()


@pytest.mark.parametrize("stop_signal", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_the_process_with_code_0_after_the_answer_in_work(stop_signal: signal.Signals) -> None:
    with BotApi() as api, process(api, wait=0.6) as child:
        api.say(7, "la tour", language_code="fr")
        api.wait_for(lambda: api.called("sendChatAction"))
        child.send_signal(stop_signal)
        _, log = child.communicate(timeout=30)
        assert child.returncode == 0
        assert ["«\u00a0À propos" in call.text for call in api.sent(7)] == [True]
    assert api.token not in log
    assert "the token is <token>" in log
    assert "la tour" not in log
    assert "Traceback" not in log
    assert log.rstrip().endswith("Stopped")


def test_an_answer_that_never_ends_does_not_keep_the_process() -> None:
    with BotApi() as api, process(api, wait=60) as child:
        api.say(7, "la tour", language_code="fr")
        api.wait_for(lambda: api.called("sendChatAction"))
        child.send_signal(signal.SIGTERM)
        _, log = child.communicate(timeout=30)  # the answer would take 60
        assert child.returncode == 0
        assert [call.text for call in api.sent(7)] == [FR.talk.stopping]
    assert "leaving anyway" in log


def test_a_process_killed_before_it_could_confirm_finds_its_messages_again() -> None:
    with BotApi() as api:
        api.fault("getUpdates", Fault(200), Fault(200, delay=20))
        api.say(7, "la tour")
        with process(api, wait=60) as child:
            api.wait_for(lambda: api.called("sendChatAction"))
            child.kill()
        with process(api, wait=0):
            api.wait_for(lambda: api.sent(7))
