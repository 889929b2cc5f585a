"""`depeche bot stats` and `depeche bot feedback`: what an operator sees of the chats."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest
from bot_running import answer_to, bot_api, replies, running, soon  # noqa: F401 (fixtures)
from botapi import TOKEN, BotApi

from bot.chats import answers
from bot.chats.answers import Conversation
from bot.chats.store import Store
from bot.running.redact import log_to_stderr
from retrieval.domain import Question
from retrieval.errors import DepecheError
from retrieval.settings import Settings
from tests.conftest import Run


def kept(folder: Path) -> None:
    """Three answers in two chats: one liked, one liked and disliked, one nobody voted on."""
    store = Store.open(Settings(_env_file=None, data_dir=folder))  # type: ignore[call-arg]
    with store.begin() as connection:
        for number, (chat_id, text) in enumerate(
            [(7, "la tour"), (7, "nothing"), (8, "le\n\x1b[31mpont")], 1
        ):
            answer = answer_to(Question(text, chat_language="fr"))
            answers.put(
                connection,
                Conversation(chat_id),
                answer,
                user_id=chat_id,
                question_message=number,
                shown=[number + 10],
            )
        answers.vote(connection, 1, 7, good=True)
        answers.vote(connection, 3, 8, good=True)
        answers.vote(connection, 3, 9, good=False)
        answers.vote(connection, 3, 8, good=False)
    store.close()


def test_stats_count_and_name_nobody(depeche: Run, tmp_path: Path) -> None:
    kept(tmp_path / "library")
    done = depeche("bot", "stats", "--json")
    told = json.loads(done.stdout)
    assert (told["chats"], told["readers"], told["answers"], told["answers_last_day"]) == (2, 2, 3, 3)
    assert (told["good"], told["bad"]) == (1, 2)
    assert "Answers since 2" in depeche("bot", "stats").stdout


def test_feedback_gives_cases_to_measure_with(depeche: Run, tmp_path: Path) -> None:
    kept(tmp_path / "library")
    cases = [json.loads(line) for line in depeche("bot", "feedback", "--json").stdout.splitlines()]
    assert [(case["question"], case["good"], case["bad"]) for case in cases] == [
        ("la tour", 1, 0),
        ("le\n\x1b[31mpont", 0, 2),
    ]
    [citation] = cases[0]["citations"]
    assert citation == {
        "number": 1,
        "article_id": "a1",
        "start": 0,
        "end": 19,
        "quote": "À propos de la tour",
    }
    assert not {"user_id", "chat_id"} & {*cases[0]}
    bad = depeche("bot", "feedback", "--bad", "--json").stdout.splitlines()
    assert [json.loads(line)["question"] for line in bad] == ["le\n\x1b[31mpont"]
    told = depeche("bot", "feedback").stdout
    assert "\x1b" not in told
    # a question of several lines is one, as is a quotation: two lines an answer
    assert [line[:1] for line in told.splitlines()] == ["2", " "] * 2


def test_without_a_bot_ever_run_it_says_what_to_do(depeche: Run) -> None:
    for command in ("stats", "feedback"):
        done = depeche("bot", command)
        assert done.returncode == 1
        assert done.stderr.count("\n") == 1
        assert "No bot has run" in done.stderr


@pytest.mark.parametrize("wanted", [True, False])
async def test_what_readers_ask_is_logged_only_where_that_is_asked_for(
    api: BotApi, caplog: pytest.LogCaptureFixture, wanted: bool
) -> None:
    caplog.set_level(logging.INFO)
    async with running(api, log_messages=wanted):
        api.say(7, "une question bien à moi")
        await replies(api, 7)
    assert ("une question bien à moi" in caplog.text) is wanted


def test_a_log_in_json_is_one_object_a_line_without_the_token(capsys: pytest.CaptureFixture[str]) -> None:
    root = logging.getLogger()
    before, level = [*root.handlers], root.level
    log_to_stderr(TOKEN, as_json=True)
    try:
        try:
            raise DepecheError(f"failed at /bot{TOKEN}/getMe\nand below")
        except DepecheError:
            logging.getLogger("made").exception("first « %s »\nsecond", TOKEN)
    finally:
        root.handlers[:] = before
        root.setLevel(level)
    [line] = capsys.readouterr().err.splitlines()
    told = json.loads(line)
    assert (told["level"], told["logger"], told["message"]) == ("ERROR", "made", "first « <token> »\nsecond")
    assert "failed at /bot<token>/getMe and below" in told["error"]
    assert TOKEN not in line
