from pathlib import Path

import numpy as np
import pytest

from playlist2vec.base.errors import DataError
from playlist2vec.free_music.fingerprints.storage import Fingerprints, save_fingerprints

SOUNDS = [np.array(words, np.uint32) for words in ([1, 2**32 - 1], [], [7])]


def test_what_is_written_is_read(tmp_path: Path) -> None:
    save_fingerprints(tmp_path, [2, 0, 1], iter(SOUNDS))
    found = Fingerprints.load(tmp_path)
    assert [found.of(row).tolist() for row in range(len(found))] == [[1, 2**32 - 1], [], [7]]
    assert found.words.tolist() == Fingerprints.of_all(SOUNDS).words.tolist()
    assert found.starts.tolist() == Fingerprints.of_all(SOUNDS).starts.tolist() == [0, 2, 2, 3]


@pytest.mark.parametrize(
    ("starts", "words", "said"),
    [
        ([0, 2, 3], np.zeros(4, np.uint32), "expected places rising from 0 to 4"),
        ([0, 5, 4], np.zeros(4, np.uint32), "expected places rising from 0 to 4"),
        ([0, 4], np.zeros(4, np.int32), "int32 and int64: expected uint32 and int64"),
    ],
)
def test_damaged_files_are_a_line(
    tmp_path: Path, starts: list[int], words: np.ndarray, said: str
) -> None:
    np.save(tmp_path / "starts.npy", np.array(starts, np.int64))
    np.save(tmp_path / "words.npy", words)
    with pytest.raises(DataError, match=said):
        Fingerprints.load(tmp_path)


def test_bytes_that_are_no_array_are_a_line(tmp_path: Path) -> None:
    (tmp_path / "starts.npy").write_bytes(b"no array")
    with pytest.raises(DataError, match=r"starts.npy: damaged, or another kind of file"):
        Fingerprints.load(tmp_path)
