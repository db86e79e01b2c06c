from collections import Counter, defaultdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playlist2vec.sources.listenbrainz.shares import COUNT, most_listens


def limits(counts: list[tuple[int, int]], share: float) -> dict[int, int]:
    return dict(most_listens(np.array(counts, COUNT), share).tolist())


@pytest.mark.parametrize(
    ("counts", "share", "expected"),
    [
        # 13,526 of 13,786 listens by one user: with half at most, as many as the other 260.
        ([(7, 13_526), (7, 200), (7, 60)], 0.5, {7: 260}),
        # One user alone has all of what stays, however little that is.
        ([(7, 3)], 0.9, {7: 0}),
        # c <= 0.4 * (c + 3 + 2) holds up to c = 3, and then for the second user too: 3 <= 0.4 * (3
        # + 3 + 2).
        ([(7, 9), (7, 3), (7, 2)], 0.4, {7: 3}),
        # Of three users one has a third at least, so that a quarter cannot be had.
        ([(7, 9), (7, 9), (7, 9)], 0.25, {7: 0}),
        ([(7, 5), (7, 5)], 0.5, {}),
        # 0.29 * 100 is 28.999... in floating point.
        ([(7, 29), (7, 29), (7, 29), (7, 13)], 0.29, {}),
        ([(1, 1), (2, 1), (2, 1), (3, 4), (3, 1)], 0.5, {1: 0, 3: 1}),
        ([], 0.5, {}),
    ],
)
def test_worked_cases(
    counts: list[tuple[int, int]], share: float, expected: dict[int, int]
) -> None:
    assert limits(counts, share) == expected
    assert limits(counts[::-1], share) == expected


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(1, 200)), max_size=20),
    st.sampled_from([0.1, 0.25, 1 / 3, 0.5, 0.75, 0.99]),
)
def test_the_limit_is_the_largest_that_keeps_every_share(
    counts: list[tuple[int, int]], share: float
) -> None:
    of_track: dict[int, list[int]] = defaultdict(list)
    for track, listens in counts:
        of_track[track].append(listens)

    def holds(limit: int, listens: list[int]) -> bool:
        stays = Counter({number: min(each, limit) for number, each in enumerate(listens)})
        return limit <= share * (1 + 1e-12) * stays.total()

    expected = {
        track: max(limit for limit in range(max(listens) + 1) if holds(limit, listens))
        for track, listens in of_track.items()
    }
    assert limits(counts, share) == {
        track: limit for track, limit in expected.items() if limit < max(of_track[track])
    }
