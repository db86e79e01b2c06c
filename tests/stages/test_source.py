"""The stage that makes the folder of raw data, on each kind of source."""

import gzip
import hashlib
import os
import subprocess
import sys
import zlib
from pathlib import Path
from zipfile import ZipFile

import pytest
import yaml

from benchmarks.data.mpd_slices import shape_of, write_slices, write_zip
from playlist2vec.base.errors import DataError
from playlist2vec.online.download import git_blob_id
from stages.source import main
from tests.builders.listen_files import tar, write
from tests.builders.params import all_params, write_params

TABLE = b"playlist,track\nfirst,b\xc3\xa9b\xc3\xa9\r\nfirst,\xff\n"


@pytest.fixture(autouse=True)
def _project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder with params.yaml, three rooms, and the leavings of another data set in data/raw."""
    sample = {"playlists": 20, "songs": 50, "predictability": 0.8, "seed": 1}
    monkeypatch.chdir(tmp_path)
    write_params(Path("params.yaml"), all_params(sample=sample))
    room(
        "sample",
        kind="generated",
        format="text",
        files=[{"name": "playlists.txt", "role": "playlists"}],
    )
    room("local", kind="local", format="table")
    for folder in ("data/incoming", "data/raw/deeper"):
        Path(folder).mkdir(parents=True)
    Path("data/raw/playlists.npy").write_text("of another data set")
    Path("data/raw/deeper/still").touch()


def room(name: str, **content: object) -> None:
    path = Path("data/sources", name, "source.yaml")
    path.parent.mkdir(parents=True)
    path.write_text(yaml.safe_dump({"licence": "CC0", **content}), encoding="utf-8")


def run(
    dataset: str,
    local_file: str = "data/sources/local/example.csv",
    *,
    dumps: str = "none",
    slices: str = "none",
    crawl: str = "none",
) -> str:
    params = yaml.safe_load(Path("params.yaml").read_text(encoding="utf-8"))
    params |= {"local": {"file": local_file}, "listenbrainz": {"dumps": dumps}}
    params |= {"spotify_mpd": {"slices": slices}, "soundcloud": {"crawl": crawl}}
    Path("params.yaml").write_text(yaml.safe_dump(params), encoding="utf-8")
    return main("params.yaml", f"data/sources/{dataset}/source.yaml", "data/incoming", "data/raw")


def raw() -> dict[str, bytes]:
    return {
        str(path.relative_to("data/raw")): path.read_bytes() for path in Path("data/raw").rglob("*")
    }


def download(content: bytes, *names: str) -> None:
    """A room whose files lie in data/incoming and can be had from nowhere else."""
    for name in names:
        Path("data/incoming", name).write_bytes(content)
    roles = ("playlists", "tracks")
    blob = git_blob_id(Path("data/incoming", names[0]))
    files = [
        {"name": name, "role": role, "address": f"http://127.0.0.1:9/{name}", "blob": blob}
        for name, role in zip(names, roles, strict=False)
    ]
    room("songs", kind="download", format="npy", files=files)


def test_a_generated_source_is_written_alike_each_time() -> None:
    summary = run("sample")
    first = raw()
    assert set(first) == {"playlists.txt", "tracks.csv"}
    played = (
        sum(
            len(line.split())
            for line in first["playlists.txt"].decode().replace(",", " ").splitlines()
        )
        // 2
    )
    assert summary.startswith(f"sample: 20 playlists generated, {played:,} songs played, ")
    assert run("sample") == summary
    assert raw() == first


@pytest.mark.parametrize(
    ("name", "copied"),
    [
        ("plays.csv", "playlists.csv"),
        ("2024.01.tsv", "playlists.tsv"),
        ("Lists.TXT", "playlists.txt"),
        ("my.plays.csv.gz", "playlists.csv.gz"),
    ],
)
def test_a_local_file_is_copied_whole_and_alone(name: str, copied: str) -> None:
    content = gzip.compress(TABLE) if name.endswith("gz") else TABLE
    Path(name).write_bytes(content)
    assert run("local", name) == f"local: {len(content):,} bytes in {name} copied to data/raw"
    assert raw() == {copied: content}


ENDINGS = ".csv, .tsv, .txt, .m3u, "


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("plays.xlsx", f"expected a file that ends in {ENDINGS}"),
        ("csv", f"expected a file that ends in {ENDINGS}"),
        ("absent.csv", "expected the path of a file or folder that is there"),
        ("absent.zip", "expected the path of a file or folder that is there"),
        ("empty", f"no file in it can be read: expected names that end in {ENDINGS}"),
        ("pictures", f"none of 1 files in it can be read: expected names that end in {ENDINGS}"),
    ],
)
def test_a_local_file_that_cannot_be_one_is_refused(name: str, expected: str) -> None:
    for file in ("plays.xlsx", "csv"):
        Path(file).touch()
    for folder in ("empty", "pictures"):
        Path(folder).mkdir()
    Path("pictures/cover.jpg").touch()
    with pytest.raises(DataError) as caught:
        run("local", name)
    assert str(caught.value).startswith(f"params.yaml: local.file = {name}: {expected}")


def test_a_damaged_zip_file_is_refused() -> None:
    Path("lists.zip").write_bytes(b"PK")
    with pytest.raises(
        DataError, match=r"^lists\.zip: cannot be unpacked \(its end is missing\): expected a"
    ):
        run("local", "lists.zip")


def test_a_folder_and_a_zip_file_of_playlists_are_copied_alike() -> None:
    files = {"one.m3u": b"1", "deeper/b\u00e9 (2).M3U8": b"22", "plays.tsv.gz": b"333"}
    others = {"cover.jpg": b"4", ".hidden/x.m3u": b"5", "__MACOSX/._one.m3u": b"6"}
    for name, content in (files | others).items():
        Path("lists", name).parent.mkdir(parents=True, exist_ok=True)
        Path("lists", name).write_bytes(content)
    assert run("local", "lists") == (
        "local: 3 files of lists copied to data/raw; "
        "3 passed over, as their names are hidden or have another ending: "
        "'.hidden/x.m3u', '__MACOSX/._one.m3u', 'cover.jpg'"
    )
    found = raw_files()
    assert found == {f"playlists/{name}": content for name, content in files.items()}
    with ZipFile("lists.zip", "w") as archive:
        for name, content in (
            {k: v for k, v in files.items() if not k.endswith("gz")} | others
        ).items():
            archive.writestr(name, content)
    assert run("local", "lists.zip").startswith(
        "local: 2 files of lists.zip copied to data/raw; 3 passed over"
    )
    assert raw_files() == {
        name: content for name, content in found.items() if not name.endswith("gz")
    }


def raw_files() -> dict[str, bytes]:
    top = Path("data/raw")
    return {
        path.relative_to(top).as_posix(): path.read_bytes()
        for path in top.rglob("*")
        if path.is_file()
    }


def test_files_in_incoming_are_copied_and_stay_untouched() -> None:
    download(b"x" * 5000, "music.npy", "tracks.csv")
    Path("data/incoming/unrelated").write_text("mine")
    for path in Path("data/incoming").iterdir():
        os.utime(path, (1, 1))
    assert run("songs") == (
        "songs: 10,000 bytes in data/incoming/music.npy, data/incoming/tracks.csv copied to "
        "data/raw"
    )
    assert raw() == {"music.npy": b"x" * 5000, "tracks.csv": b"x" * 5000}
    left = {path.name: path.stat().st_mtime for path in Path("data/incoming").iterdir()}
    assert left == {"music.npy": 1, "tracks.csv": 1, "unrelated": 1}


def test_what_lies_in_incoming_is_not_what_a_later_change_of_raw_reaches() -> None:
    download(b"x", "music.npy")
    run("songs")
    Path("data/raw/music.npy").write_bytes(b"changed")
    assert Path("data/incoming/music.npy").read_bytes() == b"x"


def test_dumps_are_listed_and_not_copied() -> None:
    room("listens", kind="placed", format="listens")
    one = write(Path("data/incoming/lb/a.tar.zst"), tar([("listens/2024/1.listens", b"{}")]))
    two = write(Path("data/incoming/lb/deeper/2.listens"), b"{}\n")
    hashes = [hashlib.sha256(path.read_bytes()).hexdigest() for path in (one, two)]
    Path("data/incoming/lb/deeper/2.listens.sha256").write_text(f"{hashes[1]}  2.listens\n")
    size = one.stat().st_size
    assert run("listens", dumps="data/incoming/lb") == (
        f"listens: 2 dumps with {size + 3} bytes in data/incoming/lb listed, not copied; 1 agree "
        "with a published "
        "SHA-256, 1 have none beside them"
    )
    rows = [f"a.tar.zst\t{size}\t{hashes[0]}\tno", f"deeper/2.listens\t3\t{hashes[1]}\tyes"]
    assert raw() == {"dumps.tsv": "\n".join(["file\tbytes\tsha256\tpublished", *rows, ""]).encode()}


def test_slices_are_listed_and_not_copied() -> None:
    room("playlists", kind="placed", format="mpd")
    shape = shape_of(25, size=10, longest=8, songs=20)
    write_slices(Path("data/incoming/mpd/deeper"), shape)
    write_zip(Path("data/incoming/mpd.zip"), shape)
    contents = [
        Path(f"data/incoming/mpd/deeper/mpd.slice.{numbers}.json").read_bytes()
        for numbers in ("0-9", "10-19", "20-24")
    ]
    size = sum(map(len, contents))
    rows = [
        f"{first}\t{last}\t{len(content)}\t{zlib.crc32(content):08x}"
        for (first, last), content in zip(((0, 9), (10, 19), (20, 24)), contents, strict=True)
    ]
    for place in ("data/incoming/mpd", "data/incoming/mpd.zip"):
        assert run("playlists", slices=place) == (
            f"playlists: 3 slices with {size:,} bytes in {place} listed, not copied; by their "
            "names they hold 25 "
            "playlists"
        )
        assert raw() == {"slices.tsv": "\n".join(["first\tlast\tbytes\tcrc32", *rows, ""]).encode()}


def test_a_source_that_fails_is_one_line_and_exit_code_1() -> None:
    download(b"x", "music.npy")
    Path("data/incoming/music.npy").write_bytes(b"changed")
    arguments = ["params.yaml", "data/sources/songs/source.yaml", "data/incoming", "data/raw"]
    ended = subprocess.run(
        [sys.executable, "-m", "stages.source", *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        check=False,
    )
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.startswith("source: data/incoming/music.npy: its blob id is ")
    assert len(ended.stderr.splitlines()) == 1
    assert Path("data/incoming/music.npy").read_bytes() == b"changed"


def test_only_the_section_that_is_needed_is_read() -> None:
    Path("params.yaml").write_text("sample: nonsense\n", encoding="utf-8")
    Path("plays.csv").write_bytes(TABLE)
    run("local", "plays.csv")
    with pytest.raises(
        DataError, match=r"^params\.yaml: sample = nonsense: expected a section of parameters$"
    ):
        run("sample")


def test_a_crawl_is_listed_and_not_copied() -> None:
    room("crawl", kind="placed", format="soundcloud")
    for name, content in (("a.json", b"{}"), ("deeper/b.jsonl.GZ", b"x"), ("c.txt", b"")):
        path = Path("data/incoming/sc", name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    assert run("crawl", crawl="data/incoming/sc") == (
        "crawl: 2 files with 3 bytes in data/incoming/sc listed, not copied"
    )
    lines = raw()["files.tsv"].decode().splitlines()
    assert [line.split("\t")[:2] for line in lines[1:]] == [
        ["a.json", "2"],
        ["deeper/b.jsonl.GZ", "1"],
    ]
    with pytest.raises(
        DataError, match=r"^data/incoming/none: no crawl: expected a folder or file with names"
    ):
        run("crawl", crawl="data/incoming/none")
