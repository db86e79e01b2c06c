import io
import os
import pickle
import re
import struct
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from playlist2vec.base.errors import DataError
from playlist2vec.base.hashing import mix
from playlist2vec.corpus.playlists import RawPlaylist
from playlist2vec.sources.published.object_arrays import read_object_array

HERE = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=300
)
TOKENS = st.text(
    st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=300
)
ROWS = st.lists(st.lists(st.tuples(TOKENS, TOKENS), max_size=4), min_size=1, max_size=4)
GOOD = [
    ["track_1", "artist_9", "track_5", "artist_2"],
    [],
    ["track_5", "artist_2", "track_5", "artist_2"],
]


def header(count: int, descr: str = "|O") -> bytes:
    file = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        file, {"descr": descr, "fortran_order": False, "shape": (count,)}
    )
    return file.getvalue()


def object_array(rows: list[object]) -> np.ndarray:
    made = np.empty(len(rows), object)
    made[:] = [None] * len(rows)
    for index, row in enumerate(rows):
        made[index] = row
    return made


def file_of(rows: list[object], protocol: int = 4) -> bytes:
    return header(len(rows)) + pickle.dumps(object_array(rows), protocol=protocol)


def read(folder: Path, content: bytes) -> list[RawPlaylist]:
    (folder / "X.npy").write_bytes(content)
    return list(read_object_array(folder / "X.npy"))


def refusal(folder: Path, content: bytes) -> str:
    with pytest.raises(DataError) as caught:
        read(folder, content)
    text = str(caught.value).removeprefix(f"{folder}/")
    assert "\n" not in text
    return text


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_rows_alternate_tracks_and_artists(tmp_path: Path, protocol: int) -> None:
    keys = mix(np.arange(3, dtype=np.uint64)).tolist()
    assert read(tmp_path, file_of(list(GOOD), protocol)) == [
        (keys[0], ["track_1", "track_5"], ["artist_9", "artist_2"]),
        (keys[1], [], []),
        (keys[2], ["track_5", "track_5"], ["artist_2", "artist_2"]),
    ]


@HERE
@given(ROWS, st.integers(2, 5))
def test_any_pairs_of_texts_come_back(
    tmp_path: Path, pairs: list[list[tuple[str, str]]], protocol: int
) -> None:
    rows = [[f"track_{track}", f"artist_{artist}"] * 2 for row in pairs for track, artist in row]
    rows += [[token for pair in row for token in pair] for row in pairs]
    if not any(rows) or not next(row for row in rows if row)[0].startswith("track_"):
        found = read(tmp_path, file_of(list(rows), protocol))
        assert [playlist.tracks for playlist in found] == [row[::2] for row in rows]
    else:
        rows = rows[: -len(pairs)]
        found = read(tmp_path, file_of(list(rows), protocol))
        assert [playlist.tracks for playlist in found] == [row[::2] for row in rows]
        assert [playlist.artists for playlist in found] == [row[1::2] for row in rows]


def test_np_save_is_read(tmp_path: Path) -> None:
    np.save(tmp_path / "saved.npy", object_array(list(GOOD)), allow_pickle=True)
    assert [len(playlist.tracks) for playlist in read_object_array(tmp_path / "saved.npy")] == [
        2,
        0,
        2,
    ]


def test_many_rows_share_what_they_repeat(tmp_path: Path) -> None:
    rows: list[object] = [[f"track_{i % 997}", f"artist_{i % 31}"] * 3 for i in range(30_000)]
    for protocol in (2, 4):
        found = read(tmp_path, file_of(rows, protocol))
        assert found[-1].tracks == ["track_89"] * 3
        assert found[-1].artists == ["artist_22"] * 3
        assert len(found) == 30_000


def test_python_2_wrote_byte_strings_and_numbered_the_memo_from_one(tmp_path: Path) -> None:
    old = (
        b"\x80\x02cnumpy.core.multiarray\n_reconstruct\nq\x01cnumpy\nndarray\n"
        b"q\x02K\x00\x85U\x01b\x87Rq\x03"
        b"(K\x01M\x02\x00\x85cnumpy\ndtype\n"
        b"q\x04U\x02O8K\x00K\x01\x87Rq\x05(K\x03U\x01|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xff"
        b"K?tb\x89]q\x06(]q\x07(U\x0585116q\x08U\x07uselessq\tU\x0522375q\nh\te]q\x0b(h\x08h\teetb."
    )
    found = read(tmp_path, header(2) + old)
    assert [playlist.tracks for playlist in found] == [["85116", "22375"], ["85116"]]
    assert [playlist.artists for playlist in found] == [[], []], "useless is no artist"


def test_metadata_that_is_not_useless_is_the_artist(tmp_path: Path) -> None:
    assert read(tmp_path, file_of([["7", "rock", "8", "useless"]]))[0].artists == [
        "rock",
        "useless",
    ]


@pytest.mark.parametrize(
    ("rows", "text"),
    [
        (
            [[], ["track_1"]],
            "row 1 has 1 entries, an odd number: expected a track and its artist in turn",
        ),
        (
            [["7", "x", "8"]],
            "row 0 has 3 entries, an odd number: expected an item and its metadata in turn",
        ),
        (
            [["track_1", "artist_1", "artist_5", "artist_1"]],
            "row 0, entry 3 is artist_5: expected track_<id>",
        ),
        ([["track_1", "track_2"]], "row 0, entry 2 is track_2: expected artist_<id>"),
        ([["track_1", "artist_1"], ["7", "8"]], "row 1, entry 1 is 7: expected track_<id>"),
        ([["track_1", b"artist_1"]], "row 0, entry 2 is b'artist_1': expected text"),
        ([["track_1", 5]], "row 0, entry 2 is 5: expected text"),
        ([["track_1", ["artist_1"]]], "row 0, entry 2 is a list: expected text"),
        ([["track_1", None]], "row 0, entry 2 is None: expected text"),
        ([("track_1", "artist_1")], "row 0 is a tuple: expected a list of texts"),
        (["track_1"], "row 0 is 'track_1': expected a list of texts"),
        ([None, None], "row 0 is None: expected a list of texts"),
        ([["7", ""]], "row 0, entry 2 is empty: expected an id"),
        ([["7\0", "x"]], "row 0, entry 1 is '7\\x00': expected an id without control characters"),
        (
            [["track_1\n", "artist_1"]],
            "row 0, entry 1 is 'track_1\\n': expected an id without control characters",
        ),
        (
            [["track_\ud800", "artist_1"]],
            "row 0, entry 1 is 'track_\\ud800': expected an id without control characters",
        ),
        ([], "the array is empty: expected a row for each playlist"),
    ],
)
def test_wrong_rows(tmp_path: Path, rows: list[object], text: str) -> None:
    for protocol in (2, 4):
        assert refusal(tmp_path, file_of(rows, protocol)) == f"X.npy: {text}"


def saved(array: np.ndarray) -> bytes:
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (
            b"track_1,artist_1\n",
            "it begins with b'track_1,artist_1\\n': expected a NumPy file, which begins with ",
        ),
        (b"", "it begins with b'': expected a NumPy file"),
        (b"\x93NUMPY\x07\x00abcdef", "is damaged: expected the header of a NumPy array"),
        (header(1)[:40], "is damaged: expected the header of a NumPy array"),
        (
            header(1).replace(b"'shape'", b"'shale'"),
            "is damaged: expected the header of a NumPy array",
        ),
        (header(1), "the pickle is damaged, it is empty"),
        (
            header(1) + b"garbage",
            "the pickle uses the instruction GET at byte 128: expected only what",
        ),
        (
            saved(np.arange(3)),
            "it holds int64 of shape (3,): expected a one-dimensional array of objects",
        ),
        (
            saved(np.array(["track_1"])),
            "it holds <U7 of shape (1,): expected a one-dimensional array of objects",
        ),
        (
            saved(np.empty((2, 2), object)),
            "it holds objects of shape (2, 2): expected one dimension",
        ),
        (
            header(9) + file_of(list(GOOD))[128:],
            "the header says 9 rows and there are 3: expected as many",
        ),
        (file_of(list(GOOD)) + b"more", "4 bytes follow its end"),
    ],
)
def test_wrong_files(tmp_path: Path, content: bytes, text: str) -> None:
    assert text in refusal(tmp_path, content)


class Runs:
    """Pickles to a call of `function`."""

    def __init__(self, function: object, *arguments: object) -> None:
        self.call = (function, arguments)

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return self.call


class Grows(list[str]):
    """Pickles to a list whose entries come from a call."""

    def __init__(self, inner: object) -> None:
        super().__init__()
        self.inner = inner

    def __reduce__(self) -> tuple[object, ...]:
        return list, (), None, iter([self.inner])


def attacks(mark: str) -> dict[str, tuple[object, str]]:
    """What would leave the file `mark`, and the name that is refused."""
    touch = f"open({mark!r}, 'w').close()"
    system = Runs(os.system, f"touch {mark}")
    return {
        "command": (system, "system"),
        "eval": (Runs(eval, touch), "eval"),
        "exec": (Runs(exec, touch), "exec"),
        "open": (Runs(open, mark, "w"), "open"),
        "in a row": ([["track_1", Runs(eval, touch)]], "eval"),
        "nested": (Runs(getattr, system, "x"), "getattr"),
        "in a list of another class": (Grows(system), "list"),
        "numpy.load": (Runs(np.load, mark, None, True), "load"),
        "numpy.memmap": (Runs(np.memmap, mark, "uint8", "w+", 0, 9), "memmap"),
    }


@pytest.mark.parametrize("protocol", [0, 1, 2, 4, 5])
@pytest.mark.parametrize("attack", list(attacks("x")))
def test_nothing_that_a_file_asks_for_is_run(tmp_path: Path, attack: str, protocol: int) -> None:
    mark = tmp_path / "mark"
    made, name = attacks(str(mark))[attack]
    for content in (
        pickle.dumps(made, protocol=protocol),
        pickle.dumps(object_array([made]), protocol=protocol),
    ):
        text = refusal(tmp_path, header(1) + content)
        asked = rf"asks for [\w.]+\.{name}"
        # NumPy saves in protocol 2 and above; text forms of protocols 0 and 1 are no part of the
        # grammar.
        wanted = asked if protocol > 1 else asked + r"|uses the instruction [A-Z]+ at byte \d+"
        assert re.fullmatch(
            rf"X\.npy: the pickle ({wanted}): expected only what a NumPy array of lists needs", text
        )
        assert not mark.exists()


START = b"\x80\x02cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85U\x01b\x87R"
DTYPE = (
    b"cnumpy\ndtype\nU\x02O8K\x00K\x01\x87R(K\x03U\x01|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK?tb"
)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"cposix\nsystem\n(S'true'\ntR.", "asks for posix.system"),
        (b"(S'true'\niposix\nsystem\n.", "uses the instruction STRING"),
        (b"(U\x04trueiposix\nsystem\n.", "uses the instruction INST, for posix.system,"),
        (b"(U\x04trueo.", "uses the instruction OBJ"),
        (b"\x80\x02cnumpy\nndarray\n)\x81.", "uses the instruction NEWOBJ"),
        (b"\x80\x02U\x01aQ.", "uses the instruction BINPERSID"),
        (b"\x80\x02\x82\x01.", "uses the instruction EXT1"),
        (b"\x80\x04\x8c\x05posix\x8c\x06system\x93\x8c\x04true\x85R}.", "asks for posix.system"),
        (b"cnumpy.core.multiarray\nscalar\n.", "asks for numpy.core.multiarray.scalar"),
        (b"cnumpy\nndarray.__reduce__\n.", "asks for numpy.ndarray.__reduce__"),
        (b"ca\x1b[2Jb\nc\n.", "asks for 'a\\x1b[2Jb.c'"),
        (START + b".", "it holds no array"),
        (b"\x80\x02cnumpy\nndarray\n.", "it holds no array"),
        (b"\x80\x02]q\x00(h\x00e.", "it holds no array"),
        (b"\x80\x02cnumpy\nndarray\nK\x05\x85R.", "TypeError"),
        (
            b"\x80\x02cnumpy.core.multiarray\n_reconstruct\ncnumpy\ndtype\nK\x00\x85U\x01b\x87R.",
            "made of something else",
        ),
        (b"\x80\x02cnumpy.core.multiarray\n_reconstruct\n(NNb.", "damaged"),
        (b"\x80\x02cnumpy\nndarray\nNb.", "TypeError"),
        (b"\x80\x02cnumpy\ndtype\nU\x02f8K\x00K\x01\x87R.", "its dtype is not object"),
        (
            START + b"(K\x01M\x00\x80\x85" + DTYPE + b"\x89U\x10aaaaaaaaaaaaaaaatb.",
            "not one-dimensional, not of objects",
        ),
        (
            START + b"(K\x01K\x00K\x00\x86" + DTYPE + b"\x89]tb.",
            "not one-dimensional, not of objects",
        ),
        (START + b"(K\x01K\x05\x85" + DTYPE + b"\x89]tb.", "not as long as it says"),
        (START + b"(K\x01J\xff\xff\xff\xff\x85" + DTYPE + b"\x89]tb.", "not as long as it says"),
        (START + b"(K\x01K\x00\x85N\x89]tb.", "not of objects"),
        (b"\x80\x02]r\xff\xff\xff\x7f.", "LONG_BINPUT at byte 131 is cut off or counts too far"),
        (b"\x80\x02]r\x00\x00\x01\x00.", "LONG_BINPUT at byte 131 is cut off or counts too far"),
        (b"\x80\x02]p999999999\n.", "uses the instruction PUT"),
        (b"\x80\x02X\xff\xff\xff\x7fa.", "BINUNICODE at byte 130 is cut off or counts too far"),
        (b"\x80\x02T\xff\xff\xff\xffa.", "BINSTRING at byte 130 is cut off or counts too far"),
        (b"\x80\x04\x8d\xff\xff\xff\xff\xff\xff\xff\x7fa.", "uses the instruction BINUNICODE8"),
        (b"\x80\x05\x96\xff\xff\xff\xff\xff\xff\xff\x7fa.", "uses the instruction BYTEARRAY8"),
        (b"\x80\x04\x95\xff\xff\xff\xff\xff\xff\xff\x7f].", "damaged"),
        (b"\x80\x02U\x02\xe9\xe9.", "it holds b'\\xe9\\xe9', which is not UTF-8"),
        (b"\x80\x09].", "unsupported pickle protocol: 9"),
        (b"\x80\x02e.", "damaged"),
        (b"\x80\x02h\x05.", "damaged"),
        (b"\xff.", "b'\\xff' at byte 128 is no instruction"),
    ],
)
def test_what_a_pickle_can_try(tmp_path: Path, content: bytes, text: str) -> None:
    assert text in refusal(tmp_path, header(1) + content)


def test_one_list_repeated_without_end(tmp_path: Path) -> None:
    rows = b"](" + b"](" + b"U\x01a" * 4000 + b"eq\x00" + b"h\x00" * 4000 + b"e"
    count = struct.pack("<H", 4001)
    content = START + b"(K\x01M" + count + b"\x85" + DTYPE + b"\x89" + rows + b"tb."
    assert "is one list over and over: expected no more entries than bytes" in refusal(
        tmp_path, header(4001) + content
    )


def mutilated(content: bytes) -> st.SearchStrategy[bytes]:
    places = st.integers(0, len(content) - 1)
    cut = places.map(lambda end: content[:end])
    gone = st.tuples(places, st.integers(1, 40)).map(
        lambda at: content[: at[0]] + content[at[0] + at[1] :]
    )
    flipped = st.lists(st.tuples(places, st.integers(0, 255)), min_size=1, max_size=6).map(
        lambda f: flip(content, f)
    )
    return cut | gone | flipped


def flip(content: bytes, changes: list[tuple[int, int]]) -> bytes:
    changed = bytearray(content)
    for place, value in changes:
        changed[place] = value
    return bytes(changed)


@settings(HERE, max_examples=1000)
@given(
    st.sampled_from([2, 3, 4]).flatmap(lambda protocol: mutilated(file_of(list(GOOD), protocol)))
)
def test_a_mutilated_file_is_refused_or_read(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "X.npy").write_bytes(content)
    found: list[RawPlaylist] = []
    with suppress(DataError):
        found.extend(read_object_array(tmp_path / "X.npy"))
    assert all(
        isinstance(token, str) and token
        for _, tracks, artists in found
        for token in tracks + artists
    )
