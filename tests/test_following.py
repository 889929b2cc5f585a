"""Who is told of what is new: whoever asked in the other language, or in the name of a group."""

from __future__ import annotations

from typing import Any

import pytest
from bot_running import EN, FR, GROUP, bot_api, press, replies, soon  # noqa: F401 (fixtures)
from botapi import BotApi
from notices_running import (  # noqa: F401 (fixtures)
    HOSPITAL,
    TOPIC,
    Newsroom,
    a_newsroom,
    telling,
)


@pytest.mark.parametrize(
    "case",
    [
        ("en", EN, "When will the new hospital of Sainte-Orle open?", HOSPITAL, "3 mars"),
    ],
)
async def test_an_article_in_the_other_language_that_answers_a_question_is_told(
    api: BotApi, newsroom: Newsroom, case: tuple[str, Any, str, str, str]
) -> None:
    """The reader asked, was refused, and tapped "tell me when"; the article's own words are quoted."""
    code, texts, asked, text, said = case
    async with telling(api, newsroom, newsroom.answerer.answer):
        api.say(7, asked, language_code=code)
        await replies(api, 7)
        [refused] = api.here(7)
        await press(api, 7, refused, texts.answer.tell_when, language_code=code)
        await replies(api, 7, 2)
        newsroom.put("nouveau.txt", text)
        notice = (await replies(api, 7, 3))[2]
    assert notice.splitlines()[0] == texts.notices.heading.format(text=asked)
    assert said in notice


@pytest.mark.parametrize("access", ["list", "code"])
async def test_who_follows_something_in_a_groups_name_is_told_there(
    api: BotApi, newsroom: Newsroom, access: str
) -> None:
    """An administrator who writes anonymously: the group is on the list, Telegram's number for all of them is not."""
    group = {"id": GROUP, "type": "supergroup", "title": "Newsroom"}
    async with telling(api, newsroom, access=access, readers=f"7, {GROUP}"):
        api.say(GROUP, f"/subscribe {TOPIC}", chat_type="supergroup", user_id=1087968824, sender_chat=group)
        await replies(api, GROUP)
        newsroom.put("nouveau.txt", HOSPITAL)
        assert "3 mars" in (await replies(api, GROUP, 2))[1]
