from math import log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from playlist2vec.models.counting import floor, play_index
from playlist2vec.models.counting.distances import distances
from playlist2vec.models.counting.play_index import PlayIndex
from playlist2vec.models.counting.transitions import markov
from playlist2vec.ranking.queries import decayed
from tests.builders.examples import playlists_of
from tests.models.counting.ranked import by_popularity, every_rank, hit_rate, random_lists, row_of

SONGS = 8
some_lists = st.lists(st.lists(st.integers(0, SONGS - 1), max_size=9), min_size=1, max_size=12)
some_session = st.lists(st.integers(0, SONGS - 1), max_size=5)


def log_posterior(
    train: list[list[int]],
    songs: int,
    session: list[tuple[int, float]],
    furthest: int,
    a: float,
    before: float,
) -> NDArray[np.float64]:
    """The definition, with all that is the same for every song; last, the rarest song uncounted."""
    plays = [sum(playlist.count(song) for playlist in train) for song in range(songs)]
    share = [count / sum(plays) for count in plays]
    total = [log(each) for each in [*share, min(share)]]
    for distance, (song, weight) in enumerate(reversed(session[-furthest:]), start=1):
        near = [0.0] * songs
        for playlist in train:
            for first, second in zip(playlist, playlist[distance:], strict=False):
                near[second] += first == song
                near[first] += before * (second == song)
        for c in range(songs):
            estimate = (near[c] + a * share[c]) / (sum(near) + a)
            total[c] += weight * log(estimate / share[c])
        total[-1] += weight * log(a / (sum(near) + a))
    return np.array(total)


def test_by_hand() -> None:
    train = PlayIndex(playlists_of([[0, 1, 2], [0, 1], [0, 2, 0, 1]]), 3)
    # Shares 4/9, 3/9, 2/9; after 0 comes 1 three times and 2 once; two places after 0 come 2 and 0.
    a = 9.0
    row = row_of(distances(train, furthest=1, smoothing=a), [0])
    assert row == pytest.approx([log(4 / 2), log(3 / 2) + log(1 + 3 / 3), log(1 + 1 / 2)])
    row = row_of(distances(train, furthest=2, smoothing=a), [0, 1], decay=0.5)
    # Two places after 0 stand 0 and 2, one place after 1 stands 2: each of them once.
    zero = log(4 / 2) + 0.5 * log(1 + 1 / 4)
    two = 0.5 * log(1 + 1 / 2) + log(1 + 1 / 2)
    assert row == pytest.approx([zero, log(3 / 2), two])


@settings(max_examples=80, deadline=None)
@given(
    some_lists,
    some_session,
    st.integers(1, 4),
    st.sampled_from([0.5, 10.0]),
    st.sampled_from([0.0, 0.25, 1.0]),
    st.sampled_from([0.3, 1.0]),
)
def test_scores_are_the_posterior_up_to_a_constant(
    lists: list[list[int]],
    session: list[int],
    furthest: int,
    a: float,
    before: float,
    decay: float,
) -> None:
    train, songs = by_popularity(lists)
    session = [song for song in session if song < songs]
    if not songs:
        return
    scorer = distances(PlayIndex(playlists_of(train), songs), furthest, a, before)
    weights = [decay ** (len(session) - place) for place in range(1, len(session) + 1)]
    weighted = list(zip(session, weights, strict=True))
    expected = log_posterior(train, songs, weighted, furthest, a, before)
    assert row_of(scorer, session, decay) == pytest.approx(expected[:-1] - expected[-1], abs=1e-8)


@pytest.mark.parametrize("listed", [1, 5, 20])
def test_ranks_before_the_floor_are_exact(listed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    train, songs = by_popularity(random_lists(1, 60, 80))
    histories = playlists_of([playlist[:4] for playlist in random_lists(2, songs, 30)])
    index = PlayIndex(playlists_of(train), songs)
    exact = every_rank(distances(index, 4, 10.0), histories, songs)
    monkeypatch.setattr(floor, "LISTED", listed)
    monkeypatch.setattr("playlist2vec.models.counting.distances.LISTED", listed)
    ranks = every_rank(distances(index, 4, 10.0), histories, songs)
    assert np.sort(ranks, axis=1).tolist() == [list(range(1, songs + 1))] * len(histories)
    assert ((ranks == exact) | (exact >= listed)).all()
    assert ((ranks >= listed) | (ranks == exact)).all()
    if listed == 1:
        assert (ranks != exact).any()


def planted(seed: int, share: float) -> list[list[int]]:
    """Song s + 10 stands two places after song s, below 10, with chance `share`; else any does."""
    rng = np.random.default_rng(seed)
    made = []
    for _ in range(600):
        first, between, drawn = rng.integers(0, 10), rng.integers(20, 40), rng.integers(10, 20)
        made.append([int(first), int(between), int(first + 10 if rng.random() < share else drawn)])
    return made


def test_what_stands_two_places_before_is_found_and_only_where_it_is_planted() -> None:
    found = {}
    for share in (0.9, 0.0):
        lists, songs = by_popularity(planted(1, share) + planted(2, share))
        index = PlayIndex(playlists_of(lists[:600]), songs)
        scorers = (distances(index, 2, 10.0), distances(index, 1, 10.0), markov(index))
        found[share] = [hit_rate(scorer, lists[600:], songs) for scorer in scorers]
    assert found[0.9][0] > 0.8
    assert max(found[0.9][1:]) < 0.25
    assert max(found[0.0]) < 0.2


def test_counts_before_a_song_matter_as_much_as_is_said() -> None:
    index = PlayIndex(playlists_of([[0, 1], [0, 1], [0, 2]]), 3)
    none, half, same = (row_of(distances(index, 1, 1.0, before), [1]) for before in (0.0, 0.5, 1.0))
    plays = 1.0 * 3 / 6
    assert none[0] == pytest.approx(log(3))
    assert half[0] == pytest.approx(log(3) + log(1 + 0.5 * 2 / plays))
    assert same[0] == pytest.approx(log(3) + log(1 + 2 / plays))


def test_blocks_of_plays_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    train, songs = by_popularity(random_lists(1, 20, 50))
    scorer = distances(PlayIndex(playlists_of(train), songs), 4, 10.0, 0.3)
    whole = scorer(decayed(playlists_of(train), 4, 0.8)).toarray()
    monkeypatch.setattr(play_index, "WORK", 3)
    assert scorer(decayed(playlists_of(train), 4, 0.8)).toarray().tolist() == whole.tolist()
