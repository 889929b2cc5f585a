"""Links and forwarded messages that readers send, over HTTP, in both languages: told of, proposed, decided, looked up."""

from __future__ import annotations

import json
from typing import Any

import pytest
from bot_running import EN, FR, Asked, answer_to, bot_api, replies, running, settings_for, soon  # noqa: F401 (fixtures)
from botapi import BotApi
from hypothesis import given
from hypothesis import strategies as st
from notices_running import BREAD, HOSPITAL, Newsroom, a_newsroom, telling  # noqa: F401 (fixtures)
from test_bringing import beginning, command, ended  # noqa: F401 (fixtures)

from bot.answers.claims import claims_in
from bot.chats import moving, requests, tables
from bot.chats.answers import Conversation
from bot.chats.forgetting import forget
from bot.chats.store import Store
from bot.links import without_links, written_in
from bot.news.requesting import URL_LIMIT
from retrieval import phrases

ADMIN, READER, OTHER = 42, 7, 8
BOTH = pytest.mark.parametrize(("code", "texts"), [("fr", FR), ("en", EN)])
LINK = "https://journal.example/hopital"


@pytest.fixture(name="press")
def a_press(newsroom: Newsroom) -> Newsroom:
    """A newsroom with an article that has an address."""
    title, _, text = HOSPITAL.partition("\n\n")
    row = {
        "title": title,
        "text": text,
        "url": "https://www.journal.example/hopital/",
        "source": "Le Journal",
        "published": "2026-11-20",
        "author": "Ada Lemaire",
    }
    newsroom.put("rows.jsonl", json.dumps(row))
    return newsroom


def tapped(api: BotApi, chat: int) -> list[str]:
    """The questions that the last message to a chat offers to tap."""
    keyboard = api.sent(chat)[-1].params.get("reply_markup", {}).get("keyboard", [])
    return [button["text"] for row in keyboard for button in row]


# Links to what is there


@BOTH
async def test_a_link_to_an_article_is_told_in_short_with_what_can_be_asked(
    api: BotApi, press: Newsroom, code: Any, texts: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.menus.greeting.TIME_LIMIT", 60.0)
    answer, quoted = press.answerer.answer, press.answerer.quoted
    async with telling(api, press, answer, quote=quoted):
        api.say(READER, f"Vu ici : {LINK}?utm_source=x.", language_code=code)
        [text] = await replies(api, READER)
        questions = tapped(api, READER)
        assert HOSPITAL.split("\n\n")[0] in text
        assert phrases.long_date("2026-11-20", code) in text  # type: ignore[operator]
        assert "accueillera ses premiers malades le 3 mars" in text
        assert "120 lits" not in text.split(texts.links.can_ask)[0]
        assert questions
        assert text.endswith(f"{texts.links.can_ask}\n" + "\n".join(f"• {one}" for one in questions))
        assert questions[-1] == texts.links.who_wrote
        for number, question in enumerate(questions, start=2):
            api.say(READER, question, language_code=code)
            said = (await replies(api, READER, number))[-1]
            assert phrases.REFUSED[code] not in said
        assert "Ada Lemaire" in said


async def test_a_question_beside_a_link_is_answered_after_the_article_was_told(
    api: BotApi, press: Newsroom
) -> None:
    chain = Asked()
    async with telling(api, press, chain):
        api.say(READER, f"{LINK} Combien de lits ?", language_code="fr")
        said = await replies(api, READER, 2)
    assert "Le nouvel hôpital" in said[0]
    assert chain.questions[-1].text == "Combien de lits ?"
    assert [turn.question for turn in chain.questions[-1].history] == [
        FR.links.about.format(title=HOSPITAL.split("\n\n")[0])
    ]


# Links to what is not


@BOTH
async def test_a_readers_link_is_put_to_the_admins_once_and_one_who_declines_it_is_told_on(
    api: BotApi, press: Newsroom, code: Any, texts: Any
) -> None:
    said = texts.links
    api.meet(ADMIN)
    url = "https://journal.example/<b>autre"
    async with telling(api, press, admins={ADMIN, 43}):
        for reader in (READER, READER, OTHER):
            api.say(reader, url.replace("<b>", "") + " !", language_code=code)
        await replies(api, READER, 2)
        assert await replies(api, OTHER) == [said.asked[0]]
        assert [call.text for call in api.sent(ADMIN)] == [
            said.offer.format(url="https://journal.example/autre")
        ]
        [offer] = api.here(ADMIN)
        assert api.labels(ADMIN, offer) == [[said.add_button, said.refuse_button]]
        api.press(ADMIN, offer, said.refuse_button, user_id=READER, language_code=code)
        await api.until(lambda: api.called("answerCallbackQuery"))
        assert api.called("answerCallbackQuery")[0].params["text"] == said.not_yours
        api.press(ADMIN, offer, said.refuse_button, language_code=code)
        declined = said.declined.format(url="https://journal.example/autre")
        assert (await replies(api, READER, 3))[2] == declined
        assert (await replies(api, OTHER, 2))[1] == declined
        assert api.shown(ADMIN, offer) == said.refused.format(url="https://journal.example/autre")
        api.press(ADMIN, offer, "", data="request:1:yes", language_code=code)
        await api.until(lambda: api.shown(ADMIN, offer) == said.decided)


async def test_what_an_admin_adds_is_taken_in_and_whoever_proposed_it_is_told(
    api: BotApi,
    command: None,  # noqa: F811
) -> None:
    title = HOSPITAL.splitlines()[0]
    paragraphs = "".join(f"<p>{text}</p>" for text in HOSPITAL.split("\n\n")[1:] * 2)
    api.pages["/article.html"] = (
        f"<html lang='fr'><head><title>{title}</title></head><body><article><h1>{title}</h1>{paragraphs}</article></body></html>"
    )
    api.meet(ADMIN)
    async with running(api, admins={ADMIN}):
        pages = f"http://127.0.0.1:{api.port}/pages"
        for reader, page, code in ((READER, "article.html", "fr"), (OTHER, "gone.html", "en")):
            api.say(reader, f"{pages}/{page}", language_code=code)
            await replies(api, reader)
        await api.until(lambda: len(api.here(ADMIN)) == 2)
        for offer in api.here(ADMIN):
            api.press(
                ADMIN, offer, "", data=api.buttons(ADMIN, offer)[0][0]["callback_data"], language_code="fr"
            )
        assert (await replies(api, READER, 2))[1] == FR.links.added.format(title=title)
        assert (await replies(api, OTHER, 2))[1] == EN.links.unread.format(url=f"{pages}/gone.html")
        assert api.shown(ADMIN, api.here(ADMIN)[0]) == FR.bringing.new.format(title=title)


@BOTH
async def test_links_that_nobody_can_decide_on_or_too_many_have_a_line(
    api: BotApi, press: Newsroom, code: Any, texts: Any
) -> None:
    said = texts.links
    async with telling(api, press):
        api.say(READER, "https://journal.example/autre", language_code=code)
        assert await replies(api, READER) == [said.not_here[0]]
    async with telling(api, press, admins={ADMIN}):
        links = " ".join(f"https://journal.example/{n}" for n in range(7))
        api.say(READER, links, language_code=code)
        assert (await replies(api, READER, 3))[1:] == [texts.links.asked[1], said.full]
        api.say(OTHER, f"https://journal.example/{'a' * URL_LIMIT}", language_code=code)
        assert await replies(api, OTHER) == [said.not_here[0]]


def test_links_end_where_a_sentence_does() -> None:
    text = "Voyez (https://a.example/b), puis « https://a.example/c_(film) », et HTTPS://a.example/d?e=f."
    assert written_in(text) == (
        "https://a.example/b",
        "https://a.example/c_(film)",
        "HTTPS://a.example/d?e=f",
    )
    assert written_in("http:// https:///x ftp://a.example/b") == ()
    assert without_links("Qui  https://a.example/b a gagné ?") == "Qui a gagné ?"


@given(st.text(max_size=200))
def test_links_of_any_text_are_in_it_and_hold_no_space(text: str) -> None:
    for link in written_in(text):
        assert link in text
        assert not any(map(str.isspace, link))


def test_what_a_chat_proposed_moves_with_it_and_is_forgotten_with_it_or_in_time(api: BotApi) -> None:
    store = Store.open(settings_for(api))
    with store.begin() as connection:
        for chat in (-1, 7, 8):
            requests.add(connection, Conversation(chat), "https://a.example/b", user_id=7, language="fr")
        moving.move(connection, -1, -1001)
        assert [one.conversation.chat_id for one in requests.every(connection)] == [-1001, 7, 8]
        forget(connection, 7, until=1)
        assert [one.conversation.chat_id for one in requests.every(connection)] == [-1001, 8]
        connection.execute(tables.requests.update().where(tables.requests.c.chat_id == 8).values(made=1))
        requests.expire(connection)
        assert [one.conversation.chat_id for one in requests.every(connection)] == [-1001]
    store.close()


# Forwarded messages and long texts

FORWARDED = {"type": "hidden_user", "sender_user_name": "Ada", "date": 1_732_000_000}
CLAIMS = {
    "fr": "À lire absolument ! Le nouvel hôpital de Sainte-Orle accueillera ses premiers malades le 3 mars. "
    "La reine de Zembla a vendu son troupeau de 300 licornes à un marchand de Samarcande.",
    "en": "You must read this! The new hospital of Sainte-Orle will receive its first patients on 3 March. "
    "The queen of Zembla has sold her herd of 300 unicorns to a merchant of Samarkand.",
}


@BOTH
async def test_a_forwarded_message_is_looked_up_sentence_by_sentence(
    api: BotApi, press: Newsroom, code: Any, texts: Any
) -> None:
    async with telling(api, press, quote=press.answerer.quoted):
        api.say(READER, CLAIMS[code], forward_origin=FORWARDED, language_code=code)
        [text] = await replies(api, READER)
        assert text.startswith(texts.claims.heading)
        assert phrases.quoted(CLAIMS[code].split("! ", 1)[1].split(". ")[0] + ".", code) in text
        assert "accueillera ses premiers malades le 3 mars" in text
        assert "[1] Le" in text or f"[1] {HOSPITAL.splitlines()[0]}" in text
        assert "Samar" not in text
        assert api.labels(READER, api.here(READER)[-1]) == [["[1]"]]


@BOTH
async def test_a_forwarded_message_that_no_article_speaks_to_is_said_to(
    api: BotApi, press: Newsroom, code: Any, texts: Any
) -> None:
    chain = Asked()
    nothing = CLAIMS[code].split(". ")[-1]
    async with telling(api, press, chain, quote=press.answerer.quoted):
        api.say(READER, nothing, forward_origin=FORWARDED, language_code=code)
        api.say(READER, "La tour a-t-elle fermé ?", forward_origin=FORWARDED, language_code=code)
        said = await replies(api, READER, 2)
    assert said[0] == texts.claims.nothing
    assert [question.text for question in chain.questions] == ["La tour a-t-elle fermé ?"]


@BOTH
async def test_a_long_text_is_looked_up_and_a_long_question_asked(
    api: BotApi, press: Newsroom, code: Any, texts: Any
) -> None:
    chain = Asked()
    long = " ".join([CLAIMS[code]] * 4)
    async with telling(api, press, chain, quote=answer_to):
        api.say(READER, long, language_code=code)
        assert (await replies(api, READER))[0].startswith(texts.claims.heading)
        api.say(READER, f"{CLAIMS[code]} {CLAIMS[code]} Est-ce vrai ?"[:999], language_code=code)
        await replies(api, READER, 2)
    assert len(chain.questions) == 1


@given(st.text(max_size=2_000))
def test_any_forwarded_text_gives_sentences_that_are_in_it(text: str) -> None:
    class Message:
        forward_origin = object()

    for claim in claims_in(Message(), text, "fr"):  # type: ignore[arg-type]
        assert claim in " ".join(text.split())
