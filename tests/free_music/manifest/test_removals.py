from pathlib import Path

import pytest

from playlist2vec.base.errors import DataError
from playlist2vec.free_music.manifest.removals import read_removals
from tests.free_music.tracks import entry


@pytest.mark.parametrize(
    ("line", "left_out"),
    [
        ("17", [17]),
        ("soundcloud:tracks:18", [18]),
        ("soundcloud:users:9", [17, 18]),
        ("https://soundcloud.com/person-9/song-18", [18]),
        ("https://m.soundcloud.com/Person-9/song-18/?si=1", [18]),
        ("https://soundcloud.com/person-8", [19]),
        ("# 17\n\n  19 ", [19]),
        ("\ufeff17\r", [17]),
        ("soundcloud:playlists:17", []),
    ],
)
def test_what_a_line_names_is_left_out(tmp_path: Path, line: str, left_out: list[int]) -> None:
    (tmp_path / "remove.txt").write_text(f"{line}\n", "utf-8")
    found = read_removals(tmp_path / "remove.txt")
    assert [each.id for each in (entry(17), entry(18), entry(19, 8)) if each in found] == left_out


@pytest.mark.parametrize(
    "line",
    [
        "17, 18",
        "https://example.org/a/b",
        "person-9",
        "soundcloud:lists:3",
        "https://soundcloud.com/a/sets/b",
    ],
)
def test_a_line_that_names_nothing_is_an_error(tmp_path: Path, line: str) -> None:
    (tmp_path / "remove.txt").write_text(f"17\n{line}\n", "utf-8")
    with pytest.raises(DataError, match=r"remove\.txt: line 2 is "):
        read_removals(tmp_path / "remove.txt")


def test_a_last_line_without_an_end_counts(tmp_path: Path) -> None:
    (tmp_path / "remove.txt").write_text("soundcloud:playlists:3\n17", "utf-8")
    found = read_removals(tmp_path / "remove.txt")
    assert (found.tracks, found.has_playlist(3, 0), found.has_playlist(4, 0)) == ({17}, True, False)


def test_a_playlist_of_a_removed_user_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "remove.txt").write_text("soundcloud:users:9\n", "utf-8")
    assert read_removals(tmp_path / "remove.txt").has_playlist(4, 9)
