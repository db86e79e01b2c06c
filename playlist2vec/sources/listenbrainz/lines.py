"""Reading of listens from lines of JSON; only the needed values are turned into objects."""

from collections.abc import Iterator
from typing import IO, Any

import msgspec

from playlist2vec.base.errors import DataError
from playlist2vec.formats.archives import CHUNK
from playlist2vec.sources.listenbrainz.columns import ROWS, Listens, coded, keys_of_users, seconds

LONGEST_LINE = 1 << 20
"""The most bytes of a line of a file of listens; ListenBrainz accepts listens of some 10,000 bytes.
"""


class _Info(msgspec.Struct, frozen=True, gc=False):
    recording_mbid: str | None = None
    recording_msid: str | None = None


class _Mapping(msgspec.Struct, frozen=True, gc=False):
    recording_mbid: str | None = None


class _Track(msgspec.Struct, frozen=True, gc=False):
    artist_name: str | None = None
    track_name: str | None = None
    recording_msid: str | None = None
    additional_info: _Info | None = None
    mbid_mapping: _Mapping | None = None


class _Listen(msgspec.Struct, frozen=True, gc=False):
    """The needed keys of a line with the types of a dump."""

    user_id: int | str | None = None
    user_name: str | None = None
    timestamp: int | None = None
    listened_at: int | None = None
    recording_msid: str | None = None
    recording_mbid: str | None = None
    track_metadata: _Track | None = None


LISTEN = msgspec.json.Decoder(_Listen)
NO_TRACK, NO_INFO, NO_MAPPING = _Track(), _Info(), _Mapping()


def read_lines(
    file: IO[bytes], place: str, *, by_mbid: bool, turn: int = 0, turns: int = 1
) -> Iterator[Listens]:
    """Yield the listens of a file in order, in blocks.

    `turn`, `turns`: blocks of lines are dealt out to `turns` turns, and only the blocks of `turn`,
    from 0, are read. `place`: the name of the file in errors. `by_mbid`: the recording of a listen
    is the recording_mbid, or without one the recording_msid; else always the recording_msid. Raises
    DataError, naming the line, for a line that is not a JSON object.
    """
    listens: list[_Listen] = []
    for number, count, lines in _blocks(file, place, turn, turns):
        listens += _decoded(lines, number, count, place, by_mbid)
        if len(listens) >= ROWS:
            yield _columns(listens, by_mbid)
            listens = []
    if listens:
        yield _columns(listens, by_mbid)


def _blocks(file: IO[bytes], place: str, turn: int, turns: int) -> Iterator[tuple[int, int, bytes]]:
    """Yield number of the first line, number of lines, and the lines, for every block of a turn."""
    rest, number, block = b"", 1, 0
    while chunk := file.read(CHUNK):
        end = chunk.rfind(b"\n") + 1
        if not end:
            rest += chunk
        else:
            count = chunk.count(b"\n")
            if block % turns == turn:
                yield number, count, rest + chunk[:end]
            number += count
            rest, block = chunk[end:], block + 1
        if len(rest) > LONGEST_LINE:
            raise DataError(
                f"{place}: line {number} is longer than {LONGEST_LINE} bytes: "
                "expected lines of listens"
            )
    if rest and block % turns == turn:
        yield number, 1, rest


def _decoded(lines: bytes, number: int, count: int, place: str, by_mbid: bool) -> list[_Listen]:
    """Return the listens of `count` lines; `number` is the number of the first line."""
    try:
        listens = LISTEN.decode_lines(lines)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        listens = []
    # The numbers differ if a listen extends over lines, or a line holds two listens.
    if len(listens) == count:
        return listens
    found = (
        _line(line, f"{place}: line {n}", by_mbid)
        for n, line in enumerate(lines.split(b"\n"), start=number)
    )
    return [listen for listen in found if listen is not None]


def _line(line: bytes, place: str, by_mbid: bool) -> _Listen | None:
    """Return the listen of a line, None for a blank line; a value of a wrong type is missing."""
    try:
        try:
            return LISTEN.decode(line)
        except msgspec.ValidationError:
            found = msgspec.json.decode(line)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        if not line.strip():
            return None
        raise DataError(f"{place} is not JSON ({error}): expected a listen") from None
    if type(found) is not dict:
        raise DataError(f"{place} is {line[:40]!r}: expected a listen, {{...}}")
    return _untyped(found, by_mbid)


def _untyped(found: dict[str, Any], by_mbid: bool) -> _Listen:
    track = _inside(found, "track_metadata")
    info = _inside(track, "additional_info")
    recording: Any = None
    if by_mbid:
        mapped = _inside(track, "mbid_mapping").get("recording_mbid")
        recording = mapped or found.get("recording_mbid") or info.get("recording_mbid")
    recording = (
        recording
        or found.get("recording_msid")
        or track.get("recording_msid")
        or info.get("recording_msid")
    )
    user, time = found.get("user_id"), found.get("timestamp")
    user = found.get("user_name") if user is None else user
    time = found.get("listened_at") if time is None else time
    return _Listen(
        user_id=user if type(user) in (int, str) else None,
        timestamp=time if type(time) is int else None,
        recording_msid=_text(recording),
        track_metadata=_Track(_text(track.get("artist_name")), _text(track.get("track_name"))),
    )


def _inside(found: dict[str, Any], key: str) -> dict[str, Any]:
    inner = found.get(key)
    return inner if type(inner) is dict else {}


def _text(value: object) -> str | None:
    return value if type(value) is str else None


def _columns(listens: list[_Listen], by_mbid: bool) -> Listens:
    tracks = [listen.track_metadata or NO_TRACK for listen in listens]
    infos = [track.additional_info or NO_INFO for track in tracks]
    if by_mbid:
        # ListenBrainz's own mapping, as in the Parquet dumps, comes before the id that a client
        # sent.
        recordings = [
            (track.mbid_mapping or NO_MAPPING).recording_mbid
            or listen.recording_mbid
            or info.recording_mbid
            or listen.recording_msid
            or track.recording_msid
            or info.recording_msid
            for listen, track, info in zip(listens, tracks, infos, strict=True)
        ]
    else:
        recordings = [
            listen.recording_msid or track.recording_msid or info.recording_msid
            for listen, track, info in zip(listens, tracks, infos, strict=True)
        ]
    users = [listen.user_name if listen.user_id is None else listen.user_id for listen in listens]
    times = [
        listen.listened_at if listen.timestamp is None else listen.timestamp for listen in listens
    ]
    return Listens(
        *keys_of_users(users),
        seconds(times),
        coded(recordings),
        coded([track.artist_name for track in tracks]),
        coded([track.track_name for track in tracks]),
    )
