"""How fresh sources are: what is noted of each, when one has fallen silent, and who is told."""

from __future__ import annotations

import json
import time
from itertools import count
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from ingest.pipeline import ingest
from retrieval import freshness, layout, tables
from retrieval.freshness import Freshness, is_silent, usual_pause
from retrieval.library import Library
from retrieval.salvage import salvage
from tests.conftest import Run
from tests.small import HashEmbedder

DAY, HOUR = 86_400, 3_600
MONDAY = 20_059 * DAY  # midnight, UTC


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "library")


def of(library: Library, now: int | None = None) -> dict[str, Freshness]:
    with library.snapshot() as snapshot:
        return {one.source: one for one in freshness.look(snapshot.connection, now or int(time.time()))}


def write(library: Library, *statements: sa.Executable) -> None:
    with library._catalogue.writing() as draft:
        for statement in statements:
            draft.connection.execute(statement)


def came(library: Library, source: str, moments: list[int], *, tried: int, read: int | None) -> None:
    """Have a source, which is in the library, have brought an article at each of some moments."""
    with library.snapshot() as snapshot:
        [one, *_] = snapshot.articles()
        values = dict(snapshot.connection.execute(sa.select(tables.articles)).mappings().first() or {})
    assert one
    for number, moment in zip(count(), moments, strict=False):
        name = f"{source.removeprefix('http').removeprefix('/')}-{number}"
        origin = f"{source}/{number}.txt"
        container = source if source.startswith("http") else origin
        write(
            library,
            tables.articles.insert().values(values | {"article_id": name, "added": moment}),
            tables.origins.insert().values(origin=origin, container=container, digest="d", article_id=name),
        )
    row = {"source": source, "tried": tried, "read": read}
    write(
        library,
        tables.sources.delete().where(tables.sources.c.source == source),
        tables.sources.insert().values(row),
    )


def notes(folder: Path, *names: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / f"{name}.txt").write_text(
            f"Le bac de {name}\n\nLe bac de {name} reprend lundi.", encoding="utf-8"
        )
    return folder


def weeks(day: int, *, days: tuple[int, ...], hours: tuple[int, ...]) -> list[tuple[int, int]]:
    """The first and the last article of each day of four weeks before a Monday."""
    start = day - 28 * DAY
    return [
        (start + (7 * week + one) * DAY + hours[0] * HOUR, start + (7 * week + one) * DAY + hours[1] * HOUR)
        for week in range(4)
        for one in days
    ]


@pytest.mark.parametrize(
    ("days", "quiet", "silent"),
    [
        # A wire, from six in the morning to ten at night: a night is usual, a day and a night are not.
        (weeks(MONDAY, days=(0, 1, 2, 3, 4, 5, 6), hours=(6, 22)), 23, False),
        (weeks(MONDAY, days=(0, 1, 2, 3, 4, 5, 6), hours=(6, 22)), 25, True),
        # A paper of working days: it does not come out on a Monday that is a holiday, nor at Easter.
        (weeks(MONDAY, days=(0, 1, 2, 3, 4), hours=(6, 18)), 5 * 24, False),
        (weeks(MONDAY, days=(0, 1, 2, 3, 4), hours=(6, 18)), 7 * 24, True),
        # A weekly: one issue left out, and two.
        ([(MONDAY - n * 7 * DAY, MONDAY - n * 7 * DAY) for n in range(8, 0, -1)], 15 * 24, False),
        ([(MONDAY - n * 7 * DAY, MONDAY - n * 7 * DAY) for n in range(8, 0, -1)], 18 * 24, True),
        # Brought in once, over two days: nothing is known of its rhythm.
        ([(MONDAY, MONDAY + 20 * HOUR), (MONDAY + DAY, MONDAY + DAY)], 10_000, False),
    ],
)
def test_silence_goes_by_a_sources_own_rhythm(days: list[tuple[int, int]], quiet: int, silent: bool) -> None:
    newest = days[-1][1]
    assert is_silent(newest, usual_pause(days), newest + quiet * HOUR) is silent


def test_an_outage_that_is_over_does_not_make_a_source_patient() -> None:
    days = weeks(MONDAY, days=(0, 1, 2, 3, 4, 5, 6), hours=(6, 22))
    del days[10:17]
    assert usual_pause(days) == 8 * HOUR


@given(st.lists(st.integers(1, 40 * DAY), min_size=1, max_size=40))
def test_a_source_that_keeps_to_its_rhythm_is_never_silent(gaps: list[int]) -> None:
    moments = [MONDAY]
    for gap in gaps:
        moments.append(moments[-1] + gap)
    pause = usual_pause([(moment, moment) for moment in moments])
    assert (pause is None) == (len(moments) < 6)
    if pause is not None:
        assert pause in gaps
        assert not is_silent(moments[-1], pause, moments[-1] + pause)


def test_a_folder_is_noted_with_what_it_brought(tmp_path: Path, library: Library) -> None:
    folder, before = notes(tmp_path / "news" / "lundi", "Orle"), int(time.time())
    ingest([str(tmp_path / "news")], library, HashEmbedder)
    found = of(library)
    assert [*found] == [str(tmp_path / "news")]  # and neither its folders nor its files
    one = found[str(tmp_path / "news")]
    assert (one.read or 0) >= before
    assert (one.newest or 0) >= before
    assert (one.pause, one.silent) == (None, False)
    # A file in it, by its name, as watching brings it in, is a reading of the folder too; one beside it is no source.
    write(library, tables.sources.update().values(tried=1, read=1))
    notes(tmp_path / "news2", "Port")
    ingest([str(tmp_path / "news2" / "Port.txt"), str(folder / "Orle.txt")], library, HashEmbedder)
    assert [*of(library)] == [str(tmp_path / "news")]
    assert (of(library)[str(tmp_path / "news")].read or 0) >= before


def test_a_reading_without_news_changes_nothing_that_readers_see(tmp_path: Path, library: Library) -> None:
    folder = notes(tmp_path / "news", "Orle")
    ingest([str(folder)], library, HashEmbedder)
    write(library, tables.sources.update().values(tried=1, read=1))
    with library.snapshot() as snapshot:
        generation = snapshot.generation()
    ingest([str(folder)], library, HashEmbedder)
    with library.snapshot() as snapshot:
        assert snapshot.generation() == generation
    assert (of(library)[str(folder)].read or 0) > 1


def test_what_is_no_longer_read_is_given_up_and_what_fails_is_not(tmp_path: Path, library: Library) -> None:
    now = int(time.time())
    ingest([str(notes(tmp_path / "news", "Orle"))], library, HashEmbedder)
    daily = [now - n * DAY for n in range(30, 19, -1)]
    came(library, "https://left.example/feed", daily, tried=now - 20 * DAY, read=now - 20 * DAY)
    came(library, "https://failing.example/feed", daily, tried=now, read=now - 20 * DAY)
    found = of(library, now)
    assert [*found] == [str(tmp_path / "news"), "https://failing.example/feed"]
    assert [one.silent for one in found.values()] == [False, True]
    # Where nothing is read any more, nothing was given up: whatever reads has stopped.
    write(library, tables.sources.update().values(tried=now - 19 * DAY, read=now - 19 * DAY))
    assert of(library, now)["https://left.example/feed"].silent


def test_salvage_brings_it_over(tmp_path: Path, library: Library) -> None:
    ingest([str(notes(tmp_path / "news", "Orle"))], library, HashEmbedder)
    before = of(library)
    library.close()
    salvage(library.folder / layout.CATALOGUE)
    after = of(Library(library.folder))
    assert [one.read for one in after.values()] == [one.read for one in before.values()]


def test_the_doctor_tells_and_warns(depeche: Run, tmp_path: Path) -> None:
    folder, library = notes(tmp_path / "news", "Orle"), Library(tmp_path / "library")
    assert depeche("ingest", folder).returncode == 0
    now = int(time.time())
    came(library, "https://a.example/feed", [now - n * DAY for n in range(16, 5, -1)], tried=now, read=now)
    came(library, str(folder), [now - n * DAY for n in range(16, 5, -1)], tried=now, read=now - 6 * DAY)
    library.close()
    write(
        library,
        tables.articles.update().where(tables.articles.c.added > now - DAY).values(added=now - 6 * DAY),
    )
    done = depeche("doctor")
    assert done.returncode == 0  # silence is not wrong
    lines = done.stdout.splitlines()
    [at] = [n for n, line in enumerate(lines) if "https://a.example/feed" in line]
    assert lines[at].startswith("LOOK  Source: https://a.example/feed: last read 20")
    assert (
        lines[at + 1].strip()
        == "Nothing new for 6 days, where 24 hours is usual at the longest. Has it moved, or ended?"
    )
    [at] = [n for n, line in enumerate(lines) if f"Source: {folder}" in line]
    assert "Is it still read" in lines[at + 1]
    told = {row["state"].split(": ")[0]: row for row in json.loads(depeche("doctor", "--json").stdout)}
    assert (told["https://a.example/feed"]["ok"], told["https://a.example/feed"]["warning"]) == (True, True)
