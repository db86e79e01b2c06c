from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playlist2vec import contexts
from playlist2vec.contexts import directed_contexts, window_contexts
from playlist2vec.playlists import Playlists
from tests.examples import lists_of, playlists_of, some_playlists

COUNTS = np.array([3, 2, 1])


def test_sentences_are_text_and_may_be_read_again() -> None:
    made = window_contexts(playlists_of([[0, 1], [], [1]]), COUNTS, 3)
    assert list(made.sentences) == [["0", "1"], [], ["1"]]
    assert list(made.sentences) == [["0", "1"], [], ["1"]]
    assert made.counts == {"0": 3, "1": 2, "2": 1}
    assert (made.songs, made.spaces, made.shown) == (3, 0, 3)


def test_long_playlists_lose_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contexts, "LONGEST_SENTENCE", 10)
    songs = list(range(33))
    pieces = list(window_contexts(playlists_of([songs, [1, 2]]), np.ones(33, int), 3).sentences)
    assert pieces[-1] == ["1", "2"]
    assert max(map(len, pieces)) == 10
    neighbours = {pair for piece in pieces[:-1] for pair in zip(piece, piece[3:], strict=False)}
    assert neighbours >= {(str(song), str(song + 3)) for song in songs[:-3]}
    for before, after in pairwise(pieces[:-1]):
        assert before[-3:] == after[:3]


def test_the_longest_sentence_is_gensims_own() -> None:
    from gensim.models.word2vec import MAX_WORDS_IN_BATCH

    assert MAX_WORDS_IN_BATCH == contexts.LONGEST_SENTENCE


def test_artists_follow_their_songs_and_the_most_played_comes_first() -> None:
    made = window_contexts(playlists_of([[0, 1, 2], [2]]), COUNTS, 3, artists=np.array([0, 5, -1]))
    assert list(made.sentences) == [["0", "artist0", "1", "artist1", "2"], ["2"]]
    assert list(made.counts)[:3] == ["0", "1", "2"]
    more = window_contexts(playlists_of([[0, 1, 1]]), COUNTS, 3, artists=np.array([4, 2, -1]))
    assert list(more.sentences) == [["0", "artist1", "1", "artist0", "1", "artist0"]]
    assert (more.counts["artist0"], more.counts["artist1"]) == (2, 1)


@given(some_playlists(), st.integers(1, 4), st.booleans(), st.integers(0, 5))
def test_directed_pairs_are_all_songs_that_follow_within_the_window(
    playlists: Playlists, window: int, apart: bool, seed: int
) -> None:
    made = directed_contexts(playlists, np.ones(8, int), window, window if apart else 1, seed)
    expected = [
        (f"{distance - 1 if apart else 0}before{song}", str(tracks[place + distance]))
        for tracks in lists_of(playlists)
        for place, song in enumerate(tracks)
        for distance in range(1, window + 1)
        if place + distance < len(tracks)
    ]
    assert sorted(map(tuple, made.sentences)) == sorted(expected)
    assert made.shown == 2 * len(expected)
    names = list(made.counts)
    assert names[:8] == [str(row) for row in range(8)]
    assert names[8 : 8 * 2] == [f"0before{row}" for row in range(8)]


def test_tokens_are_reported_as_they_are_read() -> None:
    reported: list[int] = []
    directed = directed_contexts(playlists_of([[0, 1, 2]]), COUNTS, 2, 1, 1, reported.append)
    assert len(list(directed.sentences)) == 3
    window = window_contexts(playlists_of([[0, 1, 2]]), COUNTS, 2, report=reported.append)
    assert len(list(window.sentences)) == 1
    assert reported == [6, 3]
