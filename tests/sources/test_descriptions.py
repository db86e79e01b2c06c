"""What a room says about its data set, and what is refused."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from playlist2vec.base.errors import DataError
from playlist2vec.sources.descriptions import dataset_names, read_source
from playlist2vec.sources.room import Source, SourceFile

BLOB = "575d9e8522aab53b6a6bfb69c8d1bb9f89ebae4c"
FILE = {"name": "a.npy", "role": "playlists", "address": "https://example.org/a.npy", "blob": BLOB}
DOWNLOAD = {
    "kind": "download",
    "format": "npy",
    "licence": "CC0",
    "about": "any text",
    "files": [FILE],
}
LOCAL = {"kind": "local", "format": "table", "licence": "yours"}
PLACED = {"kind": "placed", "format": "listens", "licence": "CC0"}
GENERATED = {
    "kind": "generated",
    "format": "text",
    "licence": "MIT",
    "files": [
        {"name": "playlists.txt", "role": "playlists"},
        {"name": "tracks.csv", "role": "tracks"},
    ],
}


def room(folder: Path, content: object) -> Path:
    path = folder / "invented" / "source.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(
        content if isinstance(content, str) else yaml.safe_dump(content), encoding="utf-8"
    )
    return path


def test_each_kind_is_read(tmp_path: Path) -> None:
    downloaded = SourceFile("a.npy", "playlists", "https://example.org/a.npy", BLOB)
    assert read_source(room(tmp_path, DOWNLOAD)) == Source(
        "invented", "download", "npy", "CC0", (downloaded,)
    )
    assert read_source(room(tmp_path, LOCAL)) == Source("invented", "local", "table", "yours", ())
    assert read_source(room(tmp_path, PLACED)) == Source("invented", "placed", "listens", "CC0", ())
    assert read_source(room(tmp_path, GENERATED)).files == (
        SourceFile("playlists.txt", "playlists", "", ""),
        SourceFile("tracks.csv", "tracks", "", ""),
    )


def test_the_name_is_the_folders_also_when_it_is_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(room(tmp_path, LOCAL).parent)
    assert read_source("source.yaml").name == "invented"


def test_data_sets_are_the_folders_with_a_description(tmp_path: Path) -> None:
    for name in ("zebra", "30music", "Beta", "empty"):
        (tmp_path / name).mkdir()
    for name in ("zebra", "30music", "Beta"):
        (tmp_path / name / "source.yaml").touch()
    (tmp_path / "source.yaml").touch()
    assert dataset_names(tmp_path) == ["30music", "Beta", "zebra"]


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("kind: [", ": not YAML: while parsing a flow node"),
        ("", " = None: expected keys with values"),
        (
            {**LOCAL, "kind": "remote"},
            ": kind = remote: expected generated or local or download or placed",
        ),
        ({}, ": kind = None: expected generated or local or download or placed"),
        ({**DOWNLOAD, "format": "table"}, ": format = table: expected npy or text"),
        ({**LOCAL, "format": "npy"}, ": format = npy: expected table"),
        ({**LOCAL, "licence": ""}, ": licence = '': expected text on one line, not empty"),
        ({**LOCAL, "files": []}, ": files is unknown: expected kind, format, licence, about"),
        (
            {key: DOWNLOAD[key] for key in DOWNLOAD if key != "licence"},
            ": licence is missing: expected it to be there",
        ),
        ({**DOWNLOAD, "files": "a.npy"}, ": files = a.npy: expected a list of files"),
        ({**DOWNLOAD, "files": [FILE, FILE]}, ": files: expected different names"),
        (
            {**DOWNLOAD, "files": [{**FILE, "role": "tracks"}]},
            ": files have the roles tracks: expected playlists once and tracks at most once",
        ),
        ({**DOWNLOAD, "files": ["a.npy"]}, ": files[0] = a.npy: expected keys with values"),
        (
            {**DOWNLOAD, "files": [{**FILE, "size": 3}]},
            ": files[0].size is unknown: expected name, role, address, blob",
        ),
        (
            {**DOWNLOAD, "files": [{**FILE, "name": "../a.npy"}]},
            ": files[0].name = ../a.npy: expected a file name without a folder and "
            "without a dot in front",
        ),
        (
            {**DOWNLOAD, "files": [{**FILE, "name": ".."}]},
            ": files[0].name = ..: expected a file name without a folder and "
            "without a dot in front",
        ),
        (
            {**DOWNLOAD, "files": [{**FILE, "role": "songs"}]},
            ": files[0].role = songs: expected playlists or tracks",
        ),
        (
            {**DOWNLOAD, "files": [{**FILE, "address": "file:///etc/passwd"}]},
            ": files[0].address = file:///etc/passwd: "
            "expected an address that begins with https:// or http://",
        ),
        (
            {**DOWNLOAD, "files": [{**FILE, "blob": BLOB.upper()}]},
            f": files[0].blob = {BLOB.upper()}: expected a git blob id, 40 digits from 0 to f",
        ),
        (
            {**GENERATED, "files": [FILE]},
            ": files[0].address is unknown: expected name, role",
        ),
    ],
)
def test_a_wrong_description_is_one_line(tmp_path: Path, content: object, text: str) -> None:
    path = room(tmp_path, content)
    with pytest.raises(DataError) as caught:
        read_source(path)
    assert str(caught.value).startswith(f"{path}{text}")
    assert "not YAML" in text or str(caught.value) == f"{path}{text}"
    assert len(str(caught.value).splitlines()) == 1


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
values: st.SearchStrategy[Any] = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
)


@given(
    key=st.sampled_from(["kind", "format", "licence", "files", "about", "else"]),
    file_key=st.sampled_from(["", *FILE]),
    value=values,
)
def test_whatever_stands_there_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, key: str, file_key: str, value: object
) -> None:
    content = (
        {**DOWNLOAD, "files": [{**FILE, file_key: value}]} if file_key else {**DOWNLOAD, key: value}
    )
    path = room(tmp_path_factory.mktemp("rooms"), content)
    try:
        assert [file.role for file in read_source(path).files].count("playlists") == 1
    except DataError as error:
        text = str(error)
        if not text.startswith(f"{path}: ") or len(text.splitlines()) > 1:
            raise


@pytest.mark.parametrize("name", dataset_names("data/sources"))
def test_every_room_of_the_project_is_in_order(name: str) -> None:
    folder = Path("data/sources") / name
    assert read_source(folder / "source.yaml").name == name
    assert "dvc exp run -S dataset=" + name in (folder / "README.md").read_text(encoding="utf-8")
