"""What may never end, or take all memory, is given up, and nothing else with it; what is good does not wait for it."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from ingest.apart import Apart, GivenUpError
from ingest.documents import Document, Problem
from ingest.pipeline import ingest
from ingest.readying import Ready
from retrieval.library import Library
from tests.hostile.inputs import ENDLESS, attributes, page
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
    assert apart._bench is None  # nothing was begun for it


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
