import gzip
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from playlist2vec.base.errors import DataError
from playlist2vec.base.hashing import key_of_name, mix
from playlist2vec.corpus.playlists import RawPlaylist
from playlist2vec.reading.notes import Notes
from playlist2vec.sources.local.lines import read_ids
from playlist2vec.sources.text_playlists import read_text

NUMBERS = st.integers(0, 10**9)
BLANKED = "1 control characters: a blank stands for each (line 2)"
PAIRS = st.lists(st.lists(st.tuples(NUMBERS, NUMBERS), max_size=5), min_size=1, max_size=5)


def read(
    folder: Path, content: bytes, *, alternating: bool = False, piece: int = 0
) -> list[RawPlaylist]:
    (folder / "p.txt").write_bytes(content)
    path = folder / "p.txt"
    return list(read_text(path) if alternating else read_ids(path, piece, Notes(path)))


def ids(folder: Path, content: str) -> list[list[str]]:
    return [playlist.tracks for playlist in read(folder, content.encode())]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    PAIRS, st.sampled_from([",", " ", ", ", "  "]), st.sampled_from(["\n", "\r\n"]), st.booleans()
)
def test_lines_alternate_tracks_and_artists(
    tmp_path: Path, pairs: list[list[tuple[int, int]]], separator: str, end: str, packed: bool
) -> None:
    rows = [
        [text for track, artist in row for text in (f"track_{track}", f"artist_{artist}")]
        for row in pairs
    ]
    content = "".join(separator.join(row) + end for row in rows).encode()
    path = tmp_path / ("p.txt.gz" if packed else "p.txt")
    path.write_bytes(gzip.compress(content) if packed else content)
    found = list(read_text(path))
    assert [playlist.key for playlist in found] == mix(
        np.arange(len(rows), dtype=np.uint64)
    ).tolist()
    assert [playlist.tracks for playlist in found] == [row[::2] for row in rows]
    assert [playlist.artists for playlist in found] == [row[1::2] for row in rows]


def test_items_of_which_nothing_is_known(tmp_path: Path) -> None:
    assert [
        row[1:]
        for row in read(tmp_path, b"85116 useless 22375 useless\n\n7 useless", alternating=True)
    ] == [
        (["85116", "22375"], []),
        ([], []),
        (["7"], []),
    ]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("a b\nc\n", [["a", "b"], ["c"]]),
        ("a, b c,d\n\nAC/DC,\n", [["a", "b c", "d"], [], ["AC/DC"]]),
        ("\n \na, b\tc d\nx y, z\n", [[], [], ["a, b", "c d"], ["x y, z"]]),
        ("\ufeffa\u00a0b c\r\nd  e \r\n", [["a\u00a0b", "c"], ["d", "e"]]),
        ("a b", [["a", "b"]]),
        ("", []),
    ],
)
def test_the_first_line_says_what_separates_ids(
    tmp_path: Path, content: str, expected: list[list[str]]
) -> None:
    assert ids(tmp_path, content) == expected


def test_pieces_keep_their_keys_when_a_line_grows(tmp_path: Path) -> None:
    assert read(tmp_path, b"x\na b c d e\n\n", piece=2) == [
        (key_of_name("1#1"), ["x"], []),
        (key_of_name("2#1"), ["a", "b"], []),
        (key_of_name("2#2"), ["c", "d"], []),
        (key_of_name("2#3"), ["e"], []),
        (key_of_name("3#1"), [], []),
    ]


@pytest.mark.parametrize(
    ("content", "expected", "said"),
    [
        (
            "é b\nc\n".encode("cp1252"),
            [["é", "b"], ["c"]],
            ["it is not UTF-8, and is read as Windows-1252"],
        ),
        ("é b\rc\r".encode("utf-16"), [["é", "b"], ["c"]], []),
        (b"a b\nc\0d e\n", [["a", "b"], ["c", "d", "e"]], [BLANKED]),
        (
            "a,b\nc,d\u2028e\n".encode(),
            [["a", "b"], ["c", "d e"]],
            [BLANKED],
        ),
    ],
)
def test_ids_in_any_encoding(
    tmp_path: Path, content: bytes, expected: list[list[str]], said: list[str]
) -> None:
    (tmp_path / "p.txt").write_bytes(content)
    notes = Notes("p.txt")
    assert [playlist.tracks for playlist in read_ids(tmp_path / "p.txt", 0, notes)] == expected
    assert list(notes.texts()) == said


def test_a_playlist_may_be_a_long_line(tmp_path: Path) -> None:
    assert len(ids(tmp_path, "a b\n" + "song " * 50_000)[1]) == 50_000


@pytest.mark.parametrize(
    ("content", "alternating", "text"),
    [
        (
            b"track_1,artist_1\ntrack_1\n",
            True,
            "line 2 has 1 entries, an odd number: expected a track and its artist",
        ),
        (b"track_1,,track_2,artist_1", True, "line 1, entry 2 is empty: expected an id"),
        (
            b"track_1 artist_5 artist_5 artist_1",
            True,
            "line 1, entry 3 is artist_5: expected track_<id>",
        ),
        (b"track_1,artist_1\n\xe9 c\n", True, r"line 2 holds b'\xe9 c\n': expected text in UTF-8"),
        (
            b"track_1,artist_1\ntrack_\0,c",
            True,
            r"line 2, entry 1 is 'track_\x00': expected an id without control",
        ),
        (b"a\tb\n\tc\n", False, "line 2, entry 1 is empty: expected an id"),
        (
            b"a\nb,c\n",
            False,
            "line 2 holds a comma or a tab, unlike the lines before: expected blanks between ids",
        ),
        (b"a,b\tc\n", False, None),
        (
            b"a,b\nc\td,e\n",
            False,
            r"line 2, entry 1 is 'c\td': expected an id without control characters",
        ),
    ],
)
def test_wrong_lines(tmp_path: Path, content: bytes, alternating: bool, text: str | None) -> None:
    if text is None:
        assert read(tmp_path, content, alternating=alternating)[0].tracks == ["a,b", "c"]
        return
    with pytest.raises(DataError) as caught:
        read(tmp_path, content, alternating=alternating)
    assert str(caught.value).startswith(f"{tmp_path / 'p.txt'}: {text}")
