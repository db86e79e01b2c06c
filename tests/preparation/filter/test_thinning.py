from collections import Counter
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from playlist2vec.corpus.playlists import Playlists
from playlist2vec.preparation.counts.occurrences import count_tracks
from playlist2vec.preparation.counts.order import build_vocabulary
from playlist2vec.preparation.filter.thinning import filter_playlists, immediate_repeats
from tests.builders.examples import filter_params, lists_of, playlists_of, some_playlists


def test_a_track_is_counted_by_plays_or_by_the_playlists_that_hold_it() -> None:
    playlists = playlists_of([[0, 0, 1], [], [1, 2]])
    assert count_tracks(playlists, "occurrences", 4).tolist() == [2, 2, 1, 0]
    assert count_tracks(playlists, "playlists", 4).tolist() == [1, 2, 1, 0]


def test_rare_tracks_go_first_then_repeats_then_short_playlists() -> None:
    playlists = playlists_of([[0, 1, 0, 2], [3, 0], [2, 2, 2]])
    kept, dropped = filter_playlists(
        playlists, filter_params(min_count=2, min_length=2, keep_repeats=False)
    )
    assert lists_of(kept) == [[0, 2]]
    assert kept.rows.tolist() == [0]
    assert (dropped.rare, dropped.rare_tracks) == (2, 2)
    assert (dropped.repeats, dropped.short_playlists, dropped.short) == (3, 2, 2)


@given(
    some_playlists(),
    st.integers(1, 4),
    st.sampled_from(["occurrences", "playlists"]),
    st.integers(2, 4),
    st.booleans(),
)
def test_filtering_agrees_with_counting_by_hand(
    playlists: Playlists, min_count: int, count: str, min_length: int, keep_repeats: bool
) -> None:
    kept, dropped = filter_playlists(
        playlists, filter_params(min_count, count, min_length, keep_repeats)
    )
    counts: Counter[int] = Counter()
    for tracks in lists_of(playlists):
        counts.update(tracks if count == "occurrences" else set(tracks))
    expected = {}
    for row, tracks in enumerate(lists_of(playlists)):
        stays = [track for track in tracks if counts[track] >= min_count]
        if not keep_repeats:
            stays = stays[:1] + [after for before, after in pairwise(stays) if after != before]
        if len(stays) >= min_length:
            expected[row] = stays
    assert dict(zip(kept.rows.tolist(), lists_of(kept), strict=True)) == expected
    assert kept.keys.tolist() == kept.rows.tolist()
    assert (
        len(playlists.tracks) == len(kept.tracks) + dropped.rare + dropped.repeats + dropped.short
    )
    assert len(playlists) == len(kept) + dropped.short_playlists


@given(some_playlists())
def test_immediate_repeats_do_not_look_across_playlists(playlists: Playlists) -> None:
    by_hand = [
        place > 0 and tracks[place - 1] == track
        for tracks in lists_of(playlists)
        for place, track in enumerate(tracks)
    ]
    assert np.array_equal(immediate_repeats(playlists), np.array(by_hand, bool))


def test_times_stay_beside_their_playlists(tmp_path: Path) -> None:
    plain = playlists_of([[0, 0, 1], [1], [2, 1, 1], [0, 1]])
    timed = replace(plain, times=np.array([40, 30, 20, 10], np.int64))
    kept, _ = filter_playlists(timed, filter_params(min_count=2, keep_repeats=False))
    _, coded = build_vocabulary(kept, ["a", "b", "c"])
    coded.save(tmp_path / "playlists.npz")
    loaded = Playlists.load(tmp_path / "playlists.npz")
    assert (loaded.rows.tolist(), lists_of(loaded)) == ([0, 3], [[0, 1], [0, 1]])
    assert loaded.times is not None
    assert loaded.times.tolist() == [40, 10]
    plain.save(tmp_path / "plain.npz")
    assert Playlists.load(tmp_path / "plain.npz").times is None
