"""Lines of text in the encodings that people's files have."""

import gzip
from pathlib import Path

import pytest

from playlist2vec.base.errors import DataError
from playlist2vec.reading.notes import Notes
from playlist2vec.reading.text import CONTROL, lines_of

SONGS = "Åsa – Öl\nEnd"
IN = [(1, "Åsa – Öl"), (2, "End")]


def read(path: Path, content: bytes) -> tuple[list[tuple[int, str]], Notes]:
    path.write_bytes(content)
    notes = Notes(path)
    return list(lines_of(path, notes)), notes


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_a_mark_or_utf_8_says_the_encoding(tmp_path: Path, encoding: str) -> None:
    lines, notes = read(tmp_path / "a.txt", SONGS.encode(encoding))
    assert lines == IN
    assert list(notes) == []


def test_windows_1252_is_read_with_one_note(tmp_path: Path) -> None:
    lines, notes = read(tmp_path / "a.m3u8", SONGS.encode("cp1252"))
    assert lines == IN
    assert list(notes) == [f"{tmp_path / 'a.m3u8'}: it is not UTF-8, and is read as Windows-1252"]


def test_a_letter_that_is_not_utf_8_may_stand_far_behind(tmp_path: Path) -> None:
    lines, notes = read(tmp_path / "a.txt", b"a\n" * 800_000 + "é".encode("cp1252"))
    assert lines[-1] == (800_001, "é")
    assert len(list(notes)) == 1


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_known_by_its_zeros(tmp_path: Path, encoding: str) -> None:
    lines, notes = read(tmp_path / "a.txt", "title,artist\nA,B".encode(encoding))
    assert lines == [(1, "title,artist"), (2, "A,B")]
    assert len(list(notes)) == 1


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_every_end_of_line(tmp_path: Path, end: str) -> None:
    lines, _ = read(tmp_path / "a.txt", f"a{end}{end}b{end}".encode())
    assert lines == [(1, "a"), (2, ""), (3, "b")]


def test_control_characters_are_blanks_and_counted(tmp_path: Path) -> None:
    lines, notes = read(tmp_path / "a.txt", "a\x0bb\tc\n\0d\x85\u2028e".encode())
    assert lines == [(1, "a b\tc"), (2, " d  e")]
    assert notes.counts == {CONTROL: 4}
    assert list(notes) == [f"{tmp_path / 'a.txt'}: 4 {CONTROL} (line 1, line 2, ...)"]


def test_packed_files_are_unpacked(tmp_path: Path) -> None:
    assert read(tmp_path / "a.csv.gz", gzip.compress(SONGS.encode("cp1252")))[0] == IN
    with pytest.raises(DataError, match=r"expected a whole \.gz file"):
        read(tmp_path / "b.csv.gz", gzip.compress(SONGS.encode())[:-9])


def test_an_endless_line_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="line 2 is longer than 100,000 characters"):
        read(tmp_path / "a.txt", b"a\n" + b"b" * 200_000)
    with pytest.raises(DataError, match="cannot be read: No such file"):
        list(lines_of(tmp_path / "none", Notes(tmp_path / "none")))
