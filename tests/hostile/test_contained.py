"""One document never stops the others: whatever its reading raises is one line, and what came before and after is stored."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from ingest.apart import Apart
from ingest.documents import Problem
from ingest.fetch.connecting import Network
from ingest.fetch.fetcher import Fetcher
from ingest.keeping import Keeper
from ingest.kinds import kind_of, shows
from ingest.pipeline import Report, ingest
from ingest.sources import read
from ingest.web import Web as Reader
from retrieval.library import Library
from tests.hostile.inputs import FAILING, comments, nested_mails, nested_parts, packed
from tests.small import HashEmbedder
from tests.test_web import article, feed
from tests.web_server import answer, serving

PATIENCE = 60.0  # seconds


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    made = Library(tmp_path / "library")
    yield made
    made.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder in which something good stands before and after all else."""
    made = tmp_path / "folder"
    made.mkdir()
    (made / "a.txt").write_text("Le bac de Lauzan\n\nLe bac de Lauzan rouvre lundi.", encoding="utf-8")
    (made / "z.txt").write_text("Le bac de Skerrin\n\nLe bac de Skerrin rouvre mardi.", encoding="utf-8")
    return made


def titles(library: Library) -> set[str]:
    with library.snapshot() as snapshot:
        return {row.article.title for row in snapshot.articles()}


def bring(folder: Path, library: Library) -> Report:
    with closing(Apart(2.0)) as apart:
        return ingest([str(folder)], library, HashEmbedder, apart=apart)


@pytest.mark.parametrize("made", [*FAILING.values()], ids=[*FAILING])
def test_what_fails_its_reader_is_one_line(
    made: Callable[[], tuple[str, bytes]], folder: Path, library: Library
) -> None:
    name, raw = made()
    (folder / name).write_bytes(raw)
    report = bring(folder, library)
    assert {"Le bac de Lauzan", "Le bac de Skerrin"} <= titles(library)
    assert len(report.problems) <= raw.count(b"\n") + 1
    assert all("\n" not in str(problem) and str(folder / name) in str(problem) for problem in report.problems)


@pytest.mark.parametrize("made", [nested_mails(3_000), nested_parts(20_000)])
def test_a_nested_mail_is_told_with_its_cause(
    made: tuple[str, bytes], folder: Path, library: Library
) -> None:
    (folder / made[0]).write_bytes(made[1])
    (problem,) = bring(folder, library).problems
    assert (problem.place, problem.what) == (str(folder / made[0]), "is nested too deep to be read")
    assert "errors.log" in problem.hint


def test_rows_that_were_not_read_to_their_end_are_not_gone(folder: Path, library: Library) -> None:
    first, last = (
        {"id": name, "title": name, "text": f"Le bac de {name} rouvre jeudi."} for name in ("Orle", "Tavel")
    )
    start, end = (json.dumps(row).encode() + b"\n" for row in (first, last))
    with closing(Apart(2.0)) as apart:
        for blank in (b"", b"\n"):
            (folder / "rows.jsonl.gz").write_bytes(packed(start, blank * 10_000_000, 30, end))
            ingest([str(folder)], library, HashEmbedder, apart=apart, prune=True, patient=not blank)
            assert {"Orle", "Tavel"} <= titles(library)


def test_a_files_first_bytes_are_looked_at_once() -> None:
    raw = comments(500)[1]
    assert not shows(raw)
    assert kind_of(raw + b"<html>", "") != "page"
    assert kind_of(b"<!-- a -->" * 20 + b"<html>", "") == "page"


def test_a_retry_after_beyond_the_calendar_ends_no_run(library: Library) -> None:
    with serving() as web:
        web.pages["/Lauzan"], web.pages["/Orle"] = article("Lauzan"), article("Orle")
        late = "Thu, 31 Dec 9999 23:59:59 -2359"
        web.pages["/Skerrin"] = answer(b"", 503, Retry_After=late)
        web.pages["/feed"] = answer(feed(web, "Lauzan", "Skerrin", "Orle"), Content_Type="text/xml")
        reader = Reader(
            Fetcher(Network(private=True), delay=0.0, seconds=10.0, back_off=0.0), limit=9, tell=print
        )
        report = ingest([web.url("/feed")], library, HashEmbedder, web=reader)
        reader.close()
    assert titles(library) == {"Le bac de Lauzan", "Le bac de Orle"}
    assert [problem.what for problem in report.problems] == ["answers 503 Service Unavailable"]


def test_a_source_whose_reading_raises_is_one_problem(tmp_path: Path) -> None:
    (found,) = read(str(tmp_path / ("a" * 10 + "\0b")))
    assert isinstance(found, Problem)


class _Fails:
    """Brings in all but one file, at which it raises what nobody expects."""

    def __init__(self, bad: Path) -> None:
        self.bad, self.taken, self.tried = str(bad), set[str](), 0

    def __call__(self, sources: list[str], _patient: bool) -> None:
        if self.bad in sources:
            self.tried += 1
            raise OverflowError("date value out of range")
        self.taken |= {Path(source).name for source in sources}


def test_a_watcher_goes_on_and_leaves_what_it_failed_at(tmp_path: Path) -> None:
    stop, told = threading.Event(), list[str]()
    fails = _Fails(tmp_path / "bad.txt")
    thread = threading.Thread(target=Keeper(fails, told.append, stop, watched=[str(tmp_path)]).run)
    thread.start()
    try:
        _until(lambda: tmp_path.name in fails.taken)
        for name in ("a.txt", "bad.txt", "z.txt"):
            (tmp_path / name).write_text("Le bac.", encoding="utf-8")
        _until(lambda: {"a.txt", "z.txt"} <= fails.taken and bool(told))
        tried = fails.tried
        (tmp_path / "later.txt").write_text("Le bac.", encoding="utf-8")
        _until(lambda: "later.txt" in fails.taken)
        assert fails.tried == tried <= 2
        assert len(told) == 1
        assert "bad.txt" in told[0]
        assert "OverflowError" in told[0]
    finally:
        stop.set()
        thread.join(PATIENCE)


def _until(done: Callable[[], bool]) -> None:
    late = time.monotonic() + PATIENCE
    while not done():
        assert time.monotonic() < late
        time.sleep(0.02)
