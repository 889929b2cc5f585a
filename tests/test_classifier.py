"""What kind of message a text is: its words, and the weights that were learned."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.classifier import SHAPES, Classifier, Weights, grams, shape
from retrieval.conversation.leaning import told
from tests.small import HashEmbedder


def test_words_are_folded_numbers_alike_and_neighbours_counted() -> None:
    assert grams("L’été 2024 ?") == ["^", "l'", "ete", "0", "?", "^ l'", "l' ete", "ete 0", "0 ?"]


def test_the_vector_counts_only_where_it_is_the_models_that_was_learned_from(tmp_path: Path) -> None:
    words = Weights(
        np.zeros(2), np.zeros((2, SHAPES)), {"merci": 0}, np.array([[0.0, 2.0]]), np.zeros((2, 0))
    )
    read = replace(words, vector=np.array([[1.0], [-1.0]]))
    Classifier(("alone", "talk"), "abc", {"words": words, "read": read}).save(tmp_path / "weights.npz")
    classifier = Classifier.load(tmp_path / "weights.npz")
    vector = np.ones(1, np.float32)
    assert classifier.probabilities("merci")["talk"] > 0.8
    assert classifier.probabilities("merci", vector, "another")["talk"] > 0.8
    assert classifier.probabilities("merci", vector, "abc")["talk"] < 0.1


@given(st.text(max_size=300))
def test_whatever_is_said_the_probabilities_are_some(text: str) -> None:
    found = told(text, HashEmbedder())
    assert sum(found.values()) == pytest.approx(1)
    assert len(shape(text)) == SHAPES


@pytest.mark.parametrize("said", ["merci beaucoup", "thanks a lot!", "bonjour"])
def test_small_talk_is_told_by_its_words_alone(said: str) -> None:
    assert told(said, HashEmbedder())["talk"] > 0.5
