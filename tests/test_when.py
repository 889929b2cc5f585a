"""Times in questions: which days they mean."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.domain import LANGUAGES, Language
from retrieval.when import Period, day_of, period

TODAY = date(2024, 11, 5)  # a Tuesday


@pytest.mark.parametrize(
    ("question", "language", "first", "last"),
    [
        ("Que s’est-il passé hier à Lyon ?", "fr", "2024-11-04", "2024-11-04"),
        ("Qui a gagné la semaine dernière ?", "fr", "2024-10-28", "2024-11-03"),
        ("Que disait le maire en octobre 2024 ?", "fr", "2024-10-01", "2024-10-31"),
        ("Que s'est-il passé le 1er mars 2019 ?", "fr", "2019-03-01", "2019-03-01"),
        ("Quelle équipe a gagné lundi ?", "fr", "2024-11-04", "2024-11-04"),
        ("Combien ont été vendus l'an dernier ?", "fr", "2023-01-01", "2023-12-31"),
        ("Que s’est-il passé il y a trois jours ?", "fr", "2024-11-02", "2024-11-02"),
        ("What happened on 24 October?", "en", "2024-10-24", "2024-10-24"),
        ("What happened on October 24th, 2023?", "en", "2023-10-24", "2023-10-24"),
        ("Who resigned last week?", "en", "2024-10-28", "2024-11-03"),
        ("What did the bank do in March 2023?", "en", "2023-03-01", "2023-03-31"),
        ("Who was elected in 2019?", "en", "2019-01-01", "2019-12-31"),
        ("Who won on Monday?", "en", "2024-11-04", "2024-11-04"),
        ("What was said the day before yesterday?", "en", "2024-11-03", "2024-11-03"),
    ],
)
def test_a_time_is_the_days_it_means(question: str, language: Language, first: str, last: str) -> None:
    assert period(question, language, TODAY) == Period(date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Que répond le Kremlin ?", "fr"),
        ("Who may win the election?", "en"),
        ("Who won the 2022 World Cup?", "en"),
        ("Combien coûtent 24 places ?", "fr"),
        ("Qui est Mars ?", "fr"),
    ],
)
def test_most_questions_name_no_time(question: str, language: Language) -> None:
    assert period(question, language, TODAY) is None


def test_news_of_the_days_after_counts() -> None:
    days = Period(date(2024, 10, 24), date(2024, 10, 24))
    assert [days.holds(date(2024, 10, d), after=2) for d in (23, 24, 26, 27)] == [False, True, True, False]


def test_only_iso_dates_are_dates() -> None:
    assert day_of("2024-10-24T08:00:00+02:00") == date(2024, 10, 24)
    assert day_of("24 octobre 2024") is None
    assert day_of(None) is None


@given(st.text(max_size=60), st.sampled_from(LANGUAGES))
def test_any_text_may_be_asked(text: str, language: Language) -> None:
    days = period(text, language, TODAY)
    assert days is None or days.first <= days.last
