"""The reader: the graph as it is built from what is shipped, what it says of a text, and where it says the answer is."""

from __future__ import annotations

import shutil
from concurrent.futures import Future
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.answerer import Answerer
from retrieval.domain import Article, Hit, Passage, Question
from retrieval.errors import DepecheError
from retrieval.library import Library
from retrieval.onnx_runner import OnnxEmbedder, open_session
from retrieval.packaged import weights_file
from retrieval.progress import silent
from retrieval.reader.difference import Difference
from retrieval.reader.folder import agreement, reader_folder
from retrieval.reader.model import Network, Reader
from retrieval.reader.opening import OpeningReader
from retrieval.reader.pieces import pieces
from retrieval.reader.reading import Task, tell
from retrieval.sentences import split
from retrieval.settings import Settings

TEXT = (
    "Le bac a repris du service lundi. La traversée dure neuf minutes. Un billet coûte trois euros vingt, et les enfants "
    "voyagent gratuitement. Le capitaine, Yann Le Bihan, a salué les passagers."
)


def hit_of(text: str, title: str = "Le bac reprend la mer") -> Hit:
    spans = tuple(split(text, "fr"))
    article = Article("a", title, text, "fr")
    return Hit(Passage("a:1", "a", spans[0][0], spans[-1][1], spans), article, 1.0)


@pytest.fixture(scope="module")
def folder(packaged: Path, cache_dir: Path) -> Path:
    weights = weights_file()
    assert weights
    return reader_folder(cache_dir / "models", weights)


@pytest.fixture(scope="module")
def reader(folder: Path, embedder: OnnxEmbedder) -> Reader:
    return Reader(Network(folder), embedder.tokens)


def test_the_graph_says_what_the_trained_network_said(folder: Path) -> None:
    assert agreement(open_session(str(folder / "reader.onnx")), Difference.read()) > 0.98


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("Combien de temps dure la traversée ?", "neuf minutes"),
        ("how long is the ferry crossing", "neuf minutes"),
        ("Combien coûte le billet ?", "trois euros vingt"),
        ("Qui est le capitaine ?", "Yann Le Bihan"),
    ],
)
def test_it_finds_the_exact_answer_in_either_language(reader: Reader, asked: str, answer: str) -> None:
    hit = hit_of(TEXT)
    [telling] = tell(reader, [Task((asked,), [hit], [(0, n) for n in range(4)])])
    best = max(telling.values(), key=lambda told: told.odds)
    assert answer in TEXT[best.start : best.end]
    assert best.odds > 0


def test_what_is_not_there_is_less_likely_than_what_is(reader: Reader) -> None:
    hit = hit_of(TEXT)

    def odds(asked: str) -> float:
        [telling] = tell(reader, [Task((asked,), [hit], [(0, 0)])])
        return max(told.odds for told in telling.values())

    assert odds("Combien de temps dure la traversée ?") > odds("Pourquoi le capitaine a-t-il démissionné ?")


def test_a_follow_up_counts_as_it_is_written_and_after_what_it_follows(reader: Reader) -> None:
    hit, written = hit_of(TEXT), "et les enfants ?"
    asked = (written, f"Combien coûte le billet ? {written}")
    places = [(0, n) for n in range(4)]
    both, *alone = tell(
        reader, [Task(given, [hit], places) for given in (asked, asked[:1], asked[1:])], most=8
    )
    assert both.keys() == alone[0].keys() == alone[1].keys()
    for place, told in both.items():
        assert told.odds == pytest.approx((alone[0][place].odds + alone[1][place].odds) / 2, abs=0.7)
        assert (told.start, told.end) == (alone[0][place].start, alone[0][place].end)


def test_questions_that_are_read_together_are_read_as_alone(reader: Reader) -> None:
    tasks = [
        Task((asked,), [hit_of(TEXT)], [(0, n) for n in range(4)])
        for asked in ("Qui est le capitaine ?", "Combien coûte le billet ?", "When did it start again?")
    ]
    together = tell(reader, tasks)
    for one, alone in zip(together, (tell(reader, [task])[0] for task in tasks), strict=True):
        assert one.keys() == alone.keys()
        for place, told in one.items():
            assert told.odds == pytest.approx(alone[place].odds, abs=0.7)


@given(st.lists(st.text(max_size=60), max_size=8), st.text(max_size=30), st.text(max_size=40))
def test_whatever_the_text_spans_lie_within_their_sentences(
    reader: Reader, words: list[str], title: str, asked: str
) -> None:
    text = ". ".join(words)
    if not [*split(text, "fr")]:
        return
    hit = hit_of(text, title)
    [telling] = tell(reader, [Task((asked,), [hit], [(0, n) for n in range(len(hit.passage.sentences))])])
    for (_, number), told in telling.items():
        start, end = hit.passage.sentences[number]
        assert start <= told.start <= told.end <= end


@given(st.lists(st.integers(1, 90), min_size=1, max_size=12), st.data())
def test_pieces_are_whole_sentences_each_read_once_and_hold_what_is_wanted(
    lengths: list[int], data: st.DataObject
) -> None:
    text = " ".join("x" * length + "." for length in lengths)
    spans, start = [], 0
    for length in lengths:
        spans.append((start, start + length + 1))
        start += length + 2
    hit = Hit(Passage("a:1", "a", 0, len(text), tuple(spans)), Article("a", "T", text, "en"), 1.0)
    wanted = data.draw(st.permutations(range(len(lengths))))
    made = pieces([hit], [(0, n) for n in wanted])
    assert {n for piece in made for n in range(piece.first, piece.last + 1)} == {*range(len(lengths))}
    assert made[0].first <= wanted[0] <= made[0].last
    for piece in made:
        assert piece.text[piece.head :] == text[spans[piece.first][0] : spans[piece.last][1]]


def test_it_is_built_once_and_what_an_interrupted_build_left_goes(packaged: Path, tmp_path: Path) -> None:
    weights = weights_file()
    assert weights
    (tmp_path / "reader-11111111.part").mkdir()
    built = reader_folder(tmp_path, weights)
    assert sorted(p.name for p in tmp_path.iterdir() if p.is_dir()) == [built.name]
    assert (built / "words.bin").stat().st_nlink == 1  # the packaged model lies elsewhere
    before = (built / "reader.onnx").stat().st_mtime_ns
    assert reader_folder(tmp_path, weights) == built
    assert (built / "reader.onnx").stat().st_mtime_ns == before


def test_it_shares_the_packaged_models_table_of_words(folder: Path, packaged: Path) -> None:
    assert (folder / "words.bin").samefile(packaged / "onnx" / "words.bin")


def test_where_it_cannot_be_written_one_line_says_so(packaged: Path, tmp_path: Path) -> None:
    weights = weights_file()
    assert weights
    (tmp_path / "models").write_text("a file where the folder should be")
    with pytest.raises(DepecheError, match="reader cannot be prepared"):
        reader_folder(tmp_path / "models", weights)


def test_a_damaged_one_is_told_of_and_questions_are_answered_without(
    embedder: OnnxEmbedder, folder: Path, tmp_path: Path, samples: Path
) -> None:
    shutil.copytree(folder, tmp_path / "models" / folder.name)
    (tmp_path / "models" / folder.name / "reader.onnx").write_bytes(b"no graph")
    opened: Future[OnnxEmbedder] = Future()
    opened.set_result(embedder)
    said: list[str] = []
    opening = OpeningReader(Settings(cache_dir=tmp_path), opened, silent, said.append)
    assert opening() is None
    [line] = said
    assert "The reader" in line
    answerer = Answerer(Library(samples), embedder, open_reader=opening)
    assert answerer.answer(Question("Qui a trouvé la panne de l’horloge de Sainte-Orle ?")).answered


@pytest.mark.parametrize(
    ("asked", "short"),
    [("Combien de temps dure la traversée du bac de Port-Lauzan ?", "neuf minutes"), ("how many pupils eat the bread at the school of Montclar-le-Vieux", "168")],
)  # fmt: skip
def test_the_exact_answer_is_told_by_its_place(
    reader: Reader, embedder: OnnxEmbedder, samples: Path, asked: str, short: str
) -> None:
    answerer = Answerer(Library(samples), embedder, open_reader=lambda: reader)
    answer = answerer.answer(Question(asked))
    [first, *_] = answer.sentences
    assert short in first.text
    if first.short:
        assert short in first.text[slice(*first.short)]
