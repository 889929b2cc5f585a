"""Fetching the translator's files: from one revision of a hub over HTTP, else from another address, or out of a folder; checked, whole or not at all."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import pytest

from retrieval.errors import DepecheError
from retrieval.translate.files import FILES, HUB, TranslatorFile
from retrieval.translate.pull import pull
from tests import hub_server
from tests.conftest import CLOSED, Run
from tests.package_index import bytes_of

DATA = bytes_of(2)
NOWHERE = "http://127.0.0.1:9/model.bin"
HUB_PATH = f"/{HUB[0]}/resolve/{HUB[1]}/en-fr/model.bin"

PULL = """
import sys, json
from pathlib import Path
from retrieval.translate.files import TranslatorFile
from retrieval.translate.pull import pull
pull(Path(sys.argv[1]), files=[TranslatorFile(**json.loads(sys.argv[2]))])
"""


def file(address: str = NOWHERE, data: bytes = DATA) -> TranslatorFile:
    return TranslatorFile(
        "tiny", "model.bin", len(data), hashlib.sha256(data).hexdigest(), "en-fr/model.bin", address
    )


def fetched(folder: Path, one: TranslatorFile, hub: str = "http://127.0.0.1:9") -> str:
    """Pull in a process of its own, which asks the hub that is named; return what it says where it fails."""
    done = subprocess.run(
        [sys.executable, "-c", PULL, str(folder), json.dumps(asdict(one))],
        env=os.environ | {"PYTHONPATH": CLOSED, "HF_ENDPOINT": hub, "HF_HUB_OFFLINE": "0", "HF_TOKEN": "hf_secret", "HF_HOME": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    return done.stderr


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir() if path.suffix in {".bin", ".part"}}


def test_they_come_from_one_revision_of_the_hub_and_once(tmp_path: Path) -> None:
    with hub_server.serving(HUB_PATH, DATA) as hub:
        for _ in range(2):
            assert fetched(tmp_path, file(), hub.url) == ""
        assert len(hub.ranges) == 1
    assert (tmp_path / "model.bin").read_bytes() == DATA
    assert names(tmp_path) == {"model.bin"}


def test_they_go_on_where_they_were(tmp_path: Path) -> None:
    (tmp_path / "model.bin.part").write_bytes(DATA[:1000])
    with hub_server.serving(HUB_PATH, DATA) as hub:
        assert fetched(tmp_path, file(), hub.url) == ""
        assert hub.ranges == ["bytes=1000-"]
    assert (tmp_path / "model.bin").read_bytes() == DATA


def test_where_the_hub_has_none_they_come_from_the_other_address(tmp_path: Path) -> None:
    with hub_server.serving("/kept/model.bin", DATA) as there:
        assert fetched(tmp_path, file(f"{there.url}/kept/model.bin")) == ""
        assert len(there.ranges) == 1
    assert (tmp_path / "model.bin").read_bytes() == DATA


@pytest.mark.parametrize("wrong", [DATA[::-1], DATA + b"more", DATA[:-1]])
def test_another_file_is_not_taken(tmp_path: Path, wrong: bytes) -> None:
    with hub_server.serving("/kept/model.bin", wrong) as there:
        assert "model.bin could not be fetched" in fetched(tmp_path, file(f"{there.url}/kept/model.bin"))
    assert not (tmp_path / "model.bin").exists()


def test_a_folder_gives_what_the_web_does_not(tmp_path: Path) -> None:
    given = tmp_path / "given"
    given.mkdir()
    with pytest.raises(DepecheError, match=r"model\.bin cannot be read"):
        pull(tmp_path / "kept", given=given, files=[file()])
    (given / "model.bin").write_bytes(DATA[:-1] + b"?")
    with pytest.raises(DepecheError, match="its hash is another"):
        pull(tmp_path / "kept", given=given, files=[file()])
    (given / "model.bin").write_bytes(DATA)
    pull(tmp_path / "kept", given=given, files=[file()])
    assert (tmp_path / "kept" / "model.bin").read_bytes() == DATA


def test_a_file_that_went_bad_is_brought_again(tmp_path: Path) -> None:
    given, kept = tmp_path / "given", tmp_path / "kept"
    for folder, data in ((given, DATA), (kept, DATA[::-1])):
        folder.mkdir()
        (folder / "model.bin").write_bytes(data)
    pull(kept, given=given, files=[file()])
    assert (kept / "model.bin").read_bytes() == DATA


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("a file")
    with pytest.raises(DepecheError, match="cannot be kept"):
        pull(tmp_path / "kept", given=tmp_path, files=[file()])


def test_the_command_says_in_one_line_what_is_missing(depeche: Run, tmp_path: Path) -> None:
    done = depeche("model", "pull", "--translator", "--from", str(tmp_path))
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "package fxtranslate" in done.stderr or f"{FILES[0].file} cannot be read" in done.stderr
