"""Inline mode over HTTP: what is offered, what is posted, and what is not asked at all."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace
from typing import Any

import pytest
from bot_running import EN, FR, Asked, answer_to, bot_api, replies, running, soon  # noqa: F401 (fixtures)
from botapi import BotApi
from hypothesis import given
from hypothesis import strategies as st
from telegram_faults import Fault
from telegram_html import parse, units
from test_render import TEXT, citations, cite, refusal

from bot.posting import described, posted
from retrieval import phrases
from retrieval.domain import Answer, Language, Question, Sentence

BOTH = pytest.mark.parametrize(("code", "texts"), [("fr", FR), ("en", EN)])


@pytest.fixture(autouse=True)
def short_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.inline.PAUSE", 0.2)


async def offered(api: BotApi, query: str) -> dict[str, Any]:
    found: dict[str, Any] = await api.until(lambda: api.offered(query))
    return found


@BOTH
async def test_a_question_is_answered_ready_to_post_with_its_sources(
    api: BotApi, code: Language, texts: Any
) -> None:
    def answer(question: Question) -> Answer:
        made = answer_to(question)
        cited = replace(made.citations[0], link="https://journal.example/tour#:~:text=ferme")
        return replace(made, citations=(cited,))

    chain = Asked()
    async with running(api, lambda question: (chain(question), answer(question))[1]):
        told = await offered(api, api.type_inline(7, "La <tour> ferme-t-elle ?", language_code=code))
    [result] = told["results"]
    text, entities = parse(result["input_message_content"]["message_text"])
    date = phrases.long_date("2024-10-24", code)
    quoted = phrases.quoted("À propos de La <tour> ferme-t-elle ?", code)
    assert text == f"La <tour> ferme-t-elle ?\n\n{quoted}\nLa tour ferme · Le Journal · {date}"
    assert [(e.type, e.url) for e in entities] == [
        ("bold", None),
        ("text_link", "https://journal.example/tour#:~:text=ferme"),
    ]
    assert result["input_message_content"]["link_preview_options"] == {"is_disabled": True}
    assert (result["title"], result["description"]) == ("À propos de La <tour> ferme-t-elle ?", "Le Journal")
    assert told["is_personal"] is False
    assert 0 < told["cache_time"] <= 300
    [question] = chain.questions
    assert (question.language, question.chat_language, question.history) == (None, code, ())


@BOTH
async def test_a_refusal_is_offered_as_one_with_what_is_nearby(
    api: BotApi, code: Language, texts: Any
) -> None:
    def refuse(question: Question) -> Answer:
        return replace(answer_to(replace(question, text="rien")), question=question.text)

    async with running(api, refuse):
        told = await offered(api, api.type_inline(7, "Qui a gagné ?", language_code=code))
    [result] = told["results"]
    assert (result["title"], result["description"]) == (texts.inline.refused, texts.inline.nearby)
    text, entities = parse(result["input_message_content"]["message_text"])
    assert text.split("\n")[2:4] == [phrases.REFUSED[code], ""]
    assert "1. Une grève · 24" in text
    assert entities[-1].url == "https://journal.example/greve"


@BOTH
@pytest.mark.parametrize(
    ("typed", "hint"), [("", "hint"), ("?!", "hint"), ("Qui", "go_on"), ("a" * 256, None)]
)
async def test_what_is_no_question_yet_gets_a_hint(
    api: BotApi, code: str, texts: Any, typed: str, hint: str | None
) -> None:
    chain = Asked()
    async with running(api, chain):
        told = await offered(api, api.type_inline(7, typed, language_code=code))
    if hint is None:
        assert told["results"]
        return
    assert told["results"] == []
    assert told["button"]["text"] == getattr(texts.inline, hint)
    assert told["is_personal"] is True
    assert chain.questions == []


async def test_only_the_last_of_what_a_reader_types_is_asked(api: BotApi) -> None:
    chain = Asked()
    async with running(api, chain):
        typed = [api.type_inline(7, "Qui a gagné l’élection"[:length]) for length in range(9, 22, 3)]
        other = api.type_inline(8, "Que dit la tour")
        last = api.type_inline(7, "Qui a gagné l’élection")
        await offered(api, last)
        await offered(api, other)
    assert sorted(question.text for question in chain.questions) == [
        "Que dit la tour",
        "Qui a gagné l’élection",
    ]
    assert [api.offered(query) for query in typed] == [None] * len(typed)


async def test_a_question_that_ends_is_asked_at_once_and_a_newer_one_replaces_it(
    api: BotApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.inline.PAUSE", 600)
    release = threading.Event()
    chain = Asked(lambda question: release.wait(10) if "un" in question.text else None)
    async with running(api, chain):
        first = api.type_inline(7, "Question un ?")
        await api.until(lambda: chain.questions)
        await offered(api, api.type_inline(7, "Question deux ?"))
        release.set()
        await asyncio.sleep(0.1)
    assert api.offered(first) is None


async def test_a_reader_who_types_holds_up_nobody(api: BotApi, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.inline.PAUSE", 5)
    async with running(api):
        for reader in range(100, 140):
            api.type_inline(reader, "Que dit la tour")
        api.say(7, "/help")
        await replies(api, 7)


@BOTH
async def test_inline_questions_count_and_beyond_the_limit_there_is_a_kind_button(
    api: BotApi, code: str, texts: Any
) -> None:
    chain = Asked()
    async with running(api, chain, questions_a_minute=2):
        for number in range(3):
            told = await offered(api, api.type_inline(7, f"Question {number} ?", language_code=code))
        assert told["results"] == []
        assert told["button"]["text"] == texts.door.short_wait[1].format(count=30)
        assert told["cache_time"] == 0
    assert len(chain.questions) == 2


async def test_admins_ask_without_limit_here_too(api: BotApi) -> None:
    async with running(api, questions_a_minute=1, admins="7"):
        for number in range(4):
            told = await offered(api, api.type_inline(7, f"Question {number} ?"))
            assert told["results"]


@BOTH
async def test_the_last_second_of_a_wait_is_one_second(
    api: BotApi, monkeypatch: pytest.MonkeyPatch, code: str, texts: Any
) -> None:
    monkeypatch.setattr("bot.door.limits.SHORTEST_WAIT", 1.0)
    async with running(api, all_questions_a_minute=1, questions_a_minute=100):
        await offered(api, api.type_inline(7, "Question une ?"))
        told = await offered(api, api.type_inline(8, "Question deux ?", language_code=code))
    assert told["button"]["text"] == texts.door.short_wait[0]


@pytest.mark.parametrize("access", ["list", "code"])
async def test_answers_are_personal_where_not_everybody_may_ask(api: BotApi, access: str) -> None:
    async with running(api, access=access, readers="7"):
        told = await offered(api, api.type_inline(7, "Que dit la tour ?"))
    assert told["is_personal"] is True
    assert told["results"]


@BOTH
async def test_what_fails_or_takes_too_long_is_said_on_the_button(
    api: BotApi, monkeypatch: pytest.MonkeyPatch, code: str, texts: Any
) -> None:
    monkeypatch.setattr("bot.inline.LONGEST", 0.2)
    release = threading.Event()

    def failing(question: Question) -> None:
        if "un" in question.text:
            raise ValueError
        release.wait(10)

    async with running(api, Asked(failing)):
        for text in ("Question un ?", "Question deux ?"):
            told = await offered(api, api.type_inline(7, text, language_code=code))
            assert told["results"] == []
            assert told["button"]["text"] == texts.inline.failed
            assert told["cache_time"] == 0
        release.set()


async def test_an_answer_under_way_is_offered_as_far_as_it_got(
    api: BotApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.inline.LONGEST", 0.5)
    release = threading.Event()

    def growing(question: Question) -> Any:
        yield replace(answer_to(question), mode="chat")
        release.wait(10)
        yield answer_to(question)

    async with running(api, growing):
        told = await offered(api, api.type_inline(7, "Que dit la tour ?"))
        release.set()
    assert (
        "À propos de Que dit la tour ?\u00a0[1]"
        in told["results"][0]["input_message_content"]["message_text"]
    )


async def test_a_query_telegram_has_given_up_on_is_no_failure(api: BotApi) -> None:
    api.fault("answerInlineQuery", Fault(400, "Bad Request: query is too old and response timeout expired"))
    async with running(api):
        api.type_inline(7, "Que dit la tour ?")
        await api.until(lambda: api.called("answerInlineQuery"))
        api.say(7, "/help")
        await replies(api, 7)
    assert len(api.sent(7)) == 1


# What is posted


@given(
    TEXT.filter(lambda text: any(map(str.isalnum, text))),
    citations(),
    st.sampled_from(["fr", "en"]),
    st.sampled_from(["quotes", "chat"]),
)
def test_any_answer_is_one_message_that_telegram_takes(
    question: str, cited: list[Any], language: Any, mode: Any
) -> None:
    sentences = tuple(Sentence(one.quote, (one.number,)) for one in cited)
    text = " ".join(one.text for one in sentences)
    answer = Answer(question[:1000], language, True, mode, text, sentences, tuple(cited))
    message = posted(answer)
    text, entities = parse(message.html)
    assert text == message.plain
    assert text.strip()
    assert units(text) <= 4096
    assert len(entities) <= 100
    assert {entity.type for entity in entities} <= {"bold", "text_link"}
    title, description = described(answer)
    assert title.strip()
    assert units(title) <= 120
    assert units(description) <= 120


def test_a_long_answer_gives_way_to_its_sources() -> None:
    cited = tuple(
        cite(n, article_id=f"a{n}", title=f"Titre {n} " + "x" * 200, quote="mot " * 300) for n in range(1, 12)
    )
    sentences = tuple(Sentence(one.quote, (one.number,)) for one in cited)
    message = posted(Answer("Qui ?", "fr", True, "chat", "", sentences, cited))
    assert "…" in message.plain
    assert [f"[{n}]\u00a0Titre {n} " in message.plain for n in range(1, 9)] == [True] * 8
    assert "[9]" not in message.plain


def test_a_refusal_without_anything_nearby_stands_alone() -> None:
    message = posted(replace(refusal("en"), question="Who <b>won</b>?"))
    assert message.plain == f"Who <b>won</b>?\n\n{phrases.REFUSED['en']}"
    assert described(refusal("en")) == (EN.inline.refused, "")


@pytest.mark.parametrize("texts", [FR, EN])
def test_what_stands_on_a_button_fits_it(texts: Any) -> None:
    inline = texts.inline
    for text in (
        inline.hint,
        inline.go_on,
        inline.too_long,
        inline.failed,
        texts.door.short_refused,
        texts.door.short_wait[0],
        texts.door.short_wait[1].format(count=60),
    ):
        assert 1 <= units(text) <= 64
