"""/lang, /settings and their buttons: who may choose, what is kept, and presses that are made up or old."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from bot_running import EN, FR, GROUP, Asked, application_for, bot_api, replies, running, soon  # noqa: F401 (fixtures)
from botapi import BotApi
from telegram import CallbackQuery, Chat, InaccessibleMessage, Update, User
from test_bot_menu import BOTH, article, filled, shown

from bot.app import OFFICE
from bot.chats import choices
from bot.chats.choices import Choices
from bot.chats.store import Store
from bot.texts import counted, number, time_of_day
from retrieval.domain import Language
from retrieval.settings import Settings


def chosen(chat_id: int) -> Choices:
    store = Store.open(Settings.load())
    try:
        with store.begin() as connection:
            return choices.get(connection, chat_id)
    finally:
        store.close()


# /lang


@pytest.mark.parametrize("code", ["fr", "en", "de"])
async def test_a_chosen_language_is_that_of_answers_and_of_the_bots_words(api: BotApi, code: str) -> None:
    chain = Asked()
    async with running(api, chain):
        for text in ("/lang fr", "la tour", "/help", "/lang EN", "la tour", "/help"):
            api.say(7, text, language_code=code)
        said = await replies(api, 7, 6)
    assert [said[0], said[2], said[3], said[5]] == [
        FR.choosing.language_chosen,
        FR.talk.help,
        EN.choosing.language_chosen,
        EN.talk.help,
    ]
    assert [(question.language, question.chat_language) for question in chain.questions] == [
        ("fr", "fr"),
        ("en", "en"),
    ]


@BOTH
async def test_without_a_choice_the_answer_follows_each_question(api: BotApi, code: str, texts: Any) -> None:
    chain = Asked()
    async with running(api, chain):
        for text in ("/lang en", "/lang auto", "la tour", "the tower", "/lang tlh"):
            api.say(7, text, language_code=code)
        said = await replies(api, 7, 5)
    assert said[1] == texts.choosing.language_auto
    assert [question.language for question in chain.questions] == [None, None]
    assert said[4] == texts.choosing.language_usage


@BOTH
async def test_the_language_is_chosen_by_buttons_and_remembered(api: BotApi, code: str, texts: Any) -> None:
    async with running(api):
        api.say(7, "/lang", language_code=code)
        await shown(api, 7, texts.choosing.which_language)
        [message] = api.here(7)
        assert api.labels(7, message) == [["Français", "English"], [texts.choosing.auto_button]]
        api.press(7, message, "Français", language_code=code)
        await shown(api, 7, FR.choosing.language_chosen)
        assert api.labels(7, message) == []
    assert chosen(7) == Choices("fr")
    async with running(api):
        api.say(7, "/help", language_code=code)
        assert (await replies(api, 7, 2))[1] == FR.talk.help


async def test_each_chat_has_its_own_language(api: BotApi) -> None:
    api.appoint(GROUP, 9)
    async with running(api):
        api.say(GROUP, "/lang fr", chat_type="supergroup", user_id=9)
        await replies(api, GROUP)
        api.say(7, "/help")
        api.say(GROUP, "/help", chat_type="supergroup", user_id=8)
        assert await replies(api, 7) == [EN.talk.help]
        assert (await replies(api, GROUP, 2))[1] == FR.talk.help


# /settings


@BOTH
async def test_settings_are_shown_and_chosen_by_buttons(api: BotApi, code: Language, texts: Any) -> None:
    told = texts.choosing
    async with running(api):
        api.say(7, "/settings", language_code=code)
        await shown(api, 7, told.settings)
        [message] = api.here(7)
        first = (api.shown(7, message) or "").split("\n")
        hours = [time_of_day(hour, 0, code) for hour in (22, 7)]
        assert first == [
            told.settings,
            told.as_asked,
            counted(5, told.notices, code),
            told.quiet.format(start=hours[0], end=hours[1], timezone="Europe/Paris"),
            told.corrections,
        ]
        for label, line in (
            ("English", EN.choosing.always["en"]),
            ("1", EN.choosing.notices[0]),
            (EN.choosing.no_quiet_button, EN.choosing.no_quiet),
            (EN.choosing.no_notices_button, EN.choosing.no_notices),
        ):
            api.press(7, message, label, language_code=code)
            await shown(api, 7, line)
        assert EN.choosing.corrections_muted in (api.shown(7, message) or "")
        assert chosen(7) == Choices("en", 0, 0, 0)
        assert [label for row in api.labels(7, message) for label in row if label.startswith("✓")] == [
            "✓\u00a0English",
            f"✓\u00a0{EN.choosing.no_notices_button}",
            f"✓\u00a0{EN.choosing.no_quiet_button}",
            f"✓\u00a0{EN.choosing.corrections_button}",
        ]
        api.press(7, message, EN.choosing.no_corrections_button, language_code=code)
        await shown(api, 7, EN.choosing.no_corrections)
        assert chosen(7) == Choices("en", 0, 0, 0, corrections=False)
        api.press(7, message, f"✓\u00a0{EN.choosing.no_quiet_button}", language_code=code)
        api.press(7, message, EN.choosing.corrections_button, language_code=code)
        await shown(api, 7, EN.choosing.corrections_muted)
        api.press(7, message, EN.choosing.quiet_button, language_code=code)
        await shown(api, 7, "22:00")
        api.press(7, message, EN.choosing.close_button, language_code=code)
        await api.until(lambda: not api.labels(7, message))
    assert chosen(7) == Choices("en", 0, None, None, corrections=True)


async def test_where_the_bot_has_no_quiet_hours_a_chat_may_still_have_some(api: BotApi) -> None:
    async with running(api, quiet="none", notices_a_day=7):
        api.say(7, "/settings", language_code="fr")
        await shown(api, 7, FR.choosing.no_quiet)
        [message] = api.here(7)
        assert f"✓\u00a0{number(7, 'fr')}" in api.labels(7, message)[1]
        api.press(7, message, FR.choosing.quiet_button, language_code="fr")
        await shown(api, 7, "de 22\u00a0h à 7\u00a0h (Europe/Paris)")
    assert chosen(7) == Choices(None, None, 22 * 60, 7 * 60)


@BOTH
@pytest.mark.parametrize("command", ["/settings", "/lang"])
async def test_anothers_buttons_do_nothing_but_say_so(
    api: BotApi, code: str, texts: Any, command: str
) -> None:
    api.appoint(GROUP, 7)
    async with running(api):
        api.say(GROUP, command, chat_type="supergroup", user_id=7, language_code=code)
        await api.until(lambda: api.here(GROUP))
        [message] = api.here(GROUP)
        api.press(GROUP, message, "English", user_id=8, language_code=code)
        await api.until(lambda: api.called("answerCallbackQuery"))
        [answer] = api.called("answerCallbackQuery")
        assert (answer.params["text"], answer.params["show_alert"]) == (texts.choosing.not_yours, True)
        assert chosen(GROUP) == Choices()
        api.press(GROUP, message, "English", user_id=7, language_code=code)
        await api.until(lambda: chosen(GROUP) == Choices("en"))


@BOTH
async def test_only_administrators_choose_for_a_group_by_command_or_button(
    api: BotApi, code: str, texts: Any
) -> None:
    api.appoint(GROUP, 8)
    said = {"chat_type": "supergroup", "language_code": code}
    async with running(api):
        for number, command in enumerate(("/lang", "/lang en", "/settings"), start=1):
            api.say(GROUP, command, user_id=7, **said)
            assert (await replies(api, GROUP, number))[-1] == texts.groups.administrators_only
        api.say(GROUP, "/settings", user_id=8, **said)
        await shown(api, GROUP, texts.choosing.settings)
        message = api.here(GROUP)[-1]
        made_up = ["lang:7:en", "set:7:lang:en", "set:7:notices:0", "set:7:quiet:off"]
        for data in made_up:
            api.press(GROUP, message, "", data=data, user_id=7, language_code=code)
        told = await api.until(
            lambda: len(api.called("answerCallbackQuery")) == 4 and api.called("answerCallbackQuery")
        )
        assert [call.params["text"] for call in told] == [texts.groups.administrators_only] * 4
        assert chosen(GROUP) == Choices()
        api.press(GROUP, message, "English", user_id=8, language_code=code)
        await api.until(lambda: chosen(GROUP) == Choices("en"))
        api.appoint(GROUP, 8, "member")  # who was one when the buttons came
        api.press(GROUP, message, "Français", user_id=8, language_code=code)
        await api.until(lambda: len(api.called("answerCallbackQuery")) == 6)
    assert chosen(GROUP) == Choices("en")


async def test_buttons_of_a_message_that_has_become_inaccessible_still_work(
    api: BotApi, tmp_path: Path
) -> None:
    library = filled(tmp_path / "held", *map(article, range(20)))
    async with running(api, library=library):
        for number, command in enumerate(("/lang", "/settings", "/articles", "/forget"), start=1):
            api.say(7, command)
            await replies(api, 7, number)
        lang, settings, articles, forget = api.here(7)
        for message, label, text in (
            (lang, "Français", FR.choosing.language_chosen),
            (settings, "English", EN.choosing.always["en"]),
            (articles, EN.library.earlier_button, EN.library.shown[1].format(first=9, last=16)),
            (forget, EN.choosing.forget_button, EN.choosing.forgotten),
        ):
            api.press(7, message, label, inaccessible=True)
            await api.until(lambda message=message, text=text: text in (api.shown(7, message) or ""))
    assert chosen(7) == Choices()


# python-telegram-bot 22.8 makes of such a message one of 1970; what its types promise is this.
@pytest.mark.filterwarnings("ignore:.update.callback_query. is not")
async def test_a_message_of_which_only_chat_and_number_are_known_is_enough_for_its_buttons(
    api: BotApi,
) -> None:
    async with running(api):
        for number, command in enumerate(("/lang", "/settings", "/forget"), start=1):
            api.say(7, command)
            await replies(api, 7, number)
    lang, settings, forget = api.here(7)
    application = application_for(api)
    async with application:
        for message, data, text in (
            (lang, "lang:7:fr", FR.choosing.language_chosen),
            (settings, "set:7:lang:en", EN.choosing.always["en"]),
            (forget, "forget:7:yes", EN.choosing.forgotten),
        ):
            query = CallbackQuery(
                f"press {message}",
                User(7, "Ada", False, language_code="en"),
                "1",
                message=InaccessibleMessage(Chat(7, "private"), message),
                data=data,
            )
            query.set_bot(application.bot)
            await application.process_update(Update(5000 + message, callback_query=query))
            assert text in (api.shown(7, message) or "")
    application.bot_data[OFFICE].desk.close()
    application.bot_data[OFFICE].store.close()


@pytest.mark.parametrize(
    "data",
    [
        "set:7:notices:999999",
        "set:7:notices:9999",
        "set:7:lang:xx",
        "set:7:quiet:';--",
        "lang:7:de",
        "articles:-1",
        "articles:99999999999",
        "forget:7",
        "nonsense",
        "x" * 64,
    ],
)
async def test_made_up_button_data_is_old_to_the_bot(api: BotApi, data: str) -> None:
    async with running(api):
        api.say(7, "/settings", language_code="fr")
        await api.until(lambda: api.here(7))
        api.press(7, api.here(7)[0], "", data=data, language_code="fr")
        await api.until(lambda: api.called("answerCallbackQuery"))
        assert api.called("answerCallbackQuery")[0].ok
    assert chosen(7) == Choices()
