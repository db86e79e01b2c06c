"""Zip files whose members are read, and those that are refused, each in one line."""

import stat
import struct
from collections.abc import Callable
from pathlib import Path
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_LZMA, ZIP_STORED, ZipFile, ZipInfo
from zlib import crc32

import pytest

from playlist2vec.base.errors import DataError
from playlist2vec.formats.zips import LARGEST_DIRECTORY, ZipMember, members_of, read_member
from tests.builders.mpd_files import zipped

CONTENT: list[tuple[str | ZipInfo, bytes | str]] = [
    ("top/a", b"a" * 3000),
    ("top/b", b""),
    ("top/ä", b"c"),
]


def read(path: Path) -> list[bytes]:
    return [read_member(path, member.name, 1 << 20) for member in members_of(path)]


def refused(path: Path, content: bytes) -> str:
    path.write_bytes(content)
    with pytest.raises(DataError) as caught:
        read(path)
    text = str(caught.value)
    assert text.startswith(f"{path}: ")
    assert len(text.splitlines()) == 1
    return text.removeprefix(f"{path}: ")


def header(name: str, mode: int = 0) -> ZipInfo:
    found = ZipInfo(name)
    found.external_attr = mode << 16
    return found


@pytest.mark.parametrize("packing", [ZIP_STORED, ZIP_DEFLATED])
@pytest.mark.parametrize("large", [False, True])
def test_the_members_of_a_whole_file(tmp_path: Path, packing: int, large: bool) -> None:
    path = tmp_path / "a.zip"
    with ZipFile(path, "w", packing) as archive:
        archive.mkdir("top")
        for name, content in CONTENT:
            with archive.open(str(name), "w", force_zip64=large) as file:
                file.write(bytes(content))  # type: ignore[arg-type]
        archive.comment = b"a comment" * 1000
    assert members_of(path) == [
        ZipMember("top/a", 3000, crc32(b"a" * 3000)),
        ZipMember("top/b", 0, 0),
        ZipMember("top/ä", 1, crc32(b"c")),
    ]
    assert [read_member(path, str(name), 3000) for name, _ in CONTENT] == [
        content for _, content in CONTENT
    ]
    with pytest.raises(
        DataError, match=r"a\.zip: top/a: more than 2,999 bytes: expected at most so many$"
    ):
        read_member(path, "top/a", 2999)


@pytest.mark.parametrize(
    "name", ["/etc/passwd", "../a", "top/../../a", "top/..", "C:\\a", "\\a", "a\\..\\b"]
)
def test_a_path_that_leads_out_of_the_file(tmp_path: Path, name: str) -> None:
    said = refused(tmp_path / "a.zip", zipped([*CONTENT, (name, b"x")]))
    assert said == f"it holds the path {name!a}: expected paths that stay inside the archive"


@pytest.mark.parametrize(
    ("mode", "kind"),
    [
        (stat.S_IFLNK | 0o777, "a link"),
        (stat.S_IFCHR, "no plain file"),
        (stat.S_IFBLK, "no plain file"),
        (stat.S_IFIFO, "no plain file"),
        (stat.S_IFSOCK, "no plain file"),
    ],
)
def test_members_that_are_no_files(tmp_path: Path, mode: int, kind: str) -> None:
    said = refused(tmp_path / "a.zip", zipped([*CONTENT, (header("top/x", mode), b"/etc/passwd")]))
    assert said == f"it holds 'top/x', which is {kind}: expected plain files and folders"


def patched(offset_in_entry: int, value: int) -> Callable[[bytes], bytes]:
    """Set two bytes in the first entry of the list of members."""

    def patch(content: bytes) -> bytes:
        place = content.index(b"PK\1\2") + offset_in_entry
        return content[:place] + struct.pack("<H", value) + content[place + 2 :]

    return patch


def test_members_that_need_a_password_or_another_library(tmp_path: Path) -> None:
    whole = zipped(CONTENT)
    assert refused(tmp_path / "a.zip", patched(8, 1)(whole)) == (
        "it holds 'top/a', which is encrypted: expected members that need no password"
    )
    for packing in (ZIP_BZIP2, ZIP_LZMA, 93, 99):
        said = refused(tmp_path / "a.zip", patched(10, packing)(whole))
        assert said == f"it holds 'top/a' in packing {packing}: expected stored or deflated ones"


def test_the_same_path_twice_and_archives_in_archives(tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        twice = zipped([*CONTENT, CONTENT[0]])
    assert refused(tmp_path / "a.zip", twice) == "it holds 'top/a' twice: expected different paths"
    assert refused(tmp_path / "a.zip", zipped([("a/b.ZIP", zipped(CONTENT))])) == (
        "it holds 'a/b.ZIP', an archive: expected files of data; unpack it first"
    )


def test_bombs_are_refused_before_they_are_unpacked(tmp_path: Path) -> None:
    assert refused(tmp_path / "a.zip", zipped([("top/x", bytes(5 << 20))])) == (
        "it holds 'top/x', more than 200 times its size: expected data and no bomb"
    )
    # A size that is said to be small does not help.
    content = zipped([("top/x", bytes(5 << 20))])
    for place in (content.index(b"PK\3\4") + 22, content.index(b"PK\1\2") + 24):
        content = content[:place] + struct.pack("<L", 1000) + content[place + 4 :]
    assert "cannot be unpacked (" in refused(tmp_path / "a.zip", content)
    # Many members that are the same packed bytes.
    content = zipped([("a", b"x" * 100_000), ("b", b"y" * 100_000), ("c", b"z" * 100_000)])
    entries = [place for place in range(len(content)) if content.startswith(b"PK\1\2", place)]
    for place in entries[1:]:
        content = content[: place + 42] + struct.pack("<L", 0) + content[place + 46 :]
        content = content[: place + 20] + struct.pack("<L", len(content)) + content[place + 24 :]
    assert (
        refused(tmp_path / "a.zip", content)
        == "its members overlap: expected each with bytes of its own"
    )


@pytest.mark.parametrize("large", [False, True])
def test_a_list_of_members_that_would_fill_the_memory(tmp_path: Path, large: bool) -> None:
    size = LARGEST_DIRECTORY + 1
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 1, 1, 0xFFFFFFFF if large else size, 0, 0)
    if large:
        end64 = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, 1, 1, size, 0)
        end = end64 + struct.pack("<4sLQL", b"PK\6\7", 0, size, 1) + end
    said = refused(tmp_path / "a.zip", bytes(size) + end)
    assert said.startswith("a list of members of ")
    assert said.endswith("expected at most 8,388,608 bytes")


def test_a_file_that_is_cut_off_anywhere(tmp_path: Path) -> None:
    whole = zipped(CONTENT)
    for left in range(len(whole)):
        assert refused(tmp_path / "a.zip", whole[:left]).endswith("): expected a whole zip file")


def test_a_changed_byte_is_noticed(tmp_path: Path) -> None:
    whole = zipped([("top/a", bytes(range(256)) * 4)])
    place = whole.index(b"top/a") + 20
    said = refused(
        tmp_path / "a.zip", whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :]
    )
    assert said.startswith("cannot be unpacked (")
