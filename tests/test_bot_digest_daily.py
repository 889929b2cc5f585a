"""The daily digest, over HTTP: once a day at its hour, by a clock that is set, whatever goes wrong."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from bot_running import FR, GROUP, bot_api, replies, running, soon  # noqa: F401 (fixtures)
from botapi import BotApi
from digests_running import DAY, FARES, FERRY, SEVEN, Clock, Press, a_press, kept, sending, wanting  # noqa: F401 (fixtures)
from notices_running import HOSPITAL, Newsroom, a_newsroom, looked, subscribed, telling  # noqa: F401 (fixtures)
from telegram_faults import Fault

from bot.chats import answers, choices, corrections, digests, moving, subscriptions
from bot.chats.answers import Conversation
from bot.chats.corrections import Correction
from bot.chats.store import Store
from bot.news.corrections import Corrector
from bot.news.rereading import Rereader
from retrieval.domain import Answer
from retrieval.errors import DepecheError


async def test_it_is_sent_once_at_its_hour_and_tells_no_story_twice(api: BotApi, press: Press) -> None:
    clock = Clock(6, 59)
    store = wanting(api)
    async with sending(api, press, clock) as (_, _, send):
        await send()
        assert api.sent(7) == []
        clock.set(7)
        await send()
        await send()
    [first] = api.sent(7)
    assert first.text.startswith("L’essentiel du 24\u00a0novembre\u00a02024")
    assert first.text.endswith(FR.digest.end)
    assert first.text.index("Skerrin is lit again") < first.text.index("Le bac est de retour")
    clock.set(7, days=1)
    async with sending(api, press, clock) as (_, _, send):  # another process
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
    async with sending(api, press, Clock(9)) as (_, _, send):
        await send()
    [digest] = api.sent(7)
    assert "Le bac plus cher" in digest.text
    assert "Le bac est de retour" not in digest.text


async def test_a_bot_that_was_down_at_the_hour_sends_it_when_it_is_back(api: BotApi, press: Press) -> None:
    wanting(api).close()
    async with sending(api, press, Clock(15)) as (_, _, send):
        await send()
    assert len(api.sent(7)) == 1


async def test_who_switches_it_on_after_the_hour_has_it_the_next_day_and_never_two_a_day(
    api: BotApi, press: Press
) -> None:
    clock = Clock(7)
    store = wanting(api)
    async with sending(api, press, clock) as (_, _, send):
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
    async with sending(api, press, clock, quiet="22:00-07:00") as (_, _, send):
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


def to_correct(store: Store) -> list[Correction]:
    """Keep an answer that is to be corrected in a sentence, and return what waits for its chat."""
    answer = Answer("Et le bac ?", "fr", True, "quotes", "Il part.", (), ())
    with store.begin() as connection:
        told = answers.put(connection, Conversation(7), answer, user_id=7, question_message=1, shown=[])
        kept_ = answers.get(connection, told)
        assert kept_
        corrections.find(connection, kept_, "bac", ["Il part."])
        return corrections.waiting(connection, 7)


async def test_a_correction_is_one_of_the_days_messages_too_and_leaves_room_for_the_digest(
    api: BotApi, press: Press
) -> None:
    store = wanting(api)
    waits, clock = to_correct(store), Clock(9)
    async with sending(api, press, clock, notices_a_day=1) as (_, courier, send):
        with store.begin() as connection:
            chosen = choices.get(connection, 7)
            assert courier.room(connection, 7, chosen, clock()) == 0
            assert courier.room(connection, 7, chosen, clock(), digest=True) == 1
            corrections.sent(connection, waits, {"Il part.": None}, 5)
        await send()
        assert api.sent(7) == []
        with store.begin() as connection:
            choices.choose(connection, 7, notices_a_day=2)
        await send()
    assert len(api.sent(7)) == 1


async def test_a_sentence_that_it_quotes_is_corrected_in_reply_to_it(api: BotApi, press: Press) -> None:
    store, thread = wanting(api), ThreadPoolExecutor(1)
    async with sending(api, press, Clock(9)) as (office, courier, send):
        rereader = Rereader(office, thread)
        await rereader.look()
        await send()
        press.put("bac", "Le bac est de retour", FERRY.format(day="mardi"), DAY - timedelta(days=1))
        await rereader.look()
        await Corrector(office, courier, thread).send()
    thread.shutdown()
    [digest, correction] = api.sent(7)
    assert "lundi" in digest.text
    assert "mardi" in correction.text
    assert correction.params["reply_parameters"]["message_id"] == api.here(7)[0]
    store.close()


async def test_a_chat_that_wants_no_messages_has_no_digest(api: BotApi, press: Press) -> None:
    wanting(api).close()
    async with sending(api, press, Clock(9), notices_a_day=0) as (_, _, send):
        await send()
    assert api.sent(7) == []


async def test_it_comes_in_the_language_and_the_time_zone_of_the_chat(api: BotApi, press: Press) -> None:
    clock = Clock(5, 59)  # 6:59 in Paris
    store = wanting(api)
    with store.begin() as connection:
        choices.choose(connection, 7, language="en")
    async with sending(api, press, clock, timezone="Europe/Paris") as (_, _, send):
        await send()
        assert api.sent(7) == []
        clock.set(6)
        await send()
    [digest] = api.sent(7)
    assert digest.text.startswith("The news of 24\u00a0November\u00a02024")


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
    async with sending(api, press, Clock(9)) as (_, _, send):
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
    async with sending(api, press, Clock(9), access="list", readers={7}, groups=False) as (_, _, send):
        await send()
    assert len(api.called("sendMessage")) == len(api.sent(7)) == 1


async def test_a_chat_that_blocked_the_bot_is_forgotten(api: BotApi, press: Press) -> None:
    store = wanting(api, "le bac de Port-Lauzan")
    assert to_correct(store)
    api.fault("sendMessage", Fault(403))
    async with sending(api, press, Clock(9)) as (_, _, send):
        await send()
        await send()
    assert len(api.called("sendMessage")) == 1
    assert kept(store) is None
    with store.begin() as connection:
        assert subscriptions.every(connection) == []
        assert corrections.waiting(connection, 7) == []


async def test_a_stop_while_it_is_on_its_way_does_not_make_it_come_twice(api: BotApi, press: Press) -> None:
    store = wanting(api)
    api.fault("sendMessage", Fault(200, delay=0.8))
    async with sending(api, press, Clock(9)) as (_, _, send):
        task = asyncio.create_task(send())
        await asyncio.sleep(0.4)  # the message is on its way: the server holds it back
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    assert kept(store).sent  # type: ignore[union-attr]
    async with sending(api, press, Clock(9)) as (_, _, send):
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
    async with sending(api, press, Clock(9)) as (_, _, send):
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
    monkeypatch.setattr("bot.news.courier.TRY_AGAIN", 0.0)
    for chat_id in (7, 8):
        wanting(api, chat_id=chat_id).close()
    api.fault("sendMessage", *[Fault(500)] * 4)
    async with sending(api, press, Clock(9)) as (_, _, send):
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
