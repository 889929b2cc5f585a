"""`depeche ask --chat`: piped, at a terminal, and the history it keeps."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Self

import pytest

from retrieval.courtesies import BACK
from retrieval.session import KEPT, open_history
from tests.conftest import CLOSED, Run

WHO = "Qui a trouvé la panne de l’horloge de Sainte-Orle ?"
HOW_LONG = "Combien de temps a-t-il travaillé ?"


def test_piped_questions_are_a_conversation_one_a_line_without_a_prompt(depeche: Run, samples: Path) -> None:
    lines = f"{WHO}\n\n{HOW_LONG}\n/new\nWho built the lighthouse on Skerrin?\n/quit\nQui ?\n"
    done = depeche("ask", "--chat", "--json", stdin=lines, DEPECHE_DATA_DIR=str(samples))
    assert (done.returncode, done.stderr) == (0, "")
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [a["question"] for a in answers] == [WHO, HOW_LONG, "Who built the lighthouse on Skerrin?"]
    assert [bool(a["understood"]) for a in answers] == [False, True, False]
    assert "quatorze mois" in answers[1]["text"]


def test_the_first_question_may_be_an_argument_and_what_is_understood_is_shown(
    depeche: Run, samples: Path
) -> None:
    done = depeche("ask", "--chat", WHO, stdin=f"{HOW_LONG}\n", DEPECHE_DATA_DIR=str(samples))
    understood = f"{HOW_LONG} (après «\u00a0{WHO}\u00a0»)"
    assert f"Question comprise ainsi\u00a0: {understood}" in done.stdout
    assert "›" not in done.stdout


def test_a_courtesy_gets_the_words_it_gets_in_telegram_and_is_no_turn(depeche: Run, samples: Path) -> None:
    lines = f"merci\nGood morning!\n{WHO}\nbonne soirée\n{HOW_LONG}\n"
    done = depeche("ask", "--chat", "--json", stdin=lines, DEPECHE_DATA_DIR=str(samples), LANG="fr_FR.UTF-8")
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answers[n]["text"] for n in (0, 1, 3)] == [
        BACK["fr"]["thanks"],
        BACK["en"]["greeting"],
        BACK["fr"]["leave"],
    ]
    assert answers[4]["understood"] == f"{HOW_LONG} (après «\u00a0{WHO}\u00a0»)"


def test_a_question_that_fails_is_told_and_the_others_are_answered(depeche: Run, samples: Path) -> None:
    done = depeche("ask", "--chat", stdin=f"?!\n{WHO}\n", DEPECHE_DATA_DIR=str(samples))
    assert done.returncode == 1
    assert done.stderr.startswith("depeche: The question is empty")
    assert "Anselme Tournebise" in done.stdout


def test_a_plain_ask_without_a_question_is_wrong_usage(depeche: Run) -> None:
    done = depeche("ask")
    assert done.returncode == 2
    assert "QUESTION" in done.stderr


def test_the_history_is_its_owners_alone_and_bounded(tmp_path: Path) -> None:
    for number in range(2):
        history = open_history(tmp_path / "state")
        assert history is not None
        for n in range(KEPT + 5):
            history.store_string(f"question {number} {n}")
    history = open_history(tmp_path / "state")
    assert history is not None
    kept = [*history.load_history_strings()]
    assert (kept[0], len(kept)) == (f"question 1 {KEPT + 4}", KEPT)
    assert stat.S_IMODE((tmp_path / "state" / "questions").stat().st_mode) == 0o600


def test_a_history_that_cannot_be_kept_keeps_nobody_from_asking(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where the folder should be")
    assert open_history(tmp_path / "state") is None


class Terminal:
    """The real command at a terminal of its own."""

    def __init__(self, data_dir: Path, home: Path) -> None:
        self._out, inner = pty.openpty()
        environment = os.environ | {
            "PYTHONPATH": CLOSED, "DEPECHE_DATA_DIR": str(data_dir), "LC_ALL": "fr_FR.UTF-8", "PYTHONUTF8": "1",
            "TERM": "xterm", "XDG_STATE_HOME": str(home), "PROMPT_TOOLKIT_NO_CPR": "1", "COLUMNS": "100",
        }  # fmt: skip
        self.process = subprocess.Popen(
            [sys.executable, "-m", "depeche", "ask", "--chat"],
            stdin=inner, stdout=inner, stderr=inner, env=environment, start_new_session=True,
        )  # fmt: skip
        os.close(inner)
        self._seen = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._out)

    def write(self, text: str) -> None:
        os.write(self._out, text.encode())

    def until(self, words: str, seconds: float = 30) -> str:
        """Read on until `words` are shown; return what came before."""
        end = time.monotonic() + seconds
        while words not in (plain := re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", self._seen)):
            ready, _, _ = select.select([self._out], [], [], max(end - time.monotonic(), 0))
            assert ready, plain
            self._seen += os.read(self._out, 4096).decode(errors="replace")
        self._seen = plain.split(words, 1)[1]
        return plain.split(words, 1)[0]


@pytest.mark.slow
def test_at_a_terminal_one_asks_on_interrupts_forgets_and_leaves(
    samples: Path, packaged: Path, cache_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEPECHE_CACHE_DIR", str(cache_dir))
    with Terminal(samples, tmp_path / "state") as terminal:
        terminal.until("Posez vos questions")
        terminal.until("›")
        terminal.write(f"{WHO}\r")
        terminal.until("Anselme Tournebise")
        terminal.until("›")
        terminal.write("à moitié écri\x03")  # Ctrl-C: the line is dropped, the conversation goes on
        terminal.until("›")
        terminal.write(f"{HOW_LONG}\r")
        terminal.until("quatorze mois")
        terminal.until("Question comprise ainsi")
        terminal.until("›")
        terminal.write("/new\r")
        terminal.until("La conversation est oubliée.")
        terminal.until("›")
        terminal.write("\x04")
        assert terminal.process.wait(timeout=20) == 0
    [kept] = (tmp_path / "state").rglob("questions")
    assert HOW_LONG in kept.read_text(encoding="utf-8")


def test_ctrl_c_cancels_the_answer_in_work_and_the_session_stays() -> None:
    from retrieval.domain import Answer, Question
    from retrieval.session import Session

    class Slow:
        def stream(self, question: Question) -> Iterator[Answer]:
            if question.text == "lent":
                os.kill(os.getpid(), signal.SIGINT)
                time.sleep(5)
            yield Answer(question.text, "fr", False, "quotes", "")

    shown: list[Answer] = []

    def show(answers: Iterable[Answer]) -> Answer:
        shown.extend(answers)
        return shown[-1]

    session = Session(Slow(), None, show, person=True)  # type: ignore[arg-type]
    assert session.say("lent")
    assert session.say("vite")
    assert [answer.question for answer in shown] == ["vite"]
    assert not session.say("/quit")
