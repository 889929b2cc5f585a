"""Notices, over HTTP: the real bot, the real model, articles ingested while it runs."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest
import sqlalchemy as sa
from bot_running import (  # noqa: F401 (fixtures)
    EN,
    FR,
    Asked,
    application_for,
    bot_api,
    replies,
    settings_for,
    soon,
)
from botapi import BotApi
from notices_running import (  # noqa: F401 (fixtures)
    BREAD,
    HOSPITAL,
    TOPIC,
    Newsroom,
    a_newsroom,
    looked,
    quiet_now,
    rows,
    subscribed,
    telling,
)

from bot.app import OFFICE
from bot.chats import choices, notices, subscriptions, tables
from bot.chats.store import Store
from bot.menus.forgetting import DAY, expire
from bot.news.courier import Courier
from bot.news.notices import Notifier
from bot.office import Office
from retrieval.domain import Matched

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


async def test_in_quiet_hours_notices_wait_and_go_out_after_as_one_where_they_tell_one_story(
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
            waiting = notices.waiting(connection, 7)
            choices.choose(connection, 7, quiet_from=0, quiet_to=0)
        [text] = await replies(api, 7)
        await asyncio.sleep(0.3)
    assert len(api.sent(7)) == 1
    with newsroom.library.snapshot() as snapshot:
        found = snapshot.articles_by_id([one.article_id for one in waiting])
    titles = [found[one.article_id].article.title for one in waiting]
    assert len(titles) == 2
    assert text.index(titles[0]) < text.index(f"• {titles[1]}")
    assert "manque d’infirmières à trois mois" in text
    assert "accueillera ses premiers malades le 3 mars" in text
    assert [bool(sent) for sent, _ in rows(store)] == [True, True]
    assert sum(message is not None for _, message in rows(store)) == 1


async def test_what_an_older_article_said_already_is_not_what_a_notice_quotes(
    api: BotApi, newsroom: Newsroom
) -> None:
    said = BREAD.split("\n\n")[1].split(". ")[0] + "."
    news = "Three bakers of Wexley will bake no bread on Mondays from January, for want of customers."
    more = "Their loaves will be sold at the station, in the market hall and by the school, said Maud Pennick, who bakes there."
    newsroom.put("old.txt", BREAD)
    with closing(sqlite3.connect(newsroom.library.folder / "catalogue.sqlite3")) as catalogue, catalogue:
        catalogue.execute("UPDATE articles SET added = added - 7200")
    subscribed(api, "the price of bread", "en").close()
    async with telling(api, newsroom):
        newsroom.put(
            "new.txt",
            f"The price of bread in Wexley: what comes next\n\n{said} {news}\n\n{more}",
        )
        [text] = await replies(api, 7)
    assert text.split("\n\n")[1].split("\n")[-1].startswith(news)  # the passage begins there


@pytest.mark.parametrize("chosen", [None, 2])
async def test_no_more_than_a_days_number_is_sent_and_the_chats_choice_wins(
    api: BotApi, newsroom: Newsroom, chosen: int | None
) -> None:
    store = subscribed(api)
    if chosen:
        with store.begin() as connection:
            choices.choose(connection, 7, notices_a_day=chosen)
    async with telling(api, newsroom, notices_a_day=1, stories=None):  # each its own
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
        await Notifier(office, Courier(office, application.bot), _no_match).send()
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
