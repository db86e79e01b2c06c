import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playlist2vec.models.counting import floor
from playlist2vec.models.counting.ngram import count_grams, kneser_ney
from playlist2vec.models.counting.play_index import PlayIndex
from playlist2vec.models.counting.transitions import markov
from tests.builders.examples import playlists_of
from tests.models.counting.ranked import by_popularity, every_rank, hit_rate, random_lists, row_of

SONGS = 5
BEGIN = -1
some_lists = st.lists(st.lists(st.integers(0, SONGS - 1), max_size=9), min_size=1, max_size=12)
some_session = st.lists(st.integers(0, SONGS - 1), max_size=5)


def probability(
    train: list[list[int]], songs: int, context: list[int], c: int, d: float, longest: bool
) -> tuple[float, float]:
    """The definition, by recursion: P(c | context), and what of it comes from no context at all."""
    if not context:
        plays = [song for playlist in train for song in playlist]
        return plays.count(c) / len(plays), plays.count(c) / len(plays)
    lower, rest = probability(train, songs, context[1:], c, d, longest=False)
    counts = [0] * songs
    before: list[set[int]] = [set() for _ in range(songs)]
    size = len(context)
    for playlist in train:
        for place in range(len(playlist) - size):
            if playlist[place : place + size] == context:
                following = playlist[place + size]
                counts[following] += 1
                before[following].add(playlist[place - 1] if place else BEGIN)
    if not longest:
        counts = [len(each) for each in before]
    if not sum(counts):
        return lower, rest
    left = d * sum(count > 0 for count in counts) / sum(counts)
    return max(counts[c] - d, 0) / sum(counts) + left * lower, left * rest


def test_by_hand() -> None:
    index = PlayIndex(playlists_of([[0, 1, 2], [0, 1, 2], [1, 0, 1, 0], [1, 2]]), 3)
    # After 1 stands 2 three times, 0 twice; 0, 1 and 2 have 4, 5 and 3 of all plays.
    d = 0.5
    shares = np.array([4, 5, 3]) / 12
    left = d * 2 / 5
    after = np.array([(2 - d) / 5, 0, (3 - d) / 5]) + left * shares
    assert row_of(kneser_ney(index, 2, d), [1]) == pytest.approx(after)
    assert row_of(kneser_ney(index, 3, d), [1]) == pytest.approx(after)
    # After 0, 1 stands 2 twice, 0 once. Before 1, 2 stood 0 or nothing, before 1, 0 likewise.
    lower = np.array([(2 - d) / 4, 0, (2 - d) / 4]) + d * 2 / 4 * shares
    expected = np.array([(1 - d) / 3, 0, (2 - d) / 3]) + d * 2 / 3 * lower
    assert row_of(kneser_ney(index, 3, d), [0, 1]) == pytest.approx(expected)
    # Nothing follows 2: popularity alone, and the least popular song is the floor.
    assert row_of(kneser_ney(index, 2, d), [2]) == pytest.approx([4 / 12, 5 / 12, 0])
    # Nothing follows 2, 1, so that the continuations of 1 are left.
    assert row_of(kneser_ney(index, 3, d), [2, 1]) == pytest.approx(lower)


@settings(max_examples=120, deadline=None)
@given(some_lists, some_session, st.integers(2, 4), st.sampled_from([0.1, 0.5, 0.9]))
def test_scores_are_the_probabilities_of_the_definition(
    lists: list[list[int]], session: list[int], order: int, discount: float
) -> None:
    train, songs = by_popularity(lists)
    session = [song for song in session if song < songs]
    if not songs:
        return
    row = row_of(kneser_ney(PlayIndex(playlists_of(train), songs), order, discount), session)
    context = session[-(order - 1) :]
    found = [probability(train, songs, context, c, discount, longest=True) for c in range(songs)]
    assert sum(each for each, _ in found) == pytest.approx(1)
    # The least popular songs have no score where they were never seen after the context.
    lowest = found[-1][1]
    assert row == pytest.approx([each if each > lowest * (1 + 1e-9) else 0 for each, _ in found])


def test_ngrams_are_counted_within_playlists() -> None:
    train = [[0, 1, 0, 1, 2], [], [1], [0, 1], [2, 0, 1]]
    levels = count_grams(PlayIndex(playlists_of(train), 3), 4)
    for length, grams in enumerate(levels, start=2):
        expected: dict[tuple[int, ...], int] = {}
        for playlist in train:
            for place in range(len(playlist) - length + 1):
                gram = tuple(playlist[place : place + length])
                expected[gram] = expected.get(gram, 0) + 1
        assert grams.counts.tolist() == [expected[gram] for gram in sorted(expected)]
        assert (grams.keys % 3).tolist() == [gram[-1] for gram in sorted(expected)]
    # 0, 1 stands at the beginning, after 1 and after 2.
    assert levels[0].continuations[0] == 3


def planted(seed: int, share: float) -> list[list[int]]:
    """The first two of three songs give the third, with chance `share`, and none of them alone."""
    rng = np.random.default_rng(seed)
    made = []
    for _ in range(900):
        first, second, drawn = rng.integers(0, 8, 3)
        third = (first + second) % 8 if rng.random() < share else drawn
        made.append([int(first), int(8 + second), int(16 + third)])
    return made


def test_what_two_songs_say_together_is_found_and_only_where_it_is_planted() -> None:
    found = {}
    for share in (0.9, 0.0):
        lists, songs = by_popularity(planted(1, share) + planted(2, share))
        index = PlayIndex(playlists_of(lists[:900]), songs)
        scorers = (kneser_ney(index, 3, 0.5), kneser_ney(index, 2, 0.5), markov(index))
        found[share] = [hit_rate(scorer, lists[900:], songs) for scorer in scorers]
    assert found[0.9][0] > 0.8
    assert max(found[0.9][1:]) < 0.25
    assert max(found[0.0]) < 0.2


@pytest.mark.parametrize("listed", [1, 5, 20])
def test_ranks_before_the_floor_are_exact(listed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    train, songs = by_popularity(random_lists(3, 60, 80))
    histories = playlists_of([playlist[:3] for playlist in train])
    scorer = kneser_ney(PlayIndex(playlists_of(train), songs), 3, 0.9)
    exact = every_rank(scorer, histories, songs)
    monkeypatch.setattr(floor, "LISTED", listed)
    ranks = every_rank(scorer, histories, songs)
    assert np.sort(ranks, axis=1).tolist() == [list(range(1, songs + 1))] * len(train)
    assert ((ranks == exact) | ((exact >= listed) & (ranks >= listed))).all()
    if listed == 1:
        assert (ranks != exact).any()


def test_an_order_that_no_playlist_reaches_backs_off() -> None:
    lists = [[0, 1], [1, 0], [0, 1], [2, 1]]
    train, songs = by_popularity(lists)
    index = PlayIndex(playlists_of(train), songs)
    assert row_of(kneser_ney(index, 4, 0.5), [1]) == row_of(kneser_ney(index, 2, 0.5), [1])
    assert count_grams(index, 4)[2].keys.tolist() == []
