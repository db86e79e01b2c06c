"""Which dumps there are, and whether they are whole."""

import hashlib
from pathlib import Path

import pytest

from playlist2vec.base.errors import DataError
from playlist2vec.sources.listenbrainz.dumps import Dump, find_dumps, load_list, path_of, save_list
from tests.builders.listen_files import write


def test_dumps_are_found_at_any_depth_by_name(tmp_path: Path) -> None:
    for name in ("b.tar", "a/1.listens", "a/2.parquet", "a.tar.xz", "TIMESTAMP", "c.tar.gz", "d.tar.zst.part"):
        write(tmp_path / name, name.encode()).write_bytes(name.encode())
    found = find_dumps(tmp_path)
    assert [dump.name for dump in found] == ["a.tar.xz", "a/1.listens", "a/2.parquet", "b.tar"]
    assert found[1] == Dump("a/1.listens", 11, hashlib.sha256(b"a/1.listens").hexdigest(), published=False)
    assert path_of(tmp_path, found[1]) == tmp_path / "a/1.listens"
    assert find_dumps(tmp_path / "b.tar") == [found[3]]
    assert path_of(tmp_path / "b.tar", found[3]) == tmp_path / "b.tar"
    save_list(found, tmp_path / "dumps.tsv")
    assert load_list(tmp_path / "dumps.tsv") == found


def test_a_folder_without_dumps(tmp_path: Path) -> None:
    (tmp_path / "README").touch()
    for place in (tmp_path, tmp_path / "README", tmp_path / "absent"):
        with pytest.raises(DataError) as caught:
            find_dumps(place)
        assert str(caught.value) == (
            f"{place}: no listens: expected a folder or file with names that end in .listens, .parquet, .tar, .tar.xz, "
            ".tar.zst"
        )


def test_a_dump_that_changed_since_it_was_listed(tmp_path: Path) -> None:
    path = write(tmp_path / "1.listens", b"{}")
    (dump,) = find_dumps(tmp_path)
    path.write_bytes(b"{} ")
    with pytest.raises(DataError, match=r"1\.listens: 3 bytes: expected the 2 bytes that were listed; `dvc repro"):
        path_of(tmp_path, dump)
    path.unlink()
    with pytest.raises(DataError, match=r"1\.listens: nothing: expected the 2 bytes that were listed; `dvc repro"):
        path_of(tmp_path, dump)


def test_a_published_hash_is_checked(tmp_path: Path) -> None:
    path = write(tmp_path / "1.listens", b"{}")
    right = hashlib.sha256(b"{}").hexdigest()
    published = tmp_path / "1.listens.sha256"
    for content in (f"{right}  1.listens\n", right.upper()):
        published.write_text(content)
        assert find_dumps(tmp_path) == [Dump("1.listens", 2, right, published=True)]
    published.write_text(f"{'0' * 64}  1.listens\n")
    with pytest.raises(DataError) as caught:
        find_dumps(tmp_path)
    assert str(caught.value) == (
        f"{path}: its SHA-256 is {right}, expected {'0' * 64} as in {published}: download it again"
    )
    published.write_text("<html>")
    with pytest.raises(DataError, match=r"\.sha256: expected a SHA-256 hash, 64 digits from 0 to f, then the name of"):
        find_dumps(tmp_path)


def test_a_name_that_cannot_stand_in_a_list(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"^'a\\tb\.tar': expected a file name of printable characters$"):
        save_list([Dump("a\tb.tar", 1, "0", published=False)], tmp_path / "dumps.tsv")
