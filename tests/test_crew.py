"""Processes that answer beside the bot's own: the same answers, and nothing lost with them."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from bot.answering import MANY, Desk
from bot.crew import Crew, open_crew
from bot.helper import SEATS, Helper
from bot.running.metrics import Metrics
from retrieval.chain import AnswerChain
from retrieval.domain import Answer, Question
from retrieval.opening import open_answerer
from retrieval.settings import Settings

QUESTION = Question("Quand part le train de nuit d’Eastmoor ?")


@pytest.fixture
def settings(samples: Path, cache_dir: Path) -> Settings:
    return Settings(data_dir=samples, cache_dir=cache_dir, _env_file=None)  # type: ignore[call-arg]


@pytest.fixture
def helper(settings: Settings) -> Iterator[Helper]:
    one = Helper(settings)
    yield one
    one.end()


def until(true: Callable[[], object], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_a_helper_answers_as_the_bot_does_follow_ups_too(helper: Helper, settings: Settings) -> None:
    answerer = open_answerer(settings)
    assert helper.wait() is None
    first = helper.seats[0].answer(QUESTION)
    assert first is not None
    assert replace(first, timings_ms={}) == replace(answerer.answer(QUESTION), timings_ms={})
    follow_up = Question("Et combien de voitures ?", history=(first.turn(),), chat_language="fr")
    second = helper.seats[0].answer(follow_up)
    assert second is not None
    assert replace(second, timings_ms={}) == replace(answerer.answer(follow_up), timings_ms={})


def test_several_ask_a_helper_at_once_and_each_gets_its_own_answer(
    helper: Helper, settings: Settings
) -> None:
    answerer = open_answerer(settings)
    assert helper.wait() is None
    texts = ["Who runs the lighthouse library?", QUESTION.text, "?!", "How hot does the solar oven get?"]
    questions = [Question(text) for text in texts]
    with ThreadPoolExecutor(SEATS) as pool:
        for _ in range(3):
            got = pool.map(lambda seat, question: seat.answer(question), helper.seats, questions)
            for question, answer in zip(questions, got, strict=True):
                if question.text == "?!":
                    assert answer is None
                else:
                    assert answer is not None
                    assert replace(answer, timings_ms={}) == replace(answerer.answer(question), timings_ms={})


def test_who_has_nothing_to_do_is_asked_first(settings: Settings) -> None:
    helpers = [Helper(settings), Helper(settings)]
    opening = iter(helpers)
    crew = Crew(1, 2, lambda: next(opening))
    crew.call()
    until(lambda: crew.working == (1, 2))
    with ExitStack() as taken:
        given = [taken.enter_context(crew.place()) for _ in range(2 * SEATS + 1)]
        asked = [one and one.helper for one in given]
    assert {*asked[:2]} == {*helpers}
    assert asked[2] is None
    for pair in zip(asked[3::2], asked[4::2], strict=True):
        assert {*pair} == {*helpers}
    crew.close()


def test_a_question_that_cannot_be_answered_does_not_end_it(helper: Helper) -> None:
    assert helper.wait() is None
    assert helper.seats[0].answer(Question("?!")) is None
    assert helper.seats[0].answer(QUESTION) is not None


def test_one_that_is_killed_is_lost_and_its_place_with_it(
    helper: Helper, caplog: pytest.LogCaptureFixture
) -> None:
    crew = Crew(1, 1, lambda: helper)
    crew.call()
    with crew.place() as own:
        assert own is None
        with crew.place() as one:  # waits until the helper is ready
            assert one is not None
            assert one.helper is helper
            helper.end()
            assert one.answer(QUESTION) is None
    assert helper.lost
    assert "has ended" in caplog.text
    with crew.place() as own:
        assert own is None


def test_a_helper_takes_the_place_of_a_thread_and_gives_it_back(settings: Settings) -> None:
    helper = Helper(settings)
    crew = Crew(2, 1, lambda: helper)
    crew.call()
    until(lambda: crew.working == (1, 1))
    with ExitStack() as taken:
        given = [taken.enter_context(crew.place()) for _ in range(SEATS + 2)]
        assert given.count(None) == 2  # one of them has no place to come back to
        assert {one.helper for one in given if one} == {helper}
    with ExitStack() as taken:
        for _ in range(SEATS + 1):
            taken.enter_context(crew.place())
        helper.end()
        assert helper.seats[0].answer(QUESTION) is None
    assert crew.working == (2, 0)
    with crew.place() as first, crew.place() as second:
        assert (first, second) == (None, None)


def test_one_that_nobody_asks_ends(settings: Settings) -> None:
    helper = Helper(settings, idle=0.2)
    assert helper.wait() is None
    time.sleep(0.2)
    until(lambda: helper.lost or time.sleep(1) or helper.seats[0].answer(QUESTION) is None)
    assert helper.lost


def test_one_that_cannot_start_is_told_of_once_and_not_tried_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    empty = Settings(data_dir=tmp_path / "nothing", cache_dir=tmp_path, _env_file=None)  # type: ignore[call-arg]
    opened = []

    def opening() -> Helper:
        opened.append(Helper(empty))
        return opened[-1]

    crew = Crew(1, 2, opening)
    crew.call()
    until(lambda: "There is no library" in caplog.text)
    crew.call()
    assert len(opened) == 1


def test_more_wait_than_there_are_places(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    crew, most, inside, lock = Crew(2), 0, 0, threading.Lock()

    def work() -> None:
        nonlocal most, inside
        with crew.place():
            with lock:
                inside += 1
                most = max(most, inside)
            time.sleep(0.01)
            with lock:
                inside -= 1

    threads = [threading.Thread(target=work) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 2


async def test_helpers_are_called_when_many_ask_for_long_and_every_question_is_answered(
    settings: Settings,
) -> None:
    opened: list[Helper] = []

    def opening() -> Helper:
        opened.append(Helper(settings))
        return opened[-1]

    crew = Crew(1, 1, opening)
    desk = Desk(AnswerChain(open_answerer(settings)), timeout=60, metrics=Metrics(), crew=crew)

    async def ask() -> Answer:
        return [answer async for answer in desk.stream(QUESTION)][-1]

    async def ask_on() -> list[Answer]:
        got = []
        while not opened or opened[0].answered < 10:
            got.append(await ask())
        return got

    few = await asyncio.gather(*[ask() for _ in range(MANY)])
    assert not opened
    async with asyncio.timeout(60):
        many = await asyncio.gather(*[ask_on() for _ in range(2 * MANY)])
    assert len(opened) == 1
    assert all(answer.text == few[0].text for each in many for answer in each)
    desk.close()
    until(lambda: opened[0].seats[0].answer(QUESTION) is None)


def test_a_chat_models_answers_have_no_helpers(settings: Settings) -> None:
    local = settings.model_copy(update={"chat_model": "local"})
    assert open_crew(local, helpers=4).size == 16
    assert open_crew(settings, helpers=4).size == open_crew(settings, helpers=0).size + 4 * SEATS
    assert open_crew(settings, helpers=0).size >= 1
