"""Exports from Last.fm in the forms of the usual tools: the same sessions from each of them."""

import gzip
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from playlist2vec.base.errors import DataError
from playlist2vec.base.hashing import key_of_name
from playlist2vec.corpus.listens import LATEST
from playlist2vec.corpus.playlists import Playlists
from playlist2vec.corpus.tracks import Tracks
from stages import ingest, source
from tests.builders.listens.canonical import heard_in, listens_in
from tests.builders.params import all_params, write_params

START = datetime(2010, 4, 5, 11, 55, tzinfo=UTC)
PLAYS = [
    (0, "Kara Moon", "Cold"),
    (4, "Bl\u00e5 \u00d6gon", "S\u00e5, n\u00e4ra"),
    (60, "KARA MOON", "Cold"),
    (65, "Q", "R"),
]
COLD, NEAR, Q = (
    "kara moon \u2013 cold",
    "bl\u00e5 \u00f6gon \u2013 s\u00e5, n\u00e4ra",
    "q \u2013 r",
)


def when(minutes: int) -> datetime:
    return START + timedelta(minutes=minutes)


def uts(minutes: int) -> int:
    return int(when(minutes).timestamp())


def ghan() -> str:
    head = '"uts","utc_time","artist","artist_mbid","album","album_mbid","track","track_mbid"\n'
    rows = [
        f'"{uts(m)}","{when(m):%d %b %Y, %H:%M}","{a}","","Al","","{t}",""\n' for m, a, t in PLAYS
    ]
    return "\ufeff" + head + "".join(rows[::-1])


def benjaminbenben() -> str:
    return "".join(f'{a},Al,"{t}",{when(m):%d %b %Y %H:%M}\n' for m, a, t in PLAYS[::-1])


def semicolons() -> str:
    return "Artist;Album;Title;Date\n" + "".join(
        f"{a};Al;{t};{when(m):%Y-%m-%d %H:%M:%S}\n" for m, a, t in PLAYS
    )


def lastfmstats() -> str:
    rows = "".join(f'"{a}";"Al";"";"{t}";"{1000 * uts(m)}"\n' for m, a, t in PLAYS)
    return "Artist;Album;AlbumId;Track;Date#me\n" + rows


def page(plays: list[tuple[int, str, str]]) -> dict[str, Any]:
    tracks = [
        {
            "artist": {"mbid": "", "#text": a},
            "name": t,
            "date": {"uts": str(uts(m)), "#text": "x"},
            "url": "u",
        }
        for m, a, t in plays
    ]
    now = {"artist": {"#text": "Q"}, "name": "R", "@attr": {"nowplaying": "true"}}
    return {"recenttracks": {"track": [now, *tracks], "@attr": {"user": "me", "page": "1"}}}


def bare_list() -> list[Any]:
    return [[{"artist": {"name": a}, "name": t, "date": {"uts": str(uts(m))}} for m, a, t in PLAYS]]


@pytest.fixture(autouse=True)
def _project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("data/sources/lastfm").mkdir(parents=True)
    card = {"kind": "placed", "format": "lastfm", "licence": "mine"}
    Path("data/sources/lastfm/source.yaml").write_text(yaml.safe_dump(card))


def run(files: dict[str, str | bytes], export: str = "export") -> str:
    for name, content in files.items():
        Path("export").mkdir(exist_ok=True)
        Path("export", name).write_bytes(
            content if isinstance(content, bytes) else content.encode()
        )
    write_params(Path("params.yaml"), all_params(dataset="lastfm", lastfm={"export": export}))
    card = "data/sources/lastfm/source.yaml"
    source.main("params.yaml", card, "data/incoming", "data/raw")
    return ingest.main("params.yaml", card, "data/raw", "data/canonical")


def made() -> dict[int, list[str]]:
    tracks, playlists = (
        Tracks.load("data/canonical/tracks.tsv"),
        Playlists.load("data/canonical/playlists.npz"),
    )
    lists = [[tracks.ids[code] for code in each] for each in playlists]
    return dict(zip(playlists.keys.tolist(), lists, strict=True))


def sessions(user: str) -> dict[int, list[str]]:
    return {
        key_of_name(f"{user}@{uts(0)}"): [COLD, NEAR],
        key_of_name(f"{user}@{uts(60)}"): [COLD, Q],
    }


@pytest.mark.parametrize(
    ("name", "content", "user"),
    [
        ("ghan.csv", ghan(), "lastfm"),
        ("ben.csv", benjaminbenben(), "lastfm"),
        ("blank.csv", f"\n{ghan()}", "lastfm"),
        ("blank-headless.csv", f"\n\n{benjaminbenben()}", "lastfm"),
        ("semicolons.csv", semicolons(), "lastfm"),
        ("old.csv", semicolons().encode("cp1252"), "lastfm"),
        ("lastfmstats-me.csv", lastfmstats(), "me"),
        ("tracks.json", json.dumps(page(PLAYS)), "me"),
        (
            "pages.json.gz",
            gzip.compress(json.dumps([page(PLAYS[2:]), page(PLAYS[:3])]).encode()),
            "me",
        ),
        ("list.json", json.dumps(bare_list()), "lastfm"),
    ],
)
def test_the_same_sessions_from_each_tool(name: str, content: str | bytes, user: str) -> None:
    said = run({name: content})
    assert made() == sessions(user)
    assert "; 4 spellings of 3 songs by artist and title" in said
    times = Playlists.load("data/canonical/playlists.npz").times
    assert times is not None
    assert times.tolist() == [uts(4), uts(65)]
    tracks = Tracks.load("data/canonical/tracks.tsv")
    assert [title.casefold() for title in tracks.titles] == ["s\u00e5, n\u00e4ra", "cold", "r"]


def test_what_is_left_out_is_counted() -> None:
    rows = [
        *(
            f"{uts(0)},A,one",
            f"{uts(1)},A,",
            ",A,three",
            "0,A,four",
            f"{uts(0)},A,one",
            f"{uts(2)},A,five",
            "7",
        ),
    ]
    said = run({"x.csv": "uts,artist,track\n" + "\n".join(rows) + "\n"})
    assert list(made().values()) == [["a \u2013 one", "a \u2013 five"]]
    assert (
        "6 scrobbles read, 2 kept; left out 1 before 2002-10-01, 1 duplicates, 1 without a date, "
        in said
    )
    assert "1 without artist and title" in said
    assert "export/x.csv: 1 rows of another width than the header: left out (line 8)" in said


def test_files_of_a_folder_are_one_listeners_and_others_are_named() -> None:
    said = run({"a.csv": ghan(), "b.csv": benjaminbenben(), "c.csv": "one,two\n1,2\n"})
    assert made() == sessions("lastfm")
    assert "8 scrobbles read, 4 kept; left out 4 duplicates" in said
    assert (
        "left out, as it cannot be read: export/c.csv: "
        "no header with columns of artist, track and date" in said
    )


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (
            "one,two\n1,2\n",
            "export/x.csv: no header with columns of artist, track and date, "
            "or rows of artist, album,",
        ),
        (
            "artist,track,date\nA,b,01/02/2020 10:00\n",
            "export/x.csv: its dates: '01/02/2020 10:00' can be 1 February",
        ),
        ("artist,track,date\n", "export: 0 playlists without a song: expected songs"),
    ],
)
def test_files_that_are_none(content: str, text: str) -> None:
    with pytest.raises(DataError) as caught:
        run({"x.csv": content})
    assert str(caught.value).startswith(text)


def test_json_that_is_none() -> None:
    for content, text in (("{", "not JSON"), ('{"a": 1}', "no scrobble in it")):
        with pytest.raises(DataError, match=text):
            run({"x.json": content})


def test_listens_are_the_users_plays_with_their_times() -> None:
    run({"lastfmstats-me.csv": lastfmstats(), "ghan.csv": ghan()})
    heard = [
        (uts(minute), song)
        for (minute, _, _), song in zip(PLAYS, (COLD, NEAR, COLD, Q), strict=True)
    ]
    assert heard_in("data/canonical") == [heard, heard]
    listens = listens_in("data/canonical")
    assert (listens.users.tolist(), listens.keys) == ([0, 4, 8], None)


def test_times_that_listens_cannot_hold_are_said() -> None:
    said = run({"x.csv": "uts,artist,track\n1700000000,A,T\n1700000060,A,U\n6000000000,A,V\n"})
    assert (
        "; 1 kept plays before October 2002 or after 2138, with the nearest possible time" in said
    )
    assert [time for time, _ in heard_in("data/canonical")[0]] == [1700000000, 1700000060, LATEST]
