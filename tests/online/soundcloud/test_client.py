"""The client against a server that answers like SoundCloud, and against one that does not."""

import logging
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from playlist2vec.base.errors import DataError
from playlist2vec.online.soundcloud.answers import (
    ELSEWHERE,
    MISSING,
    REFUSED,
    SHAPE,
    SILENT,
    CallError,
)
from playlist2vec.online.soundcloud.calls import (
    LIKERS,
    LIKES,
    LISTS,
    PLAYLISTS,
    RESOLVE,
    SEARCH,
    TRACK,
    UPLOADS,
    Call,
    tracks_call,
)
from playlist2vec.online.soundcloud.client import SoundCloud, StoppedError
from playlist2vec.online.soundcloud.credentials import Credentials
from tests.builders.soundcloud.catalogue import Catalogue, plant
from tests.builders.soundcloud.server import CLIENT_ID, TOKEN, SoundCloudServer, soundcloud_server
from tests.online.crawling.small import whole
from tests.online.test_quota import Clock

CONTACT = "someone@example.org"
BOTH = Credentials(CONTACT, CLIENT_ID, TOKEN)
CATALOGUE = plant()
SONG = 1_000_000


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[SoundCloudServer]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with soundcloud_server(CATALOGUE) as running:
        yield running
        running.check_headers()


def client(
    server: SoundCloudServer,
    clock: Clock | None = None,
    credentials: Credentials = BOTH,
    *,
    timeout: float = 10.0,
) -> SoundCloud:
    """A client that waits on a clock of its own."""
    clock = clock or Clock()
    return SoundCloud(
        credentials,
        server.address,
        timeout=timeout,
        total=timeout,
        sleep=clock.sleep,
        clock=clock.read,
    )


def ids(bodies: list[dict[str, object]]) -> list[object]:
    return [body["id"] for body in bodies]


def test_nine_questions(server: SoundCloudServer) -> None:
    ask = client(server).ask
    song, made = CATALOGUE.songs[SONG], CATALOGUE
    site = "https://soundcloud.com"
    assert ids(ask(Call(TRACK, f"{SONG}")).tracks) == [SONG]
    assert ids(ask(Call(RESOLVE, f"{site}/user-{song.uploader}/track-{SONG}")).tracks) == [SONG]
    assert ask(Call(RESOLVE, f"{site}/user-{song.uploader}")).people == [song.uploader]
    lists = [each for each in made.playlists_of_song[SONG] if not made.playlists[each].album]
    assert ids(ask(Call(PLAYLISTS, f"{SONG}")).playlists) == lists
    assert ask(Call(LIKERS, f"{SONG}")).people == made.likers_of_song[SONG]
    liker = made.likers_of_song[SONG][0]
    likes = ask(Call(LIKES, f"{liker}"))
    assert (tuple(ids(likes.tracks)), tuple(ids(likes.playlists))) == made.likes[liker]
    assert ids(ask(Call(UPLOADS, f"{song.uploader}")).tracks) == made.songs_of_user[song.uploader]
    maker = made.playlists[lists[0]].maker
    assert ids(ask(Call(LISTS, f"{maker}")).playlists) == made.playlists_of_user[maker]
    found = ask(Call(SEARCH, "tekkno"))
    assert {made.songs[int(str(each))].typed for each in ids(found.tracks)} == {"tekkno"}
    assert len(server.requests) == 9


def test_fifty_tracks_by_id_in_any_order_and_no_more(server: SoundCloudServer) -> None:
    wanted = sorted(CATALOGUE.songs)[:49]
    found = ids(client(server).ask(tracks_call([*wanted, 7])).tracks)
    assert sorted(map(int, map(str, found))) == wanted
    assert found != wanted
    with pytest.raises(CallError, match="400 Bad Request: expected 200") as caught:
        client(server).ask(tracks_call(sorted(CATALOGUE.songs)[:51]))
    assert caught.value.kind == SHAPE


def test_pages_that_are_short_or_empty_are_all_read(server: SoundCloudServer) -> None:
    server.ragged = True
    busy = max(CATALOGUE.songs_of_user, key=lambda user: len(CATALOGUE.songs_of_user[user]))
    call = Call(UPLOADS, f"{busy}", f"/users/{busy}/tracks?limit=4&linked_partitioning=1")
    assert ids(whole(client(server).ask, call).tracks) == CATALOGUE.songs_of_user[busy]
    assert any("after=" in path for path in server.paths)


@pytest.mark.parametrize(
    ("script", "pauses"),
    [
        (["500"], 1),
        (["reset", "cut", "too long"], 3),
        (["too short", "no json", "page"], 3),
        (["nothing", "not utf-8", "deep"], 3),
        (["limited, header"], 2),
        (["limited, bare"], 10),
        (["503", "limited, header", "502"], 3),
    ],
)
def test_what_may_pass_is_tried_again(
    server: SoundCloudServer, script: list[str], pauses: float
) -> None:
    server.script = list(script)
    clock = Clock()
    assert ids(client(server, clock).ask(Call(TRACK, f"{SONG}")).tracks) == [SONG]
    assert clock.now - 1000 >= pauses
    assert server.paths == [f"/tracks/{SONG}?client_id="] * (len(script) + 1)


def test_a_limit_with_its_end_is_waited_for(server: SoundCloudServer) -> None:
    server.script = ["limited, told"]
    clock = Clock()
    client(server, clock).ask(Call(TRACK, f"{SONG}"))
    # The server's two seconds are whole ones, and some of them are gone when the answer comes.
    assert 0.5 <= clock.now - 1000 <= 3


@pytest.mark.parametrize("fault", ["silent", "drip"])
def test_silence_is_tried_again(server: SoundCloudServer, fault: str) -> None:
    server.script = [fault]
    assert ids(client(server, timeout=0.3).ask(Call(TRACK, f"{SONG}")).tracks) == [SONG]


@pytest.mark.parametrize(
    ("fault", "kind", "reason", "requests"),
    [
        ("404", MISSING, "404 Not Found", 1),
        ("410", MISSING, "410 Gone", 1),
        ("403", REFUSED, "403 Forbidden", 1),
        ("moved", SHAPE, "302 Found: expected 200", 1),
        ("other shape", SHAPE, "dict of another shape: expected that of likers", 1),
        ("a number", SHAPE, "int of another shape: expected that of likers", 1),
        ("next elsewhere", ELSEWHERE, "a next page at another address: expected one at ", 1),
        ("page", SILENT, "50 bytes that are not JSON", 4),
        ("502", SILENT, "502 Bad Gateway", 4),
    ],
)
def test_what_brings_nothing_says_why(
    server: SoundCloudServer, fault: str, kind: str, reason: str, requests: int
) -> None:
    server.script = [fault] * 9
    with pytest.raises(CallError) as caught:
        client(server).ask(Call(LIKERS, f"{SONG}"))
    assert caught.value.kind == kind
    assert str(caught.value).startswith(reason)
    assert len(server.requests) == requests


@pytest.mark.parametrize(
    ("fault", "said", "requests"),
    [
        (
            "401",
            "answered 401 Unauthorized: expected SC_CLIENT_ID or SC_OAUTH_TOKEN that SoundCloud "
            "accepts",
            1,
        ),
        (
            "limited, long",
            "answered 429 Too Many Requests: expected fewer requests; go on in 1440 min",
            1,
        ),
        (
            "limited, header",
            "answered 429 Too Many Requests 4 times: expected fewer requests; go on later",
            4,
        ),
    ],
)
def test_what_stops_a_run_is_one_line(
    server: SoundCloudServer, fault: str, said: str, requests: int
) -> None:
    server.script = [fault] * 9
    with pytest.raises(StoppedError) as caught:
        client(server).ask(Call(LIKERS, f"{SONG}"))
    assert str(caught.value).startswith(f"{server.address}: {said}")
    assert len(server.requests) == requests


def test_odd_entries_are_counted(server: SoundCloudServer) -> None:
    server.script = ["odd entries"]
    found = client(server).ask(Call(LIKERS, f"{SONG}"))
    assert (found.people, found.odd) == (CATALOGUE.likers_of_song[SONG], 7)


@pytest.mark.parametrize(
    "credentials",
    [Credentials(CONTACT, CLIENT_ID), Credentials(CONTACT, token=TOKEN)],
    ids=["client id", "token"],
)
def test_one_credential_is_enough(server: SoundCloudServer, credentials: Credentials) -> None:
    assert client(server, credentials=credentials).ask(Call(LIKERS, f"{SONG}")).people
    (request,) = server.requests
    assert ("client_id" in request.path, "Authorization" in request.headers) == (
        bool(credentials.client_id),
        bool(credentials.token),
    )


def test_no_credential_goes_to_another_host(server: SoundCloudServer) -> None:
    with soundcloud_server(Catalogue()) as stranger:
        server.elsewhere = stranger.address
        for fault in ("next elsewhere", "moved"):
            server.script = [fault]
            with pytest.raises(CallError):
                whole(client(server).ask, Call(LIKERS, f"{SONG}"))
        assert stranger.requests == []


@pytest.mark.parametrize(
    "address",
    [
        "http://api-v2.soundcloud.com",
        "https://api-v2.soundcloud.com.example.org",
        "https://someone@api-v2.soundcloud.com",
        "https://example.org",
        "https://api-v2.soundcloud.com/path",
        "http://127.0.0.1@example.org",
        "http://[::1",
        "ftp://127.0.0.1",
        "nothing",
        "",
    ],
)
def test_credentials_are_for_the_api_over_https_alone(address: str) -> None:
    with pytest.raises(
        DataError, match=r"no address for credentials: expected https://api-v2\.soundcloud\.com"
    ):
        SoundCloud(BOTH, address)


def test_no_login_of_the_user_elsewhere_is_sent(
    server: SoundCloudServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "netrc").write_text(
        "machine 127.0.0.1 login someone password secret\n", encoding="utf-8"
    )
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    client(server).ask(Call(LIKERS, f"{SONG}"))
    assert server.requests[0].headers["Authorization"] == f"OAuth {TOKEN}"


@pytest.mark.parametrize(
    "fault", ["", "500", "401", "page", "reset", "cut", "limited, header", "next elsewhere"]
)
def test_credentials_are_in_no_log_and_no_error(
    server: SoundCloudServer, fault: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server.script = [fault] * 4 if fault else []
    said = ""
    try:
        client(server).ask(Call(LIKERS, f"{SONG}"))
    except (CallError, DataError) as error:
        said = f"{error!r} {error}"
    assert bool(said) == bool(fault)
    assert "127.0.0.1" in caplog.text
    assert ("likers" in caplog.text) == (fault != "reset")
    for secret in (CLIENT_ID, TOKEN, quote(TOKEN)):
        assert secret not in caplog.text + said + repr(BOTH)
