import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from playlist2vec.corpus.playlists import offsets_of
from playlist2vec.evaluation.challenge.metrics import (
    Truth,
    clicks,
    hits,
    ndcg,
    r_precision,
    r_precision_missed_artists,
    r_precision_tracks,
)

# Song codes 0 to 9; two songs an artist, but for the last two, of whom nobody knows the artist.
ARTISTS = np.array([0, 0, 1, 1, 2, 2, 3, 3, -1, -1])
FIVE = [[4, 0, 6, 2, 8]]


def truth_of(*lists: list[int]) -> Truth:
    songs = np.array([song for each in lists for song in each], np.int64)
    return Truth(songs, offsets_of(np.array([len(each) for each in lists], np.int64)))


def lists_of(lists: list[list[int]], k: int | None = None) -> NDArray[np.int64]:
    width = k or max(map(len, lists))
    return np.array([each + [-1] * (width - len(each)) for each in lists], np.int64)


def precision(suggested: list[int], truth: list[int]) -> float:
    return float(r_precision(lists_of([suggested]), truth_of(truth), ARTISTS)[0])


def readings(suggested: list[int], truth: list[int]) -> tuple[float, float, float]:
    """R-precision with credit for all artists, for artists of misses, and of tracks alone."""
    lists, found = lists_of([suggested]), truth_of(truth)
    missed = r_precision_missed_artists(lists, found, ARTISTS)
    return precision(suggested, truth), float(missed[0]), float(r_precision_tracks(lists, found)[0])


def test_r_precision_looks_at_as_many_suggestions_as_songs_were_held_back() -> None:
    assert (
        precision([4, 0, 6, 2, 8], [4, 8]) == (1 + 0.25 * 1) / 2
    )  # 4 and its artist; 8 stands fifth
    assert precision([8, 0, 6, 4, 2], [4, 8]) == 1 / 2  # 8 has no artist
    assert precision([0, 6], [4, 8]) == 0


def test_a_right_artist_counts_a_quarter_once_whoever_was_right_before() -> None:
    assert precision([1, 3], [0, 2]) == 0.25 * 2 / 2  # both songs wrong, both artists right
    assert precision([1, 7], [0, 2]) == 0.25 / 2
    assert (
        precision([0, 1], [0, 2]) == (1 + 0.25) / 2
    )  # the second song of a right artist adds nothing
    assert precision([1, 0], [0, 1]) == (2 + 0.25) / 2
    assert precision([7, 6, 3], [2, 3, 4]) == (1 + 0.25) / 3


def test_a_perfect_list_scores_up_to_one_and_a_quarter() -> None:
    assert precision([2, 0, 4], [0, 2, 4]) == (3 + 0.25 * 3) / 3
    assert precision([8, 9], [9, 8]) == 1


def test_the_three_readings_of_a_perfect_list() -> None:
    assert readings([2, 0, 4], [0, 2, 4]) == ((3 + 0.25 * 3) / 3, 3 / 3, 3 / 3)
    assert readings([2, 0, 4, 9, 7], [4, 0, 2]) == ((3 + 0.25 * 3) / 3, 3 / 3, 3 / 3)


def test_the_three_readings_where_songs_are_wrong_and_artists_right() -> None:
    # 0 is right; 3 is a miss by the artist of 2; 6 is a miss by nobody who was held back.
    assert readings([0, 3, 6], [0, 2, 4]) == ((1 + 0.25 * 2) / 3, (1 + 0.25) / 3, 1 / 3)
    assert readings([1, 3], [0, 2]) == (0.25 * 2 / 2, 0.25 * 2 / 2, 0)
    # Two misses by one artist are credited once.
    assert readings([2, 3, 6], [0, 1, 2]) == ((1 + 0.25) / 3, (1 + 0.25) / 3, 1 / 3)
    assert readings([2, 3, 6, 1], [4, 5, 7, 0]) == (0.25 * 2 / 4, 0.25 * 2 / 4, 0)


def test_a_miss_by_the_artist_of_a_right_song_is_credited_where_misses_are() -> None:
    # 0 and 1 have one artist: credited once in the first reading, for the miss in the second.
    assert readings([0, 1], [0, 2]) == ((1 + 0.25) / 2, (1 + 0.25) / 2, 1 / 2)
    # Both right: credited in the first reading, and no miss is left in the second.
    assert readings([0, 1], [0, 1]) == ((2 + 0.25) / 2, 2 / 2, 2 / 2)


def test_the_three_readings_without_artists_beyond_the_cut_and_of_short_lists() -> None:
    assert readings([9, 8], [8, 4]) == (1 / 2, 1 / 2, 1 / 2)  # 8 and 9 have no artist
    assert readings([6, 7, 4, 5], [4, 2]) == (0, 0, 0)  # 4 and its artist stand third and fourth
    assert readings([4, 1], [0, 4, 6, 2]) == ((1 + 0.25 * 2) / 4, (1 + 0.25) / 4, 1 / 4)
    # A right song that is suggested again is neither right again nor a miss.
    assert readings([0, 0, 4], [0, 4, 9]) == ((2 + 0.25 * 2) / 3, 2 / 3, 2 / 3)
    assert readings([4, 0], [4, 4]) == ((1 + 0.25) / 1, 1, 1)


def test_a_song_held_back_twice_counts_once() -> None:
    assert precision([4, 0], [4, 4]) == (1 + 0.25) / 1
    assert precision([0, 4], [4, 4]) == 0
    assert ndcg(lists_of([[0, 4]]), truth_of([4, 4]))[0] == 1 / np.log2(3)


def test_fewer_suggestions_than_songs_held_back() -> None:
    assert precision([4, 0], [0, 4, 6, 2]) == (2 + 0.25 * 2) / 4
    short = lists_of([[4, 9]], 500)
    assert ndcg(short, truth_of([4, 0, 6]))[0] == 1 / (1 + 1 / np.log2(3) + 1 / np.log2(4))
    assert clicks(lists_of([[]], 500), truth_of([4]))[0] == 51
    assert r_precision(lists_of([[]], 500), truth_of([4]), ARTISTS)[0] == 0


def test_ndcg_by_hand() -> None:
    assert ndcg(lists_of(FIVE), truth_of([4]))[0] == 1
    assert ndcg(lists_of(FIVE), truth_of([0]))[0] == 1 / np.log2(3)
    assert ndcg(lists_of(FIVE), truth_of([9]))[0] == 0
    found = ndcg(lists_of(FIVE), truth_of([8, 6, 9]))[
        0
    ]  # at places 3 and 5, and one that is not there
    assert found == pytest.approx(
        (1 / np.log2(4) + 1 / np.log2(6)) / (1 + 1 / np.log2(3) + 1 / np.log2(4))
    )
    assert ndcg(lists_of(FIVE), truth_of([8, 6, 4, 2, 0]))[0] == 1
    # An ideal list ends where the list does.
    assert ndcg(lists_of([[4, 0]]), truth_of([8, 6, 4, 2, 0]))[0] == 1


@pytest.mark.parametrize(
    ("place", "expected"), [(1, 0), (10, 0), (11, 1), (20, 1), (21, 2), (491, 49), (500, 49)]
)
def test_a_click_shows_ten_songs(place: int, expected: int) -> None:
    assert clicks(np.arange(500)[None], truth_of([place - 1, 600]))[0] == expected


def test_without_a_hit_all_is_lost() -> None:
    nothing = np.arange(500)[None]
    assert clicks(nothing, truth_of([500]))[0] == 51
    assert ndcg(nothing, truth_of([500]))[0] == 0
    assert r_precision(nothing, truth_of([500]), np.arange(501))[0] == 0
    assert r_precision_missed_artists(nothing, truth_of([500]), np.arange(501))[0] == 0
    assert r_precision_tracks(nothing, truth_of([500]))[0] == 0


def test_playlists_do_not_mix() -> None:
    suggested = lists_of([[4, 0], [0, 4], [4]])
    truth = truth_of([0], [0, 2], [9])
    assert hits(suggested, truth).tolist() == [[False, True], [True, False], [False, False]]
    assert r_precision(suggested, truth, ARTISTS).tolist() == [0, (1 + 0.25) / 2, 0]
    assert r_precision_missed_artists(suggested, truth, ARTISTS).tolist() == [0, 1 / 2, 0]
    assert r_precision_tracks(suggested, truth).tolist() == [0, 1 / 2, 0]
    assert clicks(suggested, truth).tolist() == [0, 0, 51]


def by_definition(suggested: list[int], truth: list[int]) -> tuple[float, ...]:
    """The formulas with sets and lists, one playlist at a time, in the order of SCORES."""
    relevant = set(truth)
    head = suggested[: len(relevant)]
    their = {int(ARTISTS[song]) for song in relevant} - {-1}
    mine = {int(ARTISTS[song]) for song in head}
    of_misses = {int(ARTISTS[song]) for song in head if song not in relevant}
    found = len(relevant & set(head))
    precisions = [found + 0.25 * len(their & each) for each in (mine, of_misses, set())]
    gain = sum(
        1 / np.log2(place + 1) for place, song in enumerate(suggested, start=1) if song in relevant
    )
    ideal = sum(1 / np.log2(place + 1) for place in range(1, min(len(relevant), 12) + 1))
    places = [place for place, song in enumerate(suggested, start=1) if song in relevant]
    first = (places[0] - 1) // 10 if places else 51
    return (*(each / len(relevant) for each in precisions), gain / ideal, first)


def scores_of(suggested: NDArray[np.int64], truth: Truth) -> NDArray[np.float64]:
    """All scores in the order of SCORES: float64 (5, playlists)."""
    return np.array(
        [
            r_precision(suggested, truth, ARTISTS),
            r_precision_missed_artists(suggested, truth, ARTISTS),
            r_precision_tracks(suggested, truth),
            ndcg(suggested, truth),
            clicks(suggested, truth),
        ]
    )


songs = st.integers(0, 9)
playlists = st.lists(
    st.tuples(st.lists(songs, unique=True, max_size=10), st.lists(songs, min_size=1, max_size=14)),
    min_size=1,
    max_size=6,
)


@given(playlists)
def test_many_playlists_score_as_each_alone_by_the_definition(
    drawn: list[tuple[list[int], list[int]]],
) -> None:
    suggested = lists_of([mine for mine, _ in drawn], 12)
    truth = truth_of(*(theirs for _, theirs in drawn))
    expected = np.array([by_definition(mine, theirs) for mine, theirs in drawn])
    np.testing.assert_allclose(scores_of(suggested, truth).T, expected, rtol=1e-12)


@given(playlists)
def test_each_reading_gives_at_least_what_the_stricter_one_gives(
    drawn: list[tuple[list[int], list[int]]],
) -> None:
    suggested = lists_of([mine for mine, _ in drawn], 12)
    every, missed, tracks, *_ = scores_of(suggested, truth_of(*(theirs for _, theirs in drawn)))
    assert (tracks <= missed).all()
    assert (missed <= every).all()
    assert missed.max() <= 1
    assert every.max() <= 1.25


@given(playlists, st.data())
def test_the_order_of_what_was_held_back_is_of_no_account(
    drawn: list[tuple[list[int], list[int]]], data: st.DataObject
) -> None:
    suggested = lists_of([mine for mine, _ in drawn], 12)
    truth = truth_of(*(theirs for _, theirs in drawn))
    shuffled = truth_of(*(data.draw(st.permutations(theirs)) for _, theirs in drawn))
    assert scores_of(suggested, truth).tolist() == scores_of(suggested, shuffled).tolist()


@given(
    st.lists(songs, unique=True, min_size=2, max_size=10),
    st.lists(songs, min_size=1, max_size=10),
    st.data(),
)
def test_a_hit_that_moves_up_is_never_worse(
    mine: list[int], theirs: list[int], data: st.DataObject
) -> None:
    place = data.draw(st.integers(1, len(mine) - 1))
    better = [*mine[: place - 1], mine[place], mine[place - 1], *mine[place + 1 :]]
    if mine[place] not in theirs:
        return
    before, after = (lists_of([each], 12) for each in (mine, better))
    truth = truth_of(theirs)
    assert ndcg(after, truth)[0] >= ndcg(before, truth)[0]
    assert clicks(after, truth)[0] <= clicks(before, truth)[0]


def test_a_song_that_is_suggested_again_counts_once() -> None:
    suggested = lists_of([[0, 0, 4]])
    assert hits(suggested, truth_of([0, 4])).tolist() == [[True, False, True]]
    assert precision([0, 0, 4], [0, 4]) == (1 + 0.25) / 2
