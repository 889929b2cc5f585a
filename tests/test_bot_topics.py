"""Forum topics and albums in groups: which conversation a message is of, and whether it is one question or several."""

from __future__ import annotations

import pytest
from bot_running import GROUP, Asked, bot_api, replies, running, soon  # noqa: F401 (fixtures)
from botapi import USERNAME, BotApi
from test_bot_groups import in_group


async def test_topics_keep_apart(api: BotApi) -> None:
    chain = Asked()
    async with running(api, chain):
        for number, (thread, text) in enumerate([(33, "un"), (34, "deux"), (33, "trois")], start=1):
            in_group(api, f"/ask {text}", is_topic_message=True, message_thread_id=thread)
            await replies(api, GROUP, number)
    asked = {question.text: [turn.question for turn in question.history] for question in chain.questions}
    assert asked == {"un": [], "deux": [], "trois": ["un"]}
    assert [call.params["message_thread_id"] for call in api.sent(GROUP)] == [33, 34, 33]


@pytest.mark.parametrize("code", ["fr", "en"])
async def test_a_message_in_a_topic_is_about_nothing_though_it_replies_to_the_topics_beginning(
    api: BotApi, code: str
) -> None:
    """Telegram has each message of a topic reply to the one that made it, unless it replies to another."""
    chain = Asked()
    beginning = {
        "message_id": 33,
        "date": 1_732_000_000,
        "chat": {"id": GROUP, "type": "supergroup", "title": "Newsroom", "is_forum": True},
        "from": {"id": 5, "is_bot": False, "first_name": "Bo"},
        "forum_topic_created": {"name": "Est-ce vrai ?", "icon_color": 7322096},
        "is_topic_message": True,
        "message_thread_id": 33,
    }
    topic = {"is_topic_message": True, "message_thread_id": 33, "reply_to_message": beginning}
    async with running(api, chain):
        in_group(api, f"@{USERNAME} la tour", language_code=code, **topic)
        in_group(api, f"@{USERNAME} le pont", language_code=code, **topic)
        await replies(api, GROUP, 2)
        in_group(api, "entre nous", language_code=code, **topic)
        in_group(api, "/ask le quai", language_code=code, **topic)
        await replies(api, GROUP, 3)
    asked = [(question.text, [turn.question for turn in question.history]) for question in chain.questions]
    assert asked == [("la tour", []), ("le pont", ["la tour"]), ("le quai", ["la tour", "le pont"])]
    assert {call.params["message_thread_id"] for call in api.sent(GROUP)} == {33}


@pytest.mark.parametrize("code", ["fr", "en"])
async def test_an_album_with_one_caption_is_one_question_in_a_group_too(api: BotApi, code: str) -> None:
    chain = Asked()
    photo = [{"file_id": "p", "file_unique_id": "p", "width": 1, "height": 1}]
    caption = f"@{USERNAME} la tour"
    mention = [{"type": "mention", "offset": 0, "length": len(USERNAME) + 1}]
    async with running(api, chain):
        album = {"photo": photo, "media_group_id": "g1", "language_code": code}
        in_group(api, None, caption=caption, caption_entities=mention, **album)
        in_group(api, None, **album)
        in_group(api, "/ask le pont", language_code=code)
        await replies(api, GROUP, 2)
    assert [question.text for question in chain.questions] == ["la tour", "le pont"]
    assert len(api.sent(GROUP)) == 2
