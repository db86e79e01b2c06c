"""Scores above a floor: one query alone as among others, bit for bit."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array, vstack

from playlist2vec.models.counting.floor import above_floor


@pytest.mark.parametrize("songs", [5, 1200])
@given(seed=st.integers(0, 10_000))
def test_one_query_has_the_scores_that_it_has_among_others(songs: int, seed: int) -> None:
    draws = np.random.default_rng(seed)
    prior = np.sort(draws.random(songs))[::-1].copy()
    known = np.sort(draws.choice(songs, int(draws.integers(0, min(songs, 40))), replace=False))
    values = draws.random(len(known)) * draws.choice([1e-3, 1])
    evidence = csr_array((values, known, [0, len(known)]), shape=(1, songs))
    factors = draws.random(2) + 0.1
    alone = above_floor(evidence, prior, factors[:1])
    among = above_floor(csr_array(vstack([evidence, evidence])), prior, factors)
    np.testing.assert_array_equal(alone.toarray()[0], among.toarray()[0])
    assert alone.nnz == among[[0]].nnz
