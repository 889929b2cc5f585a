"""The translator: Firefox's own engine on real files, owned by one thread whoever asks, and one line where it cannot."""

from __future__ import annotations

import gc
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from retrieval.errors import DepecheError
from retrieval.translate.engine import FirefoxTranslator
from retrieval.translate.files import FILES, names
from tests.translator_files import portuguese_files


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return portuguese_files(tmp_path_factory.mktemp("portuguese"))


@pytest.fixture
def translator(files: Path) -> FirefoxTranslator:
    return FirefoxTranslator(files)


def test_a_sentence_goes_there_and_comes_back(translator: FirefoxTranslator) -> None:
    said = translator.translate("The night train leaves Eastmoor at 21:40.", "en", "pt")
    assert "Eastmoor" in said
    assert "trem noturno" in said
    assert "train" in translator.translate(said, "pt", "en")


def test_many_threads_may_ask_the_engine_that_is_one_threads_own(translator: FirefoxTranslator) -> None:
    asked = [f"The ferry has {number} seats." for number in range(12)]
    with ThreadPoolExecutor(4) as pool:
        said = [*pool.map(lambda sentence: translator.translate(sentence, "en", "pt"), asked)]
    assert [number for number, one in enumerate(said) if str(number) in one] == [*range(12)]


@pytest.mark.filterwarnings("error")  # of an engine that another thread lets go of
def test_nobodys_translator_ends_with_its_thread(files: Path) -> None:
    translator = FirefoxTranslator(files)
    translator.translate("The ferry is full.", "en", "pt")
    [thread] = [one for one in threading.enumerate() if one.name == "translator"][-1:]
    del translator
    gc.collect()
    thread.join(60)
    assert not thread.is_alive()


@pytest.mark.parametrize("sentence", ["“We will not sell,” she said.", "« We will not sell », she said."])
def test_quotation_marks_of_either_language_come_through(
    translator: FirefoxTranslator, sentence: str
) -> None:
    assert translator.translate(sentence, "en", "pt").count('"') == 2


def test_a_direction_whose_files_are_not_there_is_one_line_and_the_others_go_on(
    translator: FirefoxTranslator,
) -> None:
    with pytest.raises(DepecheError, match=r"does not run \(No such file") as caught:
        translator.translate("Le bac est plein.", "fr", "en")
    assert caught.value.hint == "Run: depeche model pull --translator"
    assert translator.translate("The ferry is full.", "en", "pt")


def test_files_that_are_none_of_the_engines_are_one_line(files: Path, tmp_path: Path) -> None:
    for name in names("en", "pt"):
        (tmp_path / name).write_bytes(b"no model")
    with pytest.raises(DepecheError, match="does not run"):
        FirefoxTranslator(tmp_path).translate("The ferry is full.", "en", "pt")


def test_our_files_are_those_the_engine_asks_for() -> None:
    assert {one.file for one in FILES} == {*names("fr", "en"), *names("en", "fr")}
    assert sum(one.size for one in FILES) == 73_949_438
