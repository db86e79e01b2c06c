"""Damaged files of one's own: each is read with counts, or refused in one line."""

import json
import zipfile
from dataclasses import replace
from functools import partial
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import strategies as st

from playlist2vec.base.errors import DataError
from playlist2vec.sources.lastfm.sessions import read_exports
from playlist2vec.sources.local.params import LocalParams
from playlist2vec.sources.local.reading import read_files, read_one
from playlist2vec.sources.local.sessions import sessions_of
from playlist2vec.sources.placed import documents
from playlist2vec.sources.spotify_history.exports import is_read
from playlist2vec.sources.spotify_history.params import SpotifyHistoryParams
from playlist2vec.sources.spotify_history.sessions import read_history
from tests.builders.fuzzing import MB, damaged, fuzz, strange_json, within
from tests.builders.person_files import extended, item, of_year

LOCAL = LocalParams(
    *("own", "who", "track", "when", "ascending", "", 30, "artist", "title", 0, "", ""),
    keep_users=False,
)
TIMES = replace(LOCAL, playlist_column="", order_column="", user_column="who", time_column="when")
HISTORY = SpotifyHistoryParams("unused", "both", 30, 30)
KEYS = (
    "ts",
    "ms_played",
    "endTime",
    "items",
    "track",
    "playlists",
    "artist",
    "date",
    "uts",
    "name",
    "@attr",
    "uri",
)
TABLE = "who;track;artist;title;when\n" + "".join(
    f"me;{n};A {n};T {n};0{n} Jan 2024, 10:00\n" for n in range(1, 9)
)
SPOTIFY = {
    "Streaming_History_Audio_1.json": json.dumps([extended(n, 4 * n) for n in range(6)]),
    "StreamingHistory_music_0.json": json.dumps([of_year(n, 4 * n) for n in range(6)]),
    "Playlist1.json": json.dumps(
        {"playlists": [{"name": "Mine", "items": [item(n) for n in range(5)]}]}
    ),
}
LASTFM = json.dumps(
    [
        {
            "recenttracks": {
                "track": [{"artist": {"#text": "A"}, "name": "T", "date": {"uts": "1700000000"}}]
                * 3
            }
        }
    ]
)


SCROBBLES = "uts,utc_time,artist,track\n" + "".join(f"170000000{n},x,A,T {n}\n" for n in range(9))


def zipped() -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in SPOTIFY.items():
            archive.writestr(name, text)
    return file.getvalue()


def either(name: str, content: str) -> st.SearchStrategy[tuple[str, bytes]]:
    """A file that is damaged, or of which a value is another."""
    found = content.encode()
    return st.tuples(st.just(name), damaged(found) | strange_json(found, KEYS))


Case = tuple[str, bytes]
LISTS = "#EXTM3U\n" + "#EXTINF:1,A - B\nx.mp3\n" * 3
CASES: dict[str, st.SearchStrategy[Case]] = {
    "table": st.tuples(st.just("own.csv"), damaged(TABLE.encode())),
    "times": st.tuples(st.just("own.csv"), damaged(TABLE.encode())),
    "list": st.tuples(st.just("own/a.m3u"), damaged(LISTS.encode())),
    "spotify": st.one_of(*(either(name, text) for name, text in SPOTIFY.items())),
    "zip": st.tuples(st.just("my.zip"), damaged(zipped())),
    "lastfm": either("x.json", LASTFM) | st.tuples(st.just("x.csv"), damaged(SCROBBLES.encode())),
}


def check_table(path: Path) -> None:
    read = read_one(path, LOCAL, table=True)
    made = list(read.playlists([]))
    content = path.read_bytes()
    assert sum(len(each.tracks) for each in made) <= 1 + content.count(b"\n") + content.count(b"\r")
    assert all(len(text.splitlines()) == 1 for text in read.said())


def check_times(path: Path) -> None:
    read = read_one(path, TIMES, table=True)
    found = sessions_of(read.plays, read.notes)
    plays = sum(len(each.tracks) for each in found.playlists)
    assert found.listens.checked(plays).users[-1] == plays
    assert all(len(text.splitlines()) == 1 for text in read.said())


def check_list(path: Path) -> None:
    read = read_files(path.parent, LOCAL)
    assert all(len(text.splitlines()) == 1 for text in read.said())


def check_spotify(path: Path) -> None:
    history = read_history(lambda: documents([path], is_read), HISTORY)
    playlists, times, listens = history.made()
    listens.checked(sum(len(each.tracks) for each in playlists))
    counted = sum(
        count for reason, count in history.left_out.items() if reason != "not songs in playlists"
    )
    assert history.kept + counted == history.read
    assert sum(len(each.tracks) for each in playlists) == history.kept + history.listed
    assert len(times) in (0, len(playlists))


def check_lastfm(path: Path) -> None:
    found = read_exports([path])
    sessions = found.log.sessions(30)
    sessions.listens.checked(found.kept - found.log.duplicates)
    assert found.kept + sum(found.left_out.values()) == found.read
    assert sum(len(each.tracks) for each in sessions.playlists) == found.kept - found.log.duplicates


CHECKS = {
    "table": check_table,
    "times": check_times,
    "list": check_list,
    "spotify": check_spotify,
    "zip": check_spotify,
    "lastfm": check_lastfm,
}


def check(kind: str, folder: Path, case: Case) -> None:
    path = folder / case[0]
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(case[1])
    said = ""
    try:
        CHECKS[kind](path)
    except DataError as error:
        said = str(error)
    assert len(said.splitlines()) <= 1


@pytest.mark.parametrize("kind", CASES)
def test_damaged_files_are_read_or_refused(
    kind: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    fuzz(60, CASES[kind], partial(check, kind), tmp_path_factory)


@pytest.mark.thorough
@pytest.mark.parametrize("kind", CASES)
def test_thousands_of_damaged_files_in_little_memory(
    kind: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    fuzz(2_000, CASES[kind], within(100 * MB, partial(check, kind)), tmp_path_factory)
