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
    ],
)
def test_what_a_line_names_is_left_out(tmp_path: Path, line: str, left_out: list[int]) -> None:
    (tmp_path / "remove.txt").write_text(f"{line}\n", "utf-8")
    found = read_removals(tmp_path / "remove.txt")
    assert [each.id for each in (entry(17), entry(18), entry(19, 8)) if each in found] == left_out


@pytest.mark.parametrize("line", ["17, 18", "https://example.org/a/b", "person-9", "soundcloud:playlists:3"])
def test_a_line_that_names_nothing_is_an_error(tmp_path: Path, line: str) -> None:
    (tmp_path / "remove.txt").write_text(f"17\n{line}\n", "utf-8")
    with pytest.raises(DataError, match=r"remove\.txt: line 2 is "):
        read_removals(tmp_path / "remove.txt")
