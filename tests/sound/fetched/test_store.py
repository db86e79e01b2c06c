"""The folder of fetched mels: what a kill leaves, songs that come again, and what is refused."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playlist2vec.base.errors import DataError
from playlist2vec.sound.fetched.shards import frames_of, header_of
from playlist2vec.sound.fetched.store import Fetched, Store
from playlist2vec.sound.mels.params import MelParams
from playlist2vec.sound.table.rows import OK, Row

PARAMS = MelParams(bins=8, min=-80, max=0, seconds=1, workers=1)
NONE = np.zeros((0, 8), np.uint8)


def mel(number: int) -> np.ndarray:
    return np.random.default_rng(number).integers(
        1, 255, (frames_of(PARAMS) - number % 3, 8), np.uint8
    )


def add(store: Store, number: int, status: str = OK) -> None:
    made = mel(number) if status == OK else NONE
    store.add(Row(f"t{number}", status, 1.0, len(made), 'a "word"'), made)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shards of four songs."""
    for module in ("shards", "store", "table"):
        monkeypatch.setattr(f"playlist2vec.sound.fetched.{module}.SHARD", 4)


@given(st.integers(1, 1_000), st.integers(1, 100_000), st.integers(8, 512))
def test_the_header_has_one_size_for_any_number_of_songs(
    songs: int, frames: int, bins: int
) -> None:
    assert len(header_of(songs, frames, bins)) == len(header_of(1, frames, bins))


def test_shards_are_arrays_that_numpy_maps(tmp_path: Path, small: None) -> None:
    with Store(tmp_path, PARAMS) as store:
        for number in range(10):
            add(store, number, "silent" if number % 4 == 1 else OK)
    assert sorted(contents(tmp_path)) == [
        "00000.npy",
        "00001.npy",
        "00002.npy",
        "levels.json",
        "songs.tsv",
    ]
    assert [len(np.load(tmp_path / f"{number:05}.npy", mmap_mode="r")) for number in range(3)] == [
        4,
        4,
        2,
    ]
    kept = Fetched.load(tmp_path, PARAMS)
    assert [row.status for row in kept.rows].count("silent") == 3
    for number in range(10):
        np.testing.assert_array_equal(kept.mel(number), NONE if number % 4 == 1 else mel(number))


def test_thirty_seconds_take_165_kilobytes(tmp_path: Path) -> None:
    usual = MelParams(bins=128, min=-80, max=0, seconds=30, workers=1)
    with Store(tmp_path, usual) as store:
        store.add(Row("a", OK, 30.0, 1_292, ""), np.ones((1_292, 128), np.uint8))
        store.add(Row("b", "no_preview", 0.0, 0, ""), np.zeros((0, 128), np.uint8))
    file = (tmp_path / "00000.npy").stat()
    assert file.st_size == 128 + 2 * 165_376
    assert file.st_blocks * 512 < 1.1 * 165_376


@pytest.mark.parametrize("lost", ["the line", "half the line", "the slot"])
def test_what_a_kill_leaves_is_written_over(tmp_path: Path, small: None, lost: str) -> None:
    for name, stop in (("whole", None), ("cut", 6)):
        with Store(tmp_path / name, PARAMS) as store:
            for number in range(stop or 10):
                add(store, number)
    table, shard = tmp_path / "cut/songs.tsv", tmp_path / "cut/00001.npy"
    lines = table.read_bytes().splitlines(keepends=True)
    table.write_bytes(b"".join(lines[:-1]) + (lines[-1][:3] if lost == "half the line" else b""))
    if lost == "the slot":
        shard.write_bytes(shard.read_bytes()[:-100])
    assert len(Fetched.load(tmp_path / "cut", PARAMS).rows) == 5 if lost != "the slot" else True
    with Store(tmp_path / "cut", PARAMS) as store:
        assert list(store.rows) == [f"t{number}" for number in range(5)]
        for number in range(5, 10):
            add(store, number)
    assert contents(tmp_path / "cut") == contents(tmp_path / "whole")


def test_a_song_that_comes_again_keeps_its_place(tmp_path: Path, small: None) -> None:
    with Store(tmp_path / "whole", PARAMS) as store:
        for number in range(6):
            add(store, number)
    with Store(tmp_path / "again", PARAMS) as store:
        for number in range(6):
            add(store, number, "no_preview" if number in (1, 5) else OK)
    with Store(tmp_path / "again", PARAMS) as store:
        add(store, 5)
        add(store, 1)
        shutil.copytree(tmp_path / "again", tmp_path / "killed")
    for name in ("again", "killed"):
        with Store(tmp_path / name, PARAMS):
            pass
        assert contents(tmp_path / name) == contents(tmp_path / "whole")


def test_what_is_damaged_is_refused(tmp_path: Path) -> None:
    with Store(tmp_path, PARAMS) as store:
        add(store, 1)
        with pytest.raises(DataError, match="another run writes there"), Store(tmp_path, PARAMS):
            pass
    shard = (tmp_path / "00000.npy").read_bytes()
    for content, said in (
        (shard[:-1], r"00000\.npy: damaged"),
        (header_of(0, 44, 8), r"00000\.npy: 0 songs: expected 1 songs as"),
        (header_of(1, 2, 8) + bytes(16), r"00000\.npy: uint8 \(1, 2, 8\): expected 1 songs as"),
    ):
        (tmp_path / "00000.npy").write_bytes(content)
        with pytest.raises(DataError, match=said):
            Fetched.load(tmp_path, PARAMS)
    (tmp_path / "songs.tsv").write_text("x\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"songs\.tsv: line 1: expected track status"):
        Fetched.load(tmp_path, PARAMS)
