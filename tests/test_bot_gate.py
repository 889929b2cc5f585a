"""Who may talk to the bot, and how fast: over HTTP, in both languages."""

from __future__ import annotations

import sqlite3
import threading
import time
from contextlib import closing
from typing import Any

import pytest
from bot_running import EN, FR, GROUP, Asked, bot_api, replies, running, soon  # noqa: F401 (fixtures)
from botapi import USERNAME, BotApi

from bot.chats import members
from bot.chats.store import CHATS, Store
from bot.door.invites import digest_of, new_code
from retrieval.settings import Settings

BOTH = pytest.mark.parametrize(("code", "texts"), [("fr", FR), ("en", EN)])


def invited(*, expires_in: int = 1000) -> str:
    code = new_code()
    store = Store.open(Settings.load())
    with store.begin() as connection:
        members.invite(connection, digest_of(code) or "", expires=int(time.time()) + expires_in)
    store.close()
    return code


# Access


@BOTH
async def test_a_list_lets_its_readers_and_admins_in_and_tells_others_once_how_to_get_in(
    api: BotApi, code: str, texts: Any
) -> None:
    chain = Asked()
    async with running(api, chain, access="list", readers="7, 8", admins="9"):
        for _ in range(3):
            api.say(6, "la tour", language_code=code)
        api.say(6, "/help", language_code=code)
        for reader in (7, 9):
            api.say(reader, "la tour", language_code=code)
            await replies(api, reader)
        assert await replies(api, 6) == [texts.door.by_list.format(user_id=6)]
    assert len(chain.questions) == 2


@BOTH
async def test_a_code_lets_one_reader_in_for_good(api: BotApi, code: str, texts: Any) -> None:
    invitation = invited()
    async with running(api, access="code"):
        api.say(7, "la tour", language_code=code)
        api.say(7, f"/start {invitation}", language_code=code)
        api.say(7, "la tour", language_code=code)
        said = await replies(api, 7, 3)
        assert said[:2] == [texts.door.by_code, f"{texts.door.let_in}\n\n{texts.talk.greeting}"]
        assert "À propos de la tour" in said[2]
        api.say(8, invitation, language_code=code)
        assert await replies(api, 8) == [texts.door.wrong_code]
    async with running(api, access="code"):
        api.say(7, "la tour", language_code=code)
        assert "À propos de la tour" in (await replies(api, 7, 4))[3]
        api.say(8, "la tour", language_code=code)
        assert (await replies(api, 8, 2))[1] == texts.door.by_code


async def test_a_code_is_taken_as_it_was_typed_and_not_after_it_expired(api: BotApi) -> None:
    good, old = invited(), invited(expires_in=-1)
    async with running(api, access="code"):
        api.say(7, old)
        api.say(7, good.lower().replace("-", " "))
        assert (await replies(api, 7, 2))[0] == EN.door.wrong_code
        assert (await replies(api, 7, 2))[1].startswith(EN.door.let_in)


@BOTH
async def test_guessing_codes_is_limited_and_then_not_answered(api: BotApi, code: str, texts: Any) -> None:
    good = invited()
    async with running(api, access="code"):
        for _ in range(20):
            api.say(7, f"/start {new_code()}", language_code=code)
        api.say(7, f"/start {good}", language_code=code)
        said = await replies(api, 7, 6)
        api.say(8, good, language_code=code)
        await replies(api, 8)
        assert await replies(api, 7, 6) == said
    assert said == [texts.door.wrong_code] * 5 + [texts.door.too_many_codes.format(minutes=12)]


async def test_a_code_shown_in_a_group_lets_nobody_in(api: BotApi) -> None:
    good = invited()
    async with running(api, access="code"):
        api.say(GROUP, f"/start {good}", chat_type="supergroup", user_id=7)
        assert await replies(api, GROUP) == [EN.door.by_code]


@BOTH
async def test_in_groups_the_gate_is_by_person_and_others_talk_is_no_knock(
    api: BotApi, code: str, texts: Any
) -> None:
    chain = Asked()
    async with running(api, chain, access="list", readers="7"):
        for user_id, text in (
            (8, "bonjour"),
            (8, "/ask@another_bot un"),
            (8, "/ask un"),
            (8, "/ask deux"),
            (7, "/ask trois"),
        ):
            api.say(GROUP, text, chat_type="supergroup", user_id=user_id, language_code=code)
        said = await replies(api, GROUP, 2)
    assert said[0] == texts.door.by_list.format(user_id=8)
    assert [question.text for question in chain.questions] == ["trois"]


async def test_the_number_that_an_anonymous_administrator_is_told_lets_them_in(api: BotApi) -> None:
    """They write in the name of their group, whose number it is."""
    chain = Asked()
    anonymous = {
        "sender_chat": {"id": GROUP, "type": "supergroup", "title": "Newsroom"},
        "user_id": 1087968824,
    }
    async with running(api, chain, access="list", readers="7"):
        api.say(GROUP, "/ask un", chat_type="supergroup", **anonymous)
        [told] = await replies(api, GROUP)
    assert told == EN.door.by_list.format(user_id=GROUP)
    async with running(api, chain, access="list", readers=f"7, {GROUP}"):
        api.say(GROUP, "/ask deux", chat_type="supergroup", **anonymous)
        api.say(GROUP, "/ask trois", chat_type="supergroup", user_id=8)
        await replies(api, GROUP, 3)
    assert [question.text for question in chain.questions] == ["deux"]


@BOTH
async def test_taps_and_inline_queries_pass_the_same_gate(api: BotApi, code: str, texts: Any) -> None:
    chain = Asked()
    api.appoint(GROUP, 7)
    async with running(api, chain, access="list", readers="7"):
        api.say(GROUP, "/settings", chat_type="supergroup", user_id=7)
        await api.until(lambda: api.here(GROUP))
        api.press(GROUP, api.here(GROUP)[0], "", data="set:8:lang:fr", user_id=8, language_code=code)
        [answer] = await api.until(lambda: api.called("answerCallbackQuery"))
        assert (answer.params["text"], answer.params["show_alert"]) == (texts.door.short_refused, True)
        query = api.type_inline(8, "Que dit la tour ?", language_code=code)
        offered = await api.until(lambda: api.offered(query))
        assert offered["results"] == []
        assert offered["button"]["text"] == texts.door.short_refused
        assert offered["is_personal"] is True
    assert chain.questions == []


async def test_an_open_bot_takes_a_link_with_a_code_for_a_greeting(api: BotApi) -> None:
    async with running(api):
        api.say(7, f"/start {invited()}")
        assert await replies(api, 7) == [f"{EN.talk.greeting}\n\n{EN.talk.nothing_yet}"]


# Limits


@BOTH
async def test_who_asks_too_fast_is_told_once_how_long_to_wait(api: BotApi, code: str, texts: Any) -> None:
    chain = Asked()
    async with running(api, chain, questions_a_minute=3):
        for number in range(50):
            api.say(7, f"question {number}", language_code=code)
        api.say(8, "la tour", language_code=code)
        await replies(api, 8)
        said = await replies(api, 7, 4)
        api.say(7, "/help", language_code=code)
        await api.until(lambda: api.unconfirmed == 0)
    assert said[3] == texts.door.too_fast.format(seconds=20)
    assert len(api.sent(7)) == 4
    assert len(chain.questions) == 4


async def test_what_comes_from_who_is_to_wait_is_not_even_written_down(api: BotApi) -> None:
    def written() -> int:
        with closing(sqlite3.connect(Settings.load().data_dir / CHATS)) as chats:
            return int(chats.execute("SELECT count(*) FROM inbox").fetchone()[0])

    async with running(api, questions_a_minute=1):
        for _ in range(2):
            api.say(7, "la tour")
        assert (await replies(api, 7, 2))[1] == EN.door.too_fast.format(seconds=60)
        before = written()
        for number in range(150):
            api.say(7, f"question {number}")
        api.say(8, "/help")
        assert await replies(api, 8) == [EN.talk.help]
        assert written() == before + 1
        api.say(7, "/stop")
        assert (await replies(api, 7, 3))[2] == EN.talk.nothing_to_stop


async def test_a_question_counts_when_it_comes_however_long_those_before_it_take(api: BotApi) -> None:
    slow = threading.Event()
    chain = Asked(lambda question: slow.wait(10))
    async with running(api, chain, questions_a_minute=2):
        for number in range(4):
            api.say(7, f"question {number}")
        await api.until(lambda: api.unconfirmed == 0)
        slow.set()
        said = await replies(api, 7, 3)
        api.say(8, "/help")
        await replies(api, 8)
    assert said[2] == EN.door.too_fast.format(seconds=30)
    assert [question.text for question in chain.questions] == ["question 0", "question 1"]


@BOTH
async def test_where_all_ask_too_much_each_is_told_once_and_is_not_to_blame(
    api: BotApi, code: str, texts: Any
) -> None:
    async with running(api, all_questions_a_minute=2):
        for reader in (7, 8, 9, 9, 9):
            api.say(reader, "/help", language_code=code)
        await replies(api, 9)
        await api.until(lambda: api.unconfirmed == 0)
    assert [call.text for call in api.sent(9)] == [texts.door.too_many.format(seconds=15)]


@BOTH
async def test_taps_are_limited_too_and_a_stop_gets_through(api: BotApi, code: str, texts: Any) -> None:
    async with running(api, questions_a_minute=1):
        api.say(7, "/settings", language_code=code)
        await api.until(lambda: api.here(7))
        [message] = api.here(7)
        for _ in range(6):
            api.press(7, message, "", data="nonsense", language_code=code)
        await api.until(lambda: len(api.called("answerCallbackQuery")) >= 4)
        api.say(8, "/help", language_code=code)
        await replies(api, 8)
        api.say(8, "/stop", language_code=code)
        await replies(api, 8, 2)
    answers = [call.params["text"] for call in api.called("answerCallbackQuery")]
    assert answers == [texts.answer.gone] * 3 + [texts.door.short_wait[1].format(count=20)]
    assert api.sent(8)[1].text == texts.talk.nothing_to_stop


async def test_admins_are_not_limited(api: BotApi) -> None:
    async with running(api, questions_a_minute=1, admins="7"):
        for _ in range(5):
            api.say(7, "/help")
        said = await replies(api, 7, 5)
    assert said == [f"{EN.talk.help}\n\n{EN.talk.admin_help}"] * 5


async def test_what_others_say_in_a_group_counts_for_nobody(api: BotApi) -> None:
    async with running(api, questions_a_minute=1):
        for _ in range(20):
            api.say(GROUP, "bonjour à tous", chat_type="supergroup", user_id=7)
        api.say(GROUP, f"@{USERNAME} la tour", chat_type="supergroup", user_id=7)
        [text] = await replies(api, GROUP)
    assert "la tour" in text
