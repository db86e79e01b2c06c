"""Numbers about a data set, worked by hand, and the same for any size of blocks and groups."""

from collections import Counter
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playlist2vec.corpus.playlists import Playlists
from playlist2vec.corpus.storage import PlaylistsFile
from playlist2vec.preparation.counts import statistics
from playlist2vec.preparation.counts.statistics import statistics_of
from tests.builders.examples import lists_of, playlists_of, some_playlists


def found(playlists: Playlists, folder: Path) -> dict[str, Any]:
    playlists.save(folder / "playlists.npz")
    with TemporaryFile() as scratch:
        return statistics_of(PlaylistsFile(folder / "playlists.npz"), scratch)


def test_a_data_set_worked_by_hand(tmp_path: Path) -> None:
    # Neighbours: 0 1, 1 0, 0 1 and 1 1; the code 2 is not played.
    assert found(playlists_of([[0, 1, 0, 1, 1], [], [3]]), tmp_path) == {
        "playlists": 3,
        "tracks": 3,
        "entries": 6,
        "playlist_sizes": {"min": 0, "mean": 2.0, "max": 5},
        "identical_playlists": {"copies": 0, "most_of_one": 1},
        "track_occurrences": {"min": 1, "mean": 2.0, "max": 3},
        "pairs": {
            "adjacent": 4,
            "distinct": 3,
            "occurrences": {"min": 1, "mean": 1.333333, "max": 2},
        },
    }


@pytest.mark.parametrize("lists", [[], [[]], [[0], [1]]])
def test_playlists_without_neighbours(tmp_path: Path, lists: list[list[int]]) -> None:
    told = found(playlists_of(lists), tmp_path)
    assert told["pairs"] == {
        "adjacent": 0,
        "distinct": 0,
        "occurrences": {"min": 0, "mean": 0.0, "max": 0},
    }
    assert told["playlist_sizes"]["min"] == (1 if len(lists) == 2 else 0)


@given(some_playlists(), st.integers(1, 20), st.integers(1, 20))
def test_any_size_of_blocks_and_groups_counts_alike(
    tmp_path_factory: pytest.TempPathFactory, playlists: Playlists, block: int, group: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(PlaylistsFile.blocks, "__defaults__", (block,))
        patch.setattr(statistics, "PAIRS", group)
        told = found(playlists, tmp_path_factory.mktemp("statistics"))
    lists = lists_of(playlists)
    pairs = Counter(pair for each in lists for pair in pairwise(each))
    tracks = Counter(track for each in lists for track in each)
    identical = Counter(tuple(each) for each in lists if each)
    assert told["identical_playlists"] == {
        "copies": identical.total() - len(identical),
        "most_of_one": max(identical.values(), default=0),
    }
    assert (told["entries"], told["tracks"]) == (tracks.total(), len(tracks))
    for name, values in (
        ("playlist_sizes", [*map(len, lists)]),
        ("track_occurrences", [*tracks.values()]),
    ):
        spread = {
            "min": min(values, default=0),
            "mean": round(sum(values) / max(1, len(values)), 6),
            "max": max(values, default=0),
        }
        assert told[name] == spread
    assert (told["pairs"]["adjacent"], told["pairs"]["distinct"]) == (pairs.total(), len(pairs))
    assert told["pairs"]["occurrences"]["min"] == min(pairs.values(), default=0)
    assert told["pairs"]["occurrences"]["max"] == max(pairs.values(), default=0)
