"""Playlists in a .npy file: a pickled object array of lists, as published with arXiv 1804.04212."""

import warnings
from collections.abc import Iterator
from pathlib import Path
from tokenize import TokenError
from typing import BinaryIO

import numpy as np
from numpy.lib import format as npy

from playlist2vec.base.errors import DataError
from playlist2vec.corpus.playlists import RawPlaylist
from playlist2vec.formats.pickles import rows_of_pickle
from playlist2vec.sources.alternating import alternating

BLOCK = 1 << 17
REPEATED, ALLOWANCE = 20, 1 << 20
"""Limits on the characters of all texts: REPEATED times the bytes of the file, plus ALLOWANCE.

A repeated text takes two bytes or more; with ids of 36 characters that makes at most 18 times the
file.
"""


def read_object_array(path: str | Path) -> Iterator[RawPlaylist]:
    """Yield the playlists of a .npy file, a playlist a row; a row is freed when yielded.

    Rows count from 0 in errors. No code named in the file is run (see `rows_of_pickle`). Raises
    DataError for a file that is not a one-dimensional object array, is damaged or names any other
    object, and for a row that is not a list of alternating texts (see `alternating`).
    """
    with open(path, "rb", buffering=BLOCK) as file:
        count = _rows_declared(file, path)
        rows = rows_of_pickle(file, path)
        size = file.tell()
    if len(rows) != count:
        raise DataError(
            f"{path}: the header says {count} rows and there are {len(rows)}: expected as many"
        )
    if not rows:
        raise DataError(f"{path}: the array is empty: expected a row for each playlist")
    return alternating(_lists_of_text(rows, size, path), path, "row", 0)


def _rows_declared(file: BinaryIO, path: str | Path) -> int:
    """Return the number of rows in the header.

    Raises DataError unless the header declares a one-dimensional array of objects.
    """
    begin = file.read(60)
    if not begin.startswith(npy.MAGIC_PREFIX):
        raise DataError(
            f"{path}: it begins with {begin[:20]!r}: expected a NumPy file, "
            "which begins with \\x93NUMPY"
        )
    file.seek(0)
    try:
        version = npy.read_magic(file)
        read = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}[version]
        with warnings.catch_warnings(action="ignore"):
            shape, _, dtype = read(file)
    except (
        ValueError,
        KeyError,
        TypeError,
        SyntaxError,
        TokenError,
        RecursionError,
        MemoryError,
        OverflowError,
    ):
        raise DataError(
            f"{path}: the header {begin!r} is damaged: expected the header of a NumPy array"
        ) from None
    if dtype != np.dtype(object):
        raise DataError(
            f"{path}: it holds {dtype} of shape {shape}: "
            "expected a one-dimensional array of objects"
        )
    if len(shape) != 1:
        raise DataError(f"{path}: it holds objects of shape {shape}: expected one dimension")
    return int(shape[0])


def _lists_of_text(rows: list[object], size: int, path: str | Path) -> Iterator[list[str]]:
    """Yield the rows, removed from `rows`; every row must be a list of str.

    `size`: bytes of the file. An entry takes two bytes or more, so more entries than bytes mean
    that a few lists are repeated.
    """
    rows.reverse()
    number = entries = signs = 0
    while rows:
        row = rows.pop()
        if not isinstance(row, list):
            raise DataError(f"{path}: row {number} is {_shown(row)}: expected a list of texts")
        if not set(map(type, row)) <= {str}:
            index = next(index for index, entry in enumerate(row) if not isinstance(entry, str))
            raise DataError(
                f"{path}: row {number}, entry {index + 1} is {_shown(row[index])}: expected text"
            )
        entries += len(row)
        if entries > size:
            raise DataError(
                f"{path}: row {number} is one list over and over: "
                "expected no more entries than bytes"
            )
        signs += sum(map(len, row))
        if signs > REPEATED * size + ALLOWANCE:
            raise DataError(
                f"{path}: row {number} is one text over and over: "
                "expected ids, each of a few characters"
            )
        yield row
        number += 1


def _shown(value: object) -> str:
    if value is None or isinstance(value, (bytes, int, str)):
        return f"{value!r:.80}"
    return f"a {type(value).__name__}"
