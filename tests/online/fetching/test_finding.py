"""Which of Deezer's songs a song is, and how near the others came."""

from collections.abc import Iterator

import pytest

from playlist2vec.online.deezer.answers import Found
from playlist2vec.online.deezer.cache import Song
from playlist2vec.online.deezer.client import Deezer
from playlist2vec.online.fetching.finding import Hit, Miss, Wanted, agree, choose, find
from playlist2vec.online.quota import Quota
from tests.builders.deezer_server import DeezerServer, deezer_server

API = "https://api.deezer.com"
HERE = "https://cdn.dzcdn.net/7.mp3"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[DeezerServer]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with deezer_server() as running:
        running.add(
            Song(7, "Night Ferry", "Nell Oak", "Piers", 201),
            Song(8, "Day Ferry", "Nell Oak", "Piers", 180),
        )
        yield running


def client(server: DeezerServer) -> Deezer:
    return Deezer(server.address, quota=Quota(50, 0), sleep=lambda _: None)


@pytest.mark.parametrize(
    ("artist", "title", "seconds", "same"),
    [
        ("Nell Oak", "Night Ferry", 0, True),
        ("The NELL OAK", "Night ferry", 0, True),
        ("Nell Oak, Someone", "Night Ferry (feat. Someone)", 0, True),
        ("Nell Oak", "Night Ferry - 2011 Remaster", 0, True),
        ("Nell Oak", "Night Ferry (Radio Edit)", 0, True),
        ("Nell Oak", "Night Ferry (Live)", 201, False),
        ("Nell Oak", "Night Ferry - Acoustic", 201, False),
        ("Nell Oak", "Night Ferry (Kite Remix)", 201, False),
        ("Nell Oak", "Night Ferry (I Wait)", 0, False),
        ("Nell Oak", "Night Ferry (I Wait)", 210, False),
        ("Nell Oak", "Night Ferry (I Wait)", 203, True),
        ("Nell Oak", "Night", 201, False),
        ("The Slow Kites", "Night Ferry", 201, False),
    ],
)
def test_songs_agree_in_artist_title_and_version(
    artist: str, title: str, seconds: float, same: bool
) -> None:
    assert (
        agree(Wanted("x", artist, title, seconds), Song(7, "Night Ferry", "Nell Oak", "", 201))
        is same
    )


def found(number: int, title: str, duration: int, preview: str = HERE) -> Found:
    return Found(Song(number, title, "Nell Oak", "", duration), preview)


def test_of_several_songs_the_nearest_in_duration_with_a_preview_is_chosen() -> None:
    wanted = Wanted("x", "Nell Oak", "Night Ferry", 200)
    songs = [
        found(1, "Night Ferry (Live)", 200),
        found(2, "Night Ferry", 240),
        found(3, "Night Ferry", 200, ""),
        found(4, "Night Ferry", 203),
        found(5, "Night Ferry", 199),
        found(6, "Night Ferry", 0),
    ]
    assert choose(wanted, songs[:5], API) == Hit(5, HERE, "track 5 by search")
    assert choose(wanted, songs[:4], API) == Hit(4, HERE, "track 4 by search")
    assert choose(wanted, songs[:3], API) == Miss("no_preview", "track 3 by search")
    assert choose(wanted, songs[:2], API) == Miss("duration_differs", "240 s: expected 200 s")
    assert choose(wanted, songs[:1], API) == Miss("names_differ", "Nell Oak – Night Ferry (Live)")
    assert choose(wanted, [], API) == Miss("not_found", "the search finds nothing")
    assert choose(wanted._replace(seconds=0), songs[:3], API) == Hit(2, HERE, "track 2 by search")
    elsewhere = [found(7, "Night Ferry", 200, "https://example.org/7.mp3")]
    assert choose(wanted, elsewhere, API) == Miss(
        "no_preview", "track 7 by search: its preview is elsewhere"
    )


def test_a_code_goes_before_an_id_and_an_id_before_a_search(server: DeezerServer) -> None:
    server.isrcs["GBAYE0000351"] = 7
    wanted = Wanted("track_8", "Nell Oak", "Day Ferry", 0, 8, "GBAYE0000351")
    hit = find(client(server), wanted)
    assert isinstance(hit, Hit)
    assert (hit.number, hit.way) == (7, "track 7 by ISRC GBAYE0000351")
    assert server.paths == ["/track/isrc:GBAYE0000351"]
    server.isrcs.clear()
    assert isinstance(hit := find(client(server), wanted), Hit)
    assert (hit.number, hit.way) == (8, "track 8 by id")
    del server.songs[8]
    assert find(client(server), wanted) == Miss("not_found", "no song of this ISRC GBAYE0000351")
    assert server.paths[-1] == '/search?q=artist:"Nell Oak" track:"Day Ferry"'


def test_an_id_of_another_song_is_not_believed(server: DeezerServer) -> None:
    assert isinstance(
        hit := find(client(server), Wanted("track_8", "Nell Oak", "Night Ferry", 0, 8)), Hit
    )
    assert hit.number == 8
    server.add(Song(8, "Kites", "The Slow Kites", "", 180))
    assert isinstance(
        hit := find(client(server), Wanted("track_8", "Nell Oak", "Night Ferry", 0, 8)), Hit
    )
    assert hit.number == 7
    missed = find(client(server), Wanted("track_8", "Somebody", "Something", 0, 8))
    assert missed == Miss("names_differ", "id: The Slow Kites – Kites")


def test_the_nearest_miss_is_the_reason(server: DeezerServer) -> None:
    server.without_preview = {8}
    assert find(client(server), Wanted("track_8", "", "", 0, 8)) == Miss(
        "no_preview", "track 8 by id"
    )
    assert find(client(server), Wanted("x", "Nell Oak", "")) == Miss(
        "not_found", "no artist and title to search for"
    )


def test_a_search_without_brackets_may_find_what_one_with_them_does_not(
    server: DeezerServer,
) -> None:
    assert isinstance(
        hit := find(client(server), Wanted("x", "Nell Oak", "Night Ferry - 2011 Remaster")), Hit
    )
    assert hit.number == 7
    assert [path.rpartition("track:")[2] for path in server.paths] == [
        '"Night Ferry - 2011 Remaster"',
        '"Night Ferry"',
    ]
    missed = find(client(server), Wanted("x", "Nell Oak", "Night Ferry (Live)"))
    assert missed == Miss("names_differ", "Nell Oak – Night Ferry")
