"""Every pair of a chunk, and every negative, is in one bucket, once, and in the right one."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playlist2vec.corpus.playlists import Playlists
from tests.builders.examples import lists_of, some_playlists
from tests.conftest import needed_package

needed_package("numba")

from playlist2vec.models.word2vec.blocks.buckets import (  # noqa: E402
    Chunk,
    Rules,
    Space,
    count_pairs,
    fill_buckets,
    put_pairs,
)
from playlist2vec.models.word2vec.blocks.draws import alias_table  # noqa: E402
from playlist2vec.models.word2vec.blocks.pairs import chunk_end, keep, pairs_of  # noqa: E402
from playlist2vec.models.word2vec.blocks.plan import balanced, space_for  # noqa: E402

pytestmark = pytest.mark.extra
SONGS, NEGATIVE = 8, 3


def rules_of(blocks: int, window: int, spaces: int) -> Rules:
    loads = np.arange(1.0, SONGS + 1)
    table = alias_table(loads)
    return Rules(
        blocks,
        window,
        False,
        spaces == 0,
        spaces,
        SONGS,
        NEGATIVE,
        balanced(np.tile(loads, max(spaces, 1)), blocks),
        balanced(loads, blocks),
        *table,
        np.empty(0, np.uint64),
    )


def cut(
    playlists: Playlists, rules: Rules, low: int, high: int, capacity: int, first: int = 0
) -> Space:
    space = space_for(capacity, NEGATIVE, rules.blocks)
    chunk = Chunk(playlists.tracks, playlists.offsets, low, high, first, np.uint64(1), np.uint64(2))
    for part in range(rules.blocks):
        count_pairs(part, rules, chunk, space.counts)
    for part in range(rules.blocks):
        put_pairs(part, rules, chunk, space)
    for block in range(rules.blocks):
        fill_buckets(block, rules, chunk, space)
    return space


def expected(playlists: Playlists, window: int, spaces: int) -> Counter[tuple[int, int]]:
    """Pairs (input, output) as a reader of the definition would write them down."""
    pairs: Counter[tuple[int, int]] = Counter()
    for songs in lists_of(playlists):
        for place, song in enumerate(songs):
            for distance in range(1, window + 1):
                if place + distance < len(songs):
                    other = songs[place + distance]
                    if spaces:
                        pairs[song + SONGS * (min(distance, spaces) - 1), other] += 1
                    else:
                        pairs.update([(song, other), (other, song)])
    return pairs


@given(
    some_playlists(tracks=SONGS),
    st.integers(1, 4),
    st.sampled_from([0, 1, 2]),
    st.integers(1, SONGS),
    st.integers(8, 40),
)
@settings(max_examples=200)
def test_no_pair_is_lost_or_doubled(
    playlists: Playlists, window: int, spaces: int, blocks: int, capacity: int
) -> None:
    rules = rules_of(blocks, window, spaces)
    found: Counter[tuple[int, int]] = Counter()
    low, negatives, most = 0, 0, 0
    while low < len(playlists.tracks):
        high = chunk_end(
            low, len(playlists.tracks), playlists.offsets, window, spaces == 0, capacity
        )
        assert low < high
        space = cut(playlists, rules, low, high, capacity)
        pairs = int(space.counts.sum())
        assert pairs == pairs_of(playlists.offsets, window, spaces == 0, low, high)
        for block in range(blocks):
            for other in range(blocks):
                bucket = space.entries[space.edges[block, other] : space.edges[block, other + 1]]
                outputs = np.where(bucket[:, 1] < 0, ~bucket[:, 1], bucket[:, 1])
                assert (rules.input_block[bucket[:, 0]] == block).all()
                assert (rules.output_block[outputs] == other).all()
                positive = bucket[:, 1] < 0
                found.update(
                    zip(bucket[positive, 0].tolist(), outputs[positive].tolist(), strict=True)
                )
                negatives += int(np.count_nonzero(~positive))
        missed = int(np.count_nonzero(space.drawn[: pairs * NEGATIVE] < 0))
        most += pairs * NEGATIVE - missed
        low = high
    assert found == expected(playlists, window, spaces)
    assert negatives == most


def test_counters_have_64_bits() -> None:
    """Plays far beyond 2**32 have pairs of their own; the random numbers of a play go by its place
    in the epoch.
    """
    songs = np.tile(np.arange(SONGS, dtype=np.int32), 50)
    offsets = np.array([0, len(songs)])
    thresholds = np.full(SONGS, 2**63, np.uint64)
    kept = []
    for first in (0, 2**32, 2**40, 2**60):
        some, bounds = np.empty(len(songs), np.int32), np.empty(2, np.int64)
        number = keep(songs, offsets, thresholds, np.uint64(7), first, some, bounds)
        assert 150 < number < 250
        assert bounds.tolist() == [0, number]
        kept.append(some[:number].tolist())
    assert len({tuple(each) for each in kept}) == 4
    long = np.array([0, 2**40], np.int64)
    assert pairs_of(long, 5, True, 2**39, 2**39 + 10) == 100
    assert chunk_end(2**39, 2**40, long, 5, True, 1000) == 2**39 + 100
