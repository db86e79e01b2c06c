"""Archives that are read as a whole, and those that are refused, each in one line."""

import gzip
import io
import lzma
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import IO

import pytest
import zstandard

from playlist2vec.base.errors import DataError
from playlist2vec.formats.archives import opened_archive, unpacked_file
from tests.builders.listen_files import tar, write

CONTENT = [("top/a", b"a" * 3000), ("top/b", b""), ("top/c", b"c")]
PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "tar": bytes,
    "tar.xz": lzma.compress,
    "tar.zst": zstandard.compress,
}


def read(path: Path) -> list[tuple[str, bytes]]:
    with opened_archive(path) as members:
        return [(member.name, member.file.read()) for member in members]


def refused(path: Path) -> str:
    with pytest.raises(DataError) as caught:
        read(path)
    text = str(caught.value)
    assert text.startswith(f"{path}: ")
    assert len(text.splitlines()) == 1
    return text.removeprefix(f"{path}: ")


def header(
    name: str, kind: bytes = tarfile.REGTYPE, link: str = "", pax: dict[str, str] | None = None
) -> tarfile.TarInfo:
    found = tarfile.TarInfo(name)
    found.type, found.linkname, found.pax_headers = kind, link, pax or {}
    return found


@pytest.mark.parametrize("suffix", PACKERS)
def test_the_members_of_a_whole_archive(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a.{suffix}"
    folder = (header("top", tarfile.DIRTYPE), b"")
    path.write_bytes(PACKERS[suffix](tar([folder, *CONTENT])))
    assert read(path) == CONTENT
    # A dump that is packed in pieces, one after the other, is one dump.
    if suffix != "tar":
        whole = tar(CONTENT)
        path.write_bytes(PACKERS[suffix](whole[:700]) + PACKERS[suffix](whole[700:]))
        assert read(path) == CONTENT


def test_xz_pads_its_streams_with_zeros(tmp_path: Path) -> None:
    whole = tar(CONTENT)
    path = tmp_path / "a.tar.xz"
    path.write_bytes(
        lzma.compress(whole[:700]) + bytes(8) + lzma.compress(whole[700:]) + bytes(400_000)
    )
    assert read(path) == CONTENT


@pytest.mark.parametrize("suffix", PACKERS)
def test_an_archive_that_is_cut_off_anywhere(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a.{suffix}"
    whole = tar(CONTENT)
    end = 512 * (3 + 6 + 1)  # three headers, six blocks of content and one
    for left in (0, 100, 512, 2000, end, end + 512):
        path.write_bytes(PACKERS[suffix](whole[:left]))
        assert refused(path).endswith("expected a whole archive")
    packed = PACKERS[suffix](whole)
    path.write_bytes(packed[: len(packed) // 2])
    assert refused(path).endswith("expected a whole archive")
    path.write_bytes(PACKERS[suffix](whole + tar(CONTENT)))
    assert refused(path) == (
        f"cannot be unpacked (no member begins at byte {end}, yet more bytes follow): "
        "expected a whole archive"
    )


@pytest.mark.parametrize(
    "name", ["/etc/passwd", "../a", "top/../../a", "top/..", "C:\\a", "\\a", "a\\..\\b"]
)
@pytest.mark.parametrize("suffix", PACKERS)
def test_a_path_that_leads_out_of_the_archive(tmp_path: Path, suffix: str, name: str) -> None:
    path = write(tmp_path / f"a.{suffix}", tar([*CONTENT, (name, b"x")]))
    assert (
        refused(path) == f"it holds the path {name!r}: expected paths that stay inside the archive"
    )


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (tarfile.SYMTYPE, "it holds 'top/x', which is a link: expected plain files and folders"),
        (tarfile.LNKTYPE, "it holds 'top/x', which is a link: expected plain files and folders"),
        (
            tarfile.CHRTYPE,
            "it holds 'top/x', which is no plain file: expected plain files and folders",
        ),
        (
            tarfile.BLKTYPE,
            "it holds 'top/x', which is no plain file: expected plain files and folders",
        ),
        (
            tarfile.FIFOTYPE,
            "it holds 'top/x', which is no plain file: expected plain files and folders",
        ),
        (tarfile.GNUTYPE_SPARSE, "it holds a file with holes: expected plain files"),
    ],
)
@pytest.mark.parametrize("suffix", PACKERS)
def test_members_that_are_no_files(tmp_path: Path, suffix: str, kind: bytes, text: str) -> None:
    path = write(
        tmp_path / f"a.{suffix}", tar([(header("top/x", kind, "/etc/passwd"), b""), *CONTENT])
    )
    assert refused(path) == text


@pytest.mark.parametrize(
    "pax",
    [
        {"GNU.sparse.map": "0,1", "GNU.sparse.size": "1000000000000"},
        {"GNU.sparse.major": "1", "GNU.sparse.minor": "0"},
    ],
)
def test_files_with_holes_in_their_attributes(tmp_path: Path, pax: dict[str, str]) -> None:
    path = write(
        tmp_path / "a.tar.zst", tar([(header("top/x", pax=pax), b"1\n0\n" + b"0\n" * 600)])
    )
    assert "expected plain files" in refused(path)


def open_packed(path: Path) -> IO[bytes]:
    if path.suffix == ".xz":
        return lzma.open(path, "wb", preset=0)
    packed: IO[bytes] = zstandard.open(path, "wb")
    return packed


@pytest.mark.parametrize("suffix", ["tar.xz", "tar.zst"])
def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path, suffix: str) -> None:
    class Zeros(io.RawIOBase):
        def read(self, size: int = -1) -> bytes:
            return bytes(size)

    path = tmp_path / f"bomb.{suffix}"
    bomb = header("top/x")
    bomb.size = 1 << 27
    with open_packed(path) as file, tarfile.open(fileobj=file, mode="w|") as archive:
        archive.addfile(bomb, Zeros())
    assert path.stat().st_size < 50_000
    assert refused(path) == "it holds more than 1000 times its size: expected a dump and no bomb"


def test_a_header_that_would_fill_the_memory(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.tar.zst", tar([(header("top/x", pax={"comment": "x" * (1 << 21)}), b"")])
    )
    assert refused(path).startswith("it holds a header of 20971")


def test_a_window_that_would_fill_the_memory(tmp_path: Path) -> None:
    wide = zstandard.ZstdCompressionParameters.from_level(3, window_log=30)
    path = tmp_path / "a.tar.zst"
    with (
        open(path, "wb") as file,
        zstandard.ZstdCompressor(compression_params=wide).stream_writer(file) as packer,
    ):
        packer.write(tar(CONTENT))
    assert "Frame requires too much memory" in refused(path)
    path = tmp_path / "a.tar.xz"
    filters = [{"id": lzma.FILTER_LZMA2, "preset": 0, "dict_size": 1 << 29}]
    path.write_bytes(lzma.compress(tar(CONTENT), filters=filters))
    assert "Memory usage limit exceeded" in refused(path)


@pytest.mark.parametrize("suffix", PACKERS)
def test_a_file_of_another_kind(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a.{suffix}"
    path.write_bytes(b"<html>Not found</html>" * 100)
    assert refused(path).endswith("expected a whole archive")


SINGLE: dict[str, Callable[[bytes], bytes]] = {".gz": gzip.compress, ".zst": zstandard.compress}


def read_whole(path: Path) -> bytes:
    with unpacked_file(path) as file:
        return b"".join(iter(lambda: file.read(1000), b""))


@pytest.mark.parametrize("ending", [".gz", ".zst", ".GZ", ""])
def test_a_packed_file_is_read_whole(ending: str, tmp_path: Path) -> None:
    pack = SINGLE.get(ending.lower(), bytes)
    for content in (b"", b"x" * 5_000_000, bytes(range(256)) * 999):
        (tmp_path / f"a{ending}").write_bytes(pack(content) + pack(b"") + pack(content[:10]))
        assert read_whole(tmp_path / f"a{ending}") == content + content[:10]


@pytest.mark.parametrize("ending", [".gz", ".zst"])
def test_a_packed_file_that_is_cut_off_or_damaged_is_refused(ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"a{ending}"
    # Two parts, so that what is read before the cut is whole lines.
    content = SINGLE[ending](b"1\n" * 1000) + SINGLE[ending](b"2\n" * 1000)
    for size in (1, 5, len(content) // 2 + 5, len(content) - 1):
        path.write_bytes(content[:size])
        with pytest.raises(
            DataError,
            match=rf"a\{ending}: cannot be unpacked \(.*\): expected a whole \{ending} file$",
        ):
            read_whole(path)
    path.write_bytes(b"not packed at all")
    with pytest.raises(DataError, match="cannot be unpacked"):
        read_whole(path)


def test_a_packed_file_that_is_a_bomb_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.zst").write_bytes(zstandard.compress(bytes(1 << 28)))
    with pytest.raises(
        DataError,
        match=r"a\.zst: it holds more than 1000 times its size: expected a dump and no bomb$",
    ):
        read_whole(tmp_path / "a.zst")
