"""JSON as services hand it out; the shapes are theirs, the songs are invented."""

import json
from pathlib import Path
from typing import Any

import pytest

from playlist2vec.base.errors import DataError
from tests.builders.playlist_files import names, read

URI = "spotify:track:4uLU6hMCjMI75M1A2tKUQC"
MBID = "b1a9c0e9-d987-4042-ae91-78d6a3267d69"
TIDE = [("Ann Ro", "Tide")]


def made(folder: Path, content: Any, name: str = "a.json") -> tuple[list[Any], list[str]]:
    return read(folder, name, json.dumps(content, ensure_ascii=False))


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (["Ann Ro - Tide"], "Ann Ro - Tide"),
        ([{"track": "x1", "artist": "Ann Ro", "title": "Tide"}], "x1"),
        ({"title": "L", "tracks": [{"track": "x1", "artist": "Ann Ro", "title": "Tide"}]}, "x1"),
        ([{"artist": {"name": "Ann Ro"}, "title": "Tide", "id": 5}], "5"),
        # Deezer: a playlist, and the tracks of one
        (
            {
                "id": 90,
                "title": "L",
                "tracks": {
                    "data": [
                        {
                            "id": 17,
                            "title": "Tide",
                            "link": "https://www.deezer.com/track/17",
                            "artist": {"id": 3, "name": "Ann Ro", "type": "artist"},
                            "album": {"id": 8, "title": "Shore", "type": "album"},
                            "type": "track",
                        }
                    ],
                    "checksum": "0",
                },
            },
            "track_17",
        ),
        ({"data": [{"id": 17, "title": "Tide", "artist": {"name": "Ann Ro"}}], "total": 1}, None),
        # Spotify's Web API: a playlist, its items, an album or a search, with `item` as it is
        # called today
        (
            {
                "name": "L",
                "tracks": {
                    "items": [
                        {
                            "added_at": "2024-01-01T00:00:00Z",
                            "is_local": False,
                            "track": {
                                "name": "Tide",
                                "artists": [{"name": "Ann Ro"}, {"name": "B"}],
                                "uri": URI,
                            },
                        }
                    ]
                },
            },
            URI,
        ),
        (
            {
                "href": "h",
                "items": [{"track": {"name": "Tide", "artists": [{"name": "Ann Ro"}], "uri": URI}}],
            },
            URI,
        ),
        (
            {
                "items": [
                    {
                        "item": {"name": "Tide", "artists": [{"name": "Ann Ro"}], "uri": URI},
                        "track": True,
                    }
                ]
            },
            URI,
        ),
        (
            {
                "tracks": [
                    {"name": "Tide", "artists": [{"name": "Ann Ro"}], "uri": URI, "type": "track"}
                ]
            },
            URI,
        ),
        # ListenBrainz: listens, playlists
        (
            {
                "payload": {
                    "count": 1,
                    "listens": [
                        {
                            "listened_at": 1700000000,
                            "recording_msid": "e",
                            "track_metadata": {
                                "artist_name": "Ann Ro",
                                "track_name": "Tide",
                                "release_name": "Shore",
                                "additional_info": {
                                    "recording_mbid": MBID,
                                    "submission_client": "x",
                                },
                                "mbid_mapping": {"recording_mbid": MBID, "artist_mbids": []},
                            },
                        }
                    ],
                }
            },
            MBID,
        ),
        # Last.fm's API, Maloja, Subsonic
        (
            {
                "recenttracks": {
                    "track": [
                        {"artist": {"#text": "Ann Ro", "mbid": ""}, "name": "Tide", "mbid": MBID}
                    ]
                }
            },
            MBID,
        ),
        (
            {
                "lovedtracks": {
                    "track": [{"artist": {"name": "Ann Ro"}, "name": "Tide", "mbid": ""}]
                }
            },
            None,
        ),
        (
            {
                "scrobbles": [
                    {"time": 1, "track": {"artists": ["Ann Ro"], "title": "Tide", "album": None}}
                ]
            },
            None,
        ),
        (
            {
                "subsonic-response": {
                    "playlist": {
                        "name": "L",
                        "entry": [{"id": "5", "title": "Tide", "artist": "Ann Ro"}],
                    }
                }
            },
            "5",
        ),
        # The pages of an answer of Last.fm, one after the other
        (
            [
                {
                    "track": [
                        {
                            "artist": {"#text": "Ann Ro", "mbid": ""},
                            "name": "Tide",
                            "date": {"uts": "1"},
                        }
                    ]
                }
            ],
            None,
        ),
        ([[{"artist": {"#text": "Ann Ro"}, "name": "Tide"}]], None),
        # Spotify's account data
        (
            {
                "tracks": [{"artist": "Ann Ro", "album": "Shore", "track": "Tide", "uri": URI}],
                "albums": [],
                "shows": [],
            },
            URI,
        ),
        (
            [
                {
                    "endTime": "2024-01-01 10:00",
                    "artistName": "Ann Ro",
                    "trackName": "Tide",
                    "msPlayed": 180000,
                }
            ],
            None,
        ),
    ],
)
def test_each_service_s_shape(tmp_path: Path, content: Any, found: str | None) -> None:
    songs, notes = made(tmp_path, content)
    assert names(songs) == TIDE
    assert found is None or found in songs[0].ids[:2]
    assert notes == []


def test_playlists_of_spotify_s_account_data(tmp_path: Path) -> None:
    def item(track: Any = None, episode: Any = None, local: Any = None) -> dict[str, Any]:
        return {
            "track": track,
            "episode": episode,
            "audiobook": None,
            "localTrack": local,
            "addedDate": "2024-01-01",
        }

    tide = {"trackName": "Tide", "artistName": "Ann Ro", "albumName": "Shore", "trackUri": URI}
    content = {
        "playlists": [
            {
                "name": "One",
                "lastModifiedDate": "2024-01-01",
                "items": [item(tide), item(episode={"episodeName": "e"})],
            },
            {
                "name": "Two",
                "items": [item(local={"uri": "spotify:local:Cy:The+Hall:Fog:180"}), item()],
            },
            {"name": "Empty", "items": []},
        ]
    }
    songs, notes = made(tmp_path, content, "Playlist1.json")
    assert names(songs) == [*TIDE, ("Cy", "Fog")]
    assert songs[0].ids[0] == URI
    assert [song.playlist for song in songs] == ["One", "Two"]
    assert songs[1].album == "The Hall"
    assert notes == [
        "it has several playlists, and all are read: 'One', 'Two'; --playlist NAME reads one",
        "1 episodes of podcasts and chapters of books: left out (entry 2)",
        "1 entries with nothing in them: left out (entry 2)",
    ]


def test_plays_of_spotify_s_account_data(tmp_path: Path) -> None:
    def play(**more: Any) -> dict[str, Any]:
        keys = (
            "master_metadata_track_name",
            "master_metadata_album_artist_name",
            "master_metadata_album_album_name",
        )
        others = (
            "spotify_track_uri",
            "episode_name",
            "episode_show_name",
            "spotify_episode_uri",
            "audiobook_title",
        )
        return {
            "ts": "2024-01-01T00:00:00Z",
            "ms_played": 9,
            **dict.fromkeys((*keys, *others)),
            "skipped": None,
            **more,
        }

    content = [
        play(
            master_metadata_track_name="Tide",
            master_metadata_album_artist_name="Ann Ro",
            spotify_track_uri=URI,
        ),
        play(),
        play(episode_name="e", spotify_episode_uri="spotify:episode:x"),
    ]
    songs, notes = made(tmp_path, content, "Streaming_History_Audio_2024_0.json")
    assert names(songs) == TIDE
    assert songs[0].ids[0] == URI
    assert notes == [
        "1 entries with nothing in them: left out (entry 2)",
        "1 episodes of podcasts and chapters of books: left out (entry 3)",
    ]


def test_jspf_as_listenbrainz_and_troi_write_it(tmp_path: Path) -> None:
    address = f"https://musicbrainz.org/recording/{MBID}"
    text = """{"playlist": {"creator": "eva", "date": "2024-01-01T00:00:00+00:00",
      "extension": {"https://musicbrainz.org/doc/jspf#playlist": {"public": true}},
      "identifier": "https://listenbrainz.org/playlist/0", "title": "Daily", "track": [
      {"album": "Shore", "creator": "Ann Ro", "duration": 1000, "identifier": ["ADDRESS"],
       "title": "Tide",
       "extension": {"https://musicbrainz.org/doc/jspf#track": {"artist_identifiers": []}}},
      {"creator": "Cy", "identifier": "ADDRESS", "title": "Fog"}, {"duration": 1}]}}""".replace(
        "ADDRESS", address
    )
    for name in ("a.jspf", "a.json", "a.txt"):
        songs, notes = read(tmp_path, name, text)
        assert names(songs) == [*TIDE, ("Cy", "Fog")]
        assert all(address in song.ids for song in songs)
        assert notes == ["1 entries with nothing in them: left out (entry 3)"]


def test_a_value_a_line(tmp_path: Path) -> None:
    listen = {"listened_at": 1, "track_metadata": {"artist_name": "Ann Ro", "track_name": "Tide"}}
    text = f"{json.dumps(listen)}\n\nbroken\n{json.dumps(listen)}\n"
    for name in ("6.jsonl", "a.txt"):
        songs, notes = read(tmp_path, name, text)
        assert names(songs) == TIDE * 2
        assert [song.place for song in songs] == ["line 1", "line 4"]
        assert notes == ["1 lines that are not JSON: left out (line 3)"]


def test_bad_entries_are_counted_and_the_others_kept(tmp_path: Path) -> None:
    content = [
        None,
        {},
        [1],
        True,
        5,
        "x",
        {"title": None},
        {"title": 7, "artist": []},
        {"title": "Tide"},
    ]
    songs, notes = made(tmp_path, content)
    assert [(song.ids, song.title) for song in songs] == [
        (("5",), ""),
        (("x",), "x"),
        ((), "7"),
        ((), "Tide"),
    ]
    assert notes == [
        "3 entries with nothing in them: left out (entry 1, entry 2, entry 7)",
        "2 entries that are no song: left out (entry 3, entry 4)",
    ]


def test_letters_cut_in_two_and_control_characters(tmp_path: Path) -> None:
    songs, notes = read(
        tmp_path, "a.json", b'[{"title": "A\\ud83d B\x0b\n\\ud83d\\ude00 \\\\ud83d"}]'
    )
    assert names(songs) == [("", "A\ufffd B \U0001f600 \\ud83d")]
    assert notes == [
        "1 control characters: a blank stands for each",
        "1 characters that cannot be decoded",
    ]


def test_blanks_at_the_ends_of_an_id_belong_to_it(tmp_path: Path) -> None:
    songs, _ = made(tmp_path, [{"track": "x ", "artist": "A", "title": "B"}])
    assert songs[0].ids == ("x ", "x")


@pytest.mark.parametrize(
    ("content", "error"),
    [
        ('{"a": 1}', "no songs: expected a list of songs, or an object with `tracks`"),
        ("{", "not JSON: "),
        ('{"tracks": []}', "no song is left: expected one at least"),
        ('{"tracks": ' * 900 + "1" + "}" * 900, "no songs: expected "),
        ("[" * 5000 + "]" * 5000, "not JSON: depth limit exceeded"),
        ('{"tracks": [{"name": 1}', "not JSON: "),
        (
            "[" + "{},[]," * 1_000_000 + "1]",
            "values in 6,000,003 bytes: expected a list of songs, which has fewer values",
        ),
    ],
)
def test_other_json_is_refused(tmp_path: Path, content: str, error: str) -> None:
    with pytest.raises(DataError) as caught:
        read(tmp_path, "a.json", content)
    assert error in str(caught.value)
