"""Makes the environments of the systems that are compared: python -m benchmarks.speed.others FOLDER (some minutes, 3 GB)."""

from __future__ import annotations

import argparse
import subprocess
import sys
import venv
from pathlib import Path
from typing import Final

# The processor build of PyTorch first: what comes after would take a larger one.
_TORCH: Final = "torch==2.13.0"
# The versions the figures are of.
_PACKAGES: Final = {
    "txtai": ("txtai==9.14.0", "langchain-text-splitters==1.1.3"),
    "llama-index": (
        "llama-index-core==0.14.25",
        "llama-index-embeddings-huggingface==0.8.0",
        "llama-index-retrievers-bm25==0.8.0",
        "langchain-text-splitters==1.1.3",
    ),
}


def main() -> None:
    """Make what is not there yet; `SystemExit` where pip fails."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder: Path = parser.parse_args().folder
    for name, packages in _PACKAGES.items():
        place = folder / name
        if (place / "ready").exists():
            continue
        print(f"{name}: installing …", file=sys.stderr)
        venv.create(place, with_pip=True)
        for wanted in ([_TORCH], packages):
            done = subprocess.run(
                [place / "bin" / "python", "-m", "pip", "install", "--quiet", *wanted], check=False
            )
            if done.returncode:
                raise SystemExit(f"pip could not install {', '.join(wanted)} in {place}; see what it said.")
        (place / "ready").touch()


if __name__ == "__main__":
    main()
