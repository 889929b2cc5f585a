"""The Bot API server the tests trust, against python-telegram-bot's own `Bot`: it refuses what Telegram refuses."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from botapi import BotApi
from hypothesis import given
from hypothesis import strategies as st
from telegram import (
    Bot,
    BotCommand,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
)
from telegram.error import BadRequest, Conflict, InvalidToken, NetworkError
from telegram_faults import Fault
from telegram_html import CannotParseError, parse, units


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi() as server:
        yield server


@pytest.fixture
async def bot(api: BotApi) -> AsyncIterator[Bot]:
    async with Bot(api.token, base_url=api.base_url) as made:
        yield made


def test_html_is_read_into_text_and_entities() -> None:
    text, entities = parse('😀 <b>a &lt;<i>b</i></b> <a href="https://x.example/?a=1&amp;b=&quot;">c</a>')
    assert text == "😀 a <b c"
    assert [(e.type, e.offset, e.length, e.url) for e in entities] == [
        ("bold", 3, 4, None),
        ("italic", 6, 1, None),
        ("text_link", 8, 1, 'https://x.example/?a=1&b="'),
    ]
    assert parse("<blockquote expandable>a</blockquote>")[1][0].type == "expandable_blockquote"
    assert parse("AT&T &eacute; 1 > 0")[0] == "AT&T &eacute; 1 > 0"


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("<p>a</p>", 'Unsupported start tag "p" at byte offset 0'),
        ("é <3", "Unclosed start tag at byte offset 3"),
        ("<b>a", 'Can\'t find end tag corresponding to start tag "b"'),
        ("a</b>", "Unexpected end tag at byte offset 1"),
        ("<b><i>a</b></i>", "Unmatched end tag at byte offset 7"),
        ('<a href="x>a</a>', "Unclosed start tag"),
        ("<blockquote>a<blockquote>b</blockquote></blockquote>", "Nested blockquote"),
    ],
)
def test_broken_html_is_refused_in_telegrams_words(html: str, words: str) -> None:
    with pytest.raises(CannotParseError, match="^" + words.replace("(", r"\(")):
        parse(html)


@given(st.text(alphabet="<>/&;=\"ab 'blockquote"))
def test_any_text_is_read_or_refused(html: str) -> None:
    try:
        text, entities = parse(html)
    except CannotParseError:
        return
    assert all(e.offset >= 0 and e.offset + e.length <= units(text) for e in entities)


async def test_a_message_too_long_empty_broken_or_to_nobody_is_refused(api: BotApi, bot: Bot) -> None:
    api.say(7, "hello")
    await bot.send_message(7, "<b>" + "😀" * 2048 + "</b>", parse_mode="HTML")
    for chat_id, text, words in [
        (7, "😀" * 2048 + "a", "message is too long"),
        (7, "<b> </b>", "message text is empty"),
        (7, "<b>", "can't parse entities"),
        (8, "hello", "Chat not found"),
    ]:
        with pytest.raises(BadRequest, match=f"(?i){words}"):
            await bot.send_message(chat_id, text, parse_mode="HTML")
    assert len(api.sent(7)) == 1


async def test_an_edit_that_changes_nothing_is_refused(api: BotApi, bot: Bot) -> None:
    api.say(7, "hello")
    message = await bot.send_message(7, "a")
    await message.edit_text("b")
    with pytest.raises(BadRequest, match="not modified"):
        await message.edit_text("b")


async def test_updates_stay_until_a_higher_offset_confirms_them(api: BotApi, bot: Bot) -> None:
    api.say(7, "one")
    api.say(7, "two")
    first, second = await bot.get_updates()
    assert [u.update_id for u in await bot.get_updates()] == [first.update_id, second.update_id]
    assert [u.update_id for u in await bot.get_updates(offset=second.update_id)] == [second.update_id]
    assert await bot.get_updates(offset=second.update_id + 1) == ()
    assert api.unconfirmed == 0


async def test_a_second_poller_ends_the_first_ones_call(api: BotApi, bot: Bot) -> None:
    first = asyncio.create_task(bot.get_updates(timeout=5))  # type: ignore[arg-type]
    await asyncio.sleep(0.2)
    async with Bot(api.token, base_url=api.base_url) as other:
        second = asyncio.create_task(other.get_updates(timeout=5))  # type: ignore[arg-type]
        with pytest.raises(Conflict):
            await first
        api.say(7, "hello")
        assert len(await second) == 1


@pytest.mark.parametrize("token", ["123456:wrong", "wrong"])
async def test_a_wrong_token_is_refused(api: BotApi, token: str) -> None:
    bot = Bot(token, base_url=api.base_url)
    with pytest.raises(InvalidToken):
        await bot.initialize()
    await bot.shutdown()


async def test_an_answer_that_is_lost_leaves_the_message_sent(api: BotApi, bot: Bot) -> None:
    api.say(7, "hello")
    api.fault("sendMessage", Fault(performed=True))
    with pytest.raises(NetworkError):
        await bot.send_message(7, "a")
    assert len(api.sent(7)) == 1


async def test_an_inline_query_is_answered_once_and_by_telegrams_rules(api: BotApi, bot: Bot) -> None:
    def result(text: str, name: str = "a") -> InlineQueryResultArticle:
        return InlineQueryResultArticle(name, "Title", InputTextMessageContent(text, parse_mode="HTML"))

    query = api.type_inline(7, "Who won?")
    for results, button, words in [
        ([result("<b>")], None, "can't parse entities"),
        ([result("a" * 4097)], None, "too_long"),
        ([result("<b> </b>")], None, "empty"),
        ([result("a"), result("b")], None, "duplicate"),
        ([result("a", "é" * 33)], None, "id_invalid"),
        ([], InlineQueryResultsButton("a" * 65, start_parameter="a"), "text_invalid"),
        ([], InlineQueryResultsButton("a", start_parameter="é"), "param_invalid"),
    ]:
        with pytest.raises(BadRequest, match=f"(?i){words}"):
            await bot.answer_inline_query(query, results, button=button)
    assert await bot.answer_inline_query(query, [result("a")])
    for late in (query, "never"):
        with pytest.raises(BadRequest, match="too old"):
            await bot.answer_inline_query(late, [result("a")])


async def test_a_menu_of_commands_is_checked(api: BotApi, bot: Bot) -> None:
    for name, what, code in [("Ask", "a", "fr"), ("ask", "", "fr"), ("ask", "a", "fr-CA")]:
        with pytest.raises(BadRequest):
            await bot.set_my_commands([BotCommand(name, what)], language_code=code)
    assert await bot.set_my_commands([BotCommand("ask", "a")], language_code="fr")


async def test_members_are_told_by_their_status(api: BotApi, bot: Bot) -> None:
    api.appoint(-100, 8)
    api.appoint(-100, 9, "creator")
    told = [(await bot.get_chat_member(-100, user)).status for user in (7, 8, 9)]
    assert told == ["member", "administrator", "creator"]
