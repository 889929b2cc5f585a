"""`depeche ingest URL`: the real command against a real server."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import brotli
import pytest

from retrieval.errors import DepecheError
from retrieval.library import Library
from tests.conftest import CLOSED, TOP, Run
from tests.test_web import article, feed
from tests.web_server import Web, answer, endless, in_turn, redirect, serving, validated

pytestmark = pytest.mark.slow

OPEN = {"DEPECHE_ALLOW_PRIVATE_ADDRESSES": "true", "DEPECHE_FETCH_DELAY": "0"}


@pytest.fixture
def web() -> Iterator[Web]:
    with serving() as made:
        yield made


def test_a_feed_goes_in_and_is_answered_from(web: Web, depeche: Run) -> None:
    web.pages["/feed"] = validated(feed(web, "Lauzan", "Orle"), etag='"1"', kind="application/rss+xml")
    web.pages["/Lauzan"] = answer(
        brotli.compress(article("Lauzan").replace(b"utf-8", b"")), Content_Encoding="br"
    )
    latin = article("Orle", "de l’été").decode().encode("cp1252", "replace")
    web.pages["/Orle"] = answer(latin, Content_Type="text/html; charset=windows-1252")
    done = depeche("ingest", web.url("/feed"), "--json", **OPEN)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["new"] == 2
    again = depeche("ingest", web.url("/feed"), **OPEN)
    assert again.stdout.startswith("Articles: 0 new, 0 changed, 2 unchanged.")
    assert web.counts["/Orle"] == 1
    found = json.loads(depeche("search", "Quand part le bac de Lauzan ?", "--json").stdout)
    assert found["hits"][0]["title"] == "Le bac de Lauzan"
    shown = depeche("articles", "--json").stdout
    assert {a["url"]: a["title"] for a in json.loads(shown)} == {
        web.url("/Lauzan"): "Le bac de Lauzan",
        web.url("/Orle"): "Le bac de Orle",
    }


def test_what_goes_wrong_is_one_line_each_and_the_rest_goes_in(web: Web, depeche: Run) -> None:
    web.pages["/good"] = article("Lauzan")
    web.pages["/bomb"] = answer(brotli.compress(bytes(30_000_000), quality=1), Content_Encoding="br")
    web.pages["/endless"] = endless(bytes(1 << 20))
    web.pages["/drip"] = endless(b".", pause=0.1)
    web.pages["/out"] = redirect("file:///etc/passwd")
    web.pages["/slow"] = in_turn(answer(status=429, Retry_After="1"), answer(article("Orle")))
    paths = ["/bomb", "/endless", "/drip", "/out", "/missing", "/good", "/slow"]
    done = depeche("ingest", *map(web.url, paths), **OPEN, DEPECHE_FETCH_TIMEOUT="2")
    assert done.returncode == 1
    assert "2 new" in done.stdout
    lines = done.stderr.splitlines()
    assert [line.split(": ")[1] for line in lines] == [web.url(path) for path in paths[:5]]
    assert "Traceback" not in done.stderr


def test_without_leave_nothing_inside_is_reached(web: Web, depeche: Run) -> None:
    web.pages["/a"] = article("Lauzan")
    done = depeche("ingest", web.url("/a"), web.url("/a", "localhost"), web.url("/a", "[::1]"))
    assert done.returncode == 1
    assert done.stderr.count("DEPECHE_ALLOW_PRIVATE_ADDRESSES=true") == 3
    assert not web.asked


def test_a_password_is_never_printed(web: Web, depeche: Run) -> None:
    web.pages["/a"] = answer(status=401)
    done = depeche("ingest", web.url("/a").replace("//", "//bob:s3cret@"), **OPEN)
    assert done.returncode == 1
    assert "401 Unauthorized" in done.stderr
    assert "s3cret" not in done.stderr + done.stdout
    assert "Authorization" in web.headers[-1]


def _count(library: Library) -> int:
    with suppress(DepecheError), library.snapshot() as snapshot:  # its tables may not be there yet
        return snapshot.counts()[0]
    return 0


def test_a_run_that_is_killed_loses_nothing(web: Web, depeche: Run, tmp_path: Path) -> None:
    names = [f"Port-{n}" for n in range(12)]
    items = "".join(f"<item><title>{n}</title><link>{web.url(f'/{n}')}</link></item>" for n in names)
    web.pages["/feed"] = validated(f"<rss><channel>{items}</channel></rss>".encode(), etag='"f"')
    for name in names[:9]:
        web.pages[f"/{name}"] = validated(article(name), etag=f'"{name}"')
    web.pages["/Port-9"] = endless(b".", pause=0.1)
    running = subprocess.Popen(
        [sys.executable, "-m", "depeche", "ingest", web.url("/feed")],
        env=os.environ | OPEN | {"PYTHONPATH": CLOSED, "DEPECHE_FETCH_DELAY": "0.05"},
        cwd=tmp_path,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    library = Library(tmp_path / "library")
    while "/Port-9" not in web.asked or not _count(library):
        assert running.poll() is None
        web.closing.wait(0.1)
    running.send_signal(signal.SIGKILL)
    running.wait()
    for name in names[9:]:
        web.pages[f"/{name}"] = validated(article(name), etag=f'"{name}"')
    done = depeche("ingest", web.url("/feed"), "--json", **OPEN)
    assert done.returncode == 0, done.stderr
    titles = [a["title"] for a in json.loads(depeche("articles", "--json").stdout)]
    assert sorted(titles) == sorted(f"Le bac de {name}" for name in names)
    assert depeche("doctor").returncode == 0


def test_a_run_that_is_interrupted_ends_at_once(web: Web, depeche: Run, tmp_path: Path) -> None:
    web.pages["/drip"] = endless(b".", pause=0.1)
    running = subprocess.Popen(
        [sys.executable, "-m", "depeche", "ingest", web.url("/drip")],
        env=os.environ | OPEN | {"PYTHONPATH": CLOSED},
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    while "/drip" not in web.asked:
        assert running.poll() is None
        web.closing.wait(0.1)
    running.send_signal(signal.SIGINT)
    _, errors = running.communicate(timeout=30)  # the page itself would have a minute
    assert running.returncode != 0
    assert "Traceback" not in errors


def test_files_and_questions_import_nothing_to_fetch_with(tmp_path: Path) -> None:
    script = (
        "import sys\n"
        "from ingest.commands import ingest\n"
        "import ingest.pipeline, ingest.sources, ingest.extract\n"
        "heavy = {'httpx', 'httpcore', 'feedparser', 'protego', 'brotli', 'lxml', 'trafilatura', 'ingest.web'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=TOP, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
