"""/publish, over HTTP, in both languages: what is posted in a channel, for whom and when."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from bot_running import EN, FR, bot_api, replies, running, settings_for, soon  # noqa: F401 (fixtures)
from botapi import BOT_ID, BotApi
from digests_running import DAY, FARES, FERRY, Clock, Press, a_press, sending  # noqa: F401 (fixtures)
from telegram_faults import Fault

from bot.chats import digests
from bot.chats.answers import Conversation
from bot.chats.store import Store

CHANNEL, TITLE = -1009, "La <une>"
BOTH = pytest.mark.parametrize(("code", "texts"), [("fr", FR), ("en", EN)])


@BOTH
async def test_who_administers_a_channel_has_the_bot_post_there(api: BotApi, code: str, texts: Any) -> None:
    said = texts.publishing
    api.found_channel(CHANNEL, "@la_une", TITLE)
    api.appoint(CHANNEL, 7)
    async with running(api):

        async def told(text: str, chat: int = 7) -> str:
            before = len(api.sent(chat))
            api.say(chat, text, language_code=code)
            return (await replies(api, chat, before + 1))[-1]

        assert await told("/publish") == said.usage
        assert await told("/publish @la_une maybe") == said.usage
        assert await told("/publish @nowhere 7h") == said.no_channel
        assert await told("/publish @la_une 7h", chat=8) == said.not_yours
        assert await told("/publish @la_une 7h") == said.may_not_post.format(channel=TITLE)
        api.appoint(CHANNEL, BOT_ID, can_post_messages=True)
        time = "7\u00a0h" if code == "fr" else "07:00"
        assert await told("/publish la_une 7h") == said.daily.format(
            time=time, timezone="Europe/Paris", channel=TITLE
        )
        assert (await told("/publish")).endswith(
            f"{said.listed}\n{said.is_daily.format(channel=TITLE, time=time)}"
        )
        assert await told(f"/publish {CHANNEL} now") == said.always.format(channel=TITLE)
        assert (await told("/publish")).endswith(said.is_always.format(channel=TITLE))
        assert await told("/publish @la_une off") == said.off.format(channel=TITLE)
        assert await told("/publish @la_une off") == said.not_on.format(channel=TITLE)


def publishing(api: BotApi, minute: int, *known: str, day: date = DAY) -> Store:
    api.found_channel(CHANNEL, "@la_une", TITLE)
    store = Store.open(settings_for(api))
    with store.begin() as connection:
        digests.ask(
            connection,
            Conversation(CHANNEL),
            user_id=7,
            language="fr",
            minute=minute,
            day=day,
            known=known,
            channel=TITLE,
        )
    return store


async def test_new_articles_are_posted_as_they_come_each_once(api: BotApi, press: Press) -> None:
    with press.library.snapshot() as snapshot:
        there = [row.article.article_id for row in snapshot.articles()]
    publishing(api, digests.AS_IT_COMES, *there).close()
    clock = Clock(9)
    async with sending(api, press, clock) as (_, _, send):
        await send()
        assert api.sent(CHANNEL) == []
        press.put("prix", "Le bac plus cher", FARES, DAY)
        await send()
        await send()
        [first] = api.sent(CHANNEL)
        assert first.text.startswith(FR.publishing.heading)
        assert "Le bac plus cher" in first.text
        assert "Skerrin" not in first.text
        assert "/digest" not in first.text
        press.put("suite", "Le bac attend", FERRY.format(day="mardi"), DAY)
        await send()
        assert len(api.sent(CHANNEL)) == 1  # a moment later; what comes meanwhile is one post


async def test_a_channel_has_its_digest_daily_without_a_word_on_commands(api: BotApi, press: Press) -> None:
    publishing(api, 7 * 60, day=DAY - timedelta(days=1)).close()
    async with sending(api, press, Clock(7), groups=False) as (_, _, send):
        await send()
        await send()
    [post] = api.sent(CHANNEL)
    assert post.text.startswith("L’essentiel du 24\u00a0novembre\u00a02024")
    assert "/digest" not in post.text


async def test_a_channel_that_the_bot_was_put_out_of_has_nothing_any_more(api: BotApi, press: Press) -> None:
    store = publishing(api, digests.AS_IT_COMES)
    api.fault("sendMessage", Fault(403))
    async with sending(api, press, Clock(9)) as (_, _, send):
        await send()
    with store.begin() as connection:
        assert digests.get(connection, CHANNEL) is None
    store.close()
