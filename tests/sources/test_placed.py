"""Files that are listed: whether they are whole, and still those that were listed."""

import hashlib
from pathlib import Path

import pytest

from playlist2vec.base.errors import DataError
from playlist2vec.sources.placed import PlacedFile, find_files, path_of, save_list
from tests.builders.listen_files import write

SUFFIXES = (".listens", ".tar")


def test_a_file_that_changed_since_it_was_listed(tmp_path: Path) -> None:
    path = write(tmp_path / "1.listens", b"{}")
    (found,) = find_files(tmp_path, SUFFIXES, "listens")
    path.write_bytes(b"{} ")
    with pytest.raises(
        DataError, match=r"1\.listens: 3 bytes: expected the 2 bytes that were listed; `dvc repro"
    ):
        path_of(tmp_path, found)
    path.unlink()
    with pytest.raises(
        DataError, match=r"1\.listens: nothing: expected the 2 bytes that were listed; `dvc repro"
    ):
        path_of(tmp_path, found)


def test_a_published_hash_is_checked(tmp_path: Path) -> None:
    path = write(tmp_path / "1.listens", b"{}")
    right = hashlib.sha256(b"{}").hexdigest()
    published = tmp_path / "1.listens.sha256"
    for content in (f"{right}  1.listens\n", right.upper()):
        published.write_text(content)
        assert find_files(tmp_path, SUFFIXES, "listens") == [
            PlacedFile("1.listens", 2, right, published=True)
        ]
    published.write_text(f"{'0' * 64}  1.listens\n")
    with pytest.raises(DataError) as caught:
        find_files(tmp_path, SUFFIXES, "listens")
    assert str(caught.value) == (
        f"{path}: its SHA-256 is {right}, expected {'0' * 64} as in {published}: download it again"
    )
    published.write_text("<html>")
    with pytest.raises(
        DataError,
        match=r"\.sha256: expected a SHA-256 hash, 64 digits from 0 to f, then the name of",
    ):
        find_files(tmp_path, SUFFIXES, "listens")


def test_a_name_that_cannot_stand_in_a_list(tmp_path: Path) -> None:
    with pytest.raises(
        DataError, match=r"^'a\\tb\.tar': expected a file name of printable characters$"
    ):
        save_list([PlacedFile("a\tb.tar", 1, "0", published=False)], tmp_path / "dumps.tsv")
