"""What only greets, thanks, takes leave, asks for help or says yes or no gets a word back, and no article."""

from __future__ import annotations

from typing import Any

import pytest
from bot_running import EN, FR, GROUP, Asked, bot_api, replies, running, soon  # noqa: F401 (fixtures)
from botapi import USERNAME, BotApi

from retrieval.courtesies import BACK, courtesy
from retrieval.domain import Language


@pytest.mark.parametrize(("code", "texts", "other"), [("fr", FR, EN), ("en", EN, FR)])
async def test_a_greeting_and_thanks_get_a_word_back_in_their_own_language(
    api: BotApi, code: str, texts: Any, other: Any
) -> None:
    chain, second = Asked(), "en" if other is EN else "fr"
    said: dict[str, str] = {
        "Bonjour\u202f!": BACK["fr"]["greeting"],
        "Hey there 👋": BACK["en"]["greeting"],
        "OK": BACK[code]["thanks"],
        "👍🏽": BACK[code]["thanks"],
        "Parfait, merci beaucoup.": BACK["fr"]["thanks"],
        "Thank you so much for your help!": BACK["en"]["thanks"],
        "Merci et bonne soirée": BACK["fr"]["leave"],
        "goodbye": BACK["en"]["leave"],
        "À l’aide !": FR.talk.help,
        "Hello, what can you do?": EN.talk.help,
        "tu peux me traduire ça en espagnol\u202f?": BACK["fr"]["translation"],
        "Can you translate this into German?": BACK["en"]["translation"],
        "Oui": FR.talk.ask_usage,
        "nope": EN.talk.ask_usage,
    }
    async with running(api, chain):
        for text in said:
            api.say(7, text, language_code=code)
        assert await replies(api, 7, len(said)) == [*said.values()]
        api.say(8, f"/lang {second}", language_code=code)
        for text in ("merci", "thanks"):
            api.say(8, text, language_code=code)
        assert (await replies(api, 8, 3))[1:] == [BACK[second]["thanks"]] * 2
    assert not chain.questions


async def test_thanks_for_an_answer_in_a_group_ask_nothing_and_leave_the_conversation_as_it_is(
    api: BotApi,
) -> None:
    chain = Asked()
    async with running(api, chain):
        api.say(GROUP, f"@{USERNAME} la tour", chat_type="supergroup")
        await replies(api, GROUP)
        answer = api.message(GROUP, api.here(GROUP)[0])
        thanks = api.say(
            GROUP, "merci !", chat_type="supergroup", reply_to_message=answer, language_code="fr"
        )
        await replies(api, GROUP, 2)
        api.say(GROUP, f"@{USERNAME} le pont", chat_type="supergroup")
        await replies(api, GROUP, 3)
    assert api.sent(GROUP)[1].text == BACK["fr"]["thanks"]
    assert api.sent(GROUP)[1].params["reply_parameters"]["message_id"] == thanks
    assert [turn.question for turn in chain.questions[1].history] == ["la tour"]


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize(
    "text",
    [
        "Bonjour, qui a gagné ?",
        "Merci Macron",
        "Thanks, and who won?",
        "ok corral",
        "Super Bowl",
        "Good Friday",
        "hi-fi",
        "Goodbye Lenin",
        "et Poutine ?",
        "why?",
        "no?way",
        "aide médicale d’État",
        "help for farmers",
        "Yes Minister",
        "Qui a traduit le livre en espagnol ?",
        "Translate NHS strike demands into money: how much?",
        "…",
        "🌧",
        "",
        "bonjour " * 30,
    ],
)
def test_what_asks_something_is_no_courtesy(text: str, language: Language) -> None:
    assert courtesy(text, language) is None
