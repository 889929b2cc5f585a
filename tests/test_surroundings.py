"""What a process is started with, and what its surroundings do to it: one line each time, and never a fault of ours."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.conftest import CLOSED, Run

OURS = "should not have"
QUESTION = "Quand le bac de Port-Lauzan reprend-il ses traversées ?"
HALF = os.fsdecode(b"\xff")


def _started(
    library: Path, *words: str, before: Callable[[], object] = lambda: None, out: int = subprocess.PIPE
) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "depeche", *words],
        stdin=subprocess.DEVNULL,
        stdout=out,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=before,  # noqa: PLW1509 - one thread
        env=os.environ | {"DEPECHE_DATA_DIR": str(library), "PYTHONPATH": CLOSED, "PYTHONUTF8": "1"},
    )


@pytest.mark.parametrize(
    "words",
    [
        ["ask", f"{QUESTION}{HALF}"],
        ["search", HALF],
        ["latest", f"bac {HALF}"],
        ["articles", "show", HALF],
        ["latest", "--source", HALF],
        ["ask", "où ?", "--lang", HALF],
        ["ingest", HALF],
        ["reindex", "--model", HALF],
        ["ask", f"{QUESTION}{HALF}", "--json"],
    ],
)
def test_bytes_that_are_no_utf_8_are_read_as_what_cannot_be_read(
    depeche: Run, samples: Path, words: list[str]
) -> None:
    done = depeche(*words, DEPECHE_DATA_DIR=str(samples))
    assert OURS not in done.stderr
    assert "Traceback" not in done.stderr
    if "--json" in words:
        assert json.loads(done.stdout)["question"] == f"{QUESTION}\ufffd"


def test_a_file_whose_name_is_no_utf_8_is_found_and_told(depeche: Run, tmp_path: Path) -> None:
    name = os.fsdecode(b"caf\xe9.txt")
    (tmp_path / name).write_text("Le bac rouvre\n\nLe bac de Port-Lauzan rouvre lundi à six heures.\n")
    done = depeche("ingest", name)
    assert "not UTF-8 text. Rename it" in done.stderr


@pytest.mark.parametrize("words", [["ask", QUESTION], ["articles", "--json"], ["doctor"], ["--help"]])
@pytest.mark.parametrize("how", ["closed", "full"])
def test_an_output_that_takes_nothing_is_one_line(
    depeche: Run, samples: Path, words: list[str], how: str
) -> None:
    with Path("/dev/full").open("w") as full:
        running = _started(
            samples,
            *words,
            before=(lambda: os.close(1)) if how == "closed" else (lambda: None),
            out=full.fileno(),
        )
        _, said = running.communicate(timeout=120)
    assert running.returncode == 1
    assert ("closed" if how == "closed" else "No space left") in said
    assert len(said.strip().splitlines()) == 1, said


def test_a_closed_output_costs_the_library_nothing(depeche: Run, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Le bac rouvre\n\nLe bac de Port-Lauzan rouvre lundi à six heures.\n")
    running = _started(tmp_path / "library", "ingest", "a.txt", before=lambda: (os.close(0), os.close(1)))
    running.communicate(timeout=120)
    assert depeche("doctor").returncode == 0
    assert len(json.loads(depeche("articles", "--json").stdout)) == 1


@pytest.mark.parametrize("most", [8, 12, 16, 20, 64])
def test_too_few_open_files_are_told_as_that(depeche: Run, tmp_path: Path, most: int) -> None:
    (tmp_path / "a.txt").write_text("Le bac rouvre\n\nLe bac de Port-Lauzan rouvre lundi à six heures.\n")
    running = _started(
        tmp_path / "library",
        "ingest",
        "a.txt",
        before=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (most, most)),
    )
    _, said = running.communicate(timeout=120)
    assert OURS not in said
    assert "depeche: " in said or running.returncode == 0, said
    if most == 64:
        assert running.returncode == 0, said
    assert depeche("ingest", "a.txt").returncode == 0
    assert depeche("doctor").returncode == 0


def test_an_ingestion_that_is_told_to_stop_says_what_it_kept(depeche: Run, tmp_path: Path) -> None:
    rows = [
        {"id": f"r{n}", "title": f"Titre {n}", "text": f"Le bac numéro {n} rouvre lundi."}
        for n in range(3_000)
    ]
    (tmp_path / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    running = _started(tmp_path / "library", "ingest", "rows.jsonl")
    while running.poll() is None:
        done = depeche("articles", "--json")
        if done.returncode == 0 and json.loads(done.stdout):
            break
    running.send_signal(signal.SIGTERM)
    _, said = running.communicate(timeout=60)
    assert running.returncode == 143, said
    kept = len(json.loads(depeche("articles", "--json").stdout))
    assert (
        said
        == f"depeche: Stopped. Articles kept: {kept} new, 0 changed. The same command goes on from there.\n"
    )
    assert 0 < kept < 3_000
    assert depeche("doctor").returncode == 0


def test_the_version_is_told(depeche: Run) -> None:
    assert depeche("--version").stdout == f"depeche {version('depeche')}\n"


def test_days_at_the_ends_of_the_calendar_are_days(depeche: Run, samples: Path) -> None:
    for words in (["digest", "--until", "0001-01-01"], ["latest", "--until", "9999-12-31"]):
        done = depeche(*words, DEPECHE_DATA_DIR=str(samples))
        assert (done.returncode, done.stderr) == (0, ""), done.stderr
