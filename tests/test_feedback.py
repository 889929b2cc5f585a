"""Votes as cases to measure with: what the bot tells its operator is what the benchmark reads."""

from __future__ import annotations

import json
from dataclasses import replace

from bot_running import answer_to

from benchmarks.feedback import measure, read
from bot.chats import answers
from bot.chats.answers import Conversation
from bot.chats.store import Store
from bot.running.operating import feedback
from retrieval.domain import Answer, Question
from retrieval.settings import Settings

LIKED, DISLIKED, REFUSED, BOTH = "la tour", "le pont", "nothing", "le bac"


def voted() -> list[str]:
    """The lines that the operator gets."""
    store = Store.open(Settings(_env_file=None))  # type: ignore[call-arg]
    votes = {LIKED: [True], DISLIKED: [False, False, True], REFUSED: [False], BOTH: [True, False]}
    with store.begin() as connection:
        for number, (text, theirs) in enumerate(votes.items(), 1):
            answer = answer_to(Question(text, chat_language="fr"))
            put = answers.put(
                connection, Conversation(7), answer, user_id=7, question_message=number, shown=[number]
            )
            for user, good in enumerate(theirs):
                answers.vote(connection, put, user, good=good)
        lines = [json.dumps(case) for case in feedback(connection)]
    store.close()
    return lines


def again(question: Question) -> Answer:
    return answer_to(replace(question, chat_language=question.language))


def elsewhere(question: Question) -> Answer:
    """Answers of which none is what it was."""
    answer = answer_to(Question("la mairie", chat_language="fr"))
    moved = [replace(c, start=c.start + 1000, end=c.end + 1000) for c in answer.citations]
    return replace(answer, citations=tuple(moved))


def test_what_was_liked_is_to_stand_and_what_was_not_is_to_change() -> None:
    cases = read(["", *voted()])
    assert [(case.question, case.liked) for case in cases] == [
        (LIKED, True),
        (DISLIKED, False),
        (REFUSED, False),
    ]
    same, misses = measure(cases, again)
    assert {name: figure.value for name, figure in same.items()} == {
        "liked, and stands": 1.0,
        "not liked, and another now": 0.0,
    }
    assert [case.question for case in misses] == [DISLIKED, REFUSED]
    other, misses = measure(cases, elsewhere)
    assert {name: figure.value for name, figure in other.items()} == {
        "liked, and stands": 0.0,
        "not liked, and another now": 1.0,
    }
    assert [case.question for case in misses] == [LIKED]
