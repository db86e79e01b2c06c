"""Playlists in files: whole, in blocks, and written in parts."""

from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playlist2vec.corpus.playlists import Playlists
from playlist2vec.corpus.storage import PlaylistsFile, save_parts, writing_parts
from tests.builders.examples import lists_of, playlists_of, some_playlists


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("playlists")


@given(some_playlists(), st.integers(1, 20), st.booleans())
def test_blocks_are_all_playlists_in_order_and_written_in_parts_they_are_the_same_bytes(
    folder: Path, playlists: Playlists, plays: int, timed: bool
) -> None:
    if timed:
        playlists = replace(playlists, times=playlists.rows * 7)
    playlists.save(folder / "whole.npz")
    file = PlaylistsFile(folder / "whole.npz")
    blocks = file.blocks(plays)
    assert [
        list(range(block.start, block.end)) for block in blocks if block.start == block.end
    ] == []
    assert [number for block in blocks for number in range(block.start, block.end)] == list(
        range(len(playlists))
    )
    assert [each for block in blocks for each in lists_of(block.load())] == lists_of(playlists)
    save_parts(folder / "parts.npz", [block.load() for block in blocks] or [playlists])
    assert (folder / "parts.npz").read_bytes() == (folder / "whole.npz").read_bytes()


def test_a_block_holds_no_more_songs_than_asked_for_unless_a_playlist_does(folder: Path) -> None:
    playlists_of([[1, 2], [3], [], [4, 5, 6, 7, 8], [9]]).save(folder / "some.npz")
    file = PlaylistsFile(folder / "some.npz")
    assert [lists_of(block.load()) for block in file.blocks(3)] == [
        [[1, 2], [3], []],
        [[4, 5, 6, 7, 8], [9]],
    ]
    assert file.plays == 9
    assert file.column("rows").tolist() == [0, 1, 2, 3, 4]
    assert file.column("times") is None


def test_a_block_reads_its_own_part_of_every_array(folder: Path) -> None:
    whole = replace(playlists_of([[1], [2, 3], [4, 5, 6]]), times=np.array([10, 20, 30]))
    whole.save(folder / "timed.npz")
    part = PlaylistsFile(folder / "timed.npz").read(1, 3)
    assert lists_of(part) == [[2, 3], [4, 5, 6]]
    assert part.offsets.tolist() == [0, 2, 5]
    assert part.rows.tolist() == [1, 2]
    assert part.keys.dtype == np.uint64
    assert part.times is not None
    assert part.times.tolist() == [20, 30]


def test_no_part_at_all_is_no_playlist(folder: Path) -> None:
    save_parts(folder / "none.npz", [])
    playlists_of([]).save(folder / "nothing.npz")
    assert Playlists.load(folder / "none.npz").tracks.dtype == np.int32
    assert (folder / "none.npz").read_bytes() == (folder / "nothing.npz").read_bytes()


def test_what_fails_between_two_parts_leaves_no_file(folder: Path) -> None:
    with suppress(ZeroDivisionError), writing_parts(folder / "cut.npz") as write:
        write(playlists_of([[1]]))
        write(playlists_of([[1 // 0]]))
    assert list(folder.glob("*cut.npz*")) == []
