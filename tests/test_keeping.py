"""Folders are watched, other sources read again and again, until told to stop."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ingest.keeping import Keeper, interval
from retrieval.errors import DepecheError

ROOT = Path(__file__).parent.parent
PATIENCE = 30.0  # seconds, for machines that do other things too


@pytest.mark.parametrize(("told", "seconds"), [("15m", 900), ("90s", 90), ("2 h", 7_200), ("1D", 86_400)])
def test_an_interval_is_read(told: str, seconds: int) -> None:
    assert interval(told) == seconds


@pytest.mark.parametrize("told", ["", "15", "5s", "0m", "-1h", "1w", "15m30s"])
def test_what_is_no_interval_is_told(told: str) -> None:
    with pytest.raises(DepecheError, match="is no interval"):
        interval(told)


class Recorder:
    """Keeps what it is to bring in; `fails` are told as often as that many times."""

    def __init__(self, fails: int = 0) -> None:
        self.taken: list[list[str]] = []
        self.fails = fails

    def __call__(self, sources: list[str], _patient: bool) -> None:
        self.taken.append([Path(source).name for source in sources])
        if self.fails:
            self.fails -= 1
            raise DepecheError("The disk is full", "Make room.")

    def seen(self) -> list[str]:
        return [name for names in self.taken for name in names]


@contextmanager
def keeping(recorder: Recorder, *watched: Path, **how: object) -> Iterator[list[str]]:
    stop, told = threading.Event(), list[str]()
    keeper = Keeper(recorder, told.append, stop, watched=[*map(str, watched)], **how)  # type: ignore[arg-type]
    thread = threading.Thread(target=keeper.run)
    thread.start()
    try:
        until(lambda: bool(recorder.taken))
        yield told
    finally:
        stop.set()
        thread.join(PATIENCE)
        assert not thread.is_alive()


def until(done: Callable[[], bool]) -> None:
    late = time.monotonic() + PATIENCE
    while not done():
        assert time.monotonic() < late
        time.sleep(0.02)


def test_everything_is_brought_in_once_then_what_changes(tmp_path: Path) -> None:
    recorder = Recorder()
    (tmp_path / "a.txt").write_text("Un.")
    with keeping(recorder, tmp_path):
        assert recorder.taken == [[tmp_path.name]]
        (tmp_path / "below").mkdir()
        (tmp_path / "below" / "b.html").write_text("Deux.")
        (tmp_path / "c.part").write_text("Rien.")
        (tmp_path / ".hidden.txt").write_text("Rien.")
        until(lambda: bool({"b.html", "below"} & {*recorder.seen()}))
        (tmp_path / "c.part").rename(tmp_path / "c.txt")
        (tmp_path / "index.php?id=3").write_text("<!doctype html><p>Trois.</p>")
        until(lambda: {"c.txt", "index.php?id=3"} <= {*recorder.seen()})
    assert not {".hidden.txt", "c.part", "a.txt"} & {*recorder.seen()}


def test_a_file_that_grows_is_waited_for(tmp_path: Path) -> None:
    sizes: list[int] = []
    file = tmp_path / "long.txt"
    recorder = Recorder()

    def bring_in(sources: list[str], _patient: bool) -> None:
        recorder(sources, _patient)
        if sources == [str(file)]:
            sizes.append(file.stat().st_size)

    stop = threading.Event()
    thread = threading.Thread(target=Keeper(bring_in, print, stop, watched=[str(tmp_path)]).run)
    thread.start()
    until(lambda: bool(recorder.taken))
    with file.open("w") as out:
        for _ in range(12):
            out.write("Une ligne de plus.\n")
            out.flush()
            time.sleep(0.1)
    until(lambda: bool(sizes))
    stop.set()
    thread.join(PATIENCE)
    assert sizes == [12 * len("Une ligne de plus.\n")]


def test_one_file_of_a_folder_may_be_watched(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("Un.")
    recorder = Recorder()
    with keeping(recorder, file):
        (tmp_path / "b.txt").write_text("Deux.")
        beside = tmp_path / "a.txt.new"
        beside.write_text("Trois.")
        beside.replace(file)
        until(lambda: len(recorder.taken) > 1)
    assert {*recorder.seen()} == {"a.txt"}


def test_where_a_file_is_gone_the_folder_is_read_again(tmp_path: Path) -> None:
    recorder = Recorder()
    file = tmp_path / "a.txt"
    file.write_text("Un.")
    with keeping(recorder, tmp_path, removals=True):
        file.unlink()
        until(lambda: recorder.taken.count([tmp_path.name]) > 1)


def test_other_sources_are_read_again_and_again() -> None:
    recorder = Recorder(fails=1)
    with keeping(recorder, polled=["https://bac.example/rss"], every=0) as told:
        until(lambda: len(recorder.taken) > 2)
    assert recorder.seen().count("rss") == len(recorder.taken)
    assert told == ["The disk is full. Make room."]


def test_a_folder_that_is_not_there_cannot_be_watched(tmp_path: Path) -> None:
    keeper = Keeper(Recorder(), print, threading.Event(), watched=[str(tmp_path / "none" / "a")])
    with pytest.raises(DepecheError, match="no such folder"):
        keeper.run()


def line_of(command: subprocess.Popen[str]) -> str:
    """Return the next line it says; "" where it says none for a long time."""
    assert command.stdout
    ready, _, _ = select.select([command.stdout], [], [], PATIENCE)
    return command.stdout.readline() if ready else ""


@pytest.mark.slow
def test_the_command_takes_in_what_arrives_and_stops_when_told(tmp_path: Path, packaged: Path) -> None:
    folder = tmp_path / "arriving"
    folder.mkdir()
    (folder / "a.txt").write_text("Le bac de Port-Lauzan reprendra ses traversées lundi.", "utf-8")
    environment = {
        **os.environ,
        "DEPECHE_DATA_DIR": str(tmp_path / "library"),
        "DEPECHE_EMBEDDING_MODEL": str(packaged),
    }
    command = subprocess.Popen(
        [sys.executable, "-u", "-m", "depeche", "ingest", "--watch", str(folder)],
        cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert line_of(command) == f"new {folder / 'a.txt'}\n"
        (folder / "b.txt").write_text("La foire aux oignons de Brénac aura lieu le 12 mai.", "utf-8")
        assert line_of(command) == f"new {folder / 'b.txt'}\n"
    finally:
        command.send_signal(signal.SIGTERM)
        rest, _ = command.communicate(timeout=60)
    assert (rest, command.returncode) == ("Stopped.\n", 0)
