"""What may never end, or take all memory, is given up, and nothing else with it; what is good does not wait for it."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest

from ingest.apart import Apart, GivenUpError
from ingest.chunks import chunks
from ingest.containers import Container
from ingest.documents import Document, Problem
from ingest.pipeline import ingest
from ingest.readying import Ready
from retrieval.library import Library
from tests.hostile.inputs import (
    ENDLESS,
    attributes,
    blank_rows,
    many_values,
    page,
    warc_of_nothing,
    warc_without_end,
)
from tests.small import HashEmbedder

pytestmark = pytest.mark.slow

SHORT = 2.0  # seconds a document here; one less patient than the default, for the tests' sake


@pytest.fixture
def apart() -> Iterator[Apart]:
    with closing(Apart(SHORT)) as made:
        yield made


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    made = Library(tmp_path / "library")
    yield made
    made.close()


def text(words: str) -> Document:
    return Document(words, words, words, words, "text", text=f"Le bac\n\n{words}")


def endless() -> Document:
    return Document("b", "b", "b", "b.html", "page", raw=attributes(100_000)[1])


def test_what_does_not_end_is_given_up_and_the_next_is_read(apart: Apart) -> None:
    assert apart.article(endless(), briefly=True) is None
    found = apart.article(endless())
    assert isinstance(found, Problem)
    assert str(found).startswith("b.html: takes longer than 2 seconds to read. DEPECHE_READ_TIMEOUT")
    assert isinstance(apart.article(text("Le bac rouvre lundi.")), Ready)


def test_what_was_given_up_is_not_tried_again(apart: Apart) -> None:
    apart.article(endless())
    apart.close()
    assert isinstance(apart.article(endless()), Problem)
    assert not apart._documents.begun  # nothing was begun for it


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps to a limit of memory")
def test_what_takes_too_much_memory_is_given_up() -> None:
    with closing(Apart(60.0, 100)) as apart:
        with pytest.raises(GivenUpError, match="more than 100 MB of memory"):
            apart.read("text", "builtins:bytearray", 200_000_000)
        assert apart.read("text", "builtins:len", "abc") == 3


def test_a_process_that_dies_loses_nothing_else(apart: Apart) -> None:
    with pytest.raises(GivenUpError, match="SIGSEGV"):
        apart.read("text", "signal:raise_signal", int(signal.SIGSEGV))
    assert isinstance(apart.article(text("Le bac rouvre mardi.")), Ready)


def test_a_process_that_is_killed_from_outside_is_begun_anew(apart: Apart) -> None:
    first = apart.read("text", "os:getpid")
    os.kill(first, signal.SIGKILL)
    found = [apart.article(text(f"Le bac rouvre le {day} mai.")) for day in range(2, 5)]
    assert all(isinstance(one, Ready) for one in found[1:])
    assert apart.read("text", "os:getpid") != first


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells how much a process has mapped")
def test_a_process_that_has_grown_is_replaced_and_the_next_document_read() -> None:
    with closing(Apart(10.0, 3_000)) as apart:
        first = apart.read("text", "os:getpid")
        grow = "import builtins, mmap; builtins.kept = mmap.mmap(-1, 1_100_000_000)"
        apart.read("text", "builtins:exec", grow)
        assert isinstance(apart.article(text("Le bac rouvre jeudi.")), Ready)
        assert apart.read("text", "os:getpid") != first


def test_threads_that_ask_at_once_get_each_their_own(apart: Apart) -> None:
    found: dict[int, int] = {}

    def ask(number: int) -> None:
        found[number] = apart.read("text", "builtins:abs", -number)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {number: number for number in range(20)}


def test_what_reads_imports_neither_torch_nor_chroma(apart: Apart) -> None:
    apart.article(Document("c", "c", "c", "c.html", "page", raw=page("<p>Le bac rouvre lundi.</p>")))
    there = apart.read("page", "builtins:eval", "[*__import__('sys').modules]")
    assert "trafilatura" in there
    assert not {"torch", "chromadb", "onnxruntime", "telegram"} & {*there}


def unfolded(apart: Apart, folder: Path, made: tuple[str, bytes], **how: bool) -> list[object]:
    name, raw = made
    (folder / name).write_bytes(raw)
    kind: Literal["row", "warc"] = "warc" if ".warc" in name else "row"
    return [*apart.unfold(Container(str(folder / name), name, str(folder / name), kind), **how)]


def test_rows_that_do_not_end_are_given_up_and_those_before_are_kept(apart: Apart, tmp_path: Path) -> None:
    first, last = unfolded(apart, tmp_path, blank_rows(300))
    assert isinstance(first, Document)
    assert first.row["text"] == "Le bac de Montclar rouvre samedi."
    assert str(last).startswith(
        "blank.jsonl.gz: takes longer than 2 seconds to read; what stands before is kept. DEPECHE_READ_TIMEOUT"
    )
    assert isinstance(apart.article(first), Ready)  # by another process, which knows nothing of it


def test_what_holds_many_is_put_aside_where_it_is_and_goes_on_from_there(
    apart: Apart, tmp_path: Path
) -> None:
    first, rest = unfolded(apart, tmp_path, blank_rows(300), briefly=True)
    assert isinstance(first, Document)
    assert isinstance(rest, Container)
    (last,) = apart.unfold(rest)
    assert "takes longer than 2 seconds" in str(last)


@pytest.mark.parametrize("made", [lambda: warc_of_nothing(60), lambda: warc_without_end(400)])
def test_a_web_archive_that_does_not_end_is_given_up(
    apart: Apart, tmp_path: Path, made: Callable[[], tuple[str, bytes]]
) -> None:
    (only,) = unfolded(apart, tmp_path, made())
    assert "warc.gz: takes longer than 2 seconds to read. DEPECHE_READ_TIMEOUT" in str(only)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps to a limit of memory")
def test_what_holds_many_has_its_memory_too(tmp_path: Path) -> None:
    with closing(Apart(60.0, 200)) as apart:
        first, row = unfolded(apart, tmp_path, many_values(20))
        assert isinstance(first, Document)
        assert str(row) == "values.jsonl.gz line 2: takes more memory to read than there is for a document"


def test_of_rows_that_are_read_in_part_the_process_is_let_go(apart: Apart, tmp_path: Path) -> None:
    rows = "".join(json.dumps({"id": n, "text": "Le bac rouvre. " * 99}) + "\n" for n in range(9_000))
    (tmp_path / "r.jsonl").write_text(rows, encoding="utf-8")
    for _ in range(2):
        found = apart.unfold(
            Container(str(tmp_path / "r.jsonl"), "r.jsonl", str(tmp_path / "r.jsonl"), "row")
        )
        assert isinstance(next(found), Document)
        found.close()  # type: ignore[attr-defined]
        assert not apart._containers.begun


def test_no_more_is_held_at_once_than_there_is_room_for() -> None:
    raw = bytes(30_000_000)
    large = [replace(text(f"Le bac {n}"), raw=raw) for n in range(7)]
    small = [text(f"Le bac {n}") for n in range(600)]
    assert [len(chunk) for chunk in chunks(iter([*large, *small]), 256)] == [3, 3, 256, 256, 89]


@pytest.mark.slow
def test_good_files_are_visible_while_bad_ones_are_given_up(
    tmp_path: Path, library: Library, apart: Apart
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    for number, made in enumerate(ENDLESS.values()):
        name, raw = made()
        (folder / f"{number}-{name}").write_bytes(raw)
    good = {f"z{number}.txt" for number in range(20)}
    for name in good:
        (folder / name).write_text(f"Le bac {name}\n\nLe bac de {name} rouvre lundi matin.", encoding="utf-8")
    told: list[str] = []
    report = ingest(
        [str(folder)],
        library,
        HashEmbedder,
        apart=apart,
        on_visible=lambda place, _state: told.append(Path(place).name),
        on_problem=lambda problem: told.append(problem.what),
    )
    late = [n for n, one in enumerate(told) if "takes longer" in one]
    assert good <= {*told}
    assert len(late) >= 3
    assert max(told.index(name) for name in good) < min(late)
    assert report.new >= len(good)
