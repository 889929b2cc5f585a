"""Corrections, over HTTP: the real bot and library; answers quote an article that is corrected while the bot runs, or does not."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from contextlib import closing

import pytest
from bot_running import (  # noqa: F401 (fixtures)
    EN,
    FR,
    GROUP,
    Asked,
    bot_api,
    replies,
    settings_for,
    soon,
)
from botapi import BotApi
from corrections_running import (  # noqa: F401 (fixture)
    COSTS,
    FERRY,
    OPENS,
    TEXT,
    a_paper,
    article,
    asked,
    corrected,
    found,
    quoting,
    rows,
)
from notices_running import Newsroom, quiet_now, subscribed, telling

from bot.chats import choices
from bot.chats.store import CHATS, Store
from retrieval.citations import cite
from retrieval.domain import Answer, Hit, Passage, Question, Sentence
from retrieval.quotes import Quote
from retrieval.sentences import split

# What is told


async def test_a_changed_sentence_is_told_once_with_before_and_after_in_reply(
    api: BotApi, paper: Newsroom
) -> None:
    async with telling(api, paper, quoting(paper, OPENS)):
        message = await asked(api)
        await asked(api, 8, text="/ask Skerrin ?")  # the chain quotes the bridge for everybody
        paper.put("pont.jsonl", article(TEXT.replace("le 3 mars", "le 10 mars")))
        [told] = await corrected(api)
        assert len(await corrected(api, 8)) == 1
        paper.put("pont.jsonl", article(TEXT.replace("le 3 mars", "le 10 mars") + " Il fait beau."))
        assert await corrected(api) == [told]
    lines = told.split("\n")
    texts = FR.corrections
    assert lines[0] == texts.heading.format(text="Quand <rouvre> le pont ?")
    assert (
        f"{texts.said}\n«\u00a0{OPENS}\u00a0»\n{texts.says}\n«\u00a0{OPENS.replace('3 mars', '10 mars')}\u00a0»"
        in told
    )
    assert lines[-2:] == ["Le pont <rouvre>", "Le Phare, 1er\u00a0mars\u00a02026"]
    call = next(call for call in api.sent(7) if call.text == told)
    assert call.params["reply_parameters"]["message_id"] == message
    links = [one["url"] for one in call.entities if one["type"] == "text_link"]
    assert links[0].startswith("https://phare.example/pont#:~:text=")


async def test_a_sentence_that_is_gone_is_told_as_gone_in_the_chats_language(
    api: BotApi, paper: Newsroom
) -> None:
    async with telling(api, paper, quoting(paper, COSTS)):
        await asked(api)
        api.say(7, "/lang en", language_code="fr")
        await replies(api, 7, 2)
        paper.put("pont.jsonl", article(TEXT.replace(f"{COSTS} ", "")))
        [told] = await corrected(api)
    assert f"{EN.corrections.said}\n«\u00a0{COSTS}\u00a0»\n{EN.corrections.gone}" in told
    assert told.endswith("Le Phare, 1\u00a0March\u00a02026")
    assert rows(api)[0][1] is None


async def test_what_changes_no_word_or_was_not_quoted_is_not_told(api: BotApi, paper: Newsroom) -> None:
    async with telling(api, paper, quoting(paper, OPENS, COSTS)):
        await asked(api)
        paper.put(
            "pont.jsonl", article(TEXT.replace("’", "'").replace(f"{OPENS} ", "") + f"\n\n{OPENS[:-1]} !")
        )
        paper.put("pont.jsonl", article(TEXT.replace("Un bal", "Un concert")))
        paper.put("pont.jsonl", article(TEXT, author="Ana Ruiz"))
        assert await corrected(api, count=0) == []
        paper.put("pont.jsonl", article(TEXT.replace("41", "43")))
        [told] = await corrected(api)
    assert OPENS not in told


async def test_several_sentences_of_an_article_are_one_message_and_two_articles_are_two(
    api: BotApi, paper: Newsroom
) -> None:
    async with telling(api, paper, quoting(paper, OPENS, COSTS, "Il revient le soir.")):
        await asked(api)
        newest = await asked(api, text="Et encore ?")
        paper.put("pont.jsonl", article(TEXT.replace("3 mars", "10 mars").replace("41", "43")))
        [told] = await corrected(api)
        paper.put("bac.jsonl", article(FERRY.replace("le soir", "la nuit"), "bac"))
        assert len(await corrected(api, count=2)) == 2
    assert told.count(FR.corrections.says) == 2
    assert told.index("3 mars") < told.index("41 millions")
    call = next(call for call in api.sent(7) if call.text == told)
    assert call.params["reply_parameters"]["message_id"] == newest


async def test_a_correction_of_a_correction_is_told_too_and_one_taken_back_before_it_was_told_is_not(
    api: BotApi, paper: Newsroom
) -> None:
    async with telling(api, paper, quoting(paper, COSTS)):
        await asked(api)
        paper.put("pont.jsonl", article(TEXT.replace("41", "43")))
        await corrected(api)
        paper.put("pont.jsonl", article(TEXT.replace("41", "45")))
        second = (await corrected(api, count=2))[1]
    assert second.index("43 millions") < second.index("45 millions")
    assert "41 millions" not in second
    async with telling(api, paper, quiet=quiet_now(), timezone="UTC"):
        paper.put("pont.jsonl", article(TEXT.replace("41", "47")))
        await found(api, 3)
        paper.put("pont.jsonl", article(TEXT.replace("41", "45")))
    async with telling(api, paper):
        assert len(await corrected(api, count=2)) == 2
        await api.until(lambda: len(rows(api)) == 2)


async def test_a_long_correction_is_one_message(api: BotApi, paper: Newsroom) -> None:
    long = [f"La clause {n} <dit> {' '.join(f'mot{n}x{k}' for k in range(120))} fin." for n in range(12)]
    paper.put("loi.jsonl", article("\n\n".join(long), "loi"))
    with paper.library.snapshot() as snapshot:
        row = snapshot.articles_by_id(["loi"])["loi"]

    def chain(question: Question) -> Answer:
        whole = Hit(
            Passage("p", "loi", 0, len(row.article.text), split(row.article.text, "fr")), row.article, 1
        )
        cited = tuple(
            cite(n, Quote(whole, start, end, 1.0, 0, 0), [])
            for n, (start, end) in enumerate(split(row.article.text, "fr"), start=1)
        )
        return Answer(question.text, "fr", True, "quotes", "x", (Sentence("x", (1,)),), cited)

    async with telling(api, paper, chain):
        await asked(api, text="La loi ?")
        changed = [one.replace("fin.", "suite.") for one in long]
        paper.put("loi.jsonl", article("\n\n".join(changed), "loi"))
        [told] = await corrected(api)
    assert FR.corrections.more[1].format(count=4) in told
    assert "Le loi <rouvre>" in told
    assert all(sent for _, _, sent, _ in rows(api))


async def test_a_reply_to_a_correction_is_a_follow_up_on_the_answer(api: BotApi, paper: Newsroom) -> None:
    chain = Asked()
    chain_of = quoting(paper, COSTS)

    def answer(question: Question) -> Answer:
        chain(question)
        return chain_of(question)

    async with telling(api, paper, answer):
        await asked(api, text="Combien ?")
        paper.put("pont.jsonl", article(TEXT.replace("41", "43")))
        await corrected(api)
        correction = api.message(7, api.here(7)[-1])
        paper.put("pont.jsonl", article(TEXT))
        await corrected(api, count=2)
        api.say(7, "Pourquoi ?", reply_to_message=correction, language_code="fr")
        await api.until(lambda: len(chain.questions) == 2)
    assert [turn.question for turn in chain.questions[1].history] == ["Combien ?"]


# When, and to whom


async def test_a_chat_that_wants_no_corrections_is_told_of_none(api: BotApi, paper: Newsroom) -> None:
    async with telling(api, paper, quoting(paper, COSTS)):
        await asked(api)
        await asked(api, 8)
        api.say(7, "/settings", language_code="fr")
        await api.until(lambda: len(api.here(7)) == 2)
        board = api.here(7)[-1]
        api.press(7, board, FR.choosing.no_corrections_button, language_code="fr")
        await api.until(lambda: FR.choosing.no_corrections in (api.shown(7, board) or ""))
        paper.put("pont.jsonl", article(TEXT.replace("41", "43")))
        await corrected(api, 8)
        assert await corrected(api, count=0) == []


async def test_quiet_hours_and_the_days_number_hold_for_notices_and_corrections_together(
    api: BotApi, paper: Newsroom
) -> None:
    async with telling(
        api,
        paper,
        quoting(paper, COSTS, "Il revient le soir."),
        quiet=quiet_now(),
        timezone="UTC",
        notices_a_day=1,
    ):
        await asked(api)
        paper.put("pont.jsonl", article(TEXT.replace("41", "43")))
        paper.put("bac.jsonl", article(FERRY.replace("le soir", "la nuit"), "bac"))
        await found(api, 2)
        assert await corrected(api, count=0) == []
        store = Store.open(settings_for(api))
        with store.begin() as connection:
            choices.choose(connection, 7, quiet_from=0, quiet_to=0)
        assert len(await corrected(api)) == 1
        with store.begin() as connection:
            choices.choose(connection, 7, notices_a_day=2)
        assert len(await corrected(api, count=2)) == 2
        subscribed(api, "le phare de Brévannes").close()
        paper.put("phare.txt", "Le phare de Brévannes\n\nLe phare de Brévannes est repeint en blanc cet été.")
        await asyncio.sleep(1)
        assert len(api.sent(7)) == 3
        with store.begin() as connection:
            choices.choose(connection, 7, notices_a_day=3)
        await replies(api, 7, 4)
        store.close()


async def test_a_first_start_tells_of_nothing_and_what_changed_while_the_bot_was_down_is_told(
    api: BotApi, paper: Newsroom
) -> None:
    async with telling(api, paper, quoting(paper, COSTS)):
        await asked(api)
    paper.put("pont.jsonl", article(TEXT.replace("41", "43")))
    with closing(sqlite3.connect(settings_for(api).data_dir / CHATS)) as chats, chats:
        chats.execute("UPDATE meta SET value = value + 100 WHERE key = 'corrections_from'")
    async with telling(api, paper):
        assert await corrected(api, count=0) == []
    with closing(sqlite3.connect(settings_for(api).data_dir / CHATS)) as chats, chats:
        chats.execute("UPDATE meta SET value = value - 200 WHERE key = 'corrections_from'")
    for _ in range(2):
        async with telling(api, paper):
            assert len(await corrected(api)) == 1


async def test_an_answer_that_was_under_way_is_corrected_too(
    api: BotApi, paper: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.news.rereading.ONCE_MORE", 1.0)
    go_on, began = threading.Event(), threading.Event()
    chain_of = quoting(paper, COSTS)

    def chain(question: Question) -> Answer:
        answer = chain_of(question)
        began.set()
        go_on.wait(30)
        return answer

    async with telling(api, paper, chain):
        api.say(7, "Combien ?", language_code="fr")
        await api.until(began.is_set)
        paper.put("pont.jsonl", article(TEXT.replace("41", "43")))
        await asyncio.sleep(0.5)
        go_on.set()
        assert len(await corrected(api)) == 1


async def test_who_may_not_talk_to_the_bot_any_more_and_a_group_where_none_are_allowed_are_told_nothing(
    api: BotApi, paper: Newsroom
) -> None:
    async with telling(api, paper, quoting(paper, COSTS)):
        await asked(api)
        await asked(api, 8)
        await asked(api, GROUP, "/ask Combien ?", chat_type="supergroup", user_id=7)
    paper.put("pont.jsonl", article(TEXT.replace("41", "43")))
    async with telling(api, paper, access="list", readers={7}, groups=False):
        assert len(await corrected(api)) == 1
        assert await corrected(api, 8, 0) == await corrected(api, GROUP, 0) == []


async def test_topics_of_a_group_are_told_each_in_its_place(api: BotApi, paper: Newsroom) -> None:
    group = {"chat_type": "supergroup", "user_id": 7, "is_topic_message": True}
    async with telling(api, paper, quoting(paper, COSTS)):
        for thread in (5, 6):
            await asked(api, GROUP, "/ask Combien ?", message_thread_id=thread, **group)
        paper.put("pont.jsonl", article(TEXT.replace("41", "43")))
        await corrected(api, GROUP, 2)
    assert sorted(call.params["message_thread_id"] for call in api.sent(GROUP)) == [5, 5, 6, 6]
