"""`depeche bot` itself, over HTTP, on a real library that another process writes to."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from botapi import BotApi

from retrieval import phrases
from tests.conftest import CLOSED, Run

pytestmark = pytest.mark.slow


def test_the_bot_answers_from_what_another_process_ingested_after_it_started(
    depeche: Run, samples: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(samples, tmp_path / "library")
    with BotApi() as api:
        monkeypatch.setenv("TELEGRAM_BOT_TOKEN", api.token)
        monkeypatch.setenv("DEPECHE_TELEGRAM_BASE_URL", api.base_url)
        child = subprocess.Popen(
            [sys.executable, "-m", "depeche", "bot"],
            cwd=tmp_path,
            env=os.environ | {"PYTHONPATH": CLOSED},
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            api.say(7, "Quand le bac de Port-Lauzan reprend-il ses traversées ?", language_code="fr")
            api.wait_for(lambda: api.sent(7))
            assert "«\u00a0" in api.sent(7)[0].text
            assert "a repris du service lundi" in api.sent(7)[0].text

            api.say(8, "Who opened the cheese museum of Grandval?", language_code="en")
            api.wait_for(lambda: api.sent(8))
            assert phrases.REFUSED["en"] in api.sent(8)[0].text

            (tmp_path / "new.txt").write_text(
                "Un musée du fromage à Grandval\n\n"
                "Le musée du fromage de Grandval a été ouvert samedi par Philomène Carrouges, fromagère à la retraite.\n",
                encoding="utf-8",
            )
            assert depeche("ingest", "new.txt").returncode == 0
            api.say(8, "Who opened the cheese museum of Grandval?", language_code="en")
            api.wait_for(lambda: len(api.sent(8)) == 2)
            assert "Philomène Carrouges" in api.sent(8)[1].text, api.sent(8)[1].text
        finally:
            child.send_signal(signal.SIGTERM)
            _, log = child.communicate(timeout=15)
        assert child.returncode == 0
        assert api.token not in log
        assert "cheese museum" not in log
        assert "Traceback" not in log


def test_a_token_telegram_does_not_know_is_one_clear_line_without_the_token(
    depeche: Run, samples: Path
) -> None:
    with BotApi() as api:
        done = depeche(
            "bot",
            TELEGRAM_BOT_TOKEN="7654321:WRONG-TOKEN",
            DEPECHE_TELEGRAM_BASE_URL=api.base_url,
            DEPECHE_DATA_DIR=str(samples),
        )
    assert done.returncode == 1
    assert "WRONG-TOKEN" not in done.stderr + done.stdout
    assert "Traceback" not in done.stderr
    assert "TELEGRAM_BOT_TOKEN" in done.stderr
