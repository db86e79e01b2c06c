import numpy as np

from playlist2vec.corpus.pairs import Pairs
from playlist2vec.evaluation.starting_params import Corpus, describe, suggest
from tests.builders.examples import playlists_of, query_params


def test_where_order_counts_it_is_trained_on() -> None:
    ordered = suggest(Corpus(songs=400, plays=40_000, median_length=19, markov=0.2, cooccurrence=0.1))
    assert (ordered["train.contexts"], ordered["train.window"], ordered["train.epochs"]) == ("offsets", 8, 40)
    free = suggest(Corpus(songs=4_000, plays=400_000, median_length=43, markov=0.2, cooccurrence=0.21))
    assert (free["train.contexts"], free["train.vector_size"], free["train.epochs"]) == ("window", 300, 13)


def test_suggestions_stay_in_range_for_any_corpus() -> None:
    for songs, plays, length in ((1, 2, 2), (10**7, 10**9, 3), (5, 10**6, 5_000)):
        for markov in (0.0, 1.0):
            found = suggest(Corpus(songs, plays, length, markov, 0.5))
            assert 5 <= int(found["train.epochs"]) <= 40
            assert 1 <= int(found["train.window"]) <= 8
            assert 30 <= int(found["train.vector_size"]) <= 300


def test_a_corpus_is_described_by_counting() -> None:
    """After 0 comes 1, after 2 comes 3: the next song is always the most frequent follower."""
    train = playlists_of([[0, 1, 0, 1], [2, 3, 2, 3], [0, 1]])
    found = describe(train, Pairs.of_last(playlists_of([[0, 1], [2, 3]])), ["a", "b", "c", "d"], query_params())
    assert (found.songs, found.plays, found.median_length) == (4, 10, 4)
    assert found.markov == 1
    assert found.cooccurrence == np.mean([1, 1])
