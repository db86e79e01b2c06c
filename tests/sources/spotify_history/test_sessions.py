"""Spotify's account data: sessions of plays, playlists and the library, and what is left out of
them.
"""

import gzip
import json
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
import yaml

from playlist2vec.base.errors import DataError
from playlist2vec.corpus.playlists import Playlists
from playlist2vec.corpus.tracks import Tracks
from stages import ingest, source
from tests.builders.listens.canonical import heard_in, listens_in
from tests.builders.params import all_params, write_params
from tests.builders.person_files import START, extended, item, of_year, uri

AUDIO, YEAR = "Streaming_History_Audio_2023_0.json", "StreamingHistory_music_0.json"
EPISODE: dict[str, Any] = {"episode_name": "Talk", "spotify_episode_uri": "spotify:episode:1"}


@pytest.fixture(autouse=True)
def _project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("data/sources/spotify_history").mkdir(parents=True)
    card = {"kind": "placed", "format": "spotify_history", "licence": "mine"}
    Path("data/sources/spotify_history/source.yaml").write_text(yaml.safe_dump(card))


def run(files: dict[str, Any], export: str = "export", **section: Any) -> str:
    for name, content in files.items():
        path = Path("export", name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    params = all_params(dataset="spotify_history", spotify_history={"export": export, **section})
    write_params(Path("params.yaml"), params)
    card = "data/sources/spotify_history/source.yaml"
    listed = source.main("params.yaml", card, "data/incoming", "data/raw")
    return listed + "\n" + ingest.main("params.yaml", card, "data/raw", "data/canonical")


def made() -> list[list[str]]:
    tracks, playlists = (
        Tracks.load("data/canonical/tracks.tsv"),
        Playlists.load("data/canonical/playlists.npz"),
    )
    return [[tracks.ids[code] for code in each] for each in playlists]


def test_plays_between_pauses_are_playlists_and_the_rest_is_counted() -> None:
    rows = [
        *(extended(1, 0), extended(2, 4), extended(3, 8, seconds=12), extended(4, 12)),
        *(extended(None, 13, **EPISODE), extended(None, 14), extended(5, 15, incognito_mode=True)),
        *(extended(6, 60), extended(7, 95, seconds=31 * 60), extended(7, 95, seconds=31 * 60)),
        extended(8, 100, ts="nonsense"),
    ]
    said = run({AUDIO: rows[::-1]})
    assert made() == [[uri(1), uri(2), uri(4)], [uri(6), uri(7)]]
    assert (
        "11 plays read, 5 kept in 2 sessions, 0 songs kept in 0 playlists; left out 1 duplicates, "
        "1 in private sessions, 1 podcasts and audiobooks, 1 shorter than 30 s, 1 without a song, "
        "1 without a time; "
    ) in said
    times = Playlists.load("data/canonical/playlists.npz").times
    assert times is not None
    assert (times - int(START.timestamp())).tolist() == [12 * 60, 95 * 60]
    tracks = Tracks.load("data/canonical/tracks.tsv")
    assert (tracks.artist_names[0], tracks.titles[0]) == ("Artist 1", "Song 1")


def test_the_last_year_takes_ids_from_playlists_of_the_same_export() -> None:
    playlists = {"playlists": [{"name": "Mine", "items": [item(1), item(2)]}]}
    library = {
        "tracks": [{"artist": "Artist 3", "album": "A", "track": "Song 3", "uri": uri(3)}],
        "albums": [],
    }
    files = {YEAR: [of_year(1, 0), of_year(3, 4), of_year(9, 8)], "Playlist1.json": playlists}
    run({**files, "YourLibrary.json": library})
    assert made() == [[uri(1), uri(2)], [uri(3)], [uri(1), uri(3), "artist 9 \u2013 song 9"]]
    run({}, take="sessions")
    assert made() == [[uri(1), uri(3), "artist 9 \u2013 song 9"]]
    run({}, take="playlists")
    assert made() == [[uri(1), uri(2)], [uri(3)]]


def test_the_last_year_is_passed_over_where_the_extended_history_is() -> None:
    said = run({AUDIO: [extended(1, 0)], YEAR: [of_year(1, 0)]})
    assert made() == [[uri(1)]]
    assert said.endswith(
        "; 1 files of the last year passed over, as the extended history has the same plays"
    )


def test_files_are_known_by_what_they_hold() -> None:
    rows = [extended(number, 4 * number) for number in range(3)]
    Path("mine (2).json").write_text(json.dumps(rows))
    run({}, "mine (2).json")
    assert made() == [[uri(0), uri(1), uri(2)]]
    said = run(
        {
            "my-Streaming_History_Audio_2023_0 (1).json": rows[:1],
            "StreamingHistory_podcast_0.json": [],
        }
    )
    assert made() == [[uri(0)]]
    assert "; 1 other files passed over: 'StreamingHistory_podcast_0.json'" in said


def test_what_is_no_song_in_a_playlist() -> None:
    local = {"track": None, "localTrack": {"uri": "spotify:local:Kara+Moon:Ice:Cold:200"}}
    episode = {
        "track": None,
        "episode": {"episodeName": "e"},
        "audiobook": None,
        "localTrack": None,
    }
    said = run(
        {
            "Playlist1.json": {
                "playlists": [{"name": "RR", "items": [item(1), episode, local, None]}]
            }
        }
    )
    assert made() == [[uri(1), "kara moon \u2013 cold"]]
    assert "2 not songs in playlists" in said


def test_a_zip_file_a_folder_and_packed_files_are_read_alike() -> None:
    rows = [extended(number, 4 * number) for number in range(5)]
    said = run(
        {
            f"Spotify Extended Streaming History/{AUDIO}": rows,
            "Userdata.json": {},
            "ReadMe.pdf": b"%PDF",
        }
    )
    assert "; 2 other files passed over: 'ReadMe.pdf', 'Userdata.json'" in said
    expected = made()
    with ZipFile("my_spotify_data.zip", "w") as archive:
        archive.writestr(f"Spotify Account Data/{AUDIO}", json.dumps(rows))
        archive.writestr("Spotify Account Data/Userdata.json", "{}")
        archive.writestr(f"__MACOSX/Spotify Account Data/._{AUDIO}", b"\0\5\x16\7")
    run({}, "my_spotify_data.zip")
    assert made() == expected
    Path(f"{AUDIO}.gz").write_bytes(gzip.compress(json.dumps(rows).encode()))
    run({}, f"{AUDIO}.gz")
    assert made() == expected == [[uri(number) for number in range(5)]]


@pytest.mark.parametrize(
    ("files", "text"),
    [
        ({AUDIO: b"{"}, f"export/{AUDIO}: not JSON"),
        (
            {AUDIO: {}},
            f"export/{AUDIO}: neither a list of plays nor playlists nor a library: "
            "expected a file of Spotify's account data",
        ),
        (
            {AUDIO: [7, {}]},
            f"export/{AUDIO}: neither a list of plays nor playlists nor a library: "
            "expected a file of Spotify's account data",
        ),
        ({AUDIO: [{}, {}]}, "export: 0 playlists without a song: expected songs"),
        (
            {"Userdata.json": {}},
            "export: no Streaming_History_Audio_*.json, StreamingHistory_music_*.json, Playlist",
        ),
    ],
)
def test_files_that_are_none(files: dict[str, Any], text: str) -> None:
    with pytest.raises(DataError) as caught:
        run(files)
    assert str(caught.value).startswith(text)


def test_plays_have_times_and_playlists_are_nobodys() -> None:
    playlists = {"playlists": [{"name": "Mine", "items": [item(1), item(2), item(9)]}]}
    rows = [extended(1, 10), extended(3, 4, seconds=90), extended(2, 80), extended(2, 80)]
    run({AUDIO: rows, "Playlist1.json": playlists})
    assert made() == [[uri(1), uri(2), uri(9)], [uri(3), uri(1)], [uri(2)]]
    start = int(START.timestamp())
    # A play begins its length before its end: 90 s, and 180 s of the others.
    heard = [
        (start + 4 * 60 - 90, uri(3)),
        (start + 10 * 60 - 180, uri(1)),
        (start + 80 * 60 - 180, uri(2)),
    ]
    assert heard_in("data/canonical") == [heard]
    listens = listens_in("data/canonical")
    assert (listens.users.tolist(), listens.keys) == ([3, 6], None)
    run({}, take="sessions")
    assert heard_in("data/canonical") == [heard]
    assert listens_in("data/canonical").users.tolist() == [0, 3]
    run({}, take="playlists")
    assert not Path("data/canonical/listens.npz").exists()
