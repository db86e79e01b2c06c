from pathlib import Path
from typing import Any

import pytest

from playlist2vec.base.errors import DataError
from playlist2vec.free_music.copies.grouping import groups_of, pairs_of
from playlist2vec.free_music.copies.table import Copied, read_copies, write_copies
from playlist2vec.free_music.fingerprints.matching import Copy
from playlist2vec.free_music.fingerprints.storage import Fingerprints
from tests.free_music.songs import prints
from tests.free_music.tracks import entry, hashed

NONE = Fingerprints.of_all([])


def test_copies_of_copies_are_one_group_and_the_most_liked_stays() -> None:
    entries = [
        entry(1, likes_count=3),
        entry(2, likes_count=9),
        entry(3),
        entry(4, likes_count=1),
        entry(5),
    ]
    found = groups_of([Copy(0, 1, 0.1), Copy(1, 3, 0.2)], entries)
    assert found == [Copied(1, 2, 0.1), Copied(2, 2, 0.1), Copied(4, 2, 0.2)]


@pytest.mark.parametrize(
    ("first", "second", "stays"),
    [
        ({"created_at": "2021-01-01T00:00:00Z"}, {"created_at": "2020-12-31T00:00:00Z"}, 2),
        ({"created_at": None}, {"created_at": "2020-12-31T00:00:00Z"}, 2),
        ({"likes_count": None}, {"likes_count": 0}, 1),
        ({}, {}, 1),
    ],
)
def test_then_the_oldest_then_the_lowest_id(
    first: dict[str, Any], second: dict[str, Any], stays: int
) -> None:
    entries = [entry(1, **first), entry(2, **second)]
    assert [each.stays for each in groups_of([Copy(0, 1, 0.0)], entries)] == [stays, stays]


@pytest.mark.parametrize(
    ("by", "column"), [("packets", "packets"), ("file", "sha256"), ("cover", "cover")]
)
def test_equal_hashes_are_copies(by: str, column: str) -> None:
    same: dict[str, Any] = {column: "a"}
    none: dict[str, Any] = {column: ""}
    rows = [hashed(1), *(hashed(track, **same) for track in (2, 3, 4)), hashed(5, "silent", **same)]
    rows += [hashed(6, **none), hashed(7, **none)]
    assert pairs_of(by, rows, NONE) == [Copy(1, 2, 0.0), Copy(1, 3, 0.0)]


def test_equal_sounds_are_copies() -> None:
    sounds = prints(2, 5)
    rows = [hashed(track) for track in (1, 2, 3)]
    found = pairs_of("audio", rows, Fingerprints.of_all([sounds[0], sounds[1], sounds[0]]))
    assert found == [Copy(0, 2, 0.0)]


def test_no_copies_are_no_group() -> None:
    assert groups_of([], [entry(1)]) == []


def test_the_table_is_read_as_written(tmp_path: Path) -> None:
    write_copies(tmp_path / "copies.tsv", [Copied(1, 2, 0.125), Copied(2, 2, 0.125)])
    assert read_copies(tmp_path / "copies.tsv") == {1: 2, 2: 2}
    for damaged in ("", "id\tstays\n", "id\tstays\terror\n1\t2\n", "id\tstays\terror\na\t2\t0\n"):
        (tmp_path / "copies.tsv").write_text(damaged, "utf-8")
        with pytest.raises(DataError, match=r"copies.tsv: "):
            read_copies(tmp_path / "copies.tsv")
