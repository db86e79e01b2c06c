"""Where the sound of the invented SoundCloud is: what a track says of it, and the addresses that
are asked for.
"""

from collections.abc import Callable
from typing import Any

from tests.builders.soundcloud.catalogue import Catalogue, Song

STREAMS, PICTURES = "https://cf-hls-media.sndcdn.com", "https://i1.sndcdn.com"
AUTHORISATION = "invented-and-secret"
ENCRYPTED = ("ctr-encrypted-hls", "cbc-encrypted-hls")
FORMS = {"aac": ("aac_160k", 'audio/mp4; codecs="mp4a.40.2"'), "mp3": ("mp3_1_0", "audio/mpeg")}
Given = tuple[int, Any]


def transcodings(song: Song, address: str) -> list[dict[str, Any]]:
    """The forms in which a song is streamed. `address`: of the api."""
    if song.media == "none":
        return []
    if song.media == "drm":
        return [_transcoding(song, address, "aac", protocol) for protocol in ENCRYPTED]
    kinds = (
        [("mp3", "hls"), ("mp3", "progressive")]
        if song.id % 3 == 0
        else [("aac", "hls"), ("mp3", "progressive")]
    )
    if song.media == "mp3 in segments":
        kinds = [("mp3", "hls")]
    found = [_transcoding(song, address, form, protocol) for form, protocol in kinds]
    if song.media == "drm too":
        found = [*(_transcoding(song, address, "aac", protocol) for protocol in ENCRYPTED), *found]
    if song.media == "abr":
        found = [each | {"preset": "abr_sq"} for each in found]
    if song.media == "snipped":
        found = [each | {"snipped": True} for each in found]
    return found


def _transcoding(song: Song, address: str, form: str, protocol: str) -> dict[str, Any]:
    preset, kind = FORMS[form]
    host = "https://example.org" if song.media == "elsewhere" else address
    return {
        "url": f"{host}/media/soundcloud:tracks:{song.id}/{form}/stream/{protocol}",
        "preset": preset,
        "duration": 1000 * song.seconds,
        "snipped": song.policy == "SNIP",
        "format": {"protocol": protocol, "mime_type": kind},
        "quality": "sq",
    }


def media_answer(
    catalogue: Catalogue, path: str, query: dict[str, str], key: Callable[[int], int]
) -> Given | None:
    """The address at the CDN of a stream or an original, with a `key` that is new; None for other
    questions.
    """
    match path.strip("/").split("/"):
        case ["media", urn, form, "stream", protocol]:
            song = catalogue.there(int(urn.rpartition(":")[2]))
            if song is None or query.get("track_authorization") != AUTHORISATION:
                return 404 if song is None else 403, {}
            file = "whole.mp3" if protocol == "progressive" else "list.m3u8"
            host = "http://example.org" if song.media == "stranger" else STREAMS
            return 200, {"url": f"{host}/{form}/{song.id}/{file}?key={key(song.id)}"}
        case ["tracks", number, "download"]:
            song = catalogue.there(int(number))
            if song is None or not song.offered:
                return 404, {}
            return 200, {"redirectUri": f"{STREAMS}/original/{song.id}/file?key={key(song.id)}"}
    return None
