"""The bot in groups: to whom it speaks, when it joins, when it leaves, when a group moves."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from bot_running import EN, FR, GROUP, Asked, bot_api, press, replies, running, soon  # noqa: F401 (fixtures)
from botapi import BOT_ID, USERNAME, BotApi
from telegram_faults import Fault

from bot.answers.replied import doubts
from bot.chats import answers, choices, tables
from bot.chats.answers import Conversation
from bot.chats.store import Store
from retrieval import phrases
from retrieval.settings import Settings

BOTH = pytest.mark.parametrize(("code", "texts"), [("fr", FR), ("en", EN)])
ME = {"id": BOT_ID, "is_bot": True, "first_name": "Dépêche", "username": USERNAME}
OTHER_BOT = {"id": 99, "is_bot": True, "first_name": "Other", "username": "another_bot"}
PHOTO = [{"file_id": "p", "file_unique_id": "p", "width": 1, "height": 1}]


def in_group(api: BotApi, text: str | None, **given: Any) -> int:
    return api.say(GROUP, text, **({"chat_type": "supergroup", "user_id": 7} | given))


async def test_it_answers_those_who_speak_to_it_in_whatever_way(api: BotApi) -> None:
    chain = Asked()
    named = [{"type": "text_mention", "offset": 3, "length": 7, "user": ME}]
    caption = f"👋 @{USERNAME} quatre"
    async with running(api, chain):
        in_group(api, "/ask un")
        in_group(api, f"/ASK@{USERNAME} deux")
        in_group(api, "👋 Dépêche trois", entities=named)
        in_group(
            api,
            None,
            photo=PHOTO,
            caption=caption,
            caption_entities=[{"type": "mention", "offset": 3, "length": len(USERNAME) + 1}],
        )
        in_group(api, f"@{USERNAME}, qui a gagné ?")
        in_group(api, f"Dis @{USERNAME}, quoi ?")
        in_group(api, "cinq", sender_chat={"id": GROUP, "type": "supergroup", "title": "N"})
        in_group(
            api,
            "/ask six",
            sender_chat={"id": GROUP, "type": "supergroup", "title": "N"},
            **{"from": {"id": 1087968824, "is_bot": True, "first_name": "Group"}},
        )
        await replies(api, GROUP, 7)
    wanted = ["un", "deux", "👋  trois", "👋  quatre", "qui a gagné ?", "Dis, quoi ?", "six"]
    assert [question.text for question in chain.questions] == wanted


CLAIM = "La tour a fermé lundi, dit-on."
ADA = {"id": 8, "is_bot": False, "first_name": "Ada"}


@pytest.mark.parametrize(("code", "doubt"), [("fr", "c’est vrai ?"), ("en", "is this true?")])
async def test_under_somebodys_message_it_is_asked_about_that(api: BotApi, code: str, doubt: str) -> None:
    chain = Asked()
    said = {
        "message_id": 5000,
        "date": 1,
        "chat": {"id": GROUP, "type": "supergroup"},
        "from": ADA,
        "text": CLAIM,
    }
    words = {"text": "a fermé lundi", "position": 8, "is_manual": True}
    async with running(api, chain):
        for number, (text, more) in enumerate(
            (
                (f"@{USERNAME} {doubt}", {}),
                (f"/ask {doubt}", {}),
                (f"@{USERNAME}", {}),
                ("/ask", {"quote": words}),
                (f"@{USERNAME} et pourquoi donc ?", {}),
            ),
            start=1,
        ):
            in_group(api, text, reply_to_message=said, language_code=code, **more)
            await replies(api, GROUP, number)
        first, label = api.here(GROUP)[0], {"fr": FR, "en": EN}[code].answer.alone
        assert api.labels(GROUP, first)[0][1] == label
        await press(api, GROUP, first, label, language_code=code)
        await api.until(lambda: doubt in str(api.shown(GROUP, first)))
    assert [question.text for question in chain.questions] == [
        CLAIM,
        CLAIM,
        CLAIM,
        "a fermé lundi",
        "et pourquoi donc ?",
        doubt,
    ]
    assert [[turn.question for turn in question.history] for question in chain.questions] == [
        *[[]] * 4,
        [CLAIM],
        [],
    ]
    shown = [call.text for call in api.sent(GROUP)]
    opening = phrases.quoted(f"À propos de {CLAIM}", "fr" if code == "fr" else "en")
    assert all(text.startswith(opening) for text in shown[:3])
    assert [text.endswith(CLAIM) for text in shown[:2]] == [True, True]


async def test_a_reply_to_the_bots_own_words_or_to_what_it_posted_is_about_neither(api: BotApi) -> None:
    chain = Asked()
    of_bot = {"message_id": 5000, "date": 1, "chat": {"id": GROUP, "type": "supergroup"}, "text": CLAIM}
    async with running(api, chain):
        in_group(api, f"/ask@{USERNAME}", reply_to_message=of_bot | {"from": ME}, language_code="fr")
        in_group(api, "/ask", reply_to_message=of_bot | {"from": ADA, "via_bot": ME}, language_code="fr")
        assert await replies(api, GROUP, 2) == [FR.talk.ask_usage] * 2
    assert chain.questions == []


@pytest.mark.parametrize(
    ("text", "only"),
    [
        ("C’est vrai ça ?", True),
        ("Est-ce que c'est confirmé ?", True),
        ("Qu’en disent les articles ?", True),
        ("Source ?", True),
        ("tu peux vérifier ?", True),
        ("Is that really true or not?", True),
        ("fact-check this please", True),
        ("What do the articles say about this?", True),
        ("Qui a dit cela ?", False),
        ("Est-ce vrai que la tour a fermé ?", False),
        ("Is it true that she left?", False),
        ("vrai chiffre ?", False),
        ("", False),
    ],
)
def test_what_only_doubts_is_told_from_what_asks_something(text: str, only: bool) -> None:
    assert doubts(text) is only


async def test_it_leaves_everything_else_alone(api: BotApi) -> None:
    chain = Asked()
    other = [{"type": "text_mention", "offset": 0, "length": 3, "user": OTHER_BOT}]
    async with running(api, chain):
        in_group(api, "bonjour à tous")
        in_group(api, "@another_bot qui ?")
        in_group(api, "Ada qui ?", entities=other)
        in_group(api, "/ask@another_bot qui ?")
        in_group(api, "/nonsense")
        in_group(api, "/help@another_bot")
        in_group(api, None, photo=PHOTO, caption="une photo")
        in_group(api, f"@{USERNAME} qui ?", **{"from": OTHER_BOT})
        in_group(api, f"@{USERNAME} qui ?", via_bot=ME)
        channel = {"id": -100777, "type": "channel", "title": "C"}
        in_group(api, f"@{USERNAME} qui ?", is_automatic_forward=True, sender_chat=channel)
        api.push(
            {"channel_post": {"message_id": 1, "date": 1, "chat": channel, "text": f"@{USERNAME} qui ?"}}
        )
        api.say(7, "posted from inline mode", via_bot=ME)
        in_group(api, "/ask enfin")
        await replies(api, GROUP)
    assert [question.text for question in chain.questions] == ["enfin"]
    assert len(api.sent()) == 1


@BOTH
async def test_an_unknown_command_that_is_addressed_to_it_is_answered(
    api: BotApi, code: str, texts: Any
) -> None:
    async with running(api):
        in_group(api, f"/nonsense@{USERNAME}", language_code=code)
        assert await replies(api, GROUP) == [texts.talk.unknown_command]


@BOTH
async def test_it_greets_a_group_once_when_it_joins(api: BotApi, code: str, texts: Any) -> None:
    async with running(api):
        api.put_bot(GROUP, "member", language_code=code)
        api.put_bot(GROUP, "administrator", old="member", language_code=code)
        api.put_bot(GROUP, "kicked", old="administrator", language_code=code)
        api.put_bot(-100555, "administrator", chat_type="channel", language_code=code)
        api.put_bot(7, "kicked", old="member", chat_type="private", language_code=code)
        api.say(7, "/help", language_code=code)
        await replies(api, 7)
    assert [call.text for call in api.sent(GROUP)] == [texts.groups.joined]
    assert api.sent(-100555) == []


@BOTH
async def test_where_groups_are_barred_it_says_why_once_and_leaves(
    api: BotApi, code: str, texts: Any
) -> None:
    chain = Asked()
    async with running(api, chain, groups=False):
        api.put_bot(GROUP, "member", language_code=code)
        for text in ("/ask un", "bonjour", "/ask deux"):
            in_group(api, text, language_code=code)
        api.put_bot(GROUP, "left", old="member", language_code=code)
        api.say(7, "/help", language_code=code)
        await replies(api, 7)
        await api.until(lambda: api.called("leaveChat"))
        assert [call.text for call in api.sent(GROUP)] == [texts.groups.barred.format(username=USERNAME)]
        api.put_bot(GROUP, "member", language_code=code)
        await api.until(lambda: len(api.called("leaveChat")) == 2)
    assert len(api.called("leaveChat")) == 2
    assert chain.questions == []


async def test_a_barred_group_it_is_in_already_is_left_at_its_next_message_even_if_it_may_not_write(
    api: BotApi,
) -> None:
    api.fault("sendMessage", Fault(403))
    async with running(api, groups=False):
        in_group(api, "bonjour")
        await api.until(lambda: api.called("leaveChat"))


async def test_a_group_that_could_not_be_left_is_left_at_its_next_message_and_told_once(api: BotApi) -> None:
    api.fault("leaveChat", *[Fault(400, "Bad Request: try again later")])
    async with running(api, groups=False):
        for text in ("un", "deux", "trois"):
            in_group(api, f"/ask {text}")
        api.say(7, "/help")
        await replies(api, 7)
        await api.until(lambda: len(api.called("leaveChat")) == 2)
        await api.until(lambda: api.unconfirmed == 0)
    assert [call.ok for call in api.called("leaveChat")] == [False, True]
    assert len(api.sent(GROUP)) == 1


async def test_a_group_that_becomes_a_supergroup_keeps_what_it_has(api: BotApi) -> None:
    old, new = -123, -100999
    chain = Asked()
    api.appoint(old, 7)
    async with running(api, chain):
        for text in ("/lang fr", "/ask un"):
            api.say(old, text, chat_type="group", user_id=7)
        await replies(api, old, 2)
        api.say(old, None, chat_type="group", user_id=7, migrate_to_chat_id=new)
        api.say(old, None, chat_type="group", user_id=7, migrate_to_chat_id=new)
        await api.until(lambda: api.unconfirmed == 0)
        api.say(new, None, chat_type="supergroup", user_id=7, migrate_from_chat_id=old)
        api.say(new, "/ask deux", chat_type="supergroup", user_id=7)
        await replies(api, new)
    assert [turn.question for turn in chain.questions[1].history] == ["un"]
    assert chain.questions[1].language == "fr"
    store = Store.open(Settings.load())
    with store.begin() as connection:
        [kept_before] = [
            row for row in connection.execute(sa.select(tables.answers)) if "un" in row.turn.split('"')
        ]
        assert (kept_before.chat_id, kept_before.question_message) == (new, 0)
        assert answers.last(connection, Conversation(old)) is None
        assert choices.get(connection, old) == choices.Choices()
    store.close()
