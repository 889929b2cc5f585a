"""`depeche ask` with a chat model: a real server over HTTP, a real GGUF in the process, and models that are not there."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests import chat_server as on
from tests import tiny_gguf
from tests.chat_server import Handler, chunk, serving
from tests.conftest import Run

FR = "Quand le bac de Port-Lauzan reprend-il ses traversées ?"
KEY = "sk-very-secret-key-0123456789"
_FIRST = re.compile(r'<passage number="1"[^>]*>\n([^.]*\.)')


def _reports(handler: Handler) -> None:
    """Say the first passage's first sentence, and something false."""
    asked = handler.server.requests[-1]["messages"][-1]["content"]
    found = _FIRST.search(asked)
    assert found
    handler.begin()
    words = (
        f"{found[1][:-1]} [1]. Le navire a sombré en 1912 avec 1 517 passagers, selon Winston Churchill [1]."
    )
    handler.say(
        *(chunk(words[n : n + 7]) for n in range(0, len(words), 7)), chunk(why="stop"), b"data: [DONE]\n\n"
    )


@pytest.fixture
def library(samples: Path) -> dict[str, str]:
    return {"DEPECHE_DATA_DIR": str(samples)}


def test_what_the_passages_bear_out_is_shown_and_nothing_else(depeche: Run, library: dict[str, str]) -> None:
    with serving(_reports) as server:
        chat = {
            "DEPECHE_CHAT_MODEL": "openai:any",
            "DEPECHE_CHAT_BASE_URL": server.url,
            "OPENAI_API_KEY": KEY,
        }
        told = depeche("ask", "--json", FR, **library, **chat)
        shown = depeche("ask", FR, **library, **chat)
    assert told.returncode == 0, told.stderr
    answer = json.loads(told.stdout)
    assert answer["mode"] == "chat"
    assert [s["citations"] for s in answer["sentences"]] == [[1]]
    assert "1912" not in answer["text"]
    assert "1912" in answer["rejected"][0]["text"]
    assert answer["rejected"][0]["reason"]
    assert answer["sentences"][0]["text"] in shown.stdout
    assert "1912" not in shown.stdout
    assert KEY not in told.stdout + told.stderr + shown.stdout + shown.stderr


@pytest.mark.parametrize(
    ("step", "line"),
    [
        (on.status(401, KEY), "a refusé la clé"),
        (on.cut_by_closing, "s’est interrompu"),
        (on.nothing, "rien répondu d’utilisable"),
    ],
)
def test_a_model_that_fails_leaves_the_quotations_and_one_line(
    depeche: Run, library: dict[str, str], step: on.Step, line: str
) -> None:
    with serving(step) as server:
        done = depeche(
            "ask", FR, **library, DEPECHE_CHAT_MODEL="openai:any", DEPECHE_CHAT_BASE_URL=server.url, OPENAI_API_KEY=KEY
        )  # fmt: skip
    assert done.returncode == 0
    assert done.stdout.startswith("«\u00a0")
    assert line in done.stdout
    assert KEY not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("model", "told"), [("openai:any", "OPENAI_API_KEY"), ("local", "depeche model pull"), ("nonsense", "names no")]
)  # fmt: skip
def test_a_model_that_is_not_there_is_told_of_once_and_answered_without(
    depeche: Run, library: dict[str, str], model: str, told: str, tmp_path: Path
) -> None:
    done = depeche("ask", FR, **library, DEPECHE_CHAT_MODEL=model, OPENAI_API_KEY="")
    assert done.returncode == 0
    assert done.stdout.startswith("«\u00a0")
    assert "n’est pas prêt" in done.stdout
    assert done.stderr.count("\n") == 1
    assert told in done.stderr


def test_a_missing_model_for_the_check_leaves_the_quotations_too(
    depeche: Run, library: dict[str, str], tmp_path: Path
) -> None:
    with serving(on.answer) as server:
        done = depeche(
            "ask", FR, **library, DEPECHE_CHAT_MODEL="openai:any", DEPECHE_CHAT_BASE_URL=server.url, OPENAI_API_KEY=KEY,
            DEPECHE_NLI=str(tmp_path / "none"),
        )  # fmt: skip
    assert done.returncode == 0
    assert done.stdout.startswith("«\u00a0")
    assert "There is no NLI model folder" in done.stderr
    assert done.stderr.count("\n") == 1
    assert server.requests == []


def test_the_check_of_a_file_that_is_broken_says_what_to_do(
    depeche: Run, library: dict[str, str], tmp_path: Path
) -> None:
    broken = tmp_path / "half.gguf"
    broken.write_bytes(b"GGUF\x03\0\0\0half")
    done = depeche("model", "check", **library, DEPECHE_CHAT_MODEL=f"local:{broken}")
    assert done.returncode == 1
    assert done.stderr.startswith(f"depeche: The chat model failed (local:{broken}")
    assert "See that its file is whole" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_gguf_runs_in_the_process_and_is_not_believed(
    depeche: Run, library: dict[str, str], tmp_path: Path
) -> None:
    path = tiny_gguf.write(tmp_path / "counts.gguf")
    done = depeche(
        "ask",
        "--json",
        "What did the restoration of the clock of Sainte-Orle cost?",
        **library,
        DEPECHE_CHAT_MODEL=f"local:{path}",
    )
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["mode"] == "quotes"
    assert answer["citations"]
    assert answer["rejected"][0]["text"].startswith("un deux trois")
    assert answer["notes"]
