"""What speaks for a sentence, and which lines of an article are none that could answer."""

from __future__ import annotations

import pytest

from retrieval.evidence import states


@pytest.mark.parametrize(
    "line",
    [
        "La traversée dure neuf minutes.",
        "“It was a close thing.”",
        "« Ce n’est pas ainsi que notre démocratie devrait fonctionner. »",
        "Sale Sharks 40-5 Leicester Tigers after extra time",
        "Donald Trump arrive à un rassemblement à Las Vegas, le 24 octobre 2024 (AFP)",
        "Non !",
    ],
)
def test_what_states_something_may_answer(line: str) -> None:
    assert states(line)


@pytest.mark.parametrize(
    "line",
    ["Who is Karim Belaïd?", "Some important dates to keep in mind:", "Un interlocuteur", "“Un interlocuteur”", "« Et après ? »", "…", ""],
)  # fmt: skip
def test_headings_lead_ins_and_questions_state_nothing(line: str) -> None:
    assert not states(line)
