"""A reranker decides the order of the best passages, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from retrieval.answerer import Answerer
from retrieval.batch import Batch
from retrieval.domain import Question
from retrieval.errors import DepecheError
from retrieval.library import Library
from retrieval.reranker import Reranker
from tests.conftest import Run
from tests.small import HashEmbedder, made

QUESTION = Question("Quand le bac rouvre-t-il ?", language="fr")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real cross-encoder, small and untrained: four thousand weights, by chance."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizer

    made_in = tmp_path_factory.mktemp("cross-encoder")
    letters = [chr(n) for n in range(97, 123)]
    (made_in / "vocab.txt").write_text(
        "\n".join(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters, *("##" + c for c in letters)])
    )
    torch.manual_seed(3)
    config = BertConfig(
        vocab_size=57, hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32,
        num_labels=1, initializer_range=0.5,
    )  # fmt: skip
    BertForSequenceClassification(config).save_pretrained(made_in)
    BertTokenizer(str(made_in / "vocab.txt")).save_pretrained(made_in)
    return made_in


@pytest.fixture
def library(tmp_path: Path) -> Library:
    library = Library(tmp_path / "library")
    texts = (
        "Le bac rouvre lundi.",
        "Le bac ferme au soir.",
        "Un phare veille.",
        "La mairie dort.",
        "Le vent.",
    )
    with library.writing(HashEmbedder) as writer:
        writer.commit(Batch(articles=[made(f"{n}", text) for n, text in enumerate(texts)]))
    return library


def test_passages_come_in_the_cross_encoders_order_with_the_scores_of_their_places(
    library: Library, folder: Path
) -> None:
    from sentence_transformers import CrossEncoder

    plain = Answerer(library, HashEmbedder()).find(QUESTION, 5)
    reranked = Answerer(library, HashEmbedder(), reranker=Reranker(str(folder))).find(QUESTION, 5)
    texts = [f"{hit.article.title}\n{hit.text}" for hit in plain.hits]
    scores = CrossEncoder(str(folder), device="cpu").predict([(QUESTION.text, text) for text in texts])
    by_encoder = [texts[n] for n in sorted(range(len(texts)), key=lambda n: -scores[n])]
    assert [f"{hit.article.title}\n{hit.text}" for hit in reranked.hits] == by_encoder
    assert by_encoder != texts
    assert [hit.score for hit in reranked.hits] == [hit.score for hit in plain.hits]
    assert [len(m.sentences) for m in reranked.matches] == [len(h.passage.sentences) for h in reranked.hits]


@pytest.mark.parametrize("wrong", ["/nowhere/at/all", "."])
def test_a_reranker_that_is_none_is_told_so(
    wrong: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DepecheError) as told:
        Reranker(wrong)
    assert "DEPECHE_RERANKER" in told.value.hint


@pytest.mark.slow
def test_the_command_takes_a_reranker(
    depeche: Run, samples: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEPECHE_DATA_DIR", str(samples))
    plain = depeche("search", QUESTION.text, "--json").stdout
    monkeypatch.setenv("DEPECHE_RERANKER", str(folder))
    asked = depeche("search", QUESTION.text, "--json")
    assert asked.returncode == 0, asked.stderr
    assert asked.stdout != plain
    monkeypatch.setenv("DEPECHE_RERANKER", "/nowhere/at/all")
    failed = depeche("search", QUESTION.text)
    assert failed.returncode == 1
    assert len(failed.stderr.strip().splitlines()) == 1
