"""Pickles of a few bytes that would make many: one line each, in little memory."""

import io
import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from playlist2vec.base.errors import DataError
from playlist2vec.sources.published.object_arrays import read_object_array

BEGIN = pickle.PROTO + b"\2"
CODECS = b"c_codecs\nencode\n"


def header(count: int) -> bytes:
    file = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        file, {"descr": "|O", "fortran_order": False, "shape": (count,)}
    )
    return file.getvalue()


def text(content: bytes) -> bytes:
    return b"X" + len(content).to_bytes(4, "little") + content


def encoded_again_and_again(length: int, times: int) -> bytes:
    """A text, and the instruction that makes bytes of it, `times` times."""
    head = BEGIN + CODECS + b"q\0" + text(b"x" * length) + b"q\1" + text(b"latin1") + b"q\2"
    return head + b"]" + b"(" + b"h\0h\1h\2\x86R" * times + b"e."


def one_text(length: int, times: int) -> bytes:
    """An array of one row, in which one text stands `times` times."""
    made = np.empty(1, object)
    made[0] = ["x" * length] * times
    return header(1) + pickle.dumps(made, protocol=4)


BOMBS = {
    "bytes of one text": header(1) + encoded_again_and_again(400_000, 5_000),
    "bytes of short texts": header(1) + encoded_again_and_again(2_000, 300_000),
    "one text in a row": one_text(200_000, 20_000),
    "lists of nothing": header(1) + BEGIN + b"](" + b"]" * 20_000_000 + b"e.",
    "tuples in tuples": header(1) + BEGIN + b"N" + b"\x85" * 20_000_000 + b".",
    "pairs of nothing": header(1) + BEGIN + b"](" + b"NN\x86" * 10_000_000 + b"e.",
}
RUN = (
    "import sys\n"
    "from tests.peak import peak\n"
    "from playlist2vec.base.errors import DataError\n"
    "from playlist2vec.sources.published.object_arrays import read_object_array\n"
    "try:\n"
    "    list(read_object_array(sys.argv[1]))\n"
    "except DataError as error:\n"
    "    print(error)\n"
    "print(peak() // (1 << 20))\n"
)


@pytest.mark.parametrize("name", BOMBS)
def test_what_makes_more_than_it_holds_is_one_line(name: str, tmp_path: Path) -> None:
    (tmp_path / "x.npy").write_bytes(BOMBS[name])
    done = subprocess.run(
        [sys.executable, "-c", RUN, str(tmp_path / "x.npy")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    line, most = done.stdout.splitlines()
    assert line.startswith(f"{tmp_path}/x.npy: ")
    assert "expected" in line
    assert int(most) < 300


def test_bytes_of_texts_of_their_own_are_made(tmp_path: Path) -> None:
    """Python 3 writes bytes in protocol 2 as texts that are encoded; they are told from texts
    afterwards.
    """
    made = np.empty(1, object)
    made[0] = [b"track_1", b"artist_1", b"track_2", b"artist_2"]
    (tmp_path / "x.npy").write_bytes(header(1) + pickle.dumps(made, protocol=2))
    with pytest.raises(DataError, match="row 0, entry 1 is b'track_1': expected text"):
        list(read_object_array(tmp_path / "x.npy"))


def test_a_song_that_everybody_has_is_no_bomb(tmp_path: Path) -> None:
    """Thirty-six characters, which stand in the file once, in 20,000 rows."""
    made = np.empty(20_000, object)
    made[:] = [["x" * 36, "y" * 36]] * 20_000
    for row in range(20_000):
        made[row] = list(made[row])
    (tmp_path / "x.npy").write_bytes(header(20_000) + pickle.dumps(made, protocol=4))
    assert sum(len(each.tracks) for each in read_object_array(tmp_path / "x.npy")) == 20_000
