"""Rules on taking a track: from the present metadata to a refusal or an open stream."""

from typing import Any, NamedTuple
from urllib.parse import urlsplit

from playlist2vec.sources.soundcloud.judging import SHARED

NONE, OFFERED, STREAMS = "none", "offered", "streams"
AUDIO = (NONE, OFFERED, STREAMS)
"""Sound to take: none, only tracks with a download by the uploader, or streams too."""
DELETED, PRIVATE, BLOCKED, PREVIEW = "deleted", "private", "blocked", "preview"
LICENCE, REMOVED, NOT_OFFERED = "licence", "removed", "not offered"
DRM, NO_STREAM, TOO_LARGE, TITLE = "drm", "no stream", "too large", "title"
LEFT_OUT = (
    DELETED,
    PRIVATE,
    BLOCKED,
    PREVIEW,
    LICENCE,
    REMOVED,
    NOT_OFFERED,
    DRM,
    NO_STREAM,
    TOO_LARGE,
    TITLE,
)
"""Reasons for not taking a track."""
HEARD = ("ALLOW", "MONETIZE")
"""Policies of tracks that can be heard whole."""
CLIPPED = 1000
"""Milliseconds by which the audible part may be shorter than the track."""
PLAIN = ("hls", "progressive")
"""Protocols of streams without DRM."""
BROKEN = "abr_"
"""Prefix of the presets of streams that cannot be fetched whole."""
FORMS = (
    ("audio/mp4", "hls"),
    ("audio/mpeg", "progressive"),
    ("audio/mpeg", "hls"),
    ("audio/ogg", "hls"),
)
"""Kinds of sound and protocols, the preferred first."""
Body = dict[str, Any]


class Stream(NamedTuple):
    """An open stream; `path`: at the API, to request the address; `hls`: True if in segments."""

    path: str
    hls: bool


def refusal(body: Body) -> str:
    """Return the reason for not keeping a track with given metadata, empty if allowed.

    Missing metadata count as a refusal.
    """
    if body.get("sharing") != "public" or body.get("public") is False or body.get("secret_token"):
        return PRIVATE
    if body.get("policy") == "SNIP" or body.get("access") == "preview" or _is_clipped(body):
        return PREVIEW
    if (
        body.get("policy") not in HEARD
        or body.get("access") == "blocked"
        or body.get("streamable") is False
    ):
        return BLOCKED
    licence = body.get("license")
    return "" if isinstance(licence, str) and licence in SHARED else LICENCE


def is_offered(body: Body) -> bool:
    """Return True if the uploader of a track allows downloads."""
    return body.get("downloadable") is True and body.get("has_downloads_left") is True


def _is_clipped(body: Body) -> bool:
    whole, heard = body.get("full_duration"), body.get("duration")
    return type(whole) is int and type(heard) is int and heard < whole - CLIPPED


def stream_of(body: Body, origin: str) -> Stream | str:
    """Return the stream of a track to take, or the reason for none. `origin`: of the API.

    Encrypted streams, previews and streams with an address outside the API are never returned.
    """
    media = body.get("media")
    listed = media.get("transcodings") if isinstance(media, dict) else None
    found = [_Transcoding.of(each) for each in listed or () if isinstance(each, dict)]
    plain = [
        each for each in found if each.protocol in PLAIN and not each.preset.startswith(BROKEN)
    ]
    whole = [each for each in plain if not each.snipped]
    ours = [
        each for each in whole if _path(each.url, origin) and (each.kind, each.protocol) in FORMS
    ]
    if ours:
        best = min(ours, key=lambda each: FORMS.index((each.kind, each.protocol)))
        return Stream(_path(best.url, origin), best.protocol == "hls")
    if plain and not whole:
        return PREVIEW
    return DRM if any("encrypted" in each.protocol for each in found) and not plain else NO_STREAM


class _Transcoding(NamedTuple):
    url: str
    preset: str
    kind: str
    protocol: str
    snipped: bool

    @staticmethod
    def of(found: Body) -> "_Transcoding":
        form = found.get("format")
        form = form if isinstance(form, dict) else {}
        texts = (found.get("url"), found.get("preset"), form.get("mime_type"), form.get("protocol"))
        url, preset, kind, protocol = (each if isinstance(each, str) else "" for each in texts)
        # A stream counts as whole only if it says so.
        return _Transcoding(
            url, preset, kind.partition(";")[0], protocol, found.get("snipped") is not False
        )


def _path(url: str, origin: str) -> str:
    """Return the path of an address at the API, empty for an address elsewhere."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return (
        parts.path
        if f"{parts.scheme}://{parts.netloc}" == origin and parts.path.startswith("/media/")
        else ""
    )
