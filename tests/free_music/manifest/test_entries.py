import json
from pathlib import Path

import pytest

from playlist2vec.base.errors import DataError
from playlist2vec.free_music.manifest.entries import read_all
from tests.free_music.tracks import entry, write_manifest


def test_what_is_written_is_read_by_id(tmp_path: Path) -> None:
    entries = [
        entry(30),
        entry(4, created_at="2020/05/09 15:19:32 +0000"),
        entry(5, created_at=None),
    ]
    write_manifest(tmp_path / "tracks.jsonl", entries)
    found = read_all(tmp_path / "tracks.jsonl")
    assert found == [entries[1], entries[2], entries[0]]
    assert [each.created for each in found] == ["2020-05-09T15:19:32", "", "2020-05-09T15:19:32"]
    assert (found[0].track.title, found[0].track.artist, found[0].track.likes) == ("Song 4", "9", 5)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"id": "4"}, "id = 4: expected a whole number above 0"),
        ({"id": True}, "id = True: expected a whole number above 0"),
        (
            {"file": "/etc/passwd"},
            "file = /etc/passwd: expected a path below the folder of the manifest",
        ),
        ({"file": "a/../../b"}, "file = a/../../b: expected a path below"),
        ({"file": "a\nb"}, "expected a path below"),
        ({"file": ""}, "file = : expected a path below"),
        ({"size": -1}, "size = -1: expected a number of bytes"),
        ({"sha256": "A" * 64}, "expected 64 hexadecimal digits in lower case"),
        (
            {"cover": 7},
            "cover = 7: expected a path below the folder of the manifest, or '' for none",
        ),
        (
            {"metadata": {"id": 5}},
            "metadata = dict: expected the object that SoundCloud gave for the track",
        ),
        ({"metadata": None}, "metadata = NoneType: expected the object"),
    ],
)
def test_a_wrong_value_is_a_line(tmp_path: Path, changed: dict[str, object], said: str) -> None:
    line = json.dumps(vars(entry(4)) | changed)
    (tmp_path / "m.jsonl").write_text(f"{json.dumps(vars(entry(3)))}\n{line}\n", "utf-8")
    with pytest.raises(DataError) as raised:
        read_all(tmp_path / "m.jsonl")
    assert "m.jsonl: line 2: " in str(raised.value)
    assert said in str(raised.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no track: expected a JSON object"),
        ("{}\n", "line 1: id is missing: expected"),
        ("[]\n", "line 1: list: expected a JSON object"),
        ("{\n", "line 1: not JSON: expected a JSON object"),
        ("{}", "line 1 has no end"),
    ],
)
def test_what_is_no_manifest_is_a_line(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "m.jsonl").write_text(text, "utf-8")
    with pytest.raises(DataError, match=said):
        read_all(tmp_path / "m.jsonl")


def test_a_track_has_one_line(tmp_path: Path) -> None:
    write_manifest(tmp_path / "m.jsonl", [entry(4), entry(4)])
    with pytest.raises(DataError, match="line 2: id = 4 was there before"):
        read_all(tmp_path / "m.jsonl")
