"""Subscriptions and notices, over HTTP: the real bot, the real model, articles ingested while it runs."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from collections.abc import Callable, Collection, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
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
from notices_running import (  # noqa: F401 (fixtures)
    BREAD,
    HOSPITAL,
    Newsroom,
    a_newsroom,
    real_embedder,
    telling,
)
from telegram_faults import Fault

from bot.app import OFFICE
from bot.chats import choices, notices, subscriptions, tables
from bot.chats.answers import Conversation
from bot.chats.store import Store
from bot.chats.subscriptions import IN_A_CHAT
from bot.menus.forgetting import DAY, expire
from bot.news.notices import Notifier
from bot.office import Office
from retrieval.domain import Matched, Question

TOPIC = "l’hôpital de Sainte-Orle"
SECOND = (
    HOSPITAL.replace("ouvrira ses portes le 3 mars", "cherche encore trente infirmières")
    .replace(
        "accueillera ses premiers malades le 3 mars", "manque d’infirmières à trois mois de son ouverture"
    )
    .replace("120 lits et deux blocs opératoires", "un service d’urgences ouvert jour et nuit")
    .replace(
        "Les travaux ont coûté 41 millions d’euros, payés pour moitié par la région",
        "Le syndicat des soignants demande des salaires plus élevés et des logements près de Sainte-Orle",
    )
)


def subscribed(api: BotApi, text: str = TOPIC, language: str = "fr", chat_id: int = 7) -> Store:
    """Return a chats' database in which a chat follows something, the library having been looked through already."""
    api.meet(chat_id)
    store = Store.open(settings_for(api))
    with store.begin() as connection:
        subscriptions.add(connection, Conversation(chat_id), text, user_id=chat_id, language=language)  # type: ignore[arg-type]
        notices.look(connection, {})
    return store


def rows(store: Store) -> list[tuple[Any, ...]]:
    with store.begin() as connection:
        return [
            tuple(row)
            for row in connection.exec_driver_sql("SELECT sent IS NOT NULL, message_id FROM notices").all()
        ]


async def looked(store: Store, newsroom: Newsroom, count: int) -> None:
    """Wait until so many articles, beside the one that was there first, were looked at."""
    for _ in range(1200):
        with store.begin() as connection:
            known = connection.exec_driver_sql("SELECT article_id FROM looked_at").scalars()
            if len({*known} - {newsroom.first}) >= count:
                return
        await asyncio.sleep(0.05)
    raise TimeoutError


# What is told


@pytest.mark.parametrize(
    ("asked", "text", "said"),
    [
        (TOPIC, HOSPITAL, "3 mars"),
        ("Quand ouvrira l’hôpital de Sainte-Orle ?", HOSPITAL, "3 mars"),
        ("the price of bread", BREAD, "nine per cent"),
        ("How much does a loaf of bread cost?", BREAD, "£1.85"),
    ],
)
async def test_a_new_article_is_told_once_with_its_passage(
    api: BotApi, newsroom: Newsroom, asked: str, text: str, said: str
) -> None:
    texts = FR if text is HOSPITAL else EN
    async with telling(api, newsroom):
        api.say(7, f"/subscribe {asked}", language_code="fr" if text is HOSPITAL else "en")
        api.say(8, "/subscribe the ferry to Skerrin", language_code="en")
        await replies(api, 7)
        await replies(api, 8)
        newsroom.put("nouveau.txt", text)
        notice = (await replies(api, 7, 2))[1]
        assert api.labels(7, api.here(7)[-1]) == [[texts.notices.end]]
    assert notice.splitlines()[0] == texts.notices.heading.format(text=asked)
    assert said in notice
    assert text.splitlines()[0] in notice
    assert len(api.sent(8)) == 1


async def test_a_correction_and_a_copy_are_not_told_again(api: BotApi, newsroom: Newsroom) -> None:
    store = subscribed(api)
    async with telling(api, newsroom):
        newsroom.put("nouveau.txt", HOSPITAL)
        await replies(api, 7)
        newsroom.put("nouveau.txt", HOSPITAL.replace("120 lits", "124 lits"))
        newsroom.put("agence.txt", HOSPITAL + "\n\n(Agence)")
        await looked(store, newsroom, 2)
        newsroom.put("suite.txt", SECOND)
        told = await replies(api, 7, 2)
    assert len(told) == 2
    assert "infirmières" in told[1]


async def test_two_subscriptions_of_a_chat_tell_of_an_article_once(api: BotApi, newsroom: Newsroom) -> None:
    store = subscribed(api)
    subscribed(api, "Quand ouvrira l’hôpital de Sainte-Orle ?").close()
    async with telling(api, newsroom):
        newsroom.put("nouveau.txt", HOSPITAL)
        await replies(api, 7)
        await asyncio.sleep(0.5)
    assert len(api.sent(7)) == 1
    assert sorted(sent for sent, _ in rows(store)) == [1, 1]


async def test_a_first_start_tells_of_nothing_and_what_came_while_the_bot_was_down_is_told(
    api: BotApi, newsroom: Newsroom
) -> None:
    newsroom.put("nouveau.txt", HOSPITAL)
    async with telling(api, newsroom):
        api.say(7, f"/subscribe {TOPIC}", language_code="fr")
        await replies(api, 7)
    newsroom.put("suite.txt", SECOND)
    async with telling(api, newsroom):
        told = await replies(api, 7, 2)
        await asyncio.sleep(0.3)
    assert len(api.sent(7)) == 2
    assert "infirmières" in told[1]


async def test_what_was_there_is_not_told_and_what_comes_after_is_whatever_the_clock_says(
    api: BotApi, newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.news.watching.EVERY", 1.0)  # the next look comes after the subscription
    async with telling(api, newsroom):
        await asyncio.sleep(0.3)
        newsroom.put("nouveau.txt", HOSPITAL)
        with closing(sqlite3.connect(newsroom.library.folder / "catalogue.sqlite3")) as catalogue, catalogue:
            catalogue.execute("UPDATE articles SET added = added + 5")
        api.say(7, f"/subscribe {TOPIC}", language_code="fr")
        await replies(api, 7)
        newsroom.put("suite.txt", SECOND)
        told = await replies(api, 7, 2)
    assert len(api.sent(7)) == 2
    assert "infirmières" in told[1]


async def test_what_an_import_brings_from_before_a_subscription_is_not_told(
    api: BotApi, newsroom: Newsroom
) -> None:
    store = subscribed(api)
    with store.begin() as connection:
        connection.exec_driver_sql("UPDATE meta SET value = '0' WHERE key = 'looked_from'")
    newsroom.put("nouveau.txt", HOSPITAL)
    with closing(sqlite3.connect(newsroom.library.folder / "catalogue.sqlite3")) as catalogue, catalogue:
        catalogue.execute("UPDATE articles SET added = added - 7200")
    newsroom.put("suite.txt", SECOND)
    async with telling(api, newsroom):
        told = await replies(api, 7)
        await asyncio.sleep(0.3)
    assert len(api.sent(7)) == 1
    assert "infirmières" in told[0]


async def test_a_reply_to_a_notice_is_a_follow_up_on_it(api: BotApi, newsroom: Newsroom) -> None:
    subscribed(api).close()
    chain = Asked()
    async with telling(api, newsroom, chain):
        newsroom.put("nouveau.txt", HOSPITAL)
        await replies(api, 7)
        notice = api.message(7, api.here(7)[0])
        api.say(7, "Combien de lits ?", reply_to_message=notice, language_code="fr")
        await replies(api, 7, 2)
    assert [turn.question for turn in chain.questions[0].history] == [TOPIC]


# When


def quiet_now() -> str:
    now = datetime.now(UTC)
    return f"{now - timedelta(hours=1):%H:%M}-{now + timedelta(hours=1):%H:%M}"


async def test_in_quiet_hours_notices_wait_and_go_out_after_the_best_first(
    api: BotApi, newsroom: Newsroom
) -> None:
    store = subscribed(api)
    async with telling(api, newsroom, quiet=quiet_now(), timezone="UTC"):
        newsroom.put("suite.txt", SECOND)
        newsroom.put("nouveau.txt", HOSPITAL)
        await looked(store, newsroom, 2)
        await asyncio.sleep(0.3)
        assert api.sent(7) == []
        with store.begin() as connection:
            best = notices.waiting(connection, 7)[0]
            choices.choose(connection, 7, quiet_from=0, quiet_to=0)
        await replies(api, 7, 2)
    with newsroom.library.snapshot() as snapshot:
        title = snapshot.articles_by_id([best.article_id])[best.article_id].article.title
    assert title in api.sent(7)[0].text


@pytest.mark.parametrize("chosen", [None, 2])
async def test_no_more_than_a_days_number_is_sent_and_the_chats_choice_wins(
    api: BotApi, newsroom: Newsroom, chosen: int | None
) -> None:
    store = subscribed(api)
    if chosen:
        with store.begin() as connection:
            choices.choose(connection, 7, notices_a_day=chosen)
    async with telling(api, newsroom, notices_a_day=1):
        newsroom.put("nouveau.txt", HOSPITAL)
        newsroom.put("suite.txt", SECOND)
        await looked(store, newsroom, 2)
        await replies(api, 7, chosen or 1)
        await asyncio.sleep(0.3)
    assert len(api.sent(7)) == (chosen or 1)
    assert sum(not sent for sent, _ in rows(store)) == 2 - (chosen or 1)


async def test_in_quiet_hours_a_look_is_one_transaction_and_writes_nothing(
    api: BotApi, newsroom: Newsroom
) -> None:
    application = application_for(api, quiet=quiet_now(), timezone="UTC", library=newsroom.library)
    office: Office = application.bot_data[OFFICE]
    for chat_id in (7, 8, 9):
        found(subscribed(api, chat_id=chat_id))
    begun: list[str] = []
    sa.event.listen(sa.Engine, "before_cursor_execute", statements := _collected(begun))
    try:
        await Notifier(office, application.bot, _no_match).send()
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", statements)
        office.store.close()
    assert [statement.split()[0] for statement in begun] == ["BEGIN", "SELECT"]


def _collected(into: list[str]) -> Callable[..., None]:
    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        into.append(statement)

    return note


async def _no_match(*_: Any) -> list[Matched]:
    raise AssertionError("nothing is to be compared in quiet hours")


def found(store: Store, article_id: str = "a1") -> None:
    """Keep an article as what the last subscription is to be told of."""
    with store.begin() as connection:
        last = subscriptions.every(connection)[-1]
        assert notices.find(connection, notices.Notice(last, article_id, 0.5), [])


def test_what_waits_is_found_by_an_index_also_in_a_file_made_before(api: BotApi) -> None:
    store = subscribed(api)
    with store.begin() as connection:
        connection.exec_driver_sql("DROP INDEX notices_waiting")
    store.close()
    store = Store.open(settings_for(api))
    with store.begin() as connection:
        plan = connection.exec_driver_sql(
            "EXPLAIN QUERY PLAN SELECT * FROM notices WHERE sent IS NULL AND found >= 5"
        ).all()
    store.close()
    assert "notices_waiting" in str(plan)


async def test_notices_are_forgotten_when_they_are_old(api: BotApi) -> None:
    application = application_for(api, keep_days=2)
    office: Office = application.bot_data[OFFICE]
    store = subscribed(api)
    now = int(time.time())
    for article_id, sent, at in (
        ("a1", now - 3 * DAY, 0),
        ("a2", now - DAY, 0),
        ("a3", None, 3 * DAY),
        ("a4", None, 0),
    ):
        found(store, article_id)
        with store.begin() as connection:
            values = {"sent": sent, "found": now - at}
            connection.execute(
                tables.notices.update().where(tables.notices.c.article_id == article_id).values(values)
            )
    await expire(office)
    with store.begin() as connection:
        left = connection.exec_driver_sql("SELECT article_id FROM notices ORDER BY 1").scalars().all()
    office.store.close()
    assert left == ["a2", "a4"]


# To whom


@pytest.mark.parametrize("access", ["list", "code"])
async def test_who_may_not_talk_to_the_bot_any_more_is_not_told_of_anything(
    api: BotApi, newsroom: Newsroom, access: str
) -> None:
    subscribed(api, chat_id=8).close()
    subscribed(api, chat_id=7).close()
    async with telling(api, newsroom, access=access, readers={7}):
        newsroom.put("nouveau.txt", HOSPITAL)
        await replies(api, 7)
        await asyncio.sleep(0.3)
    assert api.sent(8) == []


async def test_a_group_is_not_told_of_anything_where_groups_are_not_allowed(
    api: BotApi, newsroom: Newsroom
) -> None:
    subscribed(api, chat_id=GROUP).close()
    subscribed(api, chat_id=7).close()
    async with telling(api, newsroom, groups=False):
        newsroom.put("nouveau.txt", HOSPITAL)
        await replies(api, 7)
        await asyncio.sleep(0.3)
    assert api.sent(GROUP) == []


# When it goes wrong


async def test_what_goes_wrong_for_one_chat_neither_stops_nor_doubles_anothers(
    api: BotApi, newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.news.watching.FAILED_AGAIN", 0.05)
    monkeypatch.setattr("bot.news.notices.TRY_AGAIN", 0.2)
    subscribed(api, chat_id=7).close()
    subscribed(api, "Quand ouvrira l’hôpital de Sainte-Orle ?", chat_id=8).close()
    alone: list[str] = []

    def match(questions: Sequence[Question], article_ids: Collection[str]) -> list[Matched]:
        alone.extend(question.text for question in questions if len(questions) == 1)
        if (
            len(questions) == len(alone) - 1 == 1
        ):  # the second chat's, while the first one's message is on its way
            api.wait_for(lambda: api.called("sendMessage"))
            raise ValueError("a passage that cannot be read")
        return newsroom.answerer.match(questions, article_ids)

    api.fault("sendMessage", Fault(200, delay=0.3, performed=True))
    async with telling(api, newsroom, match=match):
        newsroom.put("nouveau.txt", HOSPITAL)
        await replies(api, 8)
        await replies(api, 7)
        await asyncio.sleep(0.5)
    assert len(alone) == 3
    assert (len(api.called("sendMessage")), len(api.sent(7)), len(api.sent(8))) == (2, 1, 1)


async def test_a_stop_while_a_notice_is_on_its_way_does_not_make_it_come_twice(
    api: BotApi, newsroom: Newsroom
) -> None:
    store = subscribed(api)
    api.fault("sendMessage", Fault(200, delay=0.5))
    async with telling(api, newsroom):
        newsroom.put("nouveau.txt", HOSPITAL)
        await looked(store, newsroom, 1)
        await asyncio.sleep(0.3)  # the message is on its way: the server holds it back
    assert [sent for sent, _ in rows(store)] == [1]
    async with telling(api, newsroom):
        await asyncio.sleep(0.3)
    assert len(api.called("sendMessage")) == 1


async def test_what_was_sent_and_could_not_be_noted_is_noted_before_anything_else(
    api: BotApi, newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.news.watching.FAILED_AGAIN", 0.05)
    monkeypatch.setattr("bot.news.notices.TRY_AGAIN", 0.05)
    store = subscribed(api)
    with store.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER full BEFORE UPDATE ON notices BEGIN SELECT RAISE(ABORT, 'disk full'); END"
        )
    async with telling(api, newsroom):
        newsroom.put("nouveau.txt", HOSPITAL)
        await replies(api, 7)
        await asyncio.sleep(0.5)
        with store.begin() as connection:
            connection.exec_driver_sql("DROP TRIGGER full")
        await api.until(lambda: rows(store)[0][0])
    assert len(api.called("sendMessage")) == 1


async def test_a_stop_does_not_wait_for_a_comparison(api: BotApi, newsroom: Newsroom) -> None:
    subscribed(api).close()
    begun, go_on = threading.Event(), threading.Event()

    def match(questions: Sequence[Question], article_ids: Collection[str]) -> list[Matched]:
        begun.set()
        go_on.wait(20)
        return []

    try:
        async with telling(api, newsroom, match=match):
            newsroom.put("nouveau.txt", HOSPITAL)
            await api.until(begun.is_set)
    finally:
        go_on.set()


async def test_a_reader_who_blocked_the_bot_is_forgotten(api: BotApi, newsroom: Newsroom) -> None:
    api.say(7, "/help")
    store = subscribed(api)
    api.fault("sendMessage", *[Fault(200)], Fault(403))
    async with telling(api, newsroom):
        await replies(api, 7)
        newsroom.put("nouveau.txt", HOSPITAL)
        await looked(store, newsroom, 1)
        await api.until(lambda: [c for c in api.called("sendMessage") if c.status == 403])
        await asyncio.sleep(0.3)
    with store.begin() as connection:
        assert subscriptions.every(connection) == []
    assert len(api.called("sendMessage")) == 2


async def test_a_flood_wait_is_kept_and_the_notice_sent_after(api: BotApi, newsroom: Newsroom) -> None:
    subscribed(api).close()
    api.say(7, "/help")
    async with telling(api, newsroom):
        await replies(api, 7)
        api.fault("sendMessage", Fault(429, retry_after=1))
        newsroom.put("nouveau.txt", HOSPITAL)
        await replies(api, 7, 2)
    failed, sent = api.called("sendMessage")[1:]
    assert (failed.status, sent.status) == (429, 200)
    assert sent.at - failed.at >= 1


async def test_what_was_found_before_a_kill_is_sent_once_after_it(api: BotApi, newsroom: Newsroom) -> None:
    store = subscribed(api)
    async with telling(api, newsroom, quiet=quiet_now(), timezone="UTC"):
        newsroom.put("nouveau.txt", HOSPITAL)
        await looked(store, newsroom, 1)
    assert [sent for sent, _ in rows(store)] == [0]
    for _ in range(2):
        async with telling(api, newsroom):
            api.say(7, "/help", language_code="fr")
            await api.until(lambda: [c for c in api.sent(7) if c.text == FR.talk.help])
            await api.until(lambda: rows(store)[0][0])
    notices_ = [c for c in api.sent(7) if TOPIC in c.text]
    assert len(notices_) == 1


async def test_a_library_that_cannot_be_read_for_a_while_is_looked_at_again(
    api: BotApi, newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.news.watching.FAILED_AGAIN", 0.05)
    subscribed(api).close()
    catalogue = newsroom.library.folder / "catalogue.sqlite3"
    async with telling(api, newsroom):
        newsroom.library.close()
        catalogue.rename(catalogue.with_suffix(".away"))
        await asyncio.sleep(0.3)
        catalogue.with_suffix(".away").rename(catalogue)
        newsroom.put("nouveau.txt", HOSPITAL)
        assert "3 mars" in (await replies(api, 7))[0]


# Subscriptions


@pytest.mark.parametrize(("code", "texts"), [("fr", FR), ("en", EN)])
async def test_subscriptions_are_confirmed_listed_and_ended(api: BotApi, code: str, texts: Any) -> None:
    said = texts.notices
    async with running(api):
        for text in (
            "/subscribe",
            "/subscribe  le prix\ndu pain",
            "/subscribe Le prix du pain",
            "/subscribe",
        ):
            api.say(7, text, language_code=code)
        none, confirmed, again, listed = await replies(api, 7, 4)
        assert none == said.none
        assert confirmed.startswith(said.subscribed.format(text="le prix du pain"))
        assert said.rhythm.format(count=5) in confirmed
        assert again.startswith(said.already.format(text="le prix du pain"))
        assert listed == said.listed
        shown = api.here(7)[3]
        assert api.labels(7, shown) == [["✕ le prix du pain"]]
        api.press(7, shown, "✕ le prix du pain", language_code=code)
        await api.until(lambda: api.shown(7, shown) == said.none)
        api.press(7, api.here(7)[1], said.end, language_code=code)
        await api.until(lambda: api.labels(7, api.here(7)[1]) == [])
        toasts = [call.params["text"] for call in api.called("answerCallbackQuery")]
        assert toasts == [said.ended.format(text="le prix du pain"), said.gone]


@pytest.mark.parametrize(("code", "texts"), [("fr", FR), ("en", EN)])
async def test_unsubscribe_takes_the_words_or_lists(api: BotApi, code: str, texts: Any) -> None:
    said = texts.notices
    async with running(api):
        for text in ("/subscribe Ukraine", "/unsubscribe inflation", "/unsubscribe ukraine", "/unsubscribe"):
            api.say(7, text, language_code=code)
        _, unknown, ended, none = await replies(api, 7, 4)
    assert unknown.startswith(said.unknown.format(text="inflation"))
    assert ended == said.ended.format(text="Ukraine")
    assert none == said.none


async def test_a_subscription_has_words_a_length_and_a_chat_a_number_of_them(api: BotApi) -> None:
    async with running(api, questions_a_minute=100):
        api.say(7, "/subscribe ?!", language_code="fr")
        api.say(7, "/subscribe " + "a" * 1201, language_code="fr")
        for number in range(IN_A_CHAT + 1):
            api.say(7, f"/subscribe sujet {number}", language_code="fr")
        said = await replies(api, 7, IN_A_CHAT + 3)
    assert said[0] == FR.notices.wordless
    assert said[1] == FR.notices.too_long.format(length="1\u202f201", limit=200)
    assert said[-1].startswith(FR.notices.full.format(limit=IN_A_CHAT))


async def test_the_button_of_a_message_too_old_to_be_seen_ends_its_subscription(api: BotApi) -> None:
    store = subscribed(api)
    with store.begin() as connection:
        [one] = subscriptions.every(connection)
    async with running(api):
        for data in (f"unfollow:{one.subscription_id}", f"unfollow:{one.subscription_id}:listed"):
            api.push(
                {
                    "callback_query": {
                        "id": data,
                        "from": {"id": 7, "is_bot": False, "first_name": "Ada", "language_code": "fr"},
                        "message": {"chat": {"id": 7, "type": "private"}, "message_id": 1, "date": 0},
                        "chat_instance": "1",
                        "data": data,
                    }
                }
            )
        await api.until(lambda: api.called("answerCallbackQuery")[1:] and api.called("editMessageText"))
    toasts = [call.params["text"] for call in api.called("answerCallbackQuery")]
    assert toasts == [FR.notices.ended.format(text=TOPIC), FR.notices.gone]
    assert [call.params["message_id"] for call in api.called("editMessageReplyMarkup")] == [1]


async def test_in_a_group_only_who_asked_ends_a_subscription_and_no_other_chat_can(api: BotApi) -> None:
    async with running(api):
        api.say(GROUP, "/subscribe Ukraine", chat_type="supergroup", user_id=1, language_code="fr")
        await replies(api, GROUP)
        shown = api.here(GROUP)[0]
        data = api.buttons(GROUP, shown)[0][0]["callback_data"]
        api.press(GROUP, shown, FR.notices.end, user_id=2, language_code="fr")
        await api.until(lambda: api.called("answerCallbackQuery"))
        api.say(9, "/help", language_code="fr")
        await replies(api, 9)
        api.press(9, api.here(9)[0], "", data=data, language_code="fr")
        await api.until(lambda: api.called("answerCallbackQuery")[1:])
        api.press(GROUP, shown, FR.notices.end, user_id=1, language_code="fr")
        await api.until(lambda: api.called("answerCallbackQuery")[2:])
    toasts = [call.params["text"] for call in api.called("answerCallbackQuery")]
    assert toasts == [FR.notices.not_yours, FR.notices.gone, FR.notices.ended.format(text="Ukraine")]
