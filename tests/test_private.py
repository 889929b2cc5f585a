"""What is kept is its owner's alone, whatever the umask; and what is not is told."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from bot.chats.store import Store
from ingest.pipeline import ingest
from retrieval.library import Library
from retrieval.settings import Settings
from tests.conftest import Run
from tests.small import HashEmbedder

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="rights as Unix has them")


def _open_to_others(folder: Path) -> list[Path]:
    return [path for path in (folder, *folder.rglob("*")) if path.stat().st_mode & 0o077]


def test_a_library_made_by_the_command_is_its_owners(depeche: Run, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Le bac rouvre\n\nLe bac de Port-Lauzan rouvre lundi à six heures.\n")
    before = os.umask(0)
    try:
        assert depeche("ingest", "a.txt").returncode == 0
        assert depeche("articles", "export", "backup.jsonl").returncode == 0
    finally:
        os.umask(before)
    assert _open_to_others(tmp_path / "library") == []
    assert _open_to_others(tmp_path / "backup.jsonl") == []
    told = depeche("doctor").stdout
    assert (
        "other people" not in told.replace(os.environ["DEPECHE_CACHE_DIR"], "").split("LOOK  Cache folder")[0]
    )


def test_a_library_and_chats_made_by_a_program_lie_in_a_closed_folder(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        (tmp_path / "a.txt").write_text("Le bac rouvre lundi.")
        library = Library(tmp_path / "one" / "library")
        ingest([str(tmp_path / "a.txt")], library, HashEmbedder)
        library.close()
        Store.open(Settings(data_dir=tmp_path / "two" / "chats")).close()
    finally:
        os.umask(before)
    for folder in (tmp_path / "one" / "library", tmp_path / "two" / "chats"):
        assert folder.stat().st_mode & 0o777 == 0o700


def test_doctor_tells_of_what_others_may_read(depeche: Run, tmp_path: Path) -> None:
    (tmp_path / "library").mkdir(mode=0o755)
    (tmp_path / "library").chmod(0o755)
    (tmp_path / ".env").write_text("DEPECHE_FETCH_DELAY=2\n")
    (tmp_path / ".env").chmod(0o644)
    done = depeche("doctor")
    assert done.returncode == 0
    told = " ".join(done.stdout.split())
    assert f"LOOK Data folder: other people of this system may read {tmp_path / 'library'}" in told
    assert f"Run: chmod -R go= {tmp_path / 'library'}" in told
    assert f"Run: chmod 600 {tmp_path / '.env'}" in told
    (tmp_path / "library").chmod(0o700)
    (tmp_path / ".env").chmod(0o600)
    told = depeche("doctor").stdout
    assert str(tmp_path / ".env") not in told
    assert "LOOK  Data folder" not in told
