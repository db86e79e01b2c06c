"""Scores by a listener's own past, each against a loop."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playlist2vec.models.histories.own import (
    DAY,
    base_level,
    last_played,
    most_played,
    own_followers,
    weighted,
)
from playlist2vec.ranking.heard import asked_at, heard_songs
from playlist2vec.ranking.queries import Queries
from playlist2vec.ranking.sparse import Scorer
from tests.builders.listens.histories import START, history_of

SONGS = 6
PLAYS = st.lists(st.tuples(st.integers(0, 3 * DAY), st.integers(-2, SONGS - 1)), max_size=25)


def dense(scorer: Scorer, queries: Queries) -> list[list[float]]:
    found: list[list[float]] = scorer(queries).toarray().tolist()
    return found


def in_order(plays: list[tuple[int, int]]) -> list[tuple[int, int]]:
    return sorted((START + second, row) for second, row in plays)


def query_after(plays: list[tuple[int, int]], back: int = 100) -> tuple[Queries, int]:
    """The question after all plays but the last, and when it is asked."""
    whole = history_of([(START, 0)], [*plays, (START + 4 * DAY, 1)])
    asked = np.array([len(plays) + 1])
    return asked_at(whole, asked, back), START + 4 * DAY


@given(PLAYS)
def test_scores_are_those_of_a_loop(found: list[tuple[int, int]]) -> None:
    plays = in_order(found)
    queries, now = query_after(plays)
    times, half, ages, latest = ([0.0] * SONGS for _ in range(4))
    for place, (second, row) in enumerate(plays):
        if row >= 0:
            ago = len(plays) - place
            times[row] += 1
            half[row] += 0.5 ** ((now - second) / DAY / 2)
            ages[row] += ago**-0.5
            latest[row] = 1 / ago
    assert dense(most_played(SONGS), queries) == [times]
    np.testing.assert_allclose(dense(most_played(SONGS, 2), queries), [half])
    np.testing.assert_allclose(dense(base_level(SONGS, 0.5), queries), [ages])
    assert dense(last_played(SONGS), queries) == [latest]


@given(PLAYS)
def test_own_followers_are_shares_of_what_came_right_after(found: list[tuple[int, int]]) -> None:
    plays = in_order(found)
    queries, _ = query_after(plays)
    rows = [row for _, row in plays]
    expected = [0.0] * SONGS
    if rows and rows[-1] >= 0:
        after = [b for a, b in pairwise(rows) if a == rows[-1] and b >= 0]
        for row in after:
            expected[row] += 1 / len(after)
    np.testing.assert_allclose(dense(own_followers(SONGS), queries), [expected])


def test_a_mixture_adds_up_what_has_a_weight() -> None:
    queries, _ = query_after(in_order([(0, 1), (1, 2), (2, 1)]))
    parts = ((0.5, most_played(SONGS)), (0.0, last_played(SONGS)), (2.0, base_level(SONGS)))
    # Song 1 was heard 1 and 3 listens ago, song 2 two listens ago.
    assert dense(weighted(parts), queries) == [
        [0, 0.5 * 2 + 2 * (1 / 3 + 1), 0.5 + 2 * 0.5, 0, 0, 0]
    ]


@given(PLAYS, st.integers(1, 30))
def test_a_question_holds_the_last_listens_before_it(
    found: list[tuple[int, int]], back: int
) -> None:
    plays = in_order(found)
    queries, now = query_after(plays, back)
    seen = plays[-back:]
    assert queries.songs.tolist() == [row for _, row in seen if row >= 0]
    times = queries.listened
    assert times.seconds.tolist() == [second for second, row in seen if row >= 0]
    assert times.ages.tolist() == [
        len(seen) - place for place, (_, row) in enumerate(seen) if row >= 0
    ]
    assert times.now.tolist() == [now]
    assert times.last.tolist() == [plays[-1][0] if plays else -1]
    assert heard_songs(queries).songs.tolist() == queries.songs.tolist()


@given(PLAYS, PLAYS)
def test_what_comes_later_changes_nothing(
    found: list[tuple[int, int]], later: list[tuple[int, int]]
) -> None:
    plays = in_order(found)
    future = [(second + 5 * DAY, row) for second, row in in_order(later)]
    asked = np.array([len(plays)])
    one = asked_at(history_of([*plays, (START + 4 * DAY, 1)]), asked, 50)
    other = asked_at(history_of([*plays, (START + 4 * DAY, 3), *future], [(START, 2)]), asked, 50)
    for name in ("songs", "weights", "offsets", "playlists"):
        assert getattr(one, name).tobytes() == getattr(other, name).tobytes()
    assert [each.tobytes() for each in one.listened] == [each.tobytes() for each in other.listened]


def test_queries_without_times_are_refused() -> None:
    from playlist2vec.corpus.songs import Rows

    with pytest.raises(ValueError, match="queries without times"):
        base_level(SONGS)(Queries.of_each(Rows(np.array([1]))))
