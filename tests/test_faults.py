"""What can go wrong with a library's folder: it stays whole, or one line says what to do, and `doctor --repair` does it."""

from __future__ import annotations

import ctypes
import json
import os
import resource
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from ingest.pipeline import ingest
from retrieval.catalogue import Catalogue
from retrieval.domain import LANGUAGES
from retrieval.errors import DepecheError
from retrieval.layout import CATALOGUE, FLAT, VECTORS
from retrieval.library import Library
from retrieval.salvage import _opened, is_damaged, salvage
from retrieval.salvage import _rows as _rows_of
from retrieval.vectors import Vectors
from tests.conftest import CLOSED, TOP, Run
from tests.small import HashEmbedder

ARTICLES = 60


def _rows(file: Path, count: int = ARTICLES, version: int = 0) -> Path:
    rows = [
        {
            "id": f"r{n:03}",
            "title": f"Titre {n}",
            "text": f"Article {n} de la version {version}. Le bac numéro {n} rouvre lundi à Port-Lauzan.",
            "url": f"https://example.org/{n}",
            "lang": "fr" if n % 2 else "en",
        }
        for n in range(count)
    ]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return file


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A library's folder, made with the small embedder."""
    library = Library(tmp_path / "library")
    for version in (0, 1):
        ingest([str(_rows(tmp_path / "rows.jsonl", version=version))], library, HashEmbedder)
    library.close()
    return tmp_path / "library"


def _noise(file: Path, share: float, length: int) -> None:
    content = bytearray(file.read_bytes())
    start = int(len(content) * share) // 4096 * 4096
    content[start : start + length] = os.urandom(len(content[start : start + length]))
    file.write_bytes(content)


def _texts(folder: Path) -> dict[str, str]:
    library = Library(folder)
    with library.snapshot() as snapshot:
        found = {row.article.article_id: row.article.text for row in snapshot.articles()}
    library.close()
    return found


@pytest.mark.parametrize("share", [0.2, 0.4, 0.6, 0.8])
def test_of_a_damaged_catalogue_what_can_be_read_is_kept(folder: Path, tmp_path: Path, share: float) -> None:
    catalogue = folder / CATALOGUE
    before = _texts(folder)
    assert not is_damaged(catalogue)
    _noise(catalogue, share, 8192)
    assert is_damaged(catalogue)
    kept, aside = salvage(catalogue)
    assert not is_damaged(catalogue)
    assert aside.exists()
    after = _texts(folder)
    assert len(after) == kept
    assert after.items() <= before.items()
    assert kept >= ARTICLES // 3  # 8 KB hold a third of them at most
    library = Library(folder)
    with library.snapshot() as snapshot:
        assert snapshot.postings("fr", ["bac"])["bac"].size == sum(int(i[1:]) % 2 for i in after)
    report = ingest([str(_rows(tmp_path / "rows.jsonl", version=1))], library, HashEmbedder)
    assert report.new == ARTICLES - kept
    assert _texts(folder) == before
    library.close()


@pytest.mark.parametrize("damage", ["its root", "its end", "no database"])
def test_what_cannot_be_read_is_given_up_soon(folder: Path, damage: str) -> None:
    catalogue = folder / CATALOGUE
    with closing(sqlite3.connect(catalogue)) as connection:
        (whole,) = connection.execute("SELECT count(*) FROM codes").fetchone()
        (root,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'codes'").fetchone()
    raw = bytearray(catalogue.read_bytes())
    page = raw[(root - 1) * 4096 : root * 4096]
    # The head of a page that leads to others names the last of them.
    last = root if damage == "its root" else int.from_bytes(page[8:12], "big")
    assert page[0] == 5, "a table of several pages"
    raw[:100] = b"x" * 100 if damage == "no database" else raw[:100]
    raw[(last - 1) * 4096 : last * 4096] = b"\xff" * 4096
    catalogue.write_bytes(raw)
    asked: list[str] = []
    with closing(_opened(catalogue)) as connection:
        connection.set_trace_callback(asked.append)
        read = len([*_rows_of(connection, "codes")])
    assert 0 < read < whole if damage == "its end" else read == 0
    assert len(asked) < 20_000


def test_an_empty_catalogue_file_is_damaged(folder: Path) -> None:
    (folder / CATALOGUE).write_bytes(b"")
    assert is_damaged(folder / CATALOGUE)
    with pytest.raises(DepecheError, match="doctor"), Library(folder).snapshot() as snapshot:
        snapshot.generation()


def test_a_catalogue_whose_making_was_interrupted_is_made_again(tmp_path: Path) -> None:
    folder = tmp_path / "library"
    folder.mkdir()
    left = [folder / f".{CATALOGUE}.part{end}" for end in ("", "-wal", "-shm")]
    for file in left:
        file.write_bytes(os.urandom(5_000))
    library = Library(folder)
    assert ingest([str(_rows(tmp_path / "rows.jsonl"))], library, HashEmbedder).new == ARTICLES
    assert not any(file.exists() for file in left)
    library.close()


DAMAGE: dict[str, Callable[[Path], object]] = {
    "folder gone": shutil.rmtree,
    "database cut off": lambda vectors: os.truncate(vectors / "chroma.sqlite3", 20_000),
    "database emptied": lambda vectors: (vectors / "chroma.sqlite3").write_bytes(b""),
    "database overwritten": lambda vectors: _noise(vectors / "chroma.sqlite3", 0, 4096),
    "index gone": lambda vectors: shutil.rmtree(_index(vectors)),
    "index cut off": lambda vectors: os.truncate(_index(vectors) / "data_level0.bin", 1000),
    "index overwritten": lambda vectors: (_index(vectors) / "header.bin").write_bytes(os.urandom(100)),
}


def _index(vectors: Path) -> Path:
    return next(path for path in sorted(vectors.iterdir()) if path.is_dir())


@pytest.fixture(scope="module")
def whole(begin: Run, packaged: Path, cache_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with rows and the library the command made of them, for tests to copy: making one takes longer than all they do."""
    folder = tmp_path_factory.mktemp("whole")
    places = {"DEPECHE_DATA_DIR": str(folder / "library"), "DEPECHE_CACHE_DIR": str(cache_dir)}
    for version in (0, 1):  # several commits, so that Chroma writes its index
        rows = str(_rows(folder / "rows.jsonl", 130, version))
        done = begin(["ingest", rows], folder, os.environ | {"PYTHONPATH": CLOSED} | places)
        assert done.returncode == 0, done.stderr
    return folder


@pytest.mark.parametrize("damage", DAMAGE)
def test_damaged_vectors_are_found_and_mended(damage: str, whole: Path, tmp_path: Path, depeche: Run) -> None:
    shutil.copytree(whole / "library", tmp_path / "library")
    file = whole / "rows.jsonl"
    DAMAGE[damage](tmp_path / "library" / VECTORS)
    told = depeche("doctor")
    assert told.returncode == 1
    assert "depeche doctor --repair" in told.stdout
    assert depeche("ask", "Quel bac rouvre lundi ?").returncode == 0  # from the flat index
    shutil.rmtree(tmp_path / "library" / FLAT)
    asked = depeche("ask", "Quel bac rouvre lundi ?")
    if asked.returncode >= 0:  # of an index that was cut off Chroma's core dies
        assert asked.returncode == 1
        assert "depeche doctor --repair" in asked.stderr
        assert len(asked.stderr.strip().splitlines()) == 1
    mended = depeche("doctor", "--repair")
    assert (mended.returncode, "WRONG" in mended.stdout) == (0, False)
    found = json.loads(depeche("search", "Quel bac rouvre lundi ?", "-k", "5", "--json").stdout)
    assert len(found["hits"]) == 5
    again = depeche("ingest", file, "--json")
    assert json.loads(again.stdout)["same"] == 130


@pytest.mark.parametrize("damage", DAMAGE)
def test_vectors_that_a_kill_left_damaged_are_mended_by_the_next_ingestion(
    damage: str, whole: Path, tmp_path: Path, depeche: Run
) -> None:
    shutil.copytree(whole / "library", tmp_path / "library")
    with Catalogue(tmp_path / "library" / CATALOGUE).writing() as draft:
        draft.set_meta("dirty", "1")  # as a killed writer leaves it
    DAMAGE[damage](tmp_path / "library" / VECTORS)
    again = depeche("ingest", whole / "rows.jsonl", "--json")
    assert (again.returncode, json.loads(again.stdout)["same"]) == (0, 130)
    assert damage in {"folder gone", "database emptied"} or "are made anew" in again.stderr
    found = json.loads(depeche("search", "Quel bac rouvre lundi ?", "-k", "5", "--json").stdout)
    assert len(found["hits"]) == 5
    assert "WRONG" not in depeche("doctor").stdout


def test_only_the_language_whose_vectors_are_damaged_is_embedded_again(folder: Path) -> None:
    embedder = HashEmbedder()
    library = Library(folder)
    with library.writing(lambda: embedder, mending=False) as writer:
        assert writer.give_up(["fr"]) is None
        writer.mend(always=True)
    assert embedder.embedded == ARTICLES // 2
    vectors = Vectors(folder / VECTORS, HashEmbedder.fingerprint)
    assert [len(vectors.ids(language)) for language in LANGUAGES] == [ARTICLES // 2] * 2
    vectors.close()


def test_a_damaged_catalogue_is_told_and_repaired_by_the_command(tmp_path: Path, depeche: Run) -> None:
    file = _rows(tmp_path / "rows.jsonl")
    assert depeche("ingest", file).returncode == 0
    backup = tmp_path / "backup.jsonl"
    assert depeche("articles", "export", backup).returncode == 0
    _noise(tmp_path / "library" / CATALOGUE, 0.5, 8192)
    told = depeche("doctor")
    assert (told.returncode, "is damaged" in told.stdout) == (1, True)
    assert "doctor --repair" in told.stdout
    mended = depeche("doctor", "--repair")
    assert mended.returncode == 0
    assert "articles could be read" in mended.stderr
    back = json.loads(depeche("articles", "import", backup, "--json").stdout)
    assert back["new"] + back["same"] == ARTICLES
    assert len(_texts(tmp_path / "library")) == ARTICLES
    assert json.loads(depeche("ingest", file, "--json").stdout)["same"] == ARTICLES


def _without_room(library: Path, most: int, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a command on what is to it a full disk: no file of its may grow beyond `most` bytes."""
    code = "import sys, resource; sys.argv = ['depeche', *sys.argv[1:]]\n"
    code += f"resource.setrlimit(resource.RLIMIT_FSIZE, ({most}, {resource.RLIM_INFINITY}))\n"
    code += "import depeche; depeche.main()"
    return subprocess.run(
        [sys.executable, "-c", code, *command],
        cwd=TOP,
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"DEPECHE_DATA_DIR": str(library)},
    )


@pytest.mark.parametrize("most", [30_000, 300_000, 800_000])
def test_a_full_disk_loses_nothing_that_was_there(tmp_path: Path, depeche: Run, most: int) -> None:
    first, second = _rows(tmp_path / "a.jsonl", 20), _rows(tmp_path / "b.jsonl", 400, version=1)
    assert depeche("ingest", first).returncode == 0
    before = _texts(tmp_path / "library")
    done = _without_room(tmp_path / "library", most, "ingest", str(second))
    assert done.returncode == 1, done.stderr
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert "Traceback" not in done.stderr
    assert "went wrong that should not have" not in done.stderr
    after = _texts(tmp_path / "library")
    late = {f"r{n:03}" for n in range(400)}
    assert {i: t for i, t in after.items() if "version 0" in t}.items() <= before.items()
    assert set(before) <= set(after) <= late
    assert depeche("search", "Quel bac rouvre lundi ?", "--json").returncode == 0
    assert depeche("ingest", second).returncode == 0
    assert len(_texts(tmp_path / "library")) == 400
    assert depeche("doctor").returncode == 0


def test_a_full_disk_is_not_taken_for_a_damaged_library(tmp_path: Path, depeche: Run) -> None:
    library = tmp_path / "library"
    assert depeche("ingest", _rows(tmp_path / "a.jsonl", 20)).returncode == 0
    before = _texts(library)
    for command in (["doctor"], ["doctor", "--repair"], ["search", "Quel bac rouvre lundi ?"]):
        done = _without_room(library, 1_000, *command)
        assert done.returncode == 1
        assert "Make room" in done.stdout + done.stderr
        assert "damaged" not in done.stdout + done.stderr
    assert _texts(library) == before
    assert depeche("doctor").returncode == 0


@pytest.mark.parametrize(
    "said",
    [
        "(code: 13) database or disk is full",
        "(code: 778) disk I/O error",
        "No space left on device (os error 28)",
    ],
)
def test_vectors_that_cannot_be_opened_for_want_of_room_ask_for_room(tmp_path: Path, said: str) -> None:
    def open_full(*_: object, **__: object) -> None:
        raise RuntimeError(f"error returned from database: {said}")

    vectors = Vectors(tmp_path / "vectors", "f")
    with pytest.MonkeyPatch.context() as patch, pytest.raises(DepecheError, match="Make room"):
        patch.setattr("chromadb.PersistentClient", open_full)
        vectors.open(["fr"])


def _without_privilege() -> None:
    """Let root's processes be stopped by a file's rights like anybody's (CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH go)."""
    for capability in (1, 2):
        ctypes.CDLL(None).prctl(24, capability, 0, 0, 0)  # PR_CAPBSET_DROP


def _run_without_privilege(library: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "depeche", *words],
        cwd=TOP,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=_without_privilege,
        env=os.environ | {"DEPECHE_DATA_DIR": str(library)},
    )


@pytest.mark.skipif(sys.platform != "linux", reason="rights as Linux has them")
def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path, depeche: Run) -> None:
    file, library = _rows(tmp_path / "rows.jsonl"), tmp_path / "library"
    assert depeche("ingest", file).returncode == 0
    before = _texts(library)
    places = [library, *library.rglob("*")]
    for place in places:
        place.chmod(0o555 if place.is_dir() else 0o444)
    try:
        for command in (["ingest", str(_rows(file, version=1))], ["articles", "remove", "r001"], ["doctor"]):
            done = _run_without_privilege(library, *command)
            assert done.returncode == 1, (command, done.stdout, done.stderr)
            assert "cannot be written" in done.stderr + done.stdout, (command, done.stderr)
            assert "Traceback" not in done.stderr
    finally:
        for place in places:
            place.chmod(0o755 if place.is_dir() else 0o644)
    assert _texts(library) == before
    assert depeche("ingest", file).returncode == 0


@pytest.mark.skipif(sys.platform != "linux", reason="rights as Linux has them")
def test_what_is_in_a_folder_that_cannot_be_looked_into_is_not_pruned(tmp_path: Path, depeche: Run) -> None:
    closed, library = tmp_path / "notes" / "closed", tmp_path / "library"
    closed.mkdir(parents=True)
    (closed.parent / "open.txt").write_text("Le bac rouvre mardi.")
    _rows(closed / "rows.jsonl")
    assert depeche("ingest", tmp_path / "notes").returncode == 0
    before = _texts(library)
    closed.chmod(0)
    try:
        done = _run_without_privilege(library, "ingest", "--prune", str(tmp_path / "notes"))
    finally:
        closed.chmod(0o755)
    assert f"{closed}: cannot be read (Permission denied)" in done.stderr
    assert "nothing was removed" in done.stderr
    assert _texts(library) == before


def test_a_clock_that_went_back_changes_nothing(folder: Path, tmp_path: Path) -> None:
    with sqlite3.connect(folder / CATALOGUE) as catalogue:
        catalogue.execute("UPDATE articles SET added = added + 100000000, changed = changed + 100000000")
    catalogue.close()
    library = Library(folder)
    report = ingest([str(_rows(tmp_path / "rows.jsonl", version=2))], library, HashEmbedder)
    assert (report.new, report.changed) == (0, ARTICLES)
    assert all("version 2" in text for text in _texts(folder).values())
    again = ingest([str(tmp_path / "rows.jsonl")], library, HashEmbedder)
    assert again.same == ARTICLES
    with library.snapshot() as snapshot:
        row = snapshot.article("r000")
    assert row is not None
    assert row.revision == 3
    library.close()
