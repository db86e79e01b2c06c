"""JSON in a stream: what comes out is what `json` reads from the whole, however little is held in
memory.
"""

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playlist2vec.base.errors import DataError
from playlist2vec.formats import json_streams
from playlist2vec.formats.json_streams import JsonStream, json_lines

texts = st.text(st.characters(codec="utf-8"), max_size=8) | st.sampled_from(
    ["", '"', "\\", "{[", "]}", ",:", "\n"]
)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
)


def taken_to_pieces(stream: JsonStream) -> Any:
    """The next value, whose parts are asked for one by one wherever it is not small."""
    small, value = stream.small()
    if small:
        return value
    if stream.sign() == "{":
        return {key: taken_to_pieces(stream) for key in stream.members()}
    return [taken_to_pieces(stream) for _ in stream.elements()]


def stream_of(content: bytes) -> JsonStream:
    return JsonStream(io.BytesIO(content), "a.json")


@given(
    values,
    st.sampled_from([100, 300, 10**6]),
    st.integers(1, 40),
    st.sampled_from([None, 1, "\t"]),
    st.booleans(),
)
def test_pieces_make_the_whole(
    value: object, largest: int, chunk: int, indent: int | str | None, escaped: bool
) -> None:
    content = json.dumps(value, indent=indent, ensure_ascii=escaped).encode()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_streams, "LARGEST", largest)
        patch.setattr(json_streams, "CHUNK", chunk)
        stream = stream_of(content)
        assert taken_to_pieces(stream) == value
        stream.end()
        stream = stream_of(b"[" + content + b"," + content + b"] ")
        for _ in stream.elements():
            stream.skip()
        stream.end()


@given(
    values, st.integers(0, 60), st.sampled_from([b"", b"]", b"}", b",", b'"', b"x", b"\xff", b"1"])
)
def test_what_is_not_json_is_refused_as_a_whole_and_in_pieces(
    value: object, place: int, put: bytes
) -> None:
    content = json.dumps([value, [value] * 3], indent=1, ensure_ascii=False).encode()
    content = content[:place] + put + content[place + 1 :]
    try:
        expected: Any = json.loads(content)
    except ValueError:
        expected = ValueError
    text = "a.json: byte "
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_streams, "LARGEST", 400)
        patch.setattr(json_streams, "CHUNK", 7)
        try:
            stream = stream_of(content)
            found: Any = taken_to_pieces(stream)
            stream.end()
        except DataError as error:
            text = str(error)
            found = ValueError
    assert found == expected
    assert text.startswith("a.json: byte ")


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"", "byte 0: the end of the file: expected a JSON value"),
        (b"[1, 2] 3", "byte 7: '3': expected the end of the file after one JSON value"),
        (b'{"a": 1 2}', "byte 0: '{\"a\": 1 2}': not JSON (unexpected character"),
        (b"[1, 2", "byte 0: '[1, 2': expected its end"),
        (b"\xff\xfe[", r"byte 0: '\xff\xfe[': not JSON ("),
    ],
)
def test_the_place_of_what_is_wrong(content: bytes, text: str) -> None:
    def read() -> None:
        stream = stream_of(content)
        stream.small()
        stream.end()

    with pytest.raises(DataError) as caught:
        read()
    assert str(caught.value).startswith(f"a.json: {text}")


def test_a_text_is_never_too_large_to_be_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_streams, "LARGEST", 1000)
    for content in (b'["' + b"x" * 3_000_000, b"[" + b"1" * 3_000_000):
        stream = stream_of(content)
        assert stream.small() == (False, None)
        with pytest.raises(DataError, match=r"expected texts and numbers of at most 1000 bytes$"):
            taken_to_pieces(stream)
    with pytest.raises(DataError, match=r"byte 1: '\"xxx.*: expected texts of at most 1000 bytes$"):
        stream_of(b'["' + b"x" * 3_000_000).skip()


def test_endless_nesting_is_refused_at_once() -> None:
    expected = r"byte 0: .*: expected at most 1024 objects and lists inside each other$"
    for read in (JsonStream.small, JsonStream.skip):
        with pytest.raises(DataError, match=expected):
            read(stream_of(b"[" * 3_000_000))
    assert stream_of(b"[" * 1024 + b"]" * 1024).small()[0]


def test_a_byte_order_mark_is_passed_over() -> None:
    assert stream_of(b"\xef\xbb\xbf[1]").small() == (True, [1])
    assert list(json_lines(io.BytesIO(b"\xef\xbb\xbf1\n\n \r\n2\r\n[3]"), "a")) == [
        (1, 1),
        (4, 2),
        (5, [3]),
    ]


@given(st.lists(st.sampled_from([b"", b"1", b'"x"', b"[2,3]", b" " * 20])), st.integers(1, 30))
def test_lines_are_the_same_in_any_chunks(lines: list[bytes], chunk: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_streams, "CHUNK", chunk)
        found = list(json_lines(io.BytesIO(b"\n".join(lines)), "a"))
    assert found == [
        (number, json.loads(line)) for number, line in enumerate(lines, 1) if line.strip()
    ]


def test_lines_that_are_wrong_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(
        DataError, match=r"^a: line 2 is not JSON \(.*\): expected a JSON value a line$"
    ):
        list(json_lines(io.BytesIO(b"1\n{\n"), "a"))
    monkeypatch.setattr(json_streams, "LARGEST", 20)
    monkeypatch.setattr(json_streams, "CHUNK", 10)
    with pytest.raises(
        DataError, match=r"^a: line 3 is longer than 20 bytes: expected lines of JSON$"
    ):
        list(json_lines(io.BytesIO(b"1\n2\n" + b"3" * 40), "a"))
