"""Damaged and hostile slices and zip files: each is read and counted, or refused in one line, in
little memory.
"""

import json
import stat
from pathlib import Path
from zipfile import ZipInfo

import pytest
from hypothesis import strategies as st

from playlist2vec.base.errors import DataError
from playlist2vec.corpus.playlists import Playlists
from playlist2vec.engine.local import LocalEngine
from playlist2vec.sources.spotify_mpd.playlists import ingest_slices
from playlist2vec.sources.spotify_mpd.slices import find_slices, listed_slices, save_list, with_crc
from tests.builders.fuzzing import MB, damaged, fuzz, strange_json, within
from tests.builders.mpd_files import NAME, content, zipped
from tests.conftest import MANY

SLICE = json.dumps(content(3, longest=7)).encode()
OTHER = json.dumps(
    {"playlists": [each | {"pid": each["pid"] + 3} for each in content(3)["playlists"]]}
).encode()
KEYS = (
    "playlists",
    "pid",
    "num_tracks",
    "tracks",
    "pos",
    "track_uri",
    "artist_uri",
    "artist_name",
    "track_name",
)
PATHS = (
    *(
        NAME,
        "data/mpd.slice.3-5.json",
        "mpd.slice.3-5.json",
        "mpd.slice.2-2.json",
        "mpd.slice.9-1.json",
        "README.md",
    ),
    *(
        "/mpd.slice.3-5.json",
        "../mpd.slice.3-5.json",
        "a/../../b",
        "C:mpd.slice.3-5.json",
        "mpd.slice.3-5.json/",
        "a.zip",
    ),
    *(
        "mpd.slice.3-5.json\n",
        "mpd.slice.999999999999-999999999999.json",
        "__MACOSX/._mpd.slice.0-2.json",
        "ä" * 200,
        "",
    ),
)
SLICES = damaged(SLICE) | strange_json(SLICE, KEYS)
CONTENTS = st.just(SLICE) | SLICES | st.sampled_from([OTHER, b"", b"[" * 9, bytes(2 * MB)])
NAMES = st.sampled_from(PATHS) | st.text(max_size=8)
KINDS = (0, 0, 0, stat.S_IFREG, stat.S_IFLNK, stat.S_IFIFO, stat.S_IFDIR, 0xFFFF)


@st.composite
def zip_files(draw: st.DrawFn) -> bytes:
    """A zip file with slices, damaged ones among them, under fitting and unfitting names; it may be
    damaged itself.
    """
    members: list[tuple[str | ZipInfo, bytes | str]] = [(NAME, draw(CONTENTS))]
    for _ in range(draw(st.integers(0, 2))):
        name = ZipInfo("x")
        name.filename = draw(NAMES)
        name.external_attr = draw(st.sampled_from(KINDS)) << 16
        members.append((name, draw(CONTENTS)))
    whole = zipped(members)
    return draw(st.just(whole) | damaged(whole))


def read_or_refuse(folder: Path, file: tuple[str, bytes]) -> None:
    name, made = file
    place = folder / "in"
    place.mkdir()
    (place / name).write_bytes(made)
    if name == "a.zip":
        place /= name
    try:
        save_list([with_crc(each) for each in find_slices(place)], folder / "list.tsv")
        found = listed_slices(place, folder / "list.tsv")
        summary = ingest_slices(
            found, LocalEngine(1), folder / "playlists.npz", folder / "tracks.tsv", folder
        )
    except DataError as error:
        text = str(error)
        if (
            len(text.splitlines()) != 1
            or not (
                text.startswith(f"{place}")
                or " playlists without a track that can be kept: " in text
            )
            or len(text) > 1_000
        ):
            raise
        assert not (folder / "playlists.npz").exists()
        return
    playlists = Playlists.load(folder / "playlists.npz")
    assert summary.slices == len(found)
    assert summary.playlists == len(playlists)
    assert summary.playlists + summary.fewer == sum(each.last + 1 - each.first for each in found)
    assert summary.entries == len(playlists.tracks) + summary.local
    assert all(
        before < after for before, after in zip(playlists.rows, playlists.rows[1:], strict=False)
    )
    table = (folder / "tracks.tsv").read_text("utf-8").split("\n")
    assert len(table) == summary.tracks + 2
    assert {row.count("\t") for row in table[:-1]} == {5}
    assert [row.split("\t")[0].encode() for row in table[1:-1]] == sorted(
        {row.split("\t")[0].encode() for row in table[1:-1]}
    )


FORMS = {
    "slices": st.tuples(st.just(NAME), SLICES),
    "zips": st.tuples(st.just("a.zip"), zip_files()),
}


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("form", FORMS)
def test_damaged_slices_are_read_or_refused(
    form: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    fuzz(60, FORMS[form], read_or_refuse, tmp_path_factory)


@pytest.mark.thorough
@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("form", FORMS)
def test_many_damaged_slices_are_read_or_refused(
    form: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    # Slices and zip files here have some thousand bytes, one member that unpacks to 2 MB at most.
    fuzz(MANY, FORMS[form], within(20 * MB, read_or_refuse), tmp_path_factory)


def test_some_of_the_strange_slices_are_read(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Cases that were all refused would try the reader little."""
    read = []

    def note(folder: Path, file: tuple[str, bytes]) -> None:
        read_or_refuse(folder, file)
        read.append((folder / "playlists.npz").exists())

    for form in FORMS.values():
        fuzz(400, form, note, tmp_path_factory)
    assert 0.02 * len(read) < sum(read) < 0.9 * len(read)
