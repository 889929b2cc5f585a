"""The digest in Telegram, over HTTP: shown, switched on and off, sent once a day at its hour by a clock that is set."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from bot_running import (  # noqa: F401 (fixtures)
    EN,
    FR,
    GROUP,
    Asked,
    application_for,
    bot_api,
    replies,
    running,
    settings_for,
    soon,
)
from botapi import BotApi
from hypothesis import given
from hypothesis import strategies as st
from notices_running import HOSPITAL, Newsroom, a_newsroom, looked, real_embedder, subscribed, telling  # noqa: F401 (fixtures)
from telegram_faults import Fault

from bot.app import OFFICE
from bot.chats import choices, digests, moving, subscriptions
from bot.chats.answers import Conversation
from bot.chats.store import Store
from bot.news.digesting import minute_in
from bot.news.digests import Digests
from bot.news.newsdesk import Newsdesk
from bot.office import Office
from bot.texts import time_of_day
from ingest.pipeline import ingest
from retrieval.answerer import Answerer
from retrieval.domain import LANGUAGES, Language
from retrieval.embedding import Embedder
from retrieval.errors import DepecheError
from retrieval.library import Library

DAY = date(2026, 11, 24)
SEVEN = 7 * 60
FERRY = (
    "Le bac de Port-Lauzan a repris son service {day} après trois semaines d’arrêt, a dit la régie des transports. "
    "La coque du navire avait été percée par un rocher. Huit cents personnes prennent le bac de Port-Lauzan chaque jour."
)
FARES = (
    "Le bac de Port-Lauzan coûtera plus cher, a dit la régie des transports de Port-Lauzan. Le billet passera à quatre euros. "
    "Huit cents personnes prennent le bac de Port-Lauzan chaque jour."
)
LAMP = (
    "The lighthouse of Skerrin was lit again on Monday by its last keeper, Isla Morrow, after a repair that took four years. "
    "The lens was made anew in Glasgow. The tower of Skerrin is open to visitors from April to October."
)


class Press:
    """A library of dated articles, put in when a test says so."""

    def __init__(self, folder: Path, embedder: Embedder) -> None:
        self.folder = folder
        self.embedder = embedder
        self.library = Library(folder / "press")
        self.answerer = Answerer(self.library, embedder)

    def put(self, article_id: str, title: str, text: str, day: date, language: str = "fr") -> None:
        row = {"id": article_id, "title": title, "text": text, "published": str(day), "lang": language}
        file = self.folder / f"{article_id}.jsonl"
        file.write_text(json.dumps(row | {"source": "Le Journal"}), encoding="utf-8")
        writing = Library(self.library.folder)
        assert not ingest([str(file)], writing, lambda: self.embedder).problems
        writing.close()


@pytest.fixture(name="press")
def a_press(tmp_path: Path, embedder: Embedder) -> Press:
    made = Press(tmp_path, embedder)
    made.put("bac", "Le bac est de retour", FERRY.format(day="lundi"), DAY - timedelta(days=1))
    made.put("phare", "Skerrin is lit again", LAMP, DAY, "en")
    return made


class Clock:
    """A time that is set."""

    def __init__(self, hour: int, minute: int = 0) -> None:
        self.now = datetime(DAY.year, DAY.month, DAY.day, hour, minute, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def set(self, hour: int, minute: int = 0, days: int = 0) -> None:
        day = DAY + timedelta(days=days)
        self.now = datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)


@asynccontextmanager
async def sending(
    api: BotApi, press: Press, clock: Clock, **chosen: Any
) -> AsyncIterator[tuple[Office, Callable[[], Any]]]:
    """Give the office of a bot that is not polling, and what sends the digests that are due by the clock."""
    options = {"quiet": "none", "timezone": "UTC", "library": press.library, "news": press.answerer.news}
    application = application_for(api, **(options | chosen))
    office: Office = application.bot_data[OFFICE]
    async with application.bot:
        yield office, Digests(office, application.bot, Newsdesk(office.news), clock).send
    office.store.close()


def wanting(
    api: BotApi,
    *topics: str,
    chat_id: int = 7,
    minute: int = SEVEN,
    day: date = DAY - timedelta(days=1),
    language: Language = "fr",
) -> Store:
    """Return a chats' database in which a chat wants a digest, and had that of `day`."""
    api.meet(chat_id)
    store = Store.open(settings_for(api))
    with store.begin() as connection:
        for topic in topics:
            subscriptions.add(connection, Conversation(chat_id), topic, user_id=chat_id, language=language)
        digests.ask(
            connection, Conversation(chat_id), user_id=chat_id, language=language, minute=minute, day=day
        )
    return store


def kept(store: Store, chat_id: int = 7) -> digests.Digest | None:
    with store.begin() as connection:
        return digests.get(connection, chat_id)


# Asked for


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
    old = Press(tmp_path / "old", press.embedder)
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


# When


async def test_it_is_sent_once_at_its_hour_and_tells_no_story_twice(api: BotApi, press: Press) -> None:
    clock = Clock(6, 59)
    store = wanting(api)
    async with sending(api, press, clock) as (_, send):
        await send()
        assert api.sent(7) == []
        clock.set(7)
        await send()
        await send()
    [first] = api.sent(7)
    assert first.text.startswith("L’essentiel du 24\u00a0novembre\u00a02026")
    assert first.text.endswith(FR.digest.end)
    assert first.text.index("Skerrin is lit again") < first.text.index("Le bac est de retour")
    clock.set(7, days=1)
    async with sending(api, press, clock) as (_, send):  # another process
        await send()
        assert len(api.sent(7)) == 1  # nothing is new
        press.put("prix", "Le bac plus cher", FARES, DAY + timedelta(days=1))
        press.put("copie", "Le bac est revenu", FERRY.format(day="lundi"), DAY)
        clock.set(7, days=2)
        await send()
        await send()
    [_, second] = api.sent(7)
    assert "Le bac plus cher" in second.text
    assert "revenu" not in second.text
    assert "Skerrin" not in second.text
    assert kept(store).day == DAY + timedelta(days=2)  # type: ignore[union-attr]


async def test_several_new_articles_on_one_story_are_one_entry(api: BotApi, press: Press) -> None:
    press.put("prix", "Le bac plus cher", FARES, DAY)
    wanting(api, "le bac de Port-Lauzan", "Port-Lauzan").close()
    async with sending(api, press, Clock(9)) as (_, send):
        await send()
    [digest] = api.sent(7)
    assert "Le bac plus cher" in digest.text
    assert "Le bac est de retour" not in digest.text


async def test_a_bot_that_was_down_at_the_hour_sends_it_when_it_is_back(api: BotApi, press: Press) -> None:
    wanting(api).close()
    async with sending(api, press, Clock(15)) as (_, send):
        await send()
    assert len(api.sent(7)) == 1


async def test_who_switches_it_on_after_the_hour_has_it_the_next_day_and_never_two_a_day(
    api: BotApi, press: Press
) -> None:
    clock = Clock(7)
    store = wanting(api)
    async with sending(api, press, clock) as (_, send):
        await send()
        with store.begin() as connection:
            assert digests.end(connection, 7)
            ask = {"user_id": 7, "language": "fr"}
            digests.ask(connection, Conversation(7), minute=9 * 60, day=DAY - timedelta(days=1), **ask)  # type: ignore[arg-type]
        clock.set(9, 30)
        press.put("prix", "Le bac plus cher", FARES, DAY)
        await send()
        assert len(api.sent(7)) == 1
        clock.set(9, days=1)
        await send()
    assert len(api.sent(7)) == 2


@pytest.mark.parametrize("minute", [SEVEN - 30, 23 * 60 + 30])
async def test_in_quiet_hours_it_waits_until_they_end(api: BotApi, press: Press, minute: int) -> None:
    clock = Clock(*divmod(minute, 60))
    store = wanting(api, minute=minute)
    async with sending(api, press, clock, quiet="22:00-07:00") as (_, send):
        await send()
        assert api.sent(7) == []
        clock.set(7, days=minute // (12 * 60))
        await send()
        assert len(api.sent(7)) == 1
        with store.begin() as connection:  # another hour the same day is no second digest
            day = clock().date() - timedelta(days=1)
            digests.ask(connection, Conversation(7), user_id=7, language="fr", minute=8 * 60, day=day)
        press.put("prix", "Le bac plus cher", FARES, clock().date())
        clock.now += timedelta(hours=2)
        await send()
    assert len(api.sent(7)) == 1


async def test_it_is_one_of_the_days_messages_and_a_chat_that_wants_none_has_none(
    api: BotApi, newsroom: Newsroom
) -> None:
    topic = "l’hôpital de Sainte-Orle"
    store = subscribed(api, topic)
    later = (datetime.now(UTC) + timedelta(hours=1)).date()  # whatever the hour, its turn is to come
    with store.begin() as connection:
        digests.ask(connection, Conversation(7), user_id=7, language="fr", minute=SEVEN, day=later)
    async with telling(api, newsroom, notices_a_day=1, timezone="UTC"):
        newsroom.put("nouveau.txt", HOSPITAL)
        await looked(store, newsroom, 1)
        await asyncio.sleep(0.3)
        assert api.sent(7) == []
        with store.begin() as connection:
            digests.end(connection, 7)
        await replies(api, 7)


async def test_a_chat_that_wants_no_messages_has_no_digest(api: BotApi, press: Press) -> None:
    wanting(api).close()
    async with sending(api, press, Clock(9), notices_a_day=0) as (_, send):
        await send()
    assert api.sent(7) == []


async def test_it_comes_in_the_language_and_the_time_zone_of_the_chat(api: BotApi, press: Press) -> None:
    clock = Clock(5, 59)  # 6:59 in Paris
    store = wanting(api)
    with store.begin() as connection:
        choices.choose(connection, 7, language="en")
    async with sending(api, press, clock, timezone="Europe/Paris") as (_, send):
        await send()
        assert api.sent(7) == []
        clock.set(6)
        await send()
    [digest] = api.sent(7)
    assert digest.text.startswith("The news of 24\u00a0November\u00a02026")


async def test_a_long_digest_is_one_message_and_says_how_many_stories_more_there_are(
    api: BotApi, press: Press
) -> None:
    names = [
        "Albin",
        "Brice",
        "Cyprien",
        "Damien",
        "Ernest",
        "Fabien",
        "Gaspard",
        "Hubert",
        "Isidore",
        "Jules",
        "Kléber",
        "Lazare",
    ]
    for n, name in enumerate(names):
        text = f"{name} Vaucroix{n} a ouvert mardi à Villeneuve{n} un atelier de reliure, où {'il travaille le cuir, ' * 12}a dit {name}."
        press.put(f"a{n}", f"{name} ouvre à Villeneuve{n}", text, DAY)
    wanting(api).close()
    async with sending(api, press, Clock(9)) as (_, send):
        await send()
    [digest] = api.sent(7)
    assert "autres.\n\n" in digest.text
    assert len(digest.text) <= 4096


# When it goes wrong


async def test_who_may_not_talk_to_the_bot_has_none_nor_has_a_group_where_groups_are_not_allowed(
    api: BotApi, press: Press
) -> None:
    for chat_id in (7, 8, GROUP):
        wanting(api, chat_id=chat_id).close()
    async with sending(api, press, Clock(9), access="list", readers={7}, groups=False) as (_, send):
        await send()
    assert len(api.called("sendMessage")) == len(api.sent(7)) == 1


async def test_a_chat_that_blocked_the_bot_is_forgotten(api: BotApi, press: Press) -> None:
    store = wanting(api, "le bac de Port-Lauzan")
    api.fault("sendMessage", Fault(403))
    async with sending(api, press, Clock(9)) as (_, send):
        await send()
        await send()
    assert len(api.called("sendMessage")) == 1
    assert kept(store) is None
    with store.begin() as connection:
        assert subscriptions.every(connection) == []


async def test_a_stop_while_it_is_on_its_way_does_not_make_it_come_twice(api: BotApi, press: Press) -> None:
    store = wanting(api)
    api.fault("sendMessage", Fault(200, delay=0.8))
    async with sending(api, press, Clock(9)) as (_, send):
        task = asyncio.create_task(send())
        await asyncio.sleep(0.4)  # the message is on its way: the server holds it back
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    assert kept(store).sent  # type: ignore[union-attr]
    async with sending(api, press, Clock(9)) as (_, send):
        await send()
    assert len(api.called("sendMessage")) == 1


async def test_what_was_sent_and_could_not_be_noted_is_noted_before_anything_else(
    api: BotApi, press: Press
) -> None:
    store = wanting(api)
    with store.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER full BEFORE UPDATE ON digests BEGIN SELECT RAISE(ABORT, 'disk full'); END"
        )
    async with sending(api, press, Clock(9)) as (_, send):
        await send()
        with pytest.raises(DepecheError, match="disk full"):
            await send()
        with store.begin() as connection:
            connection.exec_driver_sql("DROP TRIGGER full")
        await send()
    assert len(api.called("sendMessage")) == 1
    assert kept(store).day == DAY  # type: ignore[union-attr]


async def test_one_that_did_not_leave_is_sent_later_and_one_that_failed_holds_up_no_other(
    api: BotApi, press: Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.news.sending.TRY_AGAIN", 0.0)
    for chat_id in (7, 8):
        wanting(api, chat_id=chat_id).close()
    api.fault("sendMessage", *[Fault(500)] * 4)
    async with sending(api, press, Clock(9)) as (_, send):
        await send()
        await send()
    assert (len(api.sent(7)), len(api.sent(8))) == (1, 1)


async def test_a_running_bot_sends_it(api: BotApi, press: Press, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.news.digests.EVERY", 0.05)
    today = datetime.now(UTC).date()
    press.put(
        "neuf", "Le musée rouvre", "Le musée de Brévannes a rouvert mardi après deux ans de travaux.", today
    )
    store = wanting(api, minute=0, day=today - timedelta(days=1))
    for _ in range(2):
        async with running(
            api, library=press.library, news=press.answerer.news, quiet="none", timezone="UTC"
        ):
            [text] = await replies(api, 7)
            await api.until(lambda: kept(store).sent)  # type: ignore[union-attr]
    assert "Le musée rouvre" in text
    assert len(api.sent(7)) == 1


def test_it_moves_with_its_chat(api: BotApi) -> None:
    store = wanting(api, chat_id=-5)
    with store.begin() as connection:
        moving.move(connection, -5, GROUP)
        moved = digests.get(connection, GROUP)
        assert moved is not None
        assert (moved.minute, digests.get(connection, -5)) == (SEVEN, None)
