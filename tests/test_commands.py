"""The real command, as a person or a program runs it."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.command import from_nothing
from tests.conftest import CLOSED, SHARED, TOP, Run

FR = "Quand le bac de Port-Lauzan reprend-il ses traversées ?"
EN = "Who runs the lighthouse library on Skerrin?"

CITATION = {
    "number", "article_id", "title", "source", "url", "link", "published", "language", "quote", "start", "end", "passage", "also", "partial", "translation",
}  # fmt: skip


def _bare(text: str) -> str:
    return re.sub(r"[«»“”‘’\"']|\u00a0(?=»)|(?<=«)\u00a0", "", text)


def _asked(depeche: Run, samples: Path, *arguments: str, stdin: str | None = None) -> list[dict]:
    done = depeche(*arguments, stdin=stdin, DEPECHE_DATA_DIR=str(samples))
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.parametrize(("question", "language"), [(FR, "fr"), (EN, "en")])
def test_an_answer_is_in_the_askers_language_and_its_quotations_are_exact(
    depeche: Run, samples: Path, question: str, language: str
) -> None:
    (answer,) = _asked(depeche, samples, "ask", question, "--json")
    assert answer["language"] == language
    assert answer["answered"] is True
    assert answer["mode"] == "quotes"
    assert answer["rejected"] == []
    assert answer["timings_ms"]["total"] > 0
    assert {n for s in answer["sentences"] for n in s["citations"]} == {
        c["number"] for c in answer["citations"]
    }
    for citation in answer["citations"]:
        assert set(citation) == CITATION
        shown = depeche("articles", "show", citation["article_id"], "--json", DEPECHE_DATA_DIR=str(samples))
        text = json.loads(shown.stdout)["text"]
        assert text[citation["start"] : citation["end"]] == citation["quote"]
        assert citation["quote"] in citation["passage"]
        assert _bare(citation["quote"]) in _bare(answer["text"])  # quotation marks within are set anew


def test_a_question_is_answered_from_the_other_languages_article(depeche: Run, samples: Path) -> None:
    (answer,) = _asked(depeche, samples, "ask", "What broke down on the Sainte-Orle clock?", "--json")
    assert answer["language"] == "en"
    assert answer["text"].startswith("The article is in French; here is the passage.\n\n“")
    assert answer["citations"][0]["language"] == "fr"


def test_the_answers_language_may_be_chosen(depeche: Run, samples: Path) -> None:
    (answer,) = _asked(depeche, samples, "ask", EN, "--json", "--lang", "fr")
    assert answer["language"] == "fr"
    assert answer["text"].startswith("L’article est en anglais\u202f; voici le passage.\n\n«\u00a0")


@pytest.mark.parametrize(
    ("question", "language", "says"),
    [
        ("Quelle est la capitale de l'Australie ?", "fr", "Je n’ai rien trouvé"),
        ("Who won the 2022 World Cup?", "en", "I found nothing"),
    ],
)
def test_what_the_articles_do_not_say_is_refused(
    depeche: Run, samples: Path, question: str, language: str, says: str
) -> None:
    (answer,) = _asked(depeche, samples, "ask", question, "--json")
    assert (answer["answered"], answer["language"]) == (False, language)
    assert answer["citations"] == answer["sentences"] == []
    assert says in answer["text"]
    assert answer["nearby"] == []  # no article is about that


def test_questions_are_read_one_a_line_and_answered_in_order(depeche: Run, samples: Path) -> None:
    answers = _asked(depeche, samples, "ask", "-", stdin=f"{FR}\n{EN}\n{FR}\n")
    assert [a["question"] for a in answers] == [FR, EN, FR]
    assert answers[0]["citations"] == answers[2]["citations"]
    hits = _asked(depeche, samples, "search", "-", "-k", "3", stdin=f"{FR}\n{EN}\n")
    assert [len(h["hits"]) for h in hits] == [3, 3]


def test_each_line_is_answered_when_it_comes_whatever_it_holds(depeche: Run, samples: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "depeche", "ask", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | {"DEPECHE_DATA_DIR": str(samples), "PYTHONPATH": CLOSED},
    ) as asking:
        assert asking.stdin
        assert asking.stdout
        for sent, questions in (
            (f"{FR}\r\n".encode(), [FR]),  # answered before anything else is sent
            (f"?!\n{EN}\n{FR[:5]}".encode(), ["?!", EN]),
            (FR[5:].encode() + b"\n\xff?\n", [FR, "\ufffd?"]),
            (f"{EN}\n{FR}\n".encode(), [EN, FR]),
        ):
            asking.stdin.write(sent)
            asking.stdin.flush()
            rows = [json.loads(asking.stdout.readline()) for _ in questions]
            assert [row["question"] for row in rows] == questions
            for row in rows:  # what reading took is told with each, also where they were read together
                assert "error" in row or {"language", "embed", "words", "total"} <= row["timings_ms"].keys()
            assert [("error" in row) for row in rows] == [not any(map(str.isalnum, q)) for q in questions]
        asking.stdin.close()
        assert asking.wait(60) == 1


def test_search_gives_ranked_passages_with_their_places(depeche: Run, samples: Path) -> None:
    (found,) = _asked(depeche, samples, "search", FR, "-k", "4", "--json")
    assert found["language"] == "fr"
    assert [hit["rank"] for hit in found["hits"]] == [1, 2, 3, 4]
    assert [h["score"] for h in found["hits"]] == sorted((h["score"] for h in found["hits"]), reverse=True)
    assert set(found["hits"][0]) == {
        "rank", "article_id", "passage_id", "language", "score", "title", "text", "start", "end",
    }  # fmt: skip
    assert {h["language"] for h in found["hits"]} <= {"fr", "en"}


def test_what_is_printed_reads_well_and_holds_no_control_codes_when_piped(
    depeche: Run, samples: Path
) -> None:
    done = depeche("ask", FR, DEPECHE_DATA_DIR=str(samples))
    assert done.stdout.startswith("«\u00a0")
    assert "\x1b" not in done.stdout
    assert "[1]" not in done.stdout  # one quotation, and whose it is
    assert done.stdout.count("«\u00a0") == 1
    assert done.stderr == ""


def test_usage_that_is_wrong_ends_with_2(depeche: Run, samples: Path) -> None:
    for arguments in (
        ["ask"],
        ["ask", "x", "--lang", "de"],
        ["ask", ""],
        ["search", "?!"],
        ["search", "x", "-k", "0"],
        ["ingest", "x", "--every", "banana"],
        ["ingest", "https://example.org", "--watch"],
        ["no-such-command"],
    ):
        done = depeche(*arguments, DEPECHE_DATA_DIR=str(samples))
        assert done.returncode == 2, arguments
        assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (["ask", "Où ?"], "depeche ingest"),
        (["search", "Où ?"], "depeche ingest"),
        (["articles"], "depeche ingest"),
        (["bot"], "TELEGRAM_BOT_TOKEN"),
        (["ingest", "nowhere.txt"], "nowhere.txt"),
    ],
)
def test_a_first_run_says_what_to_do_next(depeche: Run, arguments: list[str], hint: str) -> None:
    done = depeche(*arguments)
    assert done.returncode == 1
    assert hint in done.stderr
    assert done.stderr.startswith("depeche: ")
    assert len(done.stderr.strip().splitlines()) == 1


def test_an_empty_question_is_one_clear_line(depeche: Run, samples: Path) -> None:
    done = depeche("ask", " ?! ", DEPECHE_DATA_DIR=str(samples))
    assert done.returncode == 2
    assert done.stderr.startswith("depeche: The question is empty")


def test_a_bad_setting_is_named_without_its_value(depeche: Run) -> None:
    done = depeche("articles", DEPECHE_ANSWER_THRESHOLD="secret-value")
    assert done.returncode == 1
    assert "DEPECHE_ANSWER_THRESHOLD" in done.stderr
    assert "secret-value" not in done.stderr


def test_settings_are_read_from_a_file(depeche: Run, samples: Path, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("DEPECHE_ANSWER_THRESHOLD=1.0\nTELEGRAM_BOT_TOKEN=1:x\nUNKNOWN=1\n")
    done = depeche("ask", FR, "--json", DEPECHE_DATA_DIR=str(samples))
    assert json.loads(done.stdout)["answered"] is False


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("DEPECHE_CHATMODEL", "DEPECHE_CHAT_MODEL"),
        ("DEPECHE_ANSWER_TRESHOLD", "DEPECHE_ANSWER_THRESHOLD"),
        ("DEPECHE_OPENAI_API_KEY", "OPENAI_API_KEY"),
        ("DEPECHE_BOT_ACESS", "DEPECHE_BOT_ACCESS"),
        ("DEPECH_FETCH_LIMIT", "DEPECHE_FETCH_LIMIT"),
        ("TELEGRAM_BOT_TOKN", "TELEGRAM_BOT_TOKEN"),
    ],
)
def test_a_misspelt_setting_is_told_with_the_nearest(
    depeche: Run, samples: Path, tmp_path: Path, name: str, nearest: str
) -> None:
    said = f"There is no setting {name}; the nearest is {nearest}."
    if name.startswith("DEPECHE_") and "BOT" not in name:
        done = depeche("search", FR, DEPECHE_DATA_DIR=str(samples), **{name: "secret"})
        assert (done.returncode, done.stderr) == (0, f"{said}\n")
    (tmp_path / ".env").write_text(f"{name}=secret\n")
    done = depeche("doctor", DEPECHE_DATA_DIR=str(samples))
    assert (done.returncode, f"LOOK  Settings: {said}" in done.stdout) == (0, True), done.stdout
    assert "secret" not in done.stdout + done.stderr


def test_a_wrong_value_of_any_setting_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from bot.settings import BotSettings
    from retrieval.errors import DepecheError
    from retrieval.settings import FromEnvironment, Settings

    named: set[str] = set()  # a folder or a model may be called anything: doctor tries them
    for kind in (Settings, BotSettings):
        for name in kind.names():
            with monkeypatch.context() as patch:
                patch.setenv(name, "?")
                try:
                    kind.load()
                except DepecheError as error:
                    assert name in error.what
                else:
                    named.add(name)
    assert {name.split("_")[-1] for name in named} <= {"DIR", "MODEL", "RERANKER", "NLI", "KEY", "TOKEN"}
    _refused(BotSettings, monkeypatch, DEPECHE_BOT_WEBHOOK_LISTEN="127.0.0.1:99999")
    _refused(BotSettings, monkeypatch, DEPECHE_BOT_WEBHOOK_URL="https://")
    assert FromEnvironment.others == ()


def _refused(kind: Any, monkeypatch: pytest.MonkeyPatch, **environment: str) -> None:
    from retrieval.errors import DepecheError

    with monkeypatch.context() as patch, pytest.raises(DepecheError, match=next(iter(environment))):
        for name, value in environment.items():
            patch.setenv(name, value)
        kind.load()


def test_wrong_settings_fail_doctor_the_bots_too(depeche: Run, samples: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for environment, what in (
        (
            {"DEPECHE_BOT_QUIET": "?", "TELEGRAM_BOT_TOKEN": "secret", "DEPECHE_DATA_DIR": str(samples)},
            "Settings",
        ),
        ({"DEPECHE_DATA_DIR": str(tmp_path / "file")}, "Data folder"),
    ):
        done = depeche("doctor", **environment)
        assert (done.returncode, f"WRONG {what}" in done.stdout) == (1, True), done.stdout + done.stderr
        assert ("WRONG Telegram token" in done.stdout) == ("TELEGRAM_BOT_TOKEN" in environment)
        assert "secret" not in done.stdout
    (tmp_path / ".env").write_bytes(b"DEPECHE_CHAT_MODEL=\xff")
    done = depeche("articles", DEPECHE_DATA_DIR=str(samples))
    assert (done.returncode, ".env is not UTF-8" in done.stderr) == (1, True)


def test_articles_are_listed_shown_and_removed(depeche: Run, tmp_path: Path) -> None:
    file = tmp_path / "bac.txt"
    file.write_text("Le bac rouvre\n\nLe bac de Port-Lauzan rouvre lundi à six heures.\n", encoding="utf-8")
    done = depeche("ingest", file, "--json")
    assert json.loads(done.stdout) == {
        "new": 1, "changed": 0, "same": 0, "gone": 0, "embedded": 1, "problems": [],
    }  # fmt: skip
    (listed,) = json.loads(depeche("articles", "--json").stdout)
    assert listed["title"] == "Le bac rouvre"
    shown = json.loads(depeche("articles", "show", listed["article_id"][:6], "--json").stdout)
    assert shown["text"] == "Le bac de Port-Lauzan rouvre lundi à six heures."
    assert shown["origins"] == [str(file)]
    assert depeche("articles", "remove", listed["article_id"]).returncode == 0
    assert json.loads(depeche("articles", "--json").stdout) == []
    assert depeche("articles", "show", listed["article_id"]).returncode == 1
    assert depeche("doctor").returncode == 0


def test_doctor_looks_at_the_models_that_check_and_order_too(depeche: Run, tmp_path: Path) -> None:
    nowhere = str(tmp_path / "nowhere")
    done = depeche("doctor", DEPECHE_NLI=nowhere, DEPECHE_RERANKER=nowhere)
    assert done.returncode == 1
    wrong = [line for line in done.stdout.splitlines() if line.startswith("WRONG")]
    assert [line.split(":")[0].split(maxsplit=1)[1] for line in wrong] == ["Reranker", "NLI model"]


def test_one_bad_file_fails_the_command_and_not_the_rest(depeche: Run, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "good.txt").write_text("Le phare ferme\n\nLe phare de Skerrin ferme en mars.\n")
    (tmp_path / "in" / "empty.txt").touch()
    done = depeche("ingest", "in")
    assert done.returncode == 1
    assert "1 new" in done.stdout
    assert "empty.txt" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert depeche("ask", "Quand ferme le phare de Skerrin ?").returncode == 0


def test_doctor_finds_and_mends_vectors_that_are_missing(depeche: Run, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("The ferry is back\n\nThe ferry of Lauzan sails again on Monday.\n")
    assert depeche("ingest", "a.txt").returncode == 0
    with sqlite3.connect(tmp_path / "library" / "catalogue.sqlite3") as catalogue:
        catalogue.execute("UPDATE passages SET passage_id = passage_id || 'x'")
    catalogue.close()
    done = depeche("doctor")
    assert done.returncode == 1
    assert "depeche doctor --repair" in done.stdout
    assert depeche("doctor", "--repair").returncode == 0
    assert json.loads(depeche("search", "ferry", "--json").stdout)["hits"]


def test_a_question_leaves_no_file_behind(depeche: Run, samples: Path, tmp_path: Path) -> None:
    folder = tmp_path / "own"
    shutil.copytree(samples, folder, ignore=shutil.ignore_patterns("*-wal", "*-shm"))
    before = {file.relative_to(folder) for file in folder.rglob("*")}
    for command in (["ask", "Quand le bac rouvre-t-il ?"], ["search", "-"]):
        assert depeche(*command, stdin="Quand ?\n", DEPECHE_DATA_DIR=str(folder)).returncode == 0
        assert {file.relative_to(folder) for file in folder.rglob("*")} == before  # nor SQLite's log


def test_a_plain_ask_imports_nothing_heavy_and_no_chroma(
    samples: Path, packaged: Path, cache_dir: Path
) -> None:
    import os
    import subprocess
    import sys

    script = (
        "import sys; sys.argv = ['depeche', 'ask', 'Où ?']\n"
        "import depeche\n"
        "try: depeche.main()\n"
        "except SystemExit: pass\n"
        "heavy = {'chromadb', 'torch', 'transformers', 'sentence_transformers', 'onnx', 'telegram', 'huggingface_hub', 'xllamacpp', 'aiohttp',"
        " 'langchain', 'langchain_core.retrievers', 'py3langid', 'sentencex', 'pandas', 'scipy', 'sklearn', 'matplotlib', 'babel',"
        " 'trafilatura', 'lxml', 'feedparser', 'pypdf', 'warcio', 'watchfiles', 'dateparser', 'datasketch', 'prompt_toolkit'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    environment = os.environ | {"DEPECHE_DATA_DIR": str(samples), "DEPECHE_CACHE_DIR": str(cache_dir)}
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=TOP, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    "words",
    [
        ["search", FR],
        ["latest"],
        ["timeline", "Skerrin"],
        ["digest", "--since", "2025-01-01"],
        ["articles", "changes"],
    ],
)
def test_a_command_imports_all_it_needs_itself(
    samples: Path, cache_dir: Path, words: list[str]
) -> None:  # other tests begin others like that
    environment = os.environ | {
        "PYTHONPATH": CLOSED,
        "DEPECHE_DATA_DIR": str(samples),
        "DEPECHE_CACHE_DIR": str(cache_dir),
    }
    done = from_nothing(words, TOP, environment)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_second_ctrl_c_ends_the_command_at_once_and_without_a_traceback() -> None:
    import subprocess
    import sys

    script = (
        "import atexit, os, signal, sys, time\n"
        "atexit.register(lambda: [os.kill(os.getpid(), signal.SIGINT), time.sleep(60)])\n"
        "sys.argv = ['depeche', '--help']\n"
        "import depeche; depeche.main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=TOP, capture_output=True, text=True, check=False, timeout=50
    )
    assert (done.returncode, done.stderr) == (-signal.SIGINT, "")


SEED = SHARED / "data" / "seed" / "article.txt"


@pytest.mark.skipif(not SEED.exists(), reason="the shared data folder is not beside the project")
def test_the_first_article_of_all_answers_its_questions(depeche: Run) -> None:
    assert depeche("ingest", SEED).returncode == 0
    expected = {
        "Que répond le Kremlin ?": "absolument fausses",
        "How much did Musk reportedly give to his committee?": "118 millions de dollars",
        "Qui est Adav Noti ?": "directeur exécutif du centre juridique",
        "What does the article say about Taiwan?": "Taiwan",
        "Que dit l’article sur Taïwan ?": "Taiwan",
    }
    refused = [
        "What does the article say about Brazil?",
        "Quelle est la capitale de l'Australie ?",
        "Who won the 2022 World Cup?",
    ]
    done = depeche("ask", "-", stdin="\n".join([*expected, *refused]))
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    for answer, words in zip(answers, expected.values(), strict=False):
        assert answer["answered"], answer["question"]
        assert words in answer["sentences"][0]["text"]
        assert len(answer["sentences"]) <= 3
        for furniture in ("publicité", "abonnement", "Akismet", "Facebook", "#", "(AFP)"):
            assert all(furniture not in c["quote"] for c in answer["citations"])
    assert [a["answered"] for a in answers[len(expected) :]] == [False] * len(refused)
