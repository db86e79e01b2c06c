"""Files of playlists, pairs and settings of a blend that a stranger made: one line each."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from playlist2vec.base.errors import DataError
from playlist2vec.corpus.pairs import Pairs
from playlist2vec.corpus.playlists import Playlists
from playlist2vec.corpus.storage import PlaylistsFile

PLAYLISTS = Playlists(
    np.array([0, 1, 2, 1, 0], np.int32),
    np.array([0, 3, 5], np.int64),
    np.array([7, 8], np.uint64),
    np.array([0, 1], np.int64),
)
COLUMNS = {name: array for name, array in vars(PLAYLISTS).items() if array is not None}
ARRAYS: dict[str, dict[str, Any]] = {
    "no offsets": {"offsets": np.zeros(0, np.int64)},
    "offsets from 1": {"offsets": np.array([1, 3, 5])},
    "offsets that fall": {"offsets": np.array([0, 6, 5])},
    "offsets below 0": {"offsets": np.array([0, -3, 5])},
    "offsets past the end": {"offsets": np.array([0, 3, 2**62])},
    "offsets in two dimensions": {"offsets": np.array([[0, 3, 5]])},
    "offsets as fractions": {"offsets": np.array([0, 3, 5], np.float64)},
    "tracks below 0": {"tracks": np.array([0, 1, 2, 1, -1], np.int32)},
    "tracks in 64 bits": {"tracks": np.array([0, 1, 2, 1, 0])},
    "tracks as texts": {"tracks": np.array(["a"] * 5)},
    "tracks as objects": {"tracks": np.array([None] * 5)},
    "too few keys": {"keys": np.zeros(1, np.uint64)},
    "too many rows": {"rows": np.zeros(3, np.int64)},
    "times of others": {"times": np.zeros(1, np.int64)},
    "closed as numbers": {"closed": np.zeros(2, np.int8)},
    "an array more": {"payload": np.zeros(2)},
}


def zipped(path: Path, members: dict[str, bytes], packing: int = zipfile.ZIP_STORED) -> None:
    with zipfile.ZipFile(path, "w", packing) as archive:
        for name, content in members.items():
            archive.writestr(name, content)


def contents(columns: dict[str, Any]) -> dict[str, bytes]:
    made = {}
    for name, array in columns.items():
        with io.BytesIO() as file:
            np.save(file, array, allow_pickle=True)
            made[f"{name}.npy"] = file.getvalue()
    return made


def claims(size: int) -> bytes:
    header = f"{{'descr': '<i4', 'fortran_order': False, 'shape': ({size},), }}".encode()
    return b"\x93NUMPY\1\0" + len(header).to_bytes(2, "little") + header


def flipped(path: Path) -> None:
    np.savez(path, **COLUMNS)
    content = bytearray(path.read_bytes())
    place = content.index(np.array([0, 1, 2, 1, 0], np.int32).tobytes())
    content[place] ^= 1
    path.write_bytes(content)


FILES: dict[str, Callable[[Path], object]] = {
    "empty": lambda path: path.write_bytes(b""),
    "no archive": lambda path: path.write_bytes(b"PK\3\4 and no more"),
    "cut off": lambda path: path.write_bytes(path.read_bytes()[:-30]),
    "packed": lambda path: np.savez_compressed(path, **COLUMNS),
    "a bomb": lambda path: zipped(
        path, contents(COLUMNS | {"tracks": np.zeros(50_000_000, np.int32)}), zipfile.ZIP_DEFLATED
    ),
    "a flipped byte": flipped,
    "a header that claims more": lambda path: zipped(
        path, contents(COLUMNS) | {"tracks.npy": claims(10**12)}
    ),
    "a header that is none": lambda path: zipped(
        path, contents(COLUMNS) | {"tracks.npy": b"\x93NUMPY\1\0\5\0}}}}}"}
    ),
    "no array": lambda path: zipped(path, contents(COLUMNS) | {"tracks.npy": b"nothing"}),
    "a path outside": lambda path: zipped(path, contents(COLUMNS) | {"../tracks.npy": b""}),
    "no tracks": lambda path: zipped(
        path, {name: each for name, each in contents(COLUMNS).items() if name[0] != "t"}
    ),
    "a thousand members": lambda path: zipped(
        path, {f"{'x' * 60}{number}.npy": b"" for number in range(1000)}
    ),
} | {name: lambda path, new=new: np.savez(path, **(COLUMNS | new)) for name, new in ARRAYS.items()}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    PLAYLISTS.save(tmp_path / "playlists.npz")
    return tmp_path / "playlists.npz"


@pytest.mark.parametrize("name", FILES)
def test_hostile_playlists_are_one_line(name: str, path: Path) -> None:
    FILES[name](path)
    with pytest.raises(DataError) as caught:
        Playlists.load(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert str(caught.value).isprintable()
    # Blocks are read without the checksums of whole arrays, and without looking at songs.
    if name not in ("a flipped byte", "tracks below 0"):
        with pytest.raises(DataError, match="playlists"):
            _in_blocks(path)


def _in_blocks(path: Path) -> None:
    file = PlaylistsFile(path)
    for start, end in ((0, 1), (1, 2)):
        PlaylistsFile(path).read(start, end)
    for block in file.blocks(1):
        block.load()
    for name in ("keys", "rows", "times", "closed"):
        column = file.column(name)
        if column is not None and len(column) != len(file):
            raise DataError("playlists")


def test_a_block_outside_the_file_is_one_line(path: Path) -> None:
    for start, end in ((0, 3), (2, 1), (-1, 1), (5, 9)):
        with pytest.raises(DataError, match="expected playlists"):
            PlaylistsFile(path).read(start, end)


@pytest.mark.parametrize("places", [[1], [0, 1], [3, 1], [1, -1], [1, 2**62], [[1, 1]], [1.0, 1.0]])
def test_hostile_pairs_are_one_line(places: list[Any], path: Path) -> None:
    np.savez(path, **COLUMNS, places=np.array(places))
    with pytest.raises(DataError, match="expected pairs"):
        Pairs.load(path)


def test_whole_ones_are_read(path: Path) -> None:
    assert [each.tolist() for each in Playlists.load(path)] == [[0, 1, 2], [1, 0]]
    np.savez(path, **COLUMNS, places=np.array([2, 1]))
    assert Pairs.load(path).targets.tolist() == [2, 0]
