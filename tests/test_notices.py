"""Subscriptions and notices, over HTTP: the real bot, the real model, articles ingested while it runs."""

from __future__ import annotations

import pytest
from bot_running import EN, FR, bot_api, replies, soon  # noqa: F401 (fixtures)
from botapi import BotApi
from notices_running import (  # noqa: F401 (fixtures)
    BREAD,
    HOSPITAL,
    Newsroom,
    a_newsroom,
    real_embedder,
    telling,
)


@pytest.mark.parametrize(
    ("asked", "text", "said"),
    [
        ("l’hôpital de Sainte-Orle", HOSPITAL, "3 mars"),
        ("Quand ouvrira l’hôpital de Sainte-Orle ?", HOSPITAL, "3 mars"),
        ("the price of bread", BREAD, "nine per cent"),
        ("How much does a loaf of bread cost?", BREAD, "£1.85"),
    ],
)
async def test_a_new_article_is_told_once_with_its_passage(
    api: BotApi, newsroom: Newsroom, asked: str, text: str, said: str
) -> None:
    async with telling(api, newsroom):
        api.say(7, f"/subscribe {asked}", language_code="fr" if text is HOSPITAL else "en")
        api.say(8, "/subscribe the ferry to Skerrin", language_code="en")
        await replies(api, 7)
        newsroom.put("nouveau.txt", text)
        notice = (await replies(api, 7, 2))[1]
    assert asked in notice.splitlines()[0]
    assert said in notice
    assert text.splitlines()[0] in notice
    assert len(api.sent(8)) == 1
