"""Dates as pages tell them to machines and to readers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.pages.dates import moment, stated


@pytest.mark.parametrize(
    ("told", "when"),
    [
        ("2025-03-01", "2025-03-01"),
        ("2025-03-01T18:30:00Z", "2025-03-01T18:30:00+00:00"),
        ("2025-03-01T18:30:00.000+0100", "2025-03-01T18:30:00+01:00"),
        ("2025-03-01 18:30", "2025-03-01T18:30:00"),
        ("20250301", "2025-03-01"),
        ("20250301T183000", "2025-03-01T18:30:00"),
        ("2025/3/1", "2025-03-01"),
        ("Sat, 01 Mar 2025 18:30:00 +0100", "2025-03-01T18:30:00+01:00"),
        ("1er mars 2025", "2025-03-01"),
        ("le 1 mars 2025 à 18h30", "2025-03-01T18:30:00"),
        ("1er août 2025 à 7 h", "2025-08-01T07:00:00"),
        ("March 1, 2025, 6:30 p.m.", "2025-03-01T18:30:00"),
        ("Mar. 1st, 2025", "2025-03-01"),
        ("1 March 2025", "2025-03-01"),
        ("01/03/2025", "2025-03-01"),
        ("2025-02-30", None),
        ("1845-03-01", None),
        ("hier", None),
        ("", None),
        (None, None),
    ],
)
def test_a_moment_is_read_as_it_is_written(told: str | None, when: str | None) -> None:
    assert moment(told) == when


@pytest.mark.parametrize(
    ("lines", "published", "changed"),
    [
        (["Publié le 1er mars 2025 à 18h30, mis à jour le 2 mars 2025 à 9h"], "2025-03-01T18:30:00", "2025-03-02T09:00:00"),
        (["Mis à jour le 2 mars 2025", "Publié le 1 mars 2025"], "2025-03-01", "2025-03-02"),
        (["Published 1 March 2025", "Last updated on March 2, 2025 at 9:05 am"], "2025-03-01", "2025-03-02T09:05:00"),
        (["Par Yves Kerlann", "1 mars 2025"], "2025-03-01", None),
        (["Le 12 mars 2024, la commune avait fermé la cale pour la troisième fois de l’hiver, sans prévenir."], None, None),
        (["Updated 3 hours ago"], None, None),
    ],
)  # fmt: skip
def test_a_page_tells_its_readers(lines: list[str], published: str | None, changed: str | None) -> None:
    assert stated(lines) == (published, changed)


@given(st.text(alphabet="0123456789-/T: marsjuil.+Zàh", max_size=40))
def test_anything_is_a_moment_or_none(text: str) -> None:
    found = moment(text)
    assert found is None or (found[4], found[7]) == ("-", "-")
