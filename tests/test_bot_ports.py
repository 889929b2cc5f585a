"""The bot's ports: a webhook, and what an operator looks at; over HTTP."""

from __future__ import annotations

import asyncio
import io
import random
import socket
import time
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from bot_running import Asked, application_for, bot_api, replies, running, soon  # noqa: F401 (fixtures)
from botapi import BotApi
from telegram_faults import Fault
from test_freshness import DAY, came, notes

from benchmarks.hostile.inputs import made
from bot.running.serving import serve
from bot.running.webhook import HEADER, LARGEST
from bot.settings import BotSettings
from ingest.pipeline import ingest
from retrieval import freshness
from retrieval.errors import DepecheError
from retrieval.library import Library
from tests.small import HashEmbedder

URL = "https://bot.example/depeche/hook"


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class Telegram:
    """What Telegram does with a webhook: posts updates to it, with the secret it was told."""

    def __init__(self, api: BotApi, port: int, session: aiohttp.ClientSession) -> None:
        self._api = api
        self._address = f"http://127.0.0.1:{port}/depeche/hook"
        self._session = session

    @property
    def set(self) -> dict[str, Any]:
        return self._api.called("setWebhook")[-1].params

    async def deliver(self, body: Any, secret: str | None = None) -> int:
        given = {HEADER: self.set["secret_token"] if secret is None else secret}
        data = {"data": io.BytesIO(body)} if isinstance(body, bytes) else {"json": body}
        async with self._session.post(self._address, headers=given, **data) as answer:
            return answer.status


ODD = [
    b"{",
    b"\xff",
    b"[]",
    b"{}",
    b"null",
    b"1e400",
    b'{"update_id": 1e400}',
    b'{"update_id": NaN}',
    b'{"update_id": "5"}',
    b'{"update_id": 123456789012345678901234567890}',
    b'{"update_id": ' + b"9" * 5_000 + b"}",
    b'{"update_id": 5, "message": {"message_id": "x"}}',
    b'{"update_id": 5, "message": {"message_id": 1, "date": 1e400, "chat": {"id": 7, "type": "private"}, "text": "a"}}',
    b'{"update_id": 5, "message": {"message_id": 1, "date": 1, "chat": {"id": 99999999999999999999, "type": "private"},'
    b' "from": {"id": 99999999999999999999, "is_bot": false, "first_name": "a"}, "text": "a"}}',
    b'{"update_id": 5, "message": {"text": "a", "from": {"id": []}, "chat": {"type": "private"}}}',
    b"[" * 100_000,
    b'{"update_id": 5, "message": ' + b'{"a":' * 900 + b"1" + b"}" * 901,
]


async def test_a_webhook_takes_what_has_the_secret_and_only_once(
    api: BotApi, caplog: pytest.LogCaptureFixture
) -> None:
    port, chain = free_port(), Asked()
    async with (
        aiohttp.ClientSession() as session,
        running(api, chain, webhook_url=URL, webhook_listen=f"127.0.0.1:{port}"),
    ):
        await api.until(lambda: api.called("setWebhook"))
        telegram = Telegram(api, port, session)
        assert telegram.set["url"] == URL
        assert "message" in telegram.set["allowed_updates"]
        api.say(7, "la tour")
        [update] = api.waiting()
        for secret in ("", "wrong", telegram.set["secret_token"][:-1]):
            assert await telegram.deliver(update, secret) == 403
        assert await telegram.deliver(update) == 200
        assert await telegram.deliver(update) == 200
        await replies(api, 7)
        assert await telegram.deliver(b"x" * (LARGEST + 1)) == 413
        # what cannot be read is taken all the same, or Telegram would deliver it for a day
        with caplog.at_level("WARNING"):
            for body in ODD:
                caplog.clear()
                assert await telegram.deliver(body) == 200, body[:80]
                assert "passed over" in caplog.text, body[:80]
        api.say(7, "le pont")
        assert await telegram.deliver(api.waiting()[-1]) == 200
        await replies(api, 7, 2)
    assert [question.text for question in chain.questions] == ["la tour", "le pont"]
    assert not api.called("getUpdates")
    assert api.token.split(":")[1] not in telegram.set["secret_token"]


async def test_whatever_is_delivered_is_taken_and_the_bot_goes_on(api: BotApi) -> None:
    port, chain = free_port(), Asked()
    async with (
        aiohttp.ClientSession() as session,
        running(api, chain, webhook_url=URL, webhook_listen=f"127.0.0.1:{port}"),
    ):
        await api.until(lambda: api.called("setWebhook"))
        telegram = Telegram(api, port, session)
        for seed in range(150):
            body = made("webhook", random.Random(seed), "")[:LARGEST]  # noqa: S311
            assert await telegram.deliver(body) == 200, body[:80]
        api.say(8, "le pont")
        assert await telegram.deliver(api.waiting()[-1]) == 200
        await replies(api, 8)
    assert chain.questions[-1].text == "le pont"


async def test_a_webhook_telegram_does_not_take_is_one_clear_line(api: BotApi) -> None:
    api.fault("setWebhook", Fault(400, "Bad Request: bad webhook: HTTPS url must be provided for webhook"))
    application = application_for(api, webhook_url=URL, webhook_listen=f"127.0.0.1:{free_port()}")
    with pytest.raises(DepecheError, match=r"Bad webhook.*DEPECHE_BOT_WEBHOOK_URL"):
        await serve(application, asyncio.Event())


async def test_health_and_figures_are_shown_at_the_operators_port(api: BotApi) -> None:
    port = free_port()
    async with aiohttp.ClientSession() as session, running(api, health_listen=f"127.0.0.1:{port}"):
        for text in ("la tour", "nothing"):
            api.say(7, text)
        await replies(api, 7, 2)
        async with session.get(f"http://127.0.0.1:{port}/health") as answer:
            assert answer.status == 200
            health = await answer.json()
            assert (health["status"], health["another_poller"]) == ("ok", False)
        async with session.get(f"http://127.0.0.1:{port}/metrics") as answer:
            told = await answer.text()
    assert 'depeche_answers_total{language="en",mode="quotes",outcome="answered"} 1.0' in told
    assert 'depeche_answers_total{language="en",mode="quotes",outcome="refused"} 1.0' in told
    assert 'depeche_updates_total{kind="message"} 2.0' in told
    assert "depeche_event_loop_lag_seconds_count" in told
    assert "la tour" not in told


async def test_health_says_where_another_program_fetches_the_same_messages(api: BotApi) -> None:
    port = free_port()
    api.fault("getUpdates", Fault(409))
    async with aiohttp.ClientSession() as session, running(api, health_listen=f"127.0.0.1:{port}"):
        api.say(7, "/help")
        await replies(api, 7)
        async with session.get(f"http://127.0.0.1:{port}/health") as answer:
            told = await answer.json()
    assert (told["status"], told["another_poller"]) == ("ok", True)


async def test_health_says_503_while_the_bot_starts(api: BotApi) -> None:
    port = free_port()
    api.fault("getMe", Fault(200, delay=20))
    application = application_for(api, health_listen=f"127.0.0.1:{port}")
    stop = asyncio.Event()
    task = asyncio.create_task(serve(application, stop))
    async with aiohttp.ClientSession() as session:
        await api.until(lambda: _open(port))
        async with session.get(f"http://127.0.0.1:{port}/health") as answer:
            assert answer.status == 503
    stop.set()
    await task


def _open(port: int) -> bool:
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


async def test_a_port_that_is_taken_is_one_clear_line(api: BotApi) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = f"127.0.0.1:{other.getsockname()[1]}"
        application = application_for(api, health_listen=taken)
        with pytest.raises(DepecheError, match=f"cannot listen at {taken}"):
            await serve(application, asyncio.Event())


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("DEPECHE_BOT_WEBHOOK_URL", "http://bot.example/hook", "https://"),
        ("DEPECHE_BOT_WEBHOOK_SECRET", "a secret with spaces", "letters, digits"),
        ("DEPECHE_BOT_WEBHOOK_LISTEN", "port8444", "127.0.0.1:8443"),
        ("DEPECHE_BOT_ADMINS", "@ada", "numbers"),
        ("DEPECHE_BOT_QUIET", "late", "22:00-07:00"),
        ("DEPECHE_BOT_TIMEZONE", "../../etc/passwd", "Europe/Paris"),
        ("DEPECHE_BOT_TIMEZONE", "Europe/Atlantis", "Europe/Paris"),
    ],
)
def test_a_setting_that_cannot_be_is_named_and_not_shown(
    name: str, value: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(DepecheError) as raised:
        BotSettings.load()
    assert name in str(raised.value)
    assert told in str(raised.value)
    assert value not in str(raised.value)


async def test_the_operators_port_tells(api: BotApi, tmp_path: Path) -> None:
    library, port, now = Library(tmp_path / "library"), free_port(), int(time.time())
    ingest([str(notes(tmp_path / "news", "Orle"))], library, HashEmbedder)
    came(library, "https://a.example/feed", [now - n * DAY for n in range(16, 5, -1)], tried=now, read=now)
    base = f"http://127.0.0.1:{port}"
    async with (
        aiohttp.ClientSession() as session,
        running(api, library=library, health_listen=f"127.0.0.1:{port}"),
    ):
        api.say(7, "la tour")
        await replies(api, 7)
        async with session.get(f"{base}/health") as reply:
            assert reply.status == 200
            health = await reply.json()
        async with session.get(f"{base}/metrics") as reply:
            metrics = await reply.text()
    assert health["status"] == "ok"
    [folder, address] = health["sources"]
    assert (folder["source"], folder["silent"]) == (str(tmp_path / "news"), False)
    assert address["source"] == "https://a.example/feed"
    assert address["silent"] is True
    assert address["last_read"] == freshness.moment(now)
    assert address["last_new_article"] == freshness.moment(now - 6 * DAY)
    label = '{source="https://a.example/feed"}'
    assert f"depeche_source_silent{label} 1.0" in metrics
    [line] = [
        line
        for line in metrics.splitlines()
        if line.startswith(f"depeche_source_last_article_timestamp_seconds{label}")
    ]
    assert float(line.split()[-1]) == now - 6 * DAY
    assert f"depeche_source_last_read_timestamp_seconds{label}" in metrics
