"""Sixty files made to break who reads them among sixty good ones: after how long every good one can be asked about.

    python -m benchmarks.soak [--files 60] [--write]

The real command and the packaged model. The files are those of `tests/hostile/inputs.py`, each in as many variants as it takes, between texts, pages, mails, rows and web
archives that each tell one thing; a folder of all of them is given to `depeche ingest`. Once readers see all good articles, one question about each is asked, while what is bad is
still being given up; then the ingestion is stopped.
"""

from __future__ import annotations

import argparse
import datetime
import gzip
import itertools
import json
import os
import platform
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import Final

from retrieval.library import Library
from tests.hostile.inputs import ENDLESS, FAILING

HERE: Final = Path(__file__).parent
_PATIENCE: Final = 900.0  # seconds
_PLACES: Final = [a + b for a in ("Mont", "Ville", "Rive", "Font", "Haute") for b in ("clar", "brun", "sel", "dane", "vial", "mor", "leau", "quin", "tôt", "gis", "rac", "lune")]  # fmt: skip


def good(number: int) -> tuple[str, str, bytes]:
    """Return the question that one good file answers, its name and its bytes."""
    place, cost = _PLACES[number], 100 + number
    title = f"Un pont à {place}"
    body = (
        f"Le nouveau pont de {place} coûtera {cost} millions d’euros à la région, a annoncé lundi le maire de {place}. "
        f"Les travaux commenceront au printemps et les habitants de {place} sont consultés jusqu’en juin."
    )
    kind = number % 5
    if kind == 0:
        file = "text.txt", f"{title}\n\n{body}\n"
    elif kind == 1:
        file = (
            "page.html",
            f"<!doctype html><html lang=fr><title>{title}</title><article><h1>{title}</h1><p>{body}</p></article></html>",
        )
    elif kind == 2:
        file = (
            "mail.eml",
            f"From: a@b.example\nTo: b@b.example\nMIME-Version: 1.0\nSubject: Un pont\nContent-Type: text/plain; charset=utf-8\n\n{title}\n\n{body}\n",
        )
    elif kind == 3:
        file = "rows.jsonl", json.dumps({"id": f"good-{number}", "title": title, "text": body}) + "\n"
    else:
        page = f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<html lang=fr><title>{title}</title><article><h1>{title}</h1><p>{body}</p></article></html>"
        head = f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://ponts.example/{number}\r\nWARC-Date: 2025-03-01T00:00:00Z\r\nContent-Type: application/http\r\n"
        file = (
            "pages.warc",
            f"{head}Content-Length: {len(page.encode())}\r\n\r\n{page}\r\n\r\n",
        )
    return f"Combien coûtera le pont de {place} ?", file[0], file[1].encode()


def make(folder: Path, count: int) -> list[str]:
    """Write so many good and as many bad files, in turn; return the questions that the good ones answer, in their order."""
    questions = []
    bad = itertools.cycle([*FAILING.values(), *ENDLESS.values()])
    for number in range(count):
        name, raw = next(bad)()
        more = b"\n" * number  # no two are the same
        (folder / f"{number:03}-a-{name}").write_bytes(
            raw + (gzip.compress(more) if name.endswith(".gz") else more)
        )
        question, name, raw = good(number)
        (folder / f"{number:03}-b-{name}").write_bytes(raw)
        questions.append(question)
    return questions


def seen(library: Path) -> int:
    """Return how many of the good articles readers see."""
    with closing(Library(library)) as opened:
        if not opened.exists:
            return 0
        with opened.snapshot() as snapshot:
            told = " ".join(row.article.text for row in snapshot.articles())
    return sum(f"{100 + number} millions" in told for number in range(len(_PLACES)))


def answered(questions: list[str], environment: dict[str, str]) -> int:
    """Ask all questions; return how many are answered from the article that is meant."""
    done = subprocess.run(
        [sys.executable, "-m", "depeche", "ask", "-"],
        input="\n".join(questions) + "\n",
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=environment,
        check=False,
    )
    told = map(json.loads, done.stdout.splitlines())
    return sum(
        any(f"{100 + number} millions" in citation["quote"] for citation in answer.get("citations", ()))
        for number, answer in enumerate(told)
    )


def measure(count: int, top: Path) -> dict[str, object]:
    """Run the ingestion, and ask; return what came of it."""
    folder, library = top / "folder", top / "library"
    folder.mkdir()
    questions = make(folder, count)
    environment = os.environ | {"DEPECHE_DATA_DIR": str(library), "DEPECHE_CHAT_MODEL": "quotes"}
    began = time.monotonic()
    with (top / "said").open("wb") as said:
        run = subprocess.Popen(
            [sys.executable, "-m", "depeche", "ingest", str(folder)],
            stdout=said,
            stderr=subprocess.STDOUT,
            env=environment,
        )
        visible = 0
        while visible < count and run.poll() is None and time.monotonic() < began + _PATIENCE:
            time.sleep(1)
            visible = seen(library)
        seconds = time.monotonic() - began
        told = answered(questions, environment)
        asked = time.monotonic() - began
        under_way = run.poll() is None
        run.send_signal(signal.SIGTERM)
        status = run.wait(60)
    return {
        "good_files": count,
        "hostile_files": count,
        "good_visible": visible,
        "seconds_until_visible": round(seconds, 1),
        "good_answered": told,
        "seconds_until_answered": round(asked, 1),
        "bad_still_being_given_up": under_way,
        "exit_status": status,
        "last_line": (top / "said").read_text(encoding="utf-8").splitlines()[-1:],
    }


def main() -> None:
    """Run the measurement."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--files", type=int, default=60, help="good ones, and as many bad ones")
    parser.add_argument("--write", action="store_true", help="keep the result in benchmarks/results/")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        result = {
            "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
            "machine": f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}",
            "load_before": round(os.getloadavg()[0], 1),
        } | measure(min(options.files, len(_PLACES)), Path(folder))
    print(json.dumps(result, indent=2, ensure_ascii=False))
    if options.write:
        file = HERE / "results" / f"soak-{result['date']}.json"
        file.write_text(json.dumps(result, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
