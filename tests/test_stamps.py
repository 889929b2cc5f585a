"""Dates and bylines as pages print them, in French and English: read as a whole line or not at all."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.stamps import Stamps, is_relative, read_stamp, read_stamps


@pytest.mark.parametrize(
    ("line", "published", "modified", "author"),
    [
        ("Publié le 12 mars 2024 à 18h30", "2024-03-12T18:30:00", None, None),
        ("Publié le 12 mars 2024 à 18 h 30, mis à jour le 13 mars 2024 à 9h", "2024-03-12T18:30:00", "2024-03-13T09:00:00", None),
        ("Mis à jour le 1er avril 2020", None, "2020-04-01", None),
        ("mercredi 11 septembre 2019", "2019-09-11", None, None),
        ("Publié le 22 septembre 2025 à 18 h 05 – Temps de lecture : 2 min", "2025-09-22T18:05:00", None, None),
        ("Updated Oct. 3, 2025", None, "2025-10-03", None),
        ("Jan. 18, 2025 Updated Jan. 19, 2025, 9:35 p.m. ET", "2025-01-18", "2025-01-19T21:35:00", None),
        ("Updated 12:05 PM EST, Wed January 4, 2023", None, "2023-01-04T12:05:00-05:00", None),
        ("Publié : 12 mars 2024, 18:30 CET", "2024-03-12T18:30:00+01:00", None, None),
        ("2024-03-12T18:30:00+01:00", "2024-03-12T18:30:00+01:00", None, None),
        ("03/25/2024 10:22", "2024-03-25T10:22:00", None, None),
        ("By Ann Lee", None, None, "Ann Lee"),
        ("By Ann Lee and Tom Ashgrove, EXAMPLE NEWS", None, None, "Ann Lee and Tom Ashgrove"),
        ("Par Loïc Lemaître | 30 septembre 2018", "2018-09-30", None, "Loïc Lemaître"),
        ("Vendredi 14 mars 2025, par Gwenaëlle Trividic", "2025-03-14", None, "Gwenaëlle Trividic"),
        ("March 14, 2025 | By Ann Lee", "2025-03-14", None, "Ann Lee"),
    ],
)  # fmt: skip
def test_a_stamp_is_read(line: str, published: str | None, modified: str | None, author: str | None) -> None:
    assert read_stamp(line) == Stamps(published, modified, author)


@pytest.mark.parametrize(
    "line",
    [
        "Le 12 mars 2024, le maire a dit oui.",
        "Publié le 31 février 2024",
        "Publié le 4 mars 2024 à 25h10",
        "Publié en 1857, le roman fit scandale.",
        "By the way, it rained.",
        "By Monday the town was under water.",
        "Par ailleurs",
        "By 2030",
        "By AFP",
        "il y a 2 heures",
        "10:32",
        "© 2024",
    ],
)
def test_what_is_no_stamp_is_left_alone(line: str) -> None:
    assert read_stamp(line) is None


def test_a_day_that_may_be_two_is_read_day_first_in_french_alone() -> None:
    assert read_stamp("12/03/2024", day_first=True) == Stamps("2024-03-12")
    assert read_stamp("12/03/2024") == Stamps()
    assert read_stamp("25/03/2024") == Stamps("2024-03-25")


def test_what_comes_first_counts() -> None:
    lines = ["Par Solène Abgrall", "Publié le 3 mai 2024", "Publié le 4 mai 2024", "Mis à jour le 5 mai 2024"]
    assert read_stamps(lines) == Stamps("2024-05-03", "2024-05-05", "Solène Abgrall")


@pytest.mark.parametrize(
    "line", ["il y a 2 heures", "5 minutes ago", "5m ago", "Publié il y a 3 jours", "18h05", "10:32"]
)
def test_times_that_are_no_dates(line: str) -> None:
    assert is_relative(line)
    assert read_stamp(line) is None


@given(st.dates(min_value=date(1990, 1, 1)), st.sampled_from(["Publié le {:%d/%m/%Y}", "{:%Y-%m-%d}"]))
def test_every_day_is_read(day: object, shape: str) -> None:
    stamp = read_stamp(shape.format(day), day_first=True)
    assert stamp is not None
    assert stamp.published == str(day)


@given(st.text(max_size=200))
def test_no_line_is_too_odd(line: str) -> None:
    read_stamp(line)
    is_relative(line)
