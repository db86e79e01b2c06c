"""Text with a song a line."""

from pathlib import Path

import pytest

from tests.builders.playlist_files import names, read


def test_a_numbered_list_keeps_names_that_begin_with_numbers(tmp_path: Path) -> None:
    songs, notes = read(tmp_path, "a.txt", "1 Ann - Tide\n2 99 Lamps\n3 50 Miles - Fog\n")
    assert names(songs) == [("Ann", "Tide"), ("", "99 Lamps"), ("50 Miles", "Fog")]
    assert notes == ["the number at the beginning of each line is taken off"]
    songs, notes = read(tmp_path, "a.txt", "99 Lamps\n50 Miles - Fog\n7 Wells\n")
    assert names(songs) == [("", "99 Lamps"), ("50 Miles", "Fog"), ("", "7 Wells")]
    assert notes == []


def test_lists_as_they_are_pasted(tmp_path: Path) -> None:
    text = (
        "Tracklist\n\n1. Ann - Tide\n3) Cy – Fog\n[07] Eva — Dawn\n00:00 Ben - Rain\n"
        "12:30 - Ida - Snow\n"
        '• "Ole" - "Ice"\nAnn\tShore\n'
    )
    songs, _ = read(tmp_path, "a.txt", text)
    assert names(songs)[1:] == [
        *(("Ann", "Tide"), ("Cy", "Fog"), ("Eva", "Dawn"), ("Ben", "Rain"), ("Ida", "Snow")),
        *(("Ole", "Ice"), ("Ann", "Shore")),
    ]
    assert [song.place for song in songs][1] == "line 3"


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("Ann - Tide https://www.deezer.com/track/17", ("Ann", "Tide")),
        ("https://www.deezer.com/track/17", ("", "")),
        ("1. <https://www.deezer.com/fr/track/17>", ("", "")),
        ("2. [Ann - Tide](https://www.deezer.com/track/17)", ("Ann", "Tide")),
        ("Ann - Tide (https://www.deezer.com/track/17)", ("Ann", "Tide")),
        ("https://www.deezer.com/track/17 - Ann - Tide", ("Ann", "Tide")),
        (
            "https://www.deezer.com/track/17 Ann - Tide (Official Video)",
            ("Ann", "Tide (Official Video)"),
        ),
    ],
)
def test_an_address_may_stand_anywhere_in_a_line(
    tmp_path: Path, line: str, name: tuple[str, str]
) -> None:
    songs, _ = read(tmp_path, "a.txt", f"{line}\n")
    assert names(songs) == [name]
    assert songs[0].ids[0] == "track_17"


def test_a_path_is_an_id_and_a_name(tmp_path: Path) -> None:
    songs, _ = read(tmp_path, "a.txt", "/music/Ann Ro/Shore/0030 Tide.flac\nCy - Fog.mp3\n")
    assert names(songs) == [("Ann Ro", "Tide"), ("Cy", "Fog")]
    assert songs[0].ids[0] == "/music/Ann Ro/Shore/0030 Tide.flac"
