"""Where a model's folder comes from."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from retrieval.errors import DepecheError
from retrieval.models import resolve
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


def test_a_hub_model_with_an_onnx_file_runs_without_torch(packaged: Path, tmp_path: Path) -> None:
    import os

    kept = tmp_path / "hf" / "hub" / "models--somebody--small-e5"
    (kept / "refs").mkdir(parents=True)
    (kept / "refs" / "main").write_text(REVISION)
    (kept / "snapshots").mkdir()
    (kept / "snapshots" / REVISION).symlink_to(packaged, target_is_directory=True)
    done = subprocess.run(
        [sys.executable, "-c", OPEN, "somebody/small-e5", str(tmp_path)],
        cwd=TOP,
        env=os.environ | {"HF_HOME": str(tmp_path / "hf"), "HF_HUB_OFFLINE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "OnnxEmbedder 384 False\n", done.stderr
    assert done.stderr == ""
