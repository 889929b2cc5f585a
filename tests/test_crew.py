"""Processes that answer beside the bot's own: the same answers, and nothing lost with them."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from bot.answering import MANY, Desk
from bot.crew import Crew, open_crew
from bot.helper import Helper
from bot.running.metrics import Metrics
from retrieval.answerer import Answerer
from retrieval.chain import AnswerChain
from retrieval.domain import Answer, Question
from retrieval.opening import open_answerer
from retrieval.settings import Settings

QUESTION = Question("Quand part le train de nuit d’Eastmoor ?")


@pytest.fixture(scope="module")
def settings(samples: Path, cache_dir: Path) -> Settings:
    return Settings(data_dir=samples, cache_dir=cache_dir, _env_file=None)  # type: ignore[call-arg]


@pytest.fixture(scope="module")
def answerer(settings: Settings) -> Answerer:
    return open_answerer(settings)


@pytest.fixture(scope="module")
def helper(settings: Settings) -> Iterator[Helper]:
    one = Helper(settings)
    assert one.wait() is None
    yield one
    one.end()


def until(true: Callable[[], object], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


def answers(given: Sequence[Answer | None]) -> list[Answer | None]:
    return [one and replace(one, timings_ms={}) for one in given]


def test_a_helper_answers_as_the_bot_does_follow_ups_too(helper: Helper, answerer: Answerer) -> None:
    [first] = helper.answer([QUESTION])
    assert first is not None
    assert answers([first]) == answers([answerer.answer(QUESTION)])
    follow_up = Question("Et combien de voitures ?", history=(first.turn(),), chat_language="fr")
    assert answers(helper.answer([follow_up])) == answers([answerer.answer(follow_up)])


def test_several_questions_at_once_get_each_its_own_answer(helper: Helper, answerer: Answerer) -> None:
    before = helper.answered
    texts = ["Who runs the lighthouse library?", QUESTION.text, "?!", "How hot does the solar oven get?"]
    expected = [None if text == "?!" else answerer.answer(Question(text)) for text in texts]
    for _ in range(3):
        assert answers(helper.answer([*map(Question, texts)])) == answers(expected)
    assert helper.answered == before + 9


def test_a_helper_is_asked_before_a_thread_and_takes_its_share(settings: Settings) -> None:
    helpers = [Helper(settings), Helper(settings)]
    opening = iter(helpers)
    crew = Crew(1, 2, lambda: next(opening), together=8)
    assert crew.share(waiting=100) == 8
    assert crew.share(waiting=3) == 3
    crew.call()
    until(lambda: crew.helpers == 2)
    assert [crew.share(waiting) for waiting in (1, 3, 4, 24, 100)] == [1, 1, 2, 8, 8]
    with crew.place() as first, crew.place() as second, crew.place() as third:
        assert {first, second} == {*helpers}
        assert third is None
    crew.close()


def test_a_question_that_cannot_be_answered_does_not_end_it(helper: Helper) -> None:
    assert helper.answer([Question("?!")]) == [None]
    assert None not in helper.answer([QUESTION])


def test_one_that_is_killed_is_lost_and_its_place_with_it(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    helper = Helper(settings)
    crew = Crew(1, 1, lambda: helper)
    crew.call()
    with crew.place() as own:
        assert own is None
        with crew.place() as one:  # waits until the helper is ready
            assert one is helper
            helper.end()
            assert helper.answer([QUESTION, QUESTION]) == [None, None]
    assert helper.lost
    assert "has ended" in caplog.text
    with crew.place() as own:
        assert own is None


def test_one_that_nobody_asks_ends(settings: Settings) -> None:
    helper = Helper(settings, idle=0.2)
    assert helper.wait() is None
    time.sleep(0.2)
    until(lambda: helper.lost or time.sleep(1) or helper.answer([QUESTION]) == [None])
    assert helper.lost


def test_the_place_of_one_that_ended_by_itself_is_given_up_without_a_warning(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    helper = Helper(settings, idle=0.1)
    crew = Crew(1, 1, lambda: helper)
    crew.call()
    until(lambda: crew.helpers == 1)

    def is_lost() -> bool:
        with crew.place() as one:
            assert one is helper
            time.sleep(0.2)  # longer than it waits to be asked
            helper.answer([QUESTION])
        return helper.lost

    until(is_lost)
    assert crew.helpers == 0
    assert "nobody had asked it for long" in caplog.text
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


@pytest.mark.parametrize(("again", "tries"), [(600.0, 1), (0.0, 2)])
def test_one_that_cannot_start_is_told_of_and_not_tried_again_for_a_while(
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    again: float,
    tries: int,
) -> None:
    monkeypatch.setattr("bot.crew.AGAIN", again)
    empty = Settings(data_dir=tmp_path / "nothing", cache_dir=tmp_path, _env_file=None)  # type: ignore[call-arg]
    opened = []

    def opening() -> Helper:
        opened.append(Helper(empty))
        return opened[-1]

    crew = Crew(1, 2, opening)
    told = "There is no library"
    until(lambda: caplog.text.count(told) == tries or (len(opened) < tries and crew.call()))
    if tries == 1:
        crew.call()
    assert len(opened) == tries


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
    settings: Settings, answerer: Answerer
) -> None:
    opened: list[Helper] = []

    def opening() -> Helper:
        opened.append(Helper(settings))
        return opened[-1]

    crew = Crew(1, 1, opening, together=4)
    desk = Desk(AnswerChain(answerer), timeout=60, metrics=Metrics(), crew=crew)

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
    until(lambda: opened[0].answer([QUESTION]) == [None])


class Poisoned(AnswerChain):
    """A chain that fails on one question, and so on all that are asked with it."""

    def batch(self, inputs: Sequence[Question], *_: object, **__: object) -> list[Answer]:
        self.together = [*getattr(self, "together", []), len(inputs)]
        return [answer for one in inputs for answer in self.stream(one)]

    def stream(self, question: Question, *_: object, **__: object) -> Iterator[Answer]:
        if question.text == "poison":
            raise ValueError("no such passage")
        yield from self.answerer.stream(question)


async def test_a_question_that_fails_leaves_those_taken_with_it_their_answers(answerer: Answerer) -> None:
    chain = Poisoned(answerer)
    desk = Desk(chain, timeout=60, metrics=Metrics(), crew=Crew(1, together=8))

    async def ask(text: str) -> str:
        return [answer async for answer in desk.stream(Question(text))][-1].text

    texts = [QUESTION.text, "poison", QUESTION.text, QUESTION.text]
    got = await asyncio.gather(*map(ask, texts), return_exceptions=True)
    assert isinstance(got[1], ValueError)
    assert got[0] == got[2] == got[3] == chain.answerer.answer(QUESTION).text
    assert max(chain.together) > 1
    desk.close()


def test_a_chat_models_answers_have_no_helpers(settings: Settings) -> None:
    local = settings.model_copy(update={"chat_model": "local"})
    assert open_crew(local, helpers=4).size == open_crew(local, helpers=4).room == 16
    assert open_crew(settings, helpers=1).room == 32
    assert open_crew(settings, helpers=4).size == open_crew(settings, helpers=0).size + 4
    assert open_crew(settings, helpers=0).size >= 1
