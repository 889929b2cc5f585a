"""benchmarks.speed: how figures are told and kept, articles made of others' sentences, and the command on the sample articles."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from benchmarks.speed import texts
from benchmarks.speed.__main__ import merged
from benchmarks.speed.chart import PANELS, draw
from benchmarks.speed.growth import recall
from benchmarks.speed.measures import OURS, Measure, in_turn, spread
from benchmarks.speed.processes import Command, run
from benchmarks.speed.stores import Kept
from retrieval.domain import LANGUAGES
from retrieval.sentences import split
from tests.conftest import CLOSED, TOP


def test_ratios_say_how_many_times_better_we_did_run_by_run() -> None:
    times = Measure("cold", "s", {OURS: [1.0, 2.0], "theirs": [5.0, 6.0]})
    assert times.ratios() == {"theirs": [5.0, 3.0]}
    rates = Measure("ingestion", "articles/s", {OURS: [8.0, 9.0], "theirs": [2.0, 3.0]}, rate=True)
    assert rates.ratios() == {"theirs": [4.0, 3.0]}
    once = Measure("again", "s", {OURS: [1.0, 2.0], "theirs": [100.0]})
    assert once.ratios() == {"theirs": [100.0, 50.0]}
    assert Measure("stages", "ms", {"embed": [2.0], "words": [1.0]}, compared=False).ratios() == {}


def test_figures_are_told_with_their_spread() -> None:
    assert spread([3.0, 1.0, 2.00004]) == {"min": 1.0, "median": 2.0, "max": 3.0, "runs": 3}
    lines = Measure("cold", "s", {OURS: [1.0, 2.0, 3.0], "theirs": [5.0, 6.0, 7.0]}).lines()
    assert lines[0] == "cold, s"
    assert lines[1].split() == [OURS, "2", "(1", "to", "3)"]
    assert lines[2].split() == ["theirs", "6", "(5", "to", "7)", "x", "3", "(2.333", "to", "5)"]


def test_works_take_turns_and_the_first_round_is_not_counted() -> None:
    seen: list[str] = []

    def work(name: str, run: int) -> float:
        seen.append(f"{name}{run}")
        return float(run)

    values = in_turn({"a": lambda run: work("a", run), "b": lambda run: work("b", run)}, 2)
    assert seen == ["a0", "b0", "a1", "b1", "a2", "b2"]
    assert values == {"a": [1.0, 2.0], "b": [1.0, 2.0]}


def test_rows_of_one_day_go_into_one_file_and_into_the_chart(tmp_path: Path) -> None:
    file, chart = tmp_path / "speed.json", tmp_path / "speed.png"
    measure = Measure("cold ask", "s", {OURS: [1.0], "theirs": [5.0]}, panel=PANELS[0])
    without = {"measures": [Measure("growth", "ms", {OURS: [1.0]}).to_json()]}
    draw(merged(file, "2026-11-25", "f", without), chart)
    assert not chart.exists()
    merged(file, "2026-11-25", "a", {"measures": []})
    kept = merged(file, "2026-11-25", "a", {"measures": [measure.to_json()]})
    draw(kept, chart)
    assert chart.read_bytes().startswith(b"\x89PNG")
    assert json.loads(file.read_text(encoding="utf-8")) == kept
    assert [*kept["rows"]] == ["a", "f"]
    assert kept["rows"]["a"]["measures"][0]["times_better"]["theirs"]["median"] == 5.0


def test_recombined_articles_use_every_sentence_once_a_round() -> None:
    samples = texts.articles([str(TOP / "articles")], None)
    made = [*itertools.islice(texts.recombined(samples), 2 * len(samples))]
    assert len({article.article_id for article in made}) == len(made)
    for article_round in (made[: len(samples)], made[len(samples) :]):
        for language in LANGUAGES:
            before, after = (
                Counter(a.text[s:e] for a in of if a.language == language for s, e in split(a.text, language))
                for of in (samples, article_round)
            )
            # A sentence that met another may be parted from it elsewhere, or not at all.
            assert (before & after).total() > 0.9 * before.total()
            titles = [
                sorted(a.title for a in of if a.language == language) for of in (samples, article_round)
            ]
            assert titles[0] == titles[1]
    assert not {article.text for article in made} & {article.text for article in samples}


def test_a_process_that_fails_is_told_by_its_last_words() -> None:
    command = Command((sys.executable, "-c", "import sys; sys.exit('no such model')"), {})
    with pytest.raises(SystemExit, match="no such model"):
        run(command)


def test_a_process_is_given_its_input_and_its_memory_is_looked_at() -> None:
    script = "import sys, time; held = bytearray(50_000_000); time.sleep(0.3); [print(line.upper(), end='', flush=True) for line in sys.stdin]"
    ran = run(Command((sys.executable, "-c", script), {}, "une\nquestion\n"), looked_at=True)
    assert ran.output == "UNE\nQUESTION\n"
    assert ran.peak_mb > 50
    assert 48 < ran.own_mb <= ran.peak_mb


def test_the_index_gives_all_of_a_few_passages(
    samples: Path, cache_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEPECHE_CACHE_DIR", str(cache_dir))
    shares = recall(Kept(samples, 6, 6), ["Quand part le train de nuit ?", "Who bakes the bread?"])
    assert all(share == 1.0 for found in shares.values() for share in found)


@pytest.mark.slow
def test_the_command_measures_the_sample_articles(packaged: Path, cache_dir: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    command = [
        sys.executable,
        "-m",
        "benchmarks.speed",
        str(TOP / "articles"),
        "--rows",
        "b,d",
        "--runs",
        "1",
    ]
    environment = os.environ | {"PYTHONPATH": CLOSED, "DEPECHE_CACHE_DIR": str(cache_dir), "PYTHONUTF8": "1"}
    done = subprocess.run(
        [*command, "--keep", str(kept)],
        cwd=TOP,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    for part in (
        "warm question to its answer, 6 articles",
        "answerability",
        "most memory of one ask",
        "the idle bot",
        "plain script: LangChain",
        "txtai and llama-index are left out",
    ):
        assert part in done.stdout
    compared = [line for line in done.stdout.splitlines() if "plain script  " in line and " x " in line]
    assert len(compared) == 3, done.stdout
    assert len([*kept.glob("library-*.ready")]) == 1
    assert "looking at memory" in done.stderr
