import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playlist2vec.corpus.playlists import Playlists
from playlist2vec.models.counting import play_index
from playlist2vec.models.counting.play_index import PlayIndex, in_groups
from tests.builders.examples import lists_of, some_playlists

SONGS = 8
some_songs = st.lists(st.integers(0, SONGS - 1), unique=True).map(
    lambda songs: np.array(sorted(songs), np.int64)
)
some_work = st.sampled_from([1, 5, 1 << 20])


@given(some_playlists(min_size=1, tracks=SONGS))
def test_songs_and_playlists_are_found_where_they_are(train: Playlists) -> None:
    index = PlayIndex(train, SONGS)
    tracks, lists = train.tracks.tolist(), lists_of(train)
    by_hash = index.by_hash.tolist()
    assert sorted(by_hash) == list(range(len(train)))
    for song in range(SONGS):
        places = index.places.choose(np.array([song])).values.tolist()
        assert places == [place for place, other in enumerate(tracks) if other == song]
        holders = index.holders.choose(np.array([song])).values.tolist()
        assert holders == [
            number for number, playlist in enumerate(by_hash) if song in lists[playlist]
        ]
    for number, playlist in enumerate(by_hash):
        assert index.held.choose(np.array([number])).values.tolist() == sorted(set(lists[playlist]))


@given(
    some_playlists(min_size=1, tracks=SONGS),
    some_songs,
    st.lists(st.integers(-4, 4).filter(bool), unique=True, min_size=1),
    some_work,
)
def test_songs_at_a_distance_are_counted(
    train: Playlists, asked: np.ndarray, distances: list[int], work: int
) -> None:
    expected = np.zeros((SONGS, SONGS))
    for playlist in lists_of(train):
        for place, song in enumerate(playlist):
            for distance in distances:
                if 0 <= place + distance < len(playlist):
                    expected[song, playlist[place + distance]] += 1
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(play_index, "WORK", work)
        found = PlayIndex(train, SONGS).count_near(asked, np.array(distances))
    assert found.toarray().tolist() == expected[asked].tolist()
    assert found.nnz == np.count_nonzero(expected[asked])


@given(some_playlists(min_size=1, tracks=SONGS), some_songs, some_work)
def test_playlists_that_hold_both_songs_are_counted(
    train: Playlists, asked: np.ndarray, work: int
) -> None:
    held = np.array(
        [[song in playlist for song in range(SONGS)] for playlist in lists_of(train)], np.int64
    )
    expected = (held.T @ held)[asked]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(play_index, "WORK", work)
        parts = list(PlayIndex(train, SONGS).count_together(asked))
    assert [song for songs, _ in parts for song in songs.tolist()] == asked.tolist()
    assert [row for _, counts in parts for row in counts.toarray().tolist()] == expected.tolist()


@given(st.lists(st.integers(0, 30)), st.integers(1, 40))
def test_groups_are_complete_and_small(sizes: list[int], work: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(play_index, "WORK", work)
        groups = in_groups(np.array(sizes, np.int64))
    assert [number for group in groups for number in range(group.start, group.stop)] == list(
        range(len(sizes))
    )
    for group in groups:
        assert sum(sizes[group]) < work + max(sizes[group], default=0)
