"""What llama.cpp made of instructions is kept from one process to the next, and no answer needs it."""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from retrieval.chat.errors import ChatError
from retrieval.chat.local_engine import Body, Engine, Piece, engine_of
from retrieval.chat.local_model import CONTEXT, LocalChatModel
from retrieval.compose.preparation import prepare
from retrieval.domain import LANGUAGES
from tests.tiny_gguf import COUNTED, write

pytestmark = pytest.mark.slow

COUNTING = "Tu comptes, une fois par phrase, sans jamais te tromper. " * 8
SINGING = "Tu chantes, une note par phrase, sans jamais te lasser. " * 8
FEW = 30  # tokens: the question's alone


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("tiny") / "tiny.gguf")


@contextmanager
def started(tiny: Path, prompts: Path | None) -> Iterator[Callable[[str], int]]:
    """Start an engine; yield what asks it under instructions, and returns how many tokens it read to answer."""
    engine = Engine(tiny, 4096, prompts)

    def ask(instructions: str) -> int:
        messages = [{"role": "system", "content": instructions}, {"role": "user", "content": "Compte"}]
        body: Body = {"messages": messages, "temperature": 0}
        heard: queue.SimpleQueue[Piece | ChatError] = queue.SimpleQueue()
        engine.submit(body, "", heard.put, kept=1)
        text = ""
        while True:
            piece = heard.get(timeout=60)
            assert isinstance(piece, Piece)
            text += piece.text
            if piece.why:
                assert text.strip() == COUNTED
                assert piece.timings
                return int(piece.timings["prompt_n"])

    yield ask
    engine.close()


def files(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def test_another_process_need_not_read_them_again(tiny: Path, tmp_path: Path) -> None:
    with started(tiny, tmp_path / "kept") as ask:
        ask(COUNTING)
    with started(tiny, tmp_path / "kept") as ask:
        assert ask(COUNTING) < FEW
    assert len(files(tmp_path / "kept")) == 1


@pytest.mark.parametrize("kept", [True, False], ids=["in a folder", "for the process alone"])
def test_two_languages_take_turns(tiny: Path, tmp_path: Path, *, kept: bool) -> None:
    with started(tiny, tmp_path if kept else None) as ask:
        ask(COUNTING)
        ask(SINGING)
        assert max(ask(COUNTING), ask(SINGING), ask(COUNTING)) < FEW
    assert len(files(tmp_path)) == (2 if kept else 0)


def test_a_file_that_is_cut_short_is_made_anew(tiny: Path, tmp_path: Path) -> None:
    with started(tiny, tmp_path) as ask:
        ask(COUNTING)
    (file,) = tmp_path.iterdir()
    whole = file.stat().st_size
    file.write_bytes(file.read_bytes()[: whole // 2])
    with started(tiny, tmp_path) as ask:
        ask(COUNTING)
    assert file.stat().st_size == whole


def test_a_folder_that_cannot_be_written_costs_no_answer(tiny: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with started(tiny, tmp_path / "file") as ask:
        ask(COUNTING)
    assert files(tmp_path) == ["file"]


def test_few_are_kept(tiny: Path, tmp_path: Path) -> None:
    with started(tiny, tmp_path) as ask:
        for number in range(10):
            ask(f"{number} {COUNTING}")
        assert len(files(tmp_path)) == 8
        assert ask(f"9 {COUNTING}") < FEW


def test_what_every_sentence_is_worded_by_is_read_before_anyone_asks(tiny: Path, tmp_path: Path) -> None:
    told: list[int] = []
    prepare(LocalChatModel(path=tiny, prompts=tmp_path / "kept"), lambda _what, done, _of: told.append(done))
    engine_of(tiny, CONTEXT, tmp_path / "kept").close()
    assert len(files(tmp_path / "kept")) == len(LANGUAGES)
    assert told == [0, 1, 2]
