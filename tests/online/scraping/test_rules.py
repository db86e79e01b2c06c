"""The seven rules on sound, each by its name, and the judgement of metadata that they stand on."""

from pathlib import Path
from typing import Any

import pytest

from playlist2vec.free_music.manifest.removals import Removals
from playlist2vec.online.crawling.removal import read_removed, remove
from playlist2vec.online.scraping import queue
from playlist2vec.online.scraping.rules import (
    BLOCKED,
    DELETED,
    DRM,
    LICENCE,
    NO_STREAM,
    NOT_OFFERED,
    OFFERED,
    PREVIEW,
    PRIVATE,
    STREAMS,
    Stream,
    refusal,
    stream_of,
)
from playlist2vec.online.scraping.scraping import scrape
from playlist2vec.online.scraping.taking import Taker
from playlist2vec.online.soundcloud.cdn import Cdn
from playlist2vec.online.soundcloud.client import SoundCloud
from playlist2vec.online.soundcloud.credentials import Credentials
from tests.builders.soundcloud.bodies import track
from tests.builders.soundcloud.server import CLIENT_ID, TOKEN
from tests.conftest import needed_package
from tests.online.scraping.conftest import Serving
from tests.online.scraping.small import (
    FIRST,
    UPLOADER,
    files,
    known,
    manifest,
    scraped,
    some,
    sound_requests,
)

for package in ("av", "m3u8", "mutagen", "PIL"):
    needed_package(package)
pytestmark = pytest.mark.extra
ORIGIN = "https://api-v2.soundcloud.com"


def body(**changed: Any) -> dict[str, Any]:
    return track(some(1).songs[FIRST], ORIGIN) | changed


def transcoding(
    protocol: str = "hls",
    preset: str = "aac_160k",
    kind: str = "audio/mp4",
    snipped: object = False,
    host: str = ORIGIN,
) -> dict[str, Any]:
    form = {"protocol": protocol, "mime_type": kind}
    return {
        "url": f"{host}/media/{preset}/{protocol}",
        "preset": preset,
        "snipped": snipped,
        "format": form,
    }


# Rule: `offered` takes only tracks whose uploader enabled download.
def test_offered_takes_only_what_uploaders_offer(serve: Serving, tmp_path: Path) -> None:
    server = serve(some(4))
    state = known(server, tmp_path)
    found = scraped(server, state, tmp_path, OFFERED)
    assert found == {
        FIRST: ("taken", "offered"),
        FIRST + 1: ("left out", NOT_OFFERED),
        FIRST + 2: ("taken", "offered"),
        FIRST + 3: ("left out", NOT_OFFERED),
    }
    assert [each["id"] for each in manifest(tmp_path)] == [FIRST, FIRST + 2]
    assert not any(path.startswith("/media/") for path in server.paths)
    # The first batch of metadata left out what is not offered without a call of its own.
    assert not any(f"/tracks/{FIRST + 1}?" in path for path in server.paths)


def test_streams_take_what_was_not_offered(serve: Serving, tmp_path: Path) -> None:
    server = serve(some(4))
    state = known(server, tmp_path)
    scraped(server, state, tmp_path, OFFERED)
    before = files(tmp_path)
    found = scraped(server, state, tmp_path, STREAMS)
    assert [reason for _, reason in found.values()] == [
        "offered",
        "streamed",
        "offered",
        "streamed",
    ]
    kept = files(tmp_path)
    assert before.keys() - {"tracks.jsonl"} < kept.keys()
    assert all(kept[name] == before[name] for name in before if name != "tracks.jsonl")


# Rule: never DRM, previews, private or blocked tracks, a missing or not-free licence.
@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"media": "drm"}, DRM),
        ({"media": "keyed"}, DRM),
        ({"media": "snipped"}, PREVIEW),
        ({"policy": "SNIP"}, PREVIEW),
        ({"policy": "BLOCK"}, BLOCKED),
        ({"policy": "NEW"}, BLOCKED),
        ({"sharing": "private"}, PRIVATE),
        ({"sharing": "deleted"}, DELETED),
        ({"licence": "all-rights-reserved"}, LICENCE),
        ({"licence": ""}, LICENCE),
        ({"licence": "cc-by-4"}, LICENCE),
        ({"media": "abr"}, NO_STREAM),
        ({"media": "none"}, NO_STREAM),
        ({"media": "elsewhere"}, NO_STREAM),
    ],
)
def test_never_drm_previews_private_blocked_or_not_free(
    serve: Serving, tmp_path: Path, change: dict[str, Any], reason: str
) -> None:
    """The change comes after the crawl, so that it is the present metadata that count."""
    server = serve(some(2))
    state = known(server, tmp_path)
    server.catalogue.change(FIRST + 1, **change)
    assert scraped(server, state, tmp_path)[FIRST + 1] == ("left out", reason)
    assert [each["id"] for each in manifest(tmp_path)] == [FIRST]
    asked = [path for path in sound_requests(server) if str(FIRST + 1) in path]
    # Only the playlist itself says that its segments are encrypted.
    assert not asked if change != {"media": "keyed"} else not any("/v1/" in path for path in asked)


@pytest.mark.parametrize(
    "change", [{"licence": "all-rights-reserved"}, {"policy": "BLOCK"}, {"sharing": "private"}]
)
def test_a_change_after_the_batch_was_asked_counts_too(
    serve: Serving, tmp_path: Path, change: dict[str, Any]
) -> None:
    server = serve(some(3))
    state = known(server, tmp_path)

    def changing(path: str, _: int) -> str:
        if path.startswith(f"/tracks/{FIRST}?"):
            server.catalogue.change(FIRST + 1, **change)
        return ""

    server.fault_of = changing
    assert scraped(server, state, tmp_path)[FIRST + 1][0] == "left out"
    assert not any(str(FIRST + 1) in path for path in sound_requests(server))


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({}, ""),
        ({"sharing": None}, PRIVATE),
        ({"secret_token": "s-1"}, PRIVATE),
        ({"public": False}, PRIVATE),
        ({"access": "preview"}, PREVIEW),
        ({"duration": 30_000, "full_duration": 31_001}, PREVIEW),
        ({"duration": 30_000, "full_duration": 31_000}, ""),
        ({"access": "blocked"}, BLOCKED),
        ({"streamable": False}, BLOCKED),
        ({"policy": None}, BLOCKED),
        ({"policy": "MONETIZE"}, ""),
        ({"license": ["cc-by"]}, LICENCE),
        ({"license": None}, LICENCE),
    ],
)
def test_what_is_not_said_is_not_allowed(changed: dict[str, Any], reason: str) -> None:
    assert refusal(body(**changed)) == reason


@pytest.mark.parametrize(
    ("listed", "found"),
    [
        (
            [transcoding("progressive", "mp3", "audio/mpeg"), transcoding()],
            Stream("/media/aac_160k/hls", True),
        ),
        (
            [transcoding("ctr-encrypted-hls"), transcoding("progressive", "mp3", "audio/mpeg")],
            Stream("/media/mp3/progressive", False),
        ),
        ([transcoding("cbc-encrypted-hls"), transcoding("ctr-encrypted-hls")], DRM),
        ([transcoding("encrypted-hls")], DRM),
        ([transcoding(snipped=True)], PREVIEW),
        ([transcoding(snipped=None)], PREVIEW),
        ([transcoding(preset="abr_hq")], NO_STREAM),
        ([transcoding(host="https://api-v2.soundcloud.com.example.org")], NO_STREAM),
        ([transcoding(host="http://[")], NO_STREAM),
        ([transcoding(kind="audio/flac")], NO_STREAM),
        ([None, {}, {"format": 1}], NO_STREAM),
        (None, NO_STREAM),
    ],
)
def test_the_stream_that_is_taken(listed: Any, found: object) -> None:
    assert stream_of(body(media={"transcodings": listed}), ORIGIN) == found


# Rule: credentials never to the CDN.
def test_no_credential_goes_to_the_cdn(
    serve: Serving, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "netrc").write_text(
        "machine 127.0.0.1 login someone password secret\n", encoding="utf-8"
    )
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    server = serve(some(8))
    scraped(server, known(server, tmp_path), tmp_path)
    assert len(server.cdn.requests) > 20
    for request in server.cdn.requests:
        for secret in (CLIENT_ID, TOKEN, "Authorization", "invented-and-secret"):
            assert secret not in f"{request.path} {request.headers}"
    content = b"".join(
        path.read_bytes() for path in tmp_path.rglob("*") if path.is_file() and path.name != "netrc"
    )
    for secret in (CLIENT_ID, TOKEN, "invented-and-secret", "?key="):
        assert secret.encode() not in content


def test_another_host_than_the_cdn_is_not_asked(serve: Serving, tmp_path: Path) -> None:
    server = serve(some(2))
    state = known(server, tmp_path)
    server.catalogue.change(FIRST + 1, media="stranger")
    name, reason = scraped(server, state, tmp_path)[FIRST + 1]
    assert (name, reason.partition(":")[0]) == ("failed", "leads elsewhere")
    assert not any(f"/{FIRST + 1}/" in each.path for each in server.cdn.requests)


# Rule: one rate over API and CDN.
def test_the_rate_holds_over_api_and_cdn_together(serve: Serving, tmp_path: Path) -> None:
    server = serve(some(6))
    state = known(server, tmp_path)
    soundcloud = SoundCloud(
        Credentials("someone@example.org", CLIENT_ID, TOKEN), server.address, per_second=40
    )
    taker = Taker(soundcloud, Cdn(soundcloud, server.cdn.address), STREAMS, Removals(), tmp_path)
    queue.prepare(state, STREAMS, retry=False)
    assert [outcome.state for outcome in scrape(state, soundcloud, taker, threads=4)] == [
        "taken"
    ] * 6
    assert len(server.requests) > 5
    assert len(server.cdn.requests) > 10
    server.check_rate(40)


# Rule: remove.txt is honoured by every step.
@pytest.mark.parametrize(
    "line", [f"{FIRST + 1}", f"soundcloud:users:{UPLOADER + 1}", "https://soundcloud.com/user-8/"]
)
def test_remove_txt_is_honoured(serve: Serving, tmp_path: Path, line: str) -> None:
    catalogue = some(3)
    catalogue.change(FIRST + 1, uploader=UPLOADER if line.isdigit() else UPLOADER + 1)
    server = serve(catalogue)
    catalogue.songs_of_user[UPLOADER] = list(catalogue.songs)
    state = known(server, tmp_path)
    (tmp_path / "remove.txt").write_text(f"{line}\n", encoding="utf-8")
    removals = read_removed(tmp_path)
    remove(state, removals)
    assert FIRST + 1 not in scraped(server, state, tmp_path, removals=removals)
    assert not any(str(FIRST + 1) in path for path in server.paths)


def test_what_was_taken_before_it_was_removed_leaves_with_its_files(
    serve: Serving, tmp_path: Path
) -> None:
    server = serve(some(3))
    state = known(server, tmp_path)
    scraped(server, state, tmp_path)
    assert sum(str(FIRST + 1) in name for name in files(tmp_path)) == 2
    remove(state, Removals(tracks={FIRST + 1}))
    assert scraped(server, state, tmp_path).keys() == {FIRST, FIRST + 2}
    assert not any(str(FIRST + 1) in name for name in files(tmp_path))
    assert [each["id"] for each in manifest(tmp_path)] == [FIRST, FIRST + 2]


def test_an_uploader_who_changed_and_is_in_remove_txt_is_left_out(
    serve: Serving, tmp_path: Path
) -> None:
    server = serve(some(2))
    state = known(server, tmp_path)
    server.catalogue.change(FIRST + 1, uploader=77)
    found = scraped(server, state, tmp_path, removals=Removals(users={77}))
    assert found[FIRST + 1] == ("left out", "removed")
