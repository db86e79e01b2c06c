"""Folders of a model that a stranger made: one line each, no traceback, and no memory for what a
header claims.
"""

import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from playlist2vec.base.errors import DataError
from playlist2vec.corpus.tracks import Tracks
from playlist2vec.corpus.vocabulary import Vocabulary
from playlist2vec.models.embeddings.model import Model
from playlist2vec.recommend.loading import load
from tests.builders.params import all_params, write_params

Change = Callable[[Path], object]
SONGS, SIZE = 6, 3


def good(folder: Path) -> Path:
    """A small model with names and parameters beside it."""
    draws = np.random.default_rng(1)
    shape = (SONGS, SIZE)
    ids = [f"track_{row}" for row in range(SONGS)]
    Model(
        draws.normal(size=shape).astype(np.float32),
        draws.normal(size=shape).astype(np.float32),
        Vocabulary(ids, np.arange(SONGS, 0, -1)),
        draws.normal(size=(1, *shape)).astype(np.float32),
        0.75,
    ).save(folder)
    Tracks(ids, ids, ids, [f"Title {each}" for each in ids], [""] * SONGS).save(
        folder / "tracks.tsv"
    )
    write_params(folder / "params.yaml", all_params(evaluate={"ranker": "word2vec"}))
    return folder


def array(name: str, values: object) -> Change:
    return lambda folder: np.save(folder / name, np.asarray(values), allow_pickle=True)


def claiming(
    name: str, shape: str, dtype: str = "'<f4'", version: int = 1, order: str = "False"
) -> Change:
    """A header that claims an array, with a few bytes after it."""

    def write(folder: Path) -> None:
        header = f"{{'descr': {dtype}, 'fortran_order': {order}, 'shape': {shape}, }}".encode()
        size = len(header).to_bytes(2 if version == 1 else 4, "little")
        (folder / name).write_bytes(b"\x93NUMPY" + bytes([version, 0]) + size + header + b"\0" * 72)

    return write


def text(name: str, content: str | bytes) -> Change:
    return lambda folder: (folder / name).write_bytes(
        content if isinstance(content, bytes) else content.encode()
    )


def replaced(name: str, before: str, after: str) -> Change:
    def write(folder: Path) -> None:
        found = (folder / name).read_text("utf-8")
        assert before in found
        (folder / name).write_text(found.replace(before, after), encoding="utf-8", newline="\n")

    return write


def kind(name: str, make: Change) -> Change:
    def write(folder: Path) -> None:
        (folder / name).unlink()
        make(folder / name)

    return write


def holes(name: str) -> Change:
    """A file with a hole of 100 GB, and the header that says so."""

    def write(folder: Path) -> None:
        claiming(name, f"({10**10}, {SIZE})")(folder)
        with open(folder / name, "r+b") as file:
            begin = 10 + int.from_bytes((folder / name).read_bytes()[8:10], "little")
            file.truncate(begin + 10**10 * SIZE * 4)

    return write


MATRIX = np.ones((SONGS, SIZE), np.float32)
FOLDERS: dict[str, Change] = {
    "no output": lambda folder: (folder / "output.npy").unlink(),
    "empty array": text("input.npy", b""),
    "no array": text("input.npy", b"not an array at all"),
    "cut off": lambda folder: os.truncate(folder / "input.npy", 150),
    "bytes after it": lambda folder: os.truncate(folder / "input.npy", 300),
    "huge claim": claiming("input.npy", f"({10**12}, 3)"),
    "overflowing claim": claiming("input.npy", f"({2**62}, 4)"),
    "huge integer": claiming("input.npy", f"({'9' * 4000}, 3)"),
    "negative shape": claiming("input.npy", "(-6, -3)"),
    "no number in the shape": claiming("input.npy", "('6', 3)"),
    "truth in the shape": claiming("input.npy", "(True, 18)"),
    "one dimension": array("input.npy", np.ones(SONGS, np.float32)),
    "three dimensions": array("input.npy", np.ones((SONGS, SIZE, 1), np.float32)),
    "no dimension": array("input.npy", np.float32(1)),
    "doubles": array("input.npy", MATRIX.astype(np.float64)),
    "whole numbers": array("output.npy", MATRIX.astype(np.int32)),
    "other byte order": array("output.npy", MATRIX.astype(">f4")),
    "complex numbers": array("earlier.npy", np.ones((1, SONGS, SIZE), np.complex64)),
    "texts": array("input.npy", np.full((SONGS, SIZE), "a")),
    "objects": array("input.npy", np.full((SONGS, SIZE), None)),
    "records": claiming("input.npy", "(6,)", "[('a', '<f4'), ('b', 'O')]"),
    "a program as a dtype": claiming(
        "input.npy", "(6, 3)", "' + __import__('os').system('touch x') + '"
    ),
    "an expression as a header": claiming("input.npy", "(9**9**9, 3)"),
    "deep header": claiming("input.npy", "(" * 3000 + ")" * 3000),
    "version 9": claiming("input.npy", "(6, 3)", version=9),
    "long header": lambda folder: (folder / "input.npy").write_bytes(
        b"\x93NUMPY\2\0\xff\xff\xff\xff" + b"{" * 100
    ),
    "Fortran's order": claiming("input.npy", "(6, 3)", order="True"),
    "not a number": array(
        "input.npy", np.where(np.eye(SONGS, SIZE) > 0, np.nan, 1).astype(np.float32)
    ),
    "infinite": array("output.npy", np.full((SONGS, SIZE), np.inf, np.float32)),
    "another number of songs": array("input.npy", np.ones((SONGS - 1, SIZE), np.float32)),
    "another length": array("output.npy", np.ones((SONGS, SIZE + 1), np.float32)),
    "earlier of others": array("earlier.npy", np.ones((1, SONGS, SIZE - 1), np.float32)),
    "vectors without numbers": lambda folder: [
        array(name, np.ones((*many, SONGS, 0), np.float32))(folder)
        for name, many in (("input.npy", ()), ("output.npy", ()), ("earlier.npy", (1,)))
    ],
    "a hole of 100 GB": holes("input.npy"),
    "an archive": lambda folder: zipfile.ZipFile(folder / "input.npy", "w").writestr("a.npy", b"a"),
    "a folder": kind("input.npy", lambda path: path.mkdir()),
    "a pipe": kind("input.npy", os.mkfifo),
    "a device": kind("input.npy", lambda path: path.symlink_to("/dev/zero")),
    "a pipe for a vocabulary": kind("vocabulary.tsv", os.mkfifo),
    "an endless vocabulary": kind("vocabulary.tsv", lambda path: path.symlink_to("/dev/zero")),
    "vocabulary without lines": text("vocabulary.tsv", ""),
    "vocabulary of no songs": text("vocabulary.tsv", "row\ttrack\tcount\n"),
    "vocabulary without a header": replaced("vocabulary.tsv", "row\ttrack\tcount\n", ""),
    "vocabulary in Latin-1": text("vocabulary.tsv", b"row\ttrack\tcount\n0\ttr\xfcck\t1\n"),
    "vocabulary in UTF-16": text("vocabulary.tsv", "row\ttrack\tcount\n".encode("utf-16")),
    "vocabulary cut off": lambda folder: os.truncate(folder / "vocabulary.tsv", 60),
    "an id twice": replaced("vocabulary.tsv", "track_2", "track_1"),
    "rising counts": replaced("vocabulary.tsv", "track_5\t1\n", "track_5\t9\n"),
    "count below 0": replaced("vocabulary.tsv", "track_5\t1\n", "track_5\t-1\n"),
    "count that no computer has": replaced(
        "vocabulary.tsv", "track_0\t6\n", f"track_0\t{'9' * 30}\n"
    ),
    "count over 64 bits": replaced("vocabulary.tsv", "track_0\t6\n", f"track_0\t{2**63}\n"),
    "count with other digits": replaced("vocabulary.tsv", "track_5\t1\n", "track_5\t\u0661\n"),
    "rows out of order": replaced("vocabulary.tsv", "5\ttrack_5", "4\ttrack_5"),
    "too many columns": replaced("vocabulary.tsv", "track_5\t1", "track_5\t1\t1"),
    "a line of 30 MB": replaced("vocabulary.tsv", "track_5", "x" * 30_000_000),
    "training is no JSON": text("training.json", "{"),
    "training is a list": text("training.json", "[]"),
    "training without the exponent": text("training.json", "{}"),
    "exponent is text": text("training.json", '{"ns_exponent": "0.75"}'),
    "exponent is true": text("training.json", '{"ns_exponent": true}'),
    "exponent is NaN": text("training.json", '{"ns_exponent": NaN}'),
    "exponent is infinite": text("training.json", '{"ns_exponent": 1e999}'),
    "exponent of 5,000 digits": text("training.json", f'{{"ns_exponent": {"9" * 5000}}}'),
    "exponent is large": text("training.json", '{"ns_exponent": 1e30}'),
    "deep JSON": text("training.json", '{"ns_exponent": ' + "[" * 100_000 + "]" * 100_000 + "}"),
    "JSON of 60 MB": text("training.json", '{"ns_exponent": [' + "[]," * 20_000_000 + "0]}"),
    "JSON in UTF-16": text("training.json", '{"ns_exponent": 0.75}'.encode("utf-16")),
    "tracks without a header": text("tracks.tsv", "a\tb\n"),
    "tracks of nothing": text("tracks.tsv", ""),
    "a track twice": replaced("tracks.tsv", "track_2\t", "track_1\t"),
    "a track with too little": replaced("tracks.tsv", "\tTitle track_2", ""),
    "tracks in Latin-1": text(
        "tracks.tsv", b"track\tartist\tartist_name\ttitle\tpreview\n\xfc\t\t\t\t\n"
    ),
    "tracks cut off": lambda folder: os.truncate(folder / "tracks.tsv", 100),
    "tracks of line breaks": text(
        "tracks.tsv", "track\tartist\tartist_name\ttitle\tpreview\n" + "\n" * 20_000_000
    ),
    "parameters are no YAML": text("params.yaml", "evaluate: ["),
    "parameters are a list": text("params.yaml", "[1]"),
    "parameters without evaluate": text("params.yaml", "dataset: sample"),
    "parameters run a program": text(
        "params.yaml", "evaluate: !!python/object/apply:os.system ['touch x']"
    ),
    "parameters that repeat themselves": text(
        "params.yaml",
        "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
        + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12))
        + "evaluate: *a11\n",
    ),
    "deep parameters": text("params.yaml", "evaluate: " + "[" * 100_000),
    "a date that is none": text("params.yaml", "evaluate: 2001-99-99"),
    "a ranker that is none": replaced("params.yaml", "word2vec", "nobody"),
}

RUN = (
    "import sys\n"
    "from tests.peak import peak\n"
    "from playlist2vec.base.errors import DataError\n"
    "from playlist2vec.recommend.loading import load\n"
    "for folder in sys.argv[1:]:\n"
    "    try:\n"
    "        load(folder)\n"
    "    except DataError as error:\n"
    "        print(str(error).count(chr(10)) + 1, folder in str(error), len(str(error)) < 700)\n"
    "    else:\n"
    "        print('accepted', folder)\n"
    "print(peak() // (1 << 20))\n"
)


def test_the_folder_that_all_are_made_of_is_read(tmp_path: Path) -> None:
    assert load(good(tmp_path)).catalogue.label(0).endswith("Title track_0")  # type: ignore[arg-type]


@pytest.mark.parametrize("name", FOLDERS)
def test_a_hostile_folder_is_one_line(name: str, tmp_path: Path) -> None:
    folder = good(tmp_path / "model")
    FOLDERS[name](folder)
    with pytest.raises(DataError) as caught:
        load(folder)
    line = str(caught.value)
    assert line.startswith(str(folder))
    assert "expected" in line
    assert line.isprintable()
    assert len(line) < 500 + len(str(folder))
    assert not Path("x").exists()


def test_all_of_them_in_one_process_take_little_memory(tmp_path: Path) -> None:
    for number, change in enumerate(FOLDERS.values()):
        change(good(tmp_path / str(number)))
    folders = [str(tmp_path / str(number)) for number in range(len(FOLDERS))]
    done = subprocess.run(
        [sys.executable, "-c", RUN, *folders], capture_output=True, text=True, check=False
    )
    *lines, most = done.stdout.splitlines()
    assert done.stderr == ""
    assert set(lines) == {"1 True True"}
    assert len(lines) == len(FOLDERS)
    assert int(most) < 500
