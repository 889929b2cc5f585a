"""/privacy and /export, over HTTP, in both languages: what is kept, told and given."""

from __future__ import annotations

import json
from typing import Any
from xml.etree import ElementTree

import pytest
from bot_running import EN, FR, GROUP, application_for, bot_api, options, press, replies, running, soon  # noqa: F401 (fixtures)
from botapi import BotApi
from hypothesis import given
from hypothesis import strategies as st
from notices_running import Newsroom, a_newsroom, telling  # noqa: F401 (fixtures)

from bot.app import OFFICE
from bot.menus.privacy import opml

BOTH = pytest.mark.parametrize(("code", "texts"), [("fr", FR), ("en", EN)])


@BOTH
async def test_privacy_says_what_is_kept_how_long_where_and_how_to_erase_it(
    api: BotApi, code: str, texts: Any
) -> None:
    said = texts.privacy
    async with running(api, keep_days=3):
        api.say(7, "/privacy", language_code=code)
        [text] = await replies(api, 7)
    assert text.startswith(said.heading)
    assert said.answers[1].format(count=3) in text
    assert said.where in text
    assert {"/export", "/forget"} <= {word.rstrip(".:") for word in text.replace("\u00a0", " ").split()}
    assert said.logged not in text
    assert said.elsewhere.split("{")[0] not in text
    async with running(api, keep_days=1, log_messages=True):
        api.say(7, "/privacy", language_code=code)
        text = (await replies(api, 7, 2))[1]
    assert said.answers[0] in text
    assert said.logged in text


def test_a_chat_model_elsewhere_is_named(api: BotApi) -> None:
    for model, writer in (("quotes", None), ("local", None), ("openai:gpt-x", "openai:gpt-x")):
        application = application_for(api, chat_model=model)
        assert application.bot_data[OFFICE].writer == writer
        application.bot_data[OFFICE].store.close()


@BOTH
async def test_export_gives_all_that_is_kept_of_the_chat_and_of_no_other(
    api: BotApi, code: str, texts: Any
) -> None:
    async with running(api, admins={42}):
        for chat in (7, 8):
            api.say(chat, f"question {chat}", language_code=code)
            await replies(api, chat)
            api.say(chat, f"/subscribe sujet {chat}", language_code=code)
            await replies(api, chat, 2)
        await options(api, 7, api.here(7)[0], language_code=code)
        await press(api, 7, api.here(7)[0], "👍", language_code=code)
        await api.until(lambda: api.called("answerCallbackQuery"))
        api.say(7, "https://journal.example/a", language_code=code)
        await replies(api, 7, 3)
        api.say(7, "/export", language_code=code)
        [sent] = await api.until(lambda: api.called("sendDocument"))
    assert (sent.params["chat_id"], sent.params["caption"]) == (7, texts.privacy.exported)
    assert sent.params["document"].filename == "depeche.json"
    told = json.loads(sent.text)
    assert [(one["question"], [v["good"] for v in one["votes"]]) for one in told["answers"]] == [
        ("question 7", [True])
    ]
    assert told["answers"][0]["citations"][0]["title"] == "La tour ferme"
    assert [one["text"] for one in told["subscriptions"]] == ["sujet 7"]
    assert told["links"] == ["https://journal.example/a"]
    assert "8" not in {str(one.get("by")) for one in told["answers"]}


async def test_in_a_group_only_its_administrators_have_the_export(api: BotApi) -> None:
    api.appoint(GROUP, 7)
    async with running(api):
        for user in (8, 7):
            api.say(GROUP, "/export", chat_type="supergroup", user_id=user, language_code="fr")
        await api.until(lambda: api.called("sendDocument"))
    assert [call.text for call in api.sent(GROUP)] == [FR.groups.administrators_only]


async def test_an_admin_has_the_feeds_as_opml_too(api: BotApi, newsroom: Newsroom) -> None:
    feed = "https://journal.example/rss.xml?a=1&b=<2>"
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(newsroom.library.folder / "catalogue.sqlite3")) as catalogue, catalogue:
        catalogue.execute(
            "INSERT INTO sources (source, tried, read) VALUES (?, 1, 1), ('/folder', 1, 1)", (feed,)
        )
    async with telling(api, newsroom, admins={42}):
        for chat in (42, 7):
            api.say(chat, "/export")
        await api.until(lambda: len(api.called("sendDocument")) == 3)
    theirs = [
        call for call in api.called("sendDocument") if call.params["document"].filename == "depeche.opml"
    ]
    assert [call.params["chat_id"] for call in theirs] == [42]
    assert feeds_in(theirs[0].text) == [feed]


def feeds_in(text: str) -> list[str | None]:
    outlines = ElementTree.fromstring(text).findall("./body/outline")  # noqa: S314 - of our own making
    return [one.get("xmlUrl") for one in outlines]


_XML = st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff")


@given(st.lists(st.text(_XML)))
def test_any_address_survives_opml(feeds: list[str]) -> None:
    assert feeds_in(opml(feeds)) == feeds
