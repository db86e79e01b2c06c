"""Corpora that plant what an evaluation can be taken in by: encores, copies, and nothing at all."""

import numpy as np
import pytest

from playlist2vec.corpus.playlists import Playlists
from playlist2vec.evaluation.next_song import evaluate_pairs
from playlist2vec.preparation.split.holding_out import split_playlists
from playlist2vec.preparation.split.params import SplitParams
from playlist2vec.ranking.metrics import hit_rate
from playlist2vec.ranking.reweighted import whole_histories
from tests.builders.examples import counting_rankers, playlists_of, query_params, split_params


def hits(playlists: Playlists, songs: int, params: SplitParams, k: int) -> dict[str, float]:
    """hit@k of every baseline on the validation pairs of a split."""
    split = split_playlists(playlists, params)
    ids = [f"t{song:04}" for song in range(songs)]
    counted = counting_rankers(split.train, ids)
    query = whole_histories(query_params())
    return {
        name: hit_rate(evaluate_pairs(ranker, split.validation, ids, query).ranks, k)
        for name, ranker in counted.items()
    }


@pytest.fixture(scope="module")
def concerts() -> Playlists:
    """400 concerts of eleven of 55 songs, drawn at random, and one of five encores."""
    draws = np.random.default_rng(1)
    return playlists_of(
        [[*(5 + draws.permutation(55)[:11]).tolist(), int(draws.integers(5))] for _ in range(400)]
    )


def test_who_asks_for_the_last_song_asks_for_encores(concerts: Playlists) -> None:
    last = hits(concerts, 60, split_params(200, 100, 3, target="last"), 5)
    assert last["closing"] == 1


def test_a_random_place_takes_the_encores_away(concerts: Playlists) -> None:
    found = hits(concerts, 60, split_params(200, 100, 3, target="random"), 5)
    # One of the ten places with two songs before them is the last: 0.1 of 200 pairs, standard
    # deviation 0.021.
    assert 0.02 < found["closing"] < 0.19


def twice(playlists: int, songs: int) -> Playlists:
    """Playlists of ten songs drawn at random, each there twice."""
    drawn = np.random.default_rng(1).integers(0, songs, (playlists, 10)).tolist()
    return playlists_of([*drawn, *drawn])


@pytest.mark.parametrize("target", ["random", "last"])
def test_copies_tell_the_answer_unless_they_are_dropped(target: str) -> None:
    kept = hits(twice(400, 800), 800, split_params(100, 100, 3, target=target), 10)
    dropped = hits(
        twice(400, 800), 800, split_params(100, 100, 3, target=target, copies="drop"), 10
    )
    assert kept["kneser_ney"] > 0.6
    # Chance is 10 of 800: 1.25 of 100 pairs, standard deviation 1.1.
    assert max(dropped.values()) < 0.07


def test_without_structure_no_baseline_beats_popularity_by_more_than_chance() -> None:
    draws = np.random.default_rng(2)
    weights = 1 / np.arange(1, 201)
    songs = draws.choice(200, (1500, 8), p=weights / weights.sum()).tolist()
    found = hits(playlists_of(songs), 200, split_params(500, 100, 3, target="random"), 10)
    # 500 pairs: the standard deviation of a difference of two hit rates of about .4 is below .031.
    assert max(found.values()) < found["popularity"] + 2 * 0.031
