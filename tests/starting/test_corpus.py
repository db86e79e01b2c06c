"""What the rule looks at in a corpus."""

from dataclasses import replace

import numpy as np
import pytest

from playlist2vec.corpus.pairs import Pairs
from playlist2vec.preparation.split.holding_out import split_playlists
from playlist2vec.preparation.split.params import SplitParams
from playlist2vec.starting.corpus import (
    FEW_PLAYLISTS,
    FRACTION,
    corpus_of,
    counted,
    few_playlists,
    split_by_fraction,
)
from tests.builders.examples import playlists_of, query_params

SPLIT = SplitParams("playlist", "random", 1, "song", "drop", 500, 500, 3, 1)


def test_a_corpus_is_described_by_counting() -> None:
    """After 0 comes 1, after 2 comes 3: the next song is always the most frequent follower."""
    train = playlists_of([[0, 1, 0, 1], [2, 3, 2, 3], [0, 1]])
    corpus = corpus_of(
        train,
        Pairs.of_last(playlists_of([[0, 1], [2, 3]])),
        ["a", "b", "c", "d"],
        query_params(query="last"),
    )
    assert (corpus.songs, corpus.plays, corpus.median_length) == (4, 10, 4)
    assert counted(corpus) == {"markov": 1, "cooccurrence": np.mean([1, 1])}


@pytest.mark.parametrize(("number", "few"), [(FEW_PLAYLISTS - 1, True), (FEW_PLAYLISTS, False)])
def test_few_playlists_are_those_that_can_be_asked_about(number: int, few: bool) -> None:
    distinct = [[song, song + 1, song + 2] for song in range(number)]
    short, copy = [[7, 8]], [distinct[0]]
    assert few_playlists(playlists_of([*distinct, *short, *copy]), SPLIT) is few


def test_of_few_playlists_a_fraction_is_held_out_whatever_the_parameters_say() -> None:
    playlists = playlists_of([[song, song + 1, song + 2, song + 3] for song in range(400)])
    train, pairs = split_by_fraction(playlists, SPLIT)
    whole = split_playlists(playlists, replace(SPLIT, validation=FRACTION, test=FRACTION))
    assert pairs.playlists.keys.tolist() == whole.validation.playlists.keys.tolist()
    assert len(train.tracks) == 4 * 400 - len(whole.validation) - len(whole.test)
    assert len(pairs) == pytest.approx(FRACTION * 400, abs=25)
