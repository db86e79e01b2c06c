"""Which dumps there are."""

import hashlib
from pathlib import Path

import pytest

from playlist2vec.base.errors import DataError
from playlist2vec.sources.listenbrainz.dumps import find_dumps
from playlist2vec.sources.placed import PlacedFile, load_list, path_of, save_list
from tests.builders.listen_files import write


def test_dumps_are_found_at_any_depth_by_name(tmp_path: Path) -> None:
    for name in (
        "b.tar",
        "a/1.listens",
        "a/2.parquet",
        "a.tar.xz",
        "TIMESTAMP",
        "c.tar.gz",
        "d.tar.zst.part",
    ):
        write(tmp_path / name, name.encode()).write_bytes(name.encode())
    found = find_dumps(tmp_path)
    assert [dump.name for dump in found] == ["a.tar.xz", "a/1.listens", "a/2.parquet", "b.tar"]
    assert found[1] == PlacedFile(
        "a/1.listens", 11, hashlib.sha256(b"a/1.listens").hexdigest(), published=False
    )
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
            f"{place}: no listens: expected a folder or file with names that end in .listens, "
            ".parquet, .jsonl, .zip, .tar, .tar.xz, .tar.zst"
        )
