from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from retrieval.moments import Moments

vectors = arrays.arrays(np.float32, (7, 5), elements=st.floats(-1, 1, width=32))


@given(vectors, arrays.arrays(np.float32, 5, elements=st.floats(-1, 1, width=32)))
def test_mean_and_deviation_are_those_of_the_scores(rows: np.ndarray, question: np.ndarray) -> None:
    mean, deviation = Moments.of(rows).scale_of(question)
    scores = rows.astype(np.float64) @ question.astype(np.float64)
    assert np.isclose(mean, scores.mean(), atol=1e-9)
    assert np.isclose(deviation, max(scores.std(), 1e-6), atol=1e-5)


@given(vectors)
def test_what_is_added_and_taken_away_leaves_no_trace(rows: np.ndarray) -> None:
    whole = Moments.of(rows) + Moments.of(rows[:3]) - Moments.of(rows[:3])
    assert whole.count == 7
    assert np.allclose(whole.products, Moments.of(rows).products)


@given(vectors)
def test_sums_survive_being_stored(rows: np.ndarray) -> None:
    sums = Moments.of(rows)
    again = Moments.from_bytes(sums.to_bytes())
    assert again.count == sums.count
    assert np.array_equal(again.total, sums.total)
    assert np.allclose(again.products, sums.products, atol=0)
