import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from playlist2vec.base.errors import DataError
from playlist2vec.online.asking import PassingError, QuotaError
from playlist2vec.online.deezer.answers import Found, read_body, read_songs, read_track
from playlist2vec.online.deezer.cache import Song
from tests.builders.deezer_server import FAULTS

HERE = "https://example.org/track/7"
TRACK: dict[str, Any] = {
    "id": 7,
    "title": "Night Ferry",
    "duration": 201,
    "preview": "https://example.org/7.mp3?exp=5~a",
    "artist": {"id": 1, "name": "Nell Oak"},
    "album": {"id": 2, "title": "Piers"},
}
FOUND = Found(Song(7, "Night Ferry", "Nell Oak", "Piers", 201), "https://example.org/7.mp3?exp=5~a")


def test_a_track_is_read() -> None:
    assert read_body(200, "OK", json.dumps(TRACK).encode(), HERE) == TRACK
    assert read_track(TRACK, HERE) == FOUND
    assert read_songs({"data": [TRACK, TRACK], "total": 2}, HERE) == [FOUND, FOUND]
    assert read_songs({"data": [], "total": 0}, HERE) == []


@pytest.mark.parametrize(
    ("changes", "field", "value"),
    [
        ({"id": "7", "duration": "201"}, "duration", 201),
        ({"title": " Night\x1b[2J\n  Ferry\ud800 "}, "title", "Night [2J Ferry"),
        ({"album": None}, "album", ""),
        ({"album": {"title": 3}}, "album", ""),
        ({"duration": True}, "duration", 0),
        ({"duration": 10**400}, "duration", 0),
        ({"duration": -1}, "duration", 0),
    ],
)
def test_what_is_odd_in_a_song_is_unknown(
    changes: dict[str, Any], field: str, value: object
) -> None:
    assert getattr(read_track(TRACK | changes, HERE).song, field) == value


@pytest.mark.parametrize(
    "preview",
    [
        "",
        None,
        5,
        "file:///etc/passwd",
        "--script=x",
        "https://a b",
        'https://a"onerror="x',
        "https://a<b>",
        "http://",
    ],
)
def test_what_is_no_address_is_no_preview(preview: object) -> None:
    assert read_track(TRACK | {"preview": preview}, HERE) == FOUND._replace(preview="")


@pytest.mark.parametrize(
    "changes", [{"id": 0}, {"id": True}, {"id": 1.5}, {"title": " "}, {"artist": "Nell Oak"}]
)
def test_a_song_needs_id_title_and_artist(changes: dict[str, Any]) -> None:
    wanted = "with an id, a title and an artist's name"
    keys = ", ".join(TRACK)
    with pytest.raises(DataError) as caught:
        read_track(TRACK | changes, HERE)
    assert str(caught.value) == f"{HERE}: answered an object with {keys}: expected a track {wanted}"
    with pytest.raises(DataError) as caught:
        read_songs({"data": [TRACK, TRACK | changes]}, HERE)
    assert (
        str(caught.value)
        == f"{HERE}: answered an object with data: expected tracks {wanted}, as data"
    )


@pytest.mark.parametrize(
    ("status", "reason", "content", "error", "text"),
    [
        (200, "OK", FAULTS["quota"], QuotaError, "error 4, Quota limit exceeded"),
        (200, "OK", FAULTS["busy"], PassingError, "error 700, Service busy"),
        (429, "Too Many", b"", QuotaError, "429 Too Many"),
        (503, "Down", FAULTS["unknown"], PassingError, "503 Down"),
        (
            200,
            "OK",
            FAULTS["refused"],
            DataError,
            f"{HERE}: answered error 500, Wrong parameter: expected data, or error 4, 700 or 800",
        ),
        (
            200,
            "OK",
            b'{"error":[]}',
            DataError,
            f"{HERE}: answered an error of another form: expected a code and a message",
        ),
        (
            200,
            "OK",
            FAULTS["page"],
            DataError,
            f"{HERE}: answered 200 OK, {FAULTS['page']!r}: expected 200 and a JSON object",
        ),
        (
            302,
            "Found",
            b"",
            DataError,
            f"{HERE}: answered 302 Found, b'': expected 200 and a JSON object",
        ),
        (
            404,
            "Not Found",
            b"{}",
            DataError,
            f"{HERE}: answered 404 Not Found, b'{{}}': expected 200 and a JSON object",
        ),
        (
            200,
            "OK",
            b"[" * 100_000,
            DataError,
            f"{HERE}: answered 200 OK, b'{'[' * 110}…: expected 200 and a JSON object",
        ),
        (
            200,
            "OK",
            b"[1]",
            DataError,
            f"{HERE}: answered 200 OK, b'[1]': expected 200 and a JSON object",
        ),
    ],
)
def test_errors(
    status: int, reason: str, content: bytes, error: type[Exception], text: str
) -> None:
    with pytest.raises(error) as caught:
        read_body(status, reason, content, HERE)
    assert str(caught.value) == text


def test_no_data_is_no_error() -> None:
    assert read_body(200, "OK", FAULTS["unknown"], HERE) is None


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(st.sampled_from([*TRACK, "data", "error", "code", "name"]), inner)
    ),
    max_leaves=12,
)
bodies = st.builds(
    lambda changes: json.dumps(TRACK | changes),
    st.dictionaries(st.sampled_from([*TRACK]), json_values),
)


@given(
    st.sampled_from([200, 302, 404, 429, 500]),
    st.binary()
    | json_values.map(lambda value: json.dumps(value).encode())
    | bodies.map(str.encode),
)
@example(200, b'{"id": 7, "title": "x", "artist": {"name": ' + b"[" * 900 + b"]" * 900 + b"}}")
@example(200, b'{"error": {"code": 1, "message": ' + b"[" * 900 + b"]" * 900 + b"}}")
@example(200, b'{"id": 1' + b"0" * 5000 + b"}")
def test_any_content_is_a_song_no_song_or_one_of_the_errors(status: int, content: bytes) -> None:
    texts = texts_of(read_track, status, content) + texts_of(read_songs, status, content)
    assert all(len(text.splitlines()) <= 1 for text in texts)
    assert "".join(texts).encode().decode() == "".join(texts)


def texts_of(read: Callable[..., Found | list[Found]], status: int, content: bytes) -> list[str]:
    """All texts in the songs of an answer, or that of the error."""
    try:
        body = read_body(status, "", content, HERE)
        found = [] if body is None else read(body, HERE)
    except (DataError, PassingError) as error:
        return [str(error)]
    songs = found if isinstance(found, list) else [found]
    return [
        text for song, preview in songs for text in (song.title, song.artist, song.album, preview)
    ]
