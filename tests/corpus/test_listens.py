"""Files of users and times: written whole or in parts, read back, and refused where damaged."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from playlist2vec.base.errors import DataError
from playlist2vec.corpus.listens import (
    EPOCH,
    KINDS,
    LATEST,
    Listens,
    save_listens,
    seconds_of,
    writing_listens,
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("listens")


def listens_of(users: list[list[int]], first: int = 0, keys: bool = False) -> Listens:
    offsets = [first]
    for each in users:
        offsets.append(offsets[-1] + len(each))
    return Listens(
        np.array(offsets, np.int64),
        np.array([second for each in users for second in each], np.uint32),
        np.arange(10, 10 + len(users), dtype=np.uint64) if keys else None,
    )


def users_of(listens: Listens) -> list[list[int]]:
    """The seconds of each user, by a loop."""
    users, seconds = listens.users.tolist(), listens.seconds.tolist()
    found = []
    for user in range(len(listens)):
        begin, end = users[user] - users[0], users[user + 1] - users[0]
        found.append([seconds[play] for play in range(begin, end)])
    return found


SOME = st.lists(st.lists(st.integers(0, 2**32 - 1), max_size=6).map(sorted), max_size=8)


@given(SOME, st.integers(0, 5), st.booleans(), st.integers(1, 9))
def test_what_is_written_whole_or_in_parts_is_the_same_bytes_and_comes_back(
    folder: Path, users: list[list[int]], first: int, keyed: bool, size: int
) -> None:
    whole = listens_of(users, first, keyed)
    whole.save(folder / "whole.npz")
    found = Listens.load(folder / "whole.npz", first + sum(map(len, users)))
    assert (len(found), users_of(found), int(found.users[0])) == (len(users), users, first)
    assert found.lengths.tolist() == [len(each) for each in users]
    assert {name: getattr(found, name).dtype for name in ("users", "seconds")} == {
        "users": np.int64,
        "seconds": np.uint32,
    }
    assert (None if found.keys is None else found.keys.tolist()) == (
        list(range(10, 10 + len(users))) if keyed else None
    )
    parts = [
        Listens(
            part.users,
            part.seconds,
            None if whole.keys is None else whole.keys[start : start + size],
        )
        for start in range(0, max(len(users), 1), size)
        for part in [listens_of(users[start : start + size], first=start)]
    ]
    save_listens(folder / "parts.npz", parts, first)
    assert (folder / "parts.npz").read_bytes() == (folder / "whole.npz").read_bytes()


def test_seconds_count_from_october_2002_and_stay_within_four_bytes() -> None:
    times = np.array([0, EPOCH - 1, EPOCH, EPOCH + 1, LATEST, LATEST + 1, 2**62], np.int64)
    assert seconds_of(times).tolist() == [0, 0, 0, 1, 2**32 - 1, 2**32 - 1, 2**32 - 1]
    assert np.datetime64(EPOCH, "s") == np.datetime64("2002-10-01T00:00:00")


def test_what_fails_between_two_parts_leaves_no_file(folder: Path) -> None:
    with suppress(ZeroDivisionError), writing_listens(folder / "cut.npz") as write:
        write(listens_of([[1]]))
        write(listens_of([[1 // 0]]))
    assert list(folder.glob("*cut.npz*")) == []


ARRAYS: dict[str, dict[str, Any]] = {
    "no users": {"users": np.zeros(0, np.int64)},
    "users below 0": {"users": np.array([-1, 1, 4])},
    "users that fall": {"users": np.array([2, 8, 7])},
    "users past the end": {"users": np.array([4, 6, 9])},
    "users past any end": {"users": np.array([2, 4, 2**62])},
    "users in four bytes": {"users": np.array([2, 4, 7], np.int32)},
    "seconds that fall": {"seconds": np.array([5, 9, 1, 1, 0], np.uint32)},
    "too few seconds": {"seconds": np.zeros(4, np.uint32)},
    "too many seconds": {"seconds": np.zeros(6, np.uint32)},
    "seconds in 64 bits": {"seconds": np.array([5, 9, 1, 1, 3])},
    "seconds as fractions": {"seconds": np.array([5, 9, 1, 1, 3], np.float32)},
    "a key too few": {"keys": np.zeros(1, np.uint64)},
    "keys as names": {"keys": np.array(["a", "b"])},
    "an array more": {"names": np.zeros(2)},
}
SECONDS = np.array([5, 9, 1, 1, 3], np.uint32)
GOOD: dict[str, NDArray[Any]] = {"users": np.array([2, 4, 7]), "seconds": SECONDS}


def flipped(path: Path) -> None:
    saved(path, GOOD)
    content = bytearray(path.read_bytes())
    content[content.index(GOOD["seconds"].tobytes())] ^= 1
    path.write_bytes(content)


def saved(path: Path, arrays: dict[str, Any]) -> None:
    np.savez(path, allow_pickle=False, **arrays)


def without(name: str) -> Callable[[Path], object]:
    return lambda path: saved(path, {each: GOOD[each] for each in GOOD if each != name})


FILES: dict[str, Callable[[Path], object]] = {
    "empty": lambda path: path.write_bytes(b""),
    "cut off": lambda path: path.write_bytes(path.read_bytes()[:-30]),
    "packed": lambda path: np.savez_compressed(path, allow_pickle=False, **GOOD),
    "a flipped byte": flipped,
    "no seconds": without("seconds"),
    "no array of users": without("users"),
} | {name: lambda path, new=new: saved(path, GOOD | new) for name, new in ARRAYS.items()}


@pytest.mark.parametrize("name", FILES)
def test_damaged_listens_are_one_line(name: str, folder: Path) -> None:
    path = folder / "listens.npz"
    saved(path, GOOD)
    assert users_of(Listens.load(path, 7)) == [[5, 9], [1, 1, 3]]
    FILES[name](path)
    with pytest.raises(DataError) as caught:
        Listens.load(path, 7)
    assert str(caught.value).startswith(f"{path}: ")
    assert str(caught.value).endswith(": expected listens as `dvc repro` writes them")
    assert str(caught.value).isprintable()


def test_listens_of_more_plays_than_there_are_are_refused(folder: Path) -> None:
    saved(folder / "long.npz", GOOD)
    assert len(Listens.load(folder / "long.npz")) == 2
    with pytest.raises(DataError, match="users of 7 plays, where there are 6"):
        Listens.load(folder / "long.npz", 6)


def test_a_user_without_plays_between_two_others_hides_no_fall() -> None:
    seconds = np.array([7, 2], np.uint32)
    Listens(np.array([0, 1, 1, 2]), seconds).checked()
    with pytest.raises(ValueError, match="seconds that fall within a user"):
        Listens(np.array([0, 0, 2, 2]), seconds).checked()
    assert set(KINDS) == {"users", "seconds", "keys"}
