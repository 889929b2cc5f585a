"""The quality benchmark: its measures, and the whole of it on a set small enough to know by heart."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks.quality import measures
from benchmarks.quality.alterations.names import Speech, name_here, surname
from benchmarks.quality.alterations.standing import standing_added, standing_left_out
from benchmarks.quality.alterations.wording import refusal
from benchmarks.quality.data import read, sample
from benchmarks.quality.faithfulness import HELD_OUT, LOOKED_AT, faithfulness, made
from benchmarks.quality.tasks import Run
from benchmarks.quality.worlds import Worlds
from retrieval.onnx_runner import OnnxEmbedder
from retrieval.progress import silent
from tests.conftest import CLOSED, SHARED, TOP

STORIES = {
    "bac": ("Le bac de Port-Lauzan rouvre lundi. Le billet coûte trois euros.",
            "The Port-Lauzan ferry reopens on Monday. A ticket costs three euros."),
    "phare": ("Le phare de Skerrin devient une bibliothèque. Agnès Orde la dirige.",
              "The Skerrin lighthouse becomes a library. Agnès Orde runs it."),
    "train": ("Un train de nuit reliera Eastmoor à la côte. Il partira à 22 heures.",
              "A night train will link Eastmoor to the coast. It will leave at 10 p.m."),
    "horloge": ("L'horloge de Sainte-Orle sonne de nouveau. Un serrurier l'a réparée.",
                "The Sainte-Orle clock strikes again. A locksmith repaired it."),
}  # fmt: skip
ASKED = {
    "bac": ("Combien coûte le billet du bac ?", "How much is a ferry ticket?"),
    "phare": ("Qui dirige la bibliothèque du phare ?", "Who runs the lighthouse library?"),
    "train": ("Quand part le train de nuit ?", "When does the night train leave?"),
    "horloge": ("Qui a réparé l'horloge ?", "Who repaired the clock?"),
}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A parallel set, a French one with answers, and a question nothing answers."""
    for name, languages in (("pairs", ("fr", "en")), ("alone", ("fr",))):
        (tmp_path / "data" / name).mkdir(parents=True)
        for n, language in enumerate(languages):
            passages = [{"pid": f"{name}-{pid}", "text": texts[n]} for pid, texts in STORIES.items()]
            questions = [
                {
                    "qid": pid,
                    "pid": f"{name}-{pid}",
                    "question": asked[n],
                    "answers": [STORIES[pid][n].split(". ")[1]],
                }
                for pid, asked in ASKED.items()
            ]
            for kind, rows in (("passages", passages), ("questions", questions)):
                lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
                (tmp_path / "data" / name / f"{kind}.{language}.jsonl").write_text(lines, encoding="utf-8")
    (tmp_path / "data" / "no_answer").mkdir()
    (tmp_path / "data" / "no_answer" / "x.fr.jsonl").write_text('{"question": "Qui a inventé le zéro ?"}\n')
    return tmp_path / "data"


def test_sets_are_read_as_they_are(data: Path) -> None:
    sets, nowhere = read(data)
    assert [(s.name, s.parallel, [*s.texts]) for s in sets] == [
        ("alone", False, ["fr"]),
        ("pairs", True, ["fr", "en"]),
    ]
    assert nowhere == [("fr", "Qui a inventé le zéro ?")]
    assert sorted(sample([1, 2, 3], 9, 0)) == [1, 2, 3]


def test_ranks_are_counted_from_the_right_passages_place() -> None:
    figures = measures.ranks(["a", "b", "c", "d"], [["a"], ["x", "b"], [*"uvwxyc"], []])
    assert (figures["R@1"].value, figures["R@5"].value) == (0.25, 0.5)
    assert figures["nDCG@10"].value == pytest.approx((1 + 1 / np.log2(3) + 1 / np.log2(7)) / 4)
    assert figures["R@1"].low < 0.25 < figures["R@1"].high


def test_a_share_has_wilsons_interval() -> None:
    # Newcombe (1998), table I: 81 of 263, and 0 of 20.
    figure = measures.share([True] * 81 + [False] * 182)
    assert (round(figure.low, 4), round(figure.high, 4), figure.count) == (0.2553, 0.3662, 263)
    none = measures.share([False] * 20)
    assert (round(none.low, 4), round(none.high, 4)) == (0.0, 0.1611)


def test_refusals_are_judged_by_those_made_and_those_due() -> None:
    figures = measures.refusals(np.array([1, 1, 1, 0, 0], bool), np.array([1, 1, 0, 1, 0], bool))
    assert figures["precision"].value == pytest.approx(2 / 3)
    assert figures["recall"].value == pytest.approx(2 / 3)
    assert figures["F1"].value == pytest.approx(2 / 3)
    assert measures.refusals(np.zeros(3, bool), np.zeros(3, bool))["precision"].value == 0.0


def test_an_answer_is_held_whatever_its_accents_and_case() -> None:
    assert measures.holds("Il vit à  Évian depuis 1990.", ["EVIAN"])
    assert not measures.holds("Il vit à Évian.", ["Lyon"])


def _speech(passage: str, elsewhere: str = "Zara Quine met Olu Bandele in Fez.") -> Speech:
    return Speech(passage, elsewhere)


def test_somebodys_standing_is_left_out_or_added() -> None:
    chance = np.random.default_rng(0)
    former = "They met the former mayor of Lannec, Odile Rioual, on the quay."
    assert standing_left_out(former, "en", chance, _speech(former)) == former.replace("former ", "")
    ancien = "Le discours de l’ancien maire de Lannec a ému la salle."
    assert standing_left_out(ancien, "fr", chance, _speech(ancien)) == ancien.replace("de l’ancien ", "du ")
    plain = "She thanked the director of the port."
    added = {standing_added(plain, "en", np.random.default_rng(n), _speech(plain)) for n in range(40)}
    assert added == {plain.replace("director", f"{by} director") for by in ("former", "acting", "deputy")}
    maire = "Il a remercié la maire de Lannec."
    added = {standing_added(maire, "fr", np.random.default_rng(n), _speech(maire)) for n in range(40)}
    assert "Il a remercié l’ancienne maire de Lannec." in added
    assert "Il a remercié la maire par intérim de Lannec." in added
    assert standing_added(plain, "en", chance, _speech(former)) is None  # somebody there is former


def test_a_word_of_a_names_own_family_is_no_other_name() -> None:
    passage = "The food of Java is mild. Dutch cooks in the town praise Javanese sugar."
    sentence = "They came from Java by boat."
    made_false = {name_here(sentence, "en", np.random.default_rng(n), _speech(passage)) for n in range(20)}
    assert "They came from Javanese by boat." not in made_false


def test_a_surname_is_anothers_and_a_refusal_is_turned() -> None:
    names = Speech(
        "The baker, Ada Quill, agreed to wait.", "In spring Tom Reeve left, and so did Ines Quill."
    )
    chance = np.random.default_rng(0)
    assert (
        surname("The baker, Ada Quill, agreed to wait.", "en", chance, names)
        == "The baker, Ada Reeve, agreed to wait."
    )
    assert refusal("The baker agreed to wait.", "en", chance, names) == "The baker refused to wait."
    assert refusal("La maire a refusé d’attendre.", "fr", chance, names) == "La maire a accepté d’attendre."
    assert refusal("La maire attend.", "fr", chance, names) is None


@pytest.mark.slow
def test_the_whole_benchmark_on_a_set_known_by_heart(
    data: Path, packaged: Path, cache_dir: Path, tmp_path: Path
) -> None:
    environment = os.environ | {"PYTHONPATH": CLOSED, "DEPECHE_CACHE_DIR": str(cache_dir), "PYTHONUTF8": "1"}
    command = [sys.executable, "-m", "benchmarks.quality", str(data), "--keep", str(tmp_path / "kept")]
    done = subprocess.run(
        command,
        cwd=TOP,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    for part in (
        "alone: search",
        "alone: sentences fr",
        "alone: refusal fr",
        "pairs: matrix",
        "pairs: mixed",
    ):
        assert part in done.stdout
    ours = [line for line in done.stdout.splitlines() if "Dépêche" in line and "R@1" in line]
    assert len(ours) == 1 + 4 + 4
    assert all("R@1 1.000" in line for line in ours), done.stdout


@pytest.mark.slow
@pytest.mark.skipif(not SHARED.exists(), reason="the shared data folder is not beside the project")
def test_true_sentences_are_told_from_false_ones(packaged: Path, tmp_path: Path) -> None:
    worlds = Worlds(tmp_path, silent)
    worlds.embedder = OnnxEmbedder.open(packaged, "packaged")
    sets = [s for s in read(SHARED / "data" / "qa")[0] if s.parallel]
    pairs = [pair for _, pair in made(sets, None, worlds.embedder, 8, 1)]
    assert {"number", "negation", "wrong story"} <= {pair.kind for pair in pairs if not pair.true}
    assert all(pair.sentence in pair.own for pair in pairs if pair.kind in ("as written", "translated"))
    assert not any(pair.sentence in pair.own for pair in pairs if not pair.true)
    figures = faithfulness(Run(worlds, silent, 8, 1), sets, None)
    for half in (HELD_OUT, LOOKED_AT):
        for where in ("fr→fr", "en→en", "en→fr", "fr→en"):
            assert figures[half][where]["true, all"]["kept"].value > 0.6, where
            assert figures[half][where]["false, wrong story"]["caught"].value > 0.6, where
