"""Playlist files that a request brings: every form, and hostile ones in one line."""

import gzip
import io
import json
import os
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playlist2vec.serving import uploads
from playlist2vec.serving.asking import answered
from tests.serving.small import Wanted, two_models

MODELS = two_models()
XSPF = """<?xml version="1.0"?><playlist xmlns="http://xspf.org/ns/0/" version="1"><trackList>
<track><title>Title 3</title></track><track><title>Unknown</title></track></trackList></playlist>"""
BOMB = """<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">
<!ENTITY c SYSTEM "file:///etc/passwd">]><playlist><trackList><track><title>&b;&c;</title></track></trackList></playlist>
"""


def sent(
    name: str, content: bytes, playlist: str = "", **options: Any
) -> tuple[int, dict[str, Any]]:
    arguments = {
        "model": "",
        "name": name,
        "content": content,
        "playlist": playlist,
        "options": Wanted(**options),
    }
    status, said = answered(MODELS, "complete", arguments)
    return status, json.loads(said)


def packed(*members: tuple[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("list.txt", b"Title 3\nUnknown\n"),
        ("", b"Title 3\nUnknown\n"),
        ("a/b\\list.m3u", b"#EXTM3U\n#EXTINF:1,Title 3\nx.mp3\n#EXTINF:1,Unknown\ny.mp3\n"),
        ("list.csv", b"title\nTitle 3\nUnknown\n"),
        ("list.json", b'[{"title": "Title 3"}, {"title": "Unknown"}]'),
        ("list.xspf", XSPF.encode()),
        ("list.csv.gz", gzip.compress(b"title\nTitle 3\nUnknown\n")),
        ("named-wrongly.csv", gzip.compress(XSPF.encode())),
        (
            "lists.zip",
            packed(("one.txt", b"Title 3\n"), ("two.txt", b"Unknown\n"), ("a.png", b"x")),
        ),
    ],
)
def test_every_form_is_read(name: str, content: bytes) -> None:
    status, said = sent(name, content, k=3)
    assert status == 200, said
    assert [song["title"] for song in said["query"]["tracks"]] == ["Title 3"]
    assert (said["query"]["skipped"], len(said["query"]["unknown"]), len(said["tracks"])) == (
        1,
        1,
        3,
    )
    assert all("/tmp" not in each and "playlist2vec-" not in each for each in said["notes"])


def test_one_of_several_playlists_can_be_asked_with() -> None:
    content = packed(("one.txt", b"Title 3\n"), ("two.txt", b"Title 5\n"))
    status, said = sent("lists.zip", content, "two")
    assert (status, [song["title"] for song in said["query"]["tracks"]]) == (200, ["Title 5"])
    status, said = sent("lists.zip", content, "three")
    assert (status, said["detail"]) == (
        404,
        "lists.zip: no playlist 'three': expected one of 'one', 'two'",
    )


@pytest.mark.parametrize(
    ("name", "content", "start"),
    [
        ("a.m3u", b"", "a.m3u: it is empty: expected"),
        ("a.pdf", b"%PDF-1.7 x", "a.pdf: it is a PDF document, which is not read"),
        ("a\x1b[2J\n.txt", b"Nobody at all\n", r"a\x1b[2J .txt: none of its 1 songs is known"),
        ("/etc/passwd", b"\0" * 9, "passwd: it is not a text file"),
        ("../../x.m3u", b"%PDF-1.7 x", "x.m3u: it is a PDF document"),
        ("a.xspf", BOMB.encode(), "a.xspf: "),
        ("a.zip", packed(("../../etc/x.txt", b"Title 3\n")), "a.zip: "),
        ("a.zip", packed(("x.txt", bytes(1 << 21))), "a.zip: "),
        ("a.gz", gzip.compress(b"Title 3\n")[:-9], "a.gz: cannot be unpacked"),
        ("a.json", b"[" * 100_000, "a.json: "),
        ("a.csv", b"title\n" + b"a" * 200_000, "a.csv: "),
    ],
)
def test_a_hostile_file_is_one_line(name: str, content: bytes, start: str) -> None:
    status, said = sent(name, content)
    assert status == 404, said
    assert said["detail"].startswith(start), said
    assert said["detail"].isprintable()
    assert tempfile.gettempdir() not in said["detail"]


def test_what_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "LARGEST_UNPACKED", 1000)
    members = [(f"{number}.txt", os.urandom(40).hex().encode()) for number in range(20)]
    for name, content in (("a.zip", packed(*members)), ("a.txt.gz", gzip.compress(bytes(1001)))):
        status, said = sent(name, content)
        assert status == 404
        assert "unpacked: expected" in said["detail"]


def test_a_playlist_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "MAX_ENTRIES", 3)
    assert sent("a.txt", b"Title 1\n" * 3)[0] == 200
    assert (
        sent("a.txt", b"Title 1\n" * 4)[1]["detail"]
        == "a.txt: more than 3 songs: expected a shorter playlist"
    )


@given(
    st.binary(max_size=300),
    st.sampled_from(["a.csv", "a.xspf", "a.zip", "a.json", "a.m3u8", "a.gz", "a", "."]),
)
def test_any_bytes_are_answered_or_one_line(content: bytes, name: str) -> None:
    status, said = sent(name, content)
    assert status in (200, 404)
    assert status == 200 or said["detail"].isprintable()


def test_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    for name, content in (
        ("a.txt", b"Title 3\n"),
        ("a.pdf", b"%PDF"),
        ("a.zip", packed(("x.txt", b"Title 3\n"))),
    ):
        sent(name, content)
    assert list(tmp_path.iterdir()) == []
