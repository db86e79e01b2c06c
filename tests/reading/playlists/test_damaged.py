"""Damaged and hostile playlist files: one line, or counted entries, within bounds of time and
memory.
"""

import io
import json
import plistlib
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import strategies as st

from playlist2vec.base.errors import DataError
from playlist2vec.reading.notes import Notes
from playlist2vec.reading.playlists.reader import READERS, read_playlist
from tests.builders.fuzzing import MB, damaged, fuzz, strange_json, within

CASES = 15
"""Files that are tried on each reader."""
KEYS = (
    "track",
    "tracks",
    "items",
    "artists",
    "name",
    "uri",
    "playlist",
    "identifier",
    "episode",
    "id",
    "track_metadata",
)


def packed() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a.csv", "title,artist\nA,B\n")
        archive.writestr("b.json", '[{"title": "A"}]')
    return file.getvalue()


EXAMPLES = {
    "m3u": b'#EXTM3U\n#PLAYLIST:x\n#EXTINF:1 tvg-name="A, B",A - B\n#EXTART:A\n'
    b"D:\\m\\A\\1-01 - B.mp3\nfile:///a%20b.mp3\n",
    "xspf": b"<?xml version='1.0'?><playlist xmlns='http://xspf.org/ns/0/'><title>x</title>"
    b"<trackList><track><title>A</title><creator>B</creator>"
    b"<identifier>urn:song:1</identifier></track></trackList></playlist>",
    "pls": b"[playlist]\nFile1=D:\\a.mp3\nTitle1=A - B\nLength1=9\nFile2=http://a/b\n"
    b"NumberOfEntries=2\n",
    "wpl": b"<?wpl version='1.0'?><smil><head><title>x</title></head><body><media src='a.mp3'/>"
    b"</body></smil>",
    "asx": b"<asx version='3.0'><entry><title>A</title><ref href='http://a/b.mp3'/></entry></asx>",
    "rhythmbox": b"<rhythmdb-playlists><playlist name='x'><location>file:///a%20b.mp3</location>"
    b"</playlist></rhythmdb-playlists>",
    "cue": b'PERFORMER "A"\nTITLE "x"\nFILE "a.wav" WAVE\n  TRACK 01 AUDIO\n    TITLE "B"\n'
    b"    ISRC X\n",
    "apple": plistlib.dumps(
        {
            "Tracks": {
                "8": {"Track ID": 8, "Name": "A", "Artist": "B", "Location": "file:///a.mp3"}
            },
            "Playlists": [{"Name": "x", "Playlist Items": [{"Track ID": 8}]}],
        }
    ),
    "json": json.dumps(
        {
            "playlists": [
                {
                    "name": "x",
                    "items": [{"track": {"trackName": "A", "artistName": "B", "trackUri": "x:1"}}],
                },
                {
                    "playlist": {
                        "track": [{"identifier": ["urn:song:1"], "title": "A", "creator": "B"}]
                    }
                },
                {
                    "tracks": {
                        "data": [{"id": 1, "title": "A", "artist": {"name": "B"}, "type": None}]
                    }
                },
            ]
        }
    ).encode(),
    "json lines": b'{"track_metadata": {"artist_name": "A", "track_name": "B"}}\n'
    b'{"title": "A", "x": 1}\n',
    "table": b'Track URI,Track Name,Artist Name(s)\n"spotify:track:1","A","B"\n'
    b'x,"C ""D""",E\n,"F\nG",H\n',
    "scrobbles": b"#AUDIOSCROBBLER/1.1\n#TZ/UTC\nA\tB\tC\t1\t9\tL\t1577836800\t\n",
    "lines": b"1. A - B\n2) C\n[3] https://www.deezer.com/track/7\n00:10 /music/A/B/01 C.mp3\n",
    "zip": packed(),
}


def read_or_refuse(path: Path) -> str:
    """What is said of a file that is read whole, or refused."""
    notes = Notes(path)
    said = ""
    try:
        for song in read_playlist(path, notes):
            assert all(
                isinstance(text, str)
                for text in (*song.ids, song.artist, song.title, song.album, song.place)
            )
            assert song.ids or song.title
            f"{song}".encode()
    except DataError as refused:
        said = f"{refused}"
    assert all(len(text.splitlines()) <= 1 for text in (said, *notes))
    return said


def test_there_is_an_example_of_every_kind(tmp_path: Path) -> None:
    assert set(EXAMPLES) == {*READERS, "zip"}
    for kind, content in EXAMPLES.items():
        (tmp_path / kind).write_bytes(content)
        assert read_or_refuse(tmp_path / kind) == ""


@pytest.mark.parametrize("kind", EXAMPLES)
def test_damaged_files_are_read_or_refused_in_one_line(
    kind: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    content = EXAMPLES[kind]
    files = damaged(content)
    if kind in ("json", "json lines"):
        files |= strange_json(content, KEYS)

    def check(folder: Path, case: bytes) -> None:
        # By its ending where the damage has taken what tells the format.
        for name in ("a", f"a.{'csv' if kind == 'table' else kind}"):
            (folder / name).write_bytes(case)
            read_or_refuse(folder / name)

    fuzz(CASES, files, within(20 * MB, check), tmp_path_factory)


@pytest.mark.parametrize(
    "ending", ["", ".m3u", ".csv", ".json", ".jsonl", ".pls", ".cue", ".xml", ".gz", ".zip"]
)
def test_any_bytes_are_read_or_refused_in_one_line(
    ending: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    def check(folder: Path, case: bytes) -> None:
        (folder / f"a{ending}").write_bytes(case)
        read_or_refuse(folder / f"a{ending}")

    fuzz(CASES, st.binary(max_size=300), within(20 * MB, check), tmp_path_factory)


@pytest.mark.thorough
@pytest.mark.parametrize(
    "line",
    [
        f"a{' ' * 90_000}b - c",
        "[" * 90_000,
        "(" * 90_000,
        '"' * 90_000,
        f"A{' -' * 45_000}",
        f"/{'01 - ' * 18_000}.mp3",
        "1. " * 30_000,
        "00:00 " * 15_000,
        f"a.mp3{chr(9) * 90_000}x",
        "https://deezer.com/" * 4_500,
        f"#EXTINF:1{' a=b' * 20_000},x",
    ],
)
@pytest.mark.parametrize("before", ["", "#EXTM3U\n", "[playlist]\nFile1=", "title,artist\n"])
def test_no_line_takes_a_time_that_grows_with_its_square(
    line: str, before: str, tmp_path: Path
) -> None:
    """The bound is far above what a line takes, and far below minutes."""
    (tmp_path / "a").write_text(f"{before}{line}\n", "utf-8")
    begin = time.process_time()
    read_or_refuse(tmp_path / "a")
    assert time.process_time() - begin < 20


def hostile() -> Iterator[tuple[str, bytes]]:
    """Files of up to 8 MB that would take a multiple of their size if held unchanged."""
    size = 8 * MB
    yield "empty-lists.json", b"[" + b"[]," * (size // 3) + b"1]"
    yield "short-texts.json", b"[" + b'"ab",' * (size // 5) + b"1]"
    yield "keys.json", b'{"tracks":[' + b'{"a":"b"},' * (size // 10) + b"1]}"
    yield "wide.json", '["\U0001f600", "'.encode() + b"a" * size + b'"]'
    yield (
        "names.xspf",
        b"<playlist>"
        + b"".join(b"<a%x/>" % number for number in range(size // 9))
        + b"</playlist>",
    )
    yield (
        "attributes.xspf",
        b"<playlist " + b"".join(b'a%x="" ' % number for number in range(size // 10)) + b"/>",
    )
    yield "deep.xspf", b"<playlist>" + b"<a>" * (size // 3)
    yield "entry.xspf", b"<playlist><track>" + b"<title>a</title>" * (size // 16)
    yield "text.xspf", b"<playlist><track><title>" + b"a&#10;" * (size // 6)
    yield "arrays.xml", b"<plist>" + b"<array/>" * (size // 8) + b"</plist>"
    yield "list.xml", b"<plist><array>" + b"<dict/>" * (size // 7) + b"</array></plist>"
    yield "deep.xml", b"<plist>" + b"<array>" * (size // 7)
    yield (
        "many.pls",
        b"[playlist]\n" + b"".join(b"File%d=\n" % number for number in range(size // 12)),
    )
    yield "comments.m3u", b"#EXTM3U\n" + b"".join(b"#c%x\n" % number for number in range(size // 8))
    yield "quotes.csv", b"title,artist\n" + b'"a,b\n' * (size // 10)
    yield "short.txt", b"a\n" * (size // 10)
    yield "wide.csv", b"title" + b"\n" + b",,,,,,,,\n" * (size // 9)


MEASURE = """
import sys
from pathlib import Path
from tests.peak import peak
from tests.reading.playlists.test_damaged import read_or_refuse
small = Path(sys.argv[1]).with_name("small" + Path(sys.argv[1]).suffix)
small.write_bytes(Path(sys.argv[1]).read_bytes()[:100])
read_or_refuse(small)
before = peak()
read_or_refuse(Path(sys.argv[1]))
print(peak() - before)
"""


@pytest.mark.thorough
@pytest.mark.parametrize("name", [name for name, _ in hostile()])
def test_memory_is_bounded_by_ten_times_the_file_and_100_mb(name: str, tmp_path: Path) -> None:
    content = dict(hostile())[name]
    (tmp_path / name).write_bytes(content)
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, str(tmp_path / name)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert int(done.stdout) < 10 * len(content) + 100 * MB
