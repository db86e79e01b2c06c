import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from playlist2vec.base.hashing import mix
from playlist2vec.corpus.playlists import Playlists, offsets_of
from playlist2vec.evaluation.challenge.ways import WAYS, hold_out
from tests.builders.examples import lists_of, playlists_of


def keyed(lists: list[list[int]], keys: list[int]) -> Playlists:
    plain = playlists_of(lists)
    return Playlists(plain.tracks, plain.offsets, mix(np.array(keys, np.uint64)), plain.rows)


def parts(playlists: Playlists) -> list[tuple[str, list[int], list[int]]]:
    """Way, seeds and what is to be found, of each playlist."""
    held = hold_out(playlists)
    ends = zip(held.truth.offsets[:-1], held.truth.offsets[1:], strict=True)
    truth = [held.truth.songs[start:end].tolist() for start, end in ends]
    names = [WAYS[way].name for way in held.ways]
    return list(zip(names, lists_of(held.seeds), truth, strict=True))


some = st.lists(
    st.lists(st.integers(0, 400), min_size=1, max_size=8)
    | st.integers(1, 150).flatmap(lambda size: st.permutations(range(size)).map(list)),
    min_size=1,
    max_size=12,
)


@given(some)
def test_shown_and_held_back_are_the_playlists_songs_once_each(lists: list[list[int]]) -> None:
    playlists = keyed(lists, list(range(len(lists))))
    held = hold_out(playlists)
    plays = 0
    for whole, (name, seeds, truth) in zip(lists, parts(playlists), strict=True):
        way = next(each for each in WAYS if each.name == name)
        different = list(dict.fromkeys(whole))
        plays += len(different)
        assert sorted(seeds + truth) == sorted(different)
        assert truth
        assert len(seeds) == way.seeds
        assert [song for song in different if song in set(seeds)] == seeds
        if not way.random:
            assert seeds == different[: way.seeds]
    assert held.repeated == sum(map(len, lists)) - plays


def test_the_ways_are_drawn_evenly_among_those_that_leave_a_song() -> None:
    for length, eligible in ((1, 1), (2, 2), (6, 4), (11, 6), (26, 8), (101, 10)):
        held = hold_out(keyed([list(range(length))] * 4000, list(range(4000))))
        counts = np.bincount(held.ways, minlength=10)
        assert np.count_nonzero(counts) == eligible
        assert counts[:eligible].min() > 0.8 * 4000 / eligible


def test_a_playlist_is_treated_alike_whatever_stands_beside_it_and_under_whatever_codes() -> None:
    lists = [
        list(range(start, start + length))
        for start, length in ((0, 130), (7, 40), (3, 12), (9, 120))
    ]
    keys = [5, 6, 7, 8]
    alone = parts(keyed(lists, keys))
    among = parts(keyed([[1, 2, 3], *lists[::-1]], [99, *keys[::-1]]))
    assert among[1:][::-1] == alone
    renamed = parts(keyed([[song + 500 for song in each] for each in lists], keys))
    assert [(name, [song - 500 for song in seeds]) for name, seeds, _ in renamed] == [
        each[:2] for each in alone
    ]


def test_random_seeds_come_from_all_of_the_playlist() -> None:
    length = 200
    held = hold_out(keyed([list(range(length))] * 6000, list(range(6000))))
    seeds = lists_of(held.seeds)
    of_way = [
        np.array(each)
        for each, way in zip(seeds, held.ways, strict=True)
        if WAYS[way].name == "title_random_25"
    ]
    assert len(of_way) > 400
    assert all(len(np.unique(each)) == 25 for each in of_way)
    counts = np.bincount(np.concatenate(of_way), minlength=length)
    assert counts.min() > 0.4 * counts.mean()
    assert counts.max() < 1.8 * counts.mean()
    assert offsets_of(np.diff(held.seeds.offsets)).tolist() == held.seeds.offsets.tolist()
