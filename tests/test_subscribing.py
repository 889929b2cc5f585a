"""Subscriptions, over HTTP: made, listed, ended, and by whom."""

from __future__ import annotations

from typing import Any

import pytest
from bot_running import (  # noqa: F401 (fixtures)
    EN,
    FR,
    GROUP,
    bot_api,
    press,
    replies,
    running,
    soon,
)
from botapi import BotApi
from notices_running import (  # noqa: F401 (fixtures)
    TOPIC,
    a_newsroom,
    subscribed,
)

from bot.chats import subscriptions
from bot.chats.subscriptions import IN_A_CHAT


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


@pytest.mark.parametrize(("code", "texts", "word"), [("fr", FR, "rien"), ("en", EN, "nothing")])
@pytest.mark.parametrize("chat", [7, GROUP])
async def test_a_question_without_an_answer_is_followed_by_a_tap(
    api: BotApi, code: str, texts: Any, word: str, chat: int
) -> None:
    async with running(api):
        kind = "private" if chat == 7 else "supergroup"
        api.say(chat, f"/ask {word}", chat_type=kind, language_code=code)
        await replies(api, chat)
        refusal = api.here(chat)[0]
        assert api.labels(chat, refusal)[-1] == [texts.answer.tell_when, texts.answer.newest, "⋯"]
        await press(api, chat, refusal, texts.answer.tell_when, language_code=code)
        confirmed = (await replies(api, chat, 2))[1]
        assert confirmed.startswith(texts.notices.subscribed.format(text=word))
        assert api.labels(chat, api.here(chat)[1]) == [[texts.notices.end]]
        api.press(chat, refusal, texts.answer.tell_when, language_code=code)
        assert (await replies(api, chat, 3))[2].startswith(texts.notices.already.format(text=word))
        forged = api.press(chat, refusal, "", data="follow:9", language_code=code)
        await api.until(
            lambda: [
                call
                for call in api.called("answerCallbackQuery")
                if call.params["callback_query_id"] == forged and call.params["text"] == texts.answer.gone
            ]
        )


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


async def test_what_cannot_be_seen_turns_no_line_of_the_bots_around(api: BotApi) -> None:
    async with running(api):
        api.say(7, "/subscribe le \u202eprix\u200b du pain", language_code="fr")
        [said] = await replies(api, 7)
    assert said.startswith("C’est noté\u00a0: «\u00a0le prix du pain\u00a0».")


async def test_what_is_not_followed_is_told_back_briefly_and_the_list_is_whole(api: BotApi) -> None:
    async with running(api):
        for text in ("/subscribe Ukraine", "/unsubscribe " + "mot " * 1000):
            api.say(7, text, language_code="fr")
        _, unknown = await replies(api, 7, 2)
    assert unknown.startswith("Vous n’avez pas d’abonnement «\u00a0mot mot")
    assert len(unknown) < 300
    assert unknown.endswith(FR.notices.listed)


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


async def test_an_administrator_who_asked_anonymously_ends_the_subscription_by_its_button(
    api: BotApi,
) -> None:
    """They write in the name of the group, and tap under their own number."""
    api.appoint(GROUP, 5)
    async with running(api):
        group = {"id": GROUP, "type": "supergroup", "title": "Newsroom"}
        api.say(GROUP, "/subscribe Ukraine", chat_type="supergroup", user_id=1087968824, sender_chat=group)
        await replies(api, GROUP)
        for user_id in (2, 5):
            api.press(GROUP, api.here(GROUP)[0], EN.notices.end, user_id=user_id)
            await api.until(lambda count=user_id // 2: len(api.called("answerCallbackQuery")) == count)
    toasts = [call.params["text"] for call in api.called("answerCallbackQuery")]
    assert toasts == [EN.notices.not_yours, EN.notices.ended.format(text="Ukraine")]


async def test_what_others_read_of_a_subscription_is_neither_turned_around_nor_endless(api: BotApi) -> None:
    async with running(api):
        api.say(7, "/subscribe le \u202eprix\u200b du pain", language_code="fr")
        api.say(7, "/unsubscribe " + "le pont " * 500, language_code="fr")
        confirmed, unknown = await replies(api, 7, 2)
    assert confirmed.startswith(FR.notices.subscribed.format(text="le prix du pain"))
    assert unknown.endswith(f"…\u00a0».\n\n{FR.notices.listed}")
