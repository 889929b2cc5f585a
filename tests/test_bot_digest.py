"""The digest in Telegram, over HTTP: shown, switched on and off."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from bot_running import EN, FR, GROUP, Asked, bot_api, replies, running, soon  # noqa: F401 (fixtures)
from botapi import BotApi
from digests_running import FARES, Press, a_press, wanting  # noqa: F401 (fixtures)
from hypothesis import given
from hypothesis import strategies as st

from bot.chats import choices
from bot.news.digesting import minute_in
from bot.texts import time_of_day
from retrieval.domain import LANGUAGES, Language


@pytest.mark.parametrize(("code", "texts"), [("fr", FR), ("en", EN)])
async def test_todays_is_shown_with_how_to_have_it_daily(
    api: BotApi, press: Press, code: Language, texts: Any
) -> None:
    today = datetime.now(UTC).date()
    press.put(
        "neuf", "Le musée rouvre", "Le musée de Brévannes a rouvert mardi après deux ans de travaux.", today
    )
    async with running(api, library=press.library, news=press.answerer.news, timezone="UTC"):
        api.say(7, "/digest", language_code=code)
        [text] = await replies(api, 7)
    assert "Le musée rouvre" in text
    assert "Le musée de Brévannes a rouvert mardi" in text
    assert "Le bac est de retour" not in text
    assert text.endswith(texts.digest.how)


async def test_it_is_about_what_the_chat_follows_and_a_reply_is_a_follow_up(
    api: BotApi, press: Press
) -> None:
    today = datetime.now(UTC).date()
    press.put(
        "neuf", "Le musée rouvre", "Le musée de Brévannes a rouvert mardi après deux ans de travaux.", today
    )
    press.put("prix", "Le bac plus cher", FARES, today)
    wanting(api, "le bac de Port-Lauzan", day=today + timedelta(days=1)).close()
    chain = Asked()
    async with running(api, chain, library=press.library, news=press.answerer.news, timezone="UTC"):
        api.say(7, "/digest", language_code="fr")
        [text] = await replies(api, 7)
        api.say(7, "Combien ?", reply_to_message=api.message(7, api.here(7)[0]), language_code="fr")
        await replies(api, 7, 2)
    assert "Le bac plus cher" in text
    assert "musée" not in text
    assert text.endswith(FR.digest.is_on.format(time="7\u00a0h"))
    assert [turn.question for turn in chain.questions[0].history] == ["le bac de Port-Lauzan"]


@pytest.mark.parametrize(("code", "texts"), [("fr", FR), ("en", EN)])
async def test_days_without_news_and_an_empty_library_are_told_as_such(
    api: BotApi, press: Press, tmp_path: Path, code: Language, texts: Any
) -> None:
    (tmp_path / "old").mkdir()
    old = Press(tmp_path / "old", tmp_path / "old" / "press", press.embedder)
    old.put(
        "vieux",
        "Une fête",
        "La fête de Brévannes a réuni mille personnes sur la place du marché.",
        date(2020, 3, 1),
    )
    async with running(api, library=old.library, news=old.answerer.news):
        api.say(7, "/digest", language_code=code)
        [text] = await replies(api, 7)
    assert "2020" in text
    assert text.endswith(texts.digest.how)
    async with running(api):
        api.say(8, "/digest", language_code=code)
        assert await replies(api, 8) == [texts.library.empty]


@pytest.mark.parametrize(("code", "texts"), [("fr", FR), ("en", EN)])
async def test_it_is_switched_on_and_off(api: BotApi, code: Language, texts: Any) -> None:
    said = texts.digest
    async with running(api, timezone="UTC"):
        for text in (
            "/digest off",
            "/digest 7h",
            "/digest 25h",
            "/digest 6:30",
            "/digest OFF",
            "/digest off",
        ):
            api.say(7, text, language_code=code)
        none, on, unclear, early, off, again = await replies(api, 7, 6)
    assert (none, off, again) == (said.not_on, said.off, said.not_on)
    assert on == said.on_all.format(time=time_of_day(7, 0, code), timezone="UTC")
    assert unclear == said.unclear
    assert early.endswith(said.late.format(end=time_of_day(7, 0, code)))
    assert time_of_day(6, 30, code) in early


async def test_a_chat_that_wants_no_messages_is_told_that_none_will_come(api: BotApi) -> None:
    store = wanting(api, "le bac")
    with store.begin() as connection:
        choices.choose(connection, 7, notices_a_day=0)
    async with running(api):
        api.say(7, "/digest 12h", language_code="fr")
        [text] = await replies(api, 7)
    assert text.startswith(FR.digest.on_topics.format(time="12\u00a0h", timezone="Europe/Paris"))
    assert text.endswith(FR.notices.muted)


async def test_in_a_group_its_administrators_switch_it_on(api: BotApi) -> None:
    api.appoint(GROUP, 5)
    async with running(api):
        api.say(GROUP, "/digest 7h", chat_type="supergroup", user_id=2, language_code="fr")
        api.say(GROUP, "/digest 7h", chat_type="supergroup", user_id=5, language_code="fr")
        refused, on = await replies(api, GROUP, 2)
    assert refused == FR.groups.administrators_only
    assert on.startswith(FR.digest.on_all.split("{")[0])


async def test_a_digest_that_takes_too_long_is_said_to(
    api: BotApi, press: Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.news.newsdesk.LONGEST", 0.0)
    async with running(api, library=press.library, news=press.answerer.news):
        api.say(7, "/digest", language_code="fr")
        assert await replies(api, 7) == [FR.library.too_late]


@given(st.integers(0, 23), st.integers(0, 59), st.sampled_from(LANGUAGES))
def test_a_time_is_read_as_the_bot_writes_it(hour: int, minute: int, language: Language) -> None:
    assert minute_in(time_of_day(hour, minute, language)) == 60 * hour + minute


@pytest.mark.parametrize(
    ("said", "minute"),
    [
        ("7h", 420), ("7 h 30", 450), ("07:30", 450), ("19.15", 1155), ("7", 420), ("7pm", 1140), ("7:30 a.m.", 450),
        ("12am", 0), ("12 pm", 720), ("0h", 0), ("24h", None), ("13pm", None), ("7:60", None), ("midi", None), ("-7", None),
        ("٧", None), ("", None), ("7h 8h", None),
    ],
)  # fmt: skip
def test_a_time_is_read_as_people_write_it(said: str, minute: int | None) -> None:
    assert minute_in(said) == minute
