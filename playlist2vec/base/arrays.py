"""Arrays in .npy and .npz files, checked before memory is allocated."""

import os
import zipfile
from collections.abc import Mapping
from math import prod
from pathlib import Path
from typing import IO, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from playlist2vec.base.directories import directory_size
from playlist2vec.base.files import reading

LARGEST_DIRECTORY = 1 << 16
"""Limit in bytes of the list of members in an .npz file; files of the project have ten members."""
CHUNK = 1 << 22


class Kind(NamedTuple):
    """The required dtype and number of dimensions of an array.

    `needed`: False for an array that may be missing.
    """

    dtype: type[np.generic]
    dimensions: int = 1
    needed: bool = True


class Header(NamedTuple):
    """The header of an array in a file.

    `begin`: the offset of the first element in bytes, from the start of the header.
    """

    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    begin: int


def read_header(file: IO[bytes], size: int) -> Header:
    """Read the header of an array from `file`, where header and elements take `size` bytes.

    Raises ValueError for a malformed header, for an array of Python objects or in Fortran order,
    and where the elements do not fill the bytes after the header.
    """
    start = file.tell()
    version = np.lib.format.read_magic(file)
    if version not in ((1, 0), (2, 0)):
        raise ValueError(f"version {version[0]}.{version[1]} of .npy")
    read = (
        np.lib.format.read_array_header_1_0
        if version == (1, 0)
        else np.lib.format.read_array_header_2_0
    )
    shape, fortran, dtype = read(file)
    begin = file.tell() - start
    if dtype.hasobject or dtype.itemsize == 0:
        raise ValueError(f"an array of {dtype}")
    if fortran and len(shape) > 1:
        raise ValueError("an array in Fortran's order")
    if (
        any(isinstance(each, bool) or each < 0 for each in shape)
        or begin + prod(shape) * dtype.itemsize != size
    ):
        raise ValueError(f"an array of shape {str(shape)[:40]} in {size - begin:,} bytes")
    return Header(shape, dtype, begin)


def header_of(path: str | Path, kind: Kind, expected: str) -> Header:
    """Read the header of an .npy file.

    Raises DataError unless the array is of `kind` and fills the file.
    """
    with reading(path, expected), open(path, "rb") as file:
        header = read_header(file, os.fstat(file.fileno()).st_size)
        _check_kind(header, kind, "the array")
    return header


def read_array(path: str | Path, kind: Kind, expected: str) -> NDArray[Any]:
    """Read an .npy file.

    Raises DataError unless the array is of `kind`, fills the file and has finite numbers only.
    """
    header = header_of(path, kind, expected)
    with reading(path, expected), open(path, "rb") as file:
        file.seek(header.begin)
        array = np.fromfile(file, header.dtype, prod(header.shape)).reshape(header.shape)
        _check_finite(array, "the array")
    return array


def read_arrays(
    path: str | Path, kinds: Mapping[str, Kind], expected: str
) -> dict[str, NDArray[Any]]:
    """Read the arrays of an .npz file, by name.

    Raises DataError for an unknown, missing or compressed array, for an array of a different kind,
    for wrong checksums, and for numbers that are not finite.
    """
    with reading(path, expected), open(path, "rb") as file:
        found = {}
        with opened(file) as archive:
            for name, info in members_of(archive, kinds, os.fstat(file.fileno()).st_size).items():
                with archive.open(info) as member:
                    header = read_header(member, info.file_size)
                    _check_kind(header, kinds[name], name)
                    found[name] = _elements(member, header)
                _check_finite(found[name], name)
    return found


def members_of(
    archive: zipfile.ZipFile, kinds: Mapping[str, Kind], size: int
) -> dict[str, zipfile.ZipInfo]:
    """Return the members of an .npz file of `size` bytes, by the name of the array.

    Raises ValueError for an unknown, missing, repeated or compressed array, and for a member
    outside the file.
    """
    members = archive.infolist()
    found = {info.filename.removesuffix(".npy"): info for info in members}
    if len(found) < len(members) or any(
        f"{name}.npy" != info.filename for name, info in found.items()
    ):
        raise ValueError("members that are no arrays, or two with the same name")
    if unknown := found.keys() - kinds.keys():
        raise ValueError(f"an array {ascii(min(unknown))[:40]}")
    if missing := {name for name, kind in kinds.items() if kind.needed} - found.keys():
        raise ValueError(f"no array {min(missing)!r}")
    for info in found.values():
        if (
            info.compress_type != zipfile.ZIP_STORED
            or info.compress_size != info.file_size
            or info.flag_bits & 1
        ):
            raise ValueError("packed arrays")
        if not 0 <= info.header_offset <= size - info.file_size:
            raise ValueError("an array outside the file")
    return found


def opened(file: IO[bytes]) -> zipfile.ZipFile:
    """Open an .npz file. Raises ValueError for a list of members above LARGEST_DIRECTORY bytes."""
    if directory_size(file) > LARGEST_DIRECTORY:
        raise ValueError("a long list of members")
    return zipfile.ZipFile(file)


def _elements(file: IO[bytes], header: Header) -> NDArray[Any]:
    """Read the elements of an array to the end of a member, where zipfile compares the checksum."""
    array = np.empty(header.shape, header.dtype)
    room, place = array.reshape(-1).view(np.uint8), 0
    while chunk := file.read(CHUNK):
        room[place : place + len(chunk)] = np.frombuffer(chunk, np.uint8)
        place += len(chunk)
    if place < len(room):
        raise EOFError("cut off")
    return array


def _check_kind(header: Header, kind: Kind, name: str) -> None:
    if header.dtype != np.dtype(kind.dtype) or len(header.shape) != kind.dimensions:
        raise ValueError(
            f"{name} is {header.dtype} of shape {str(header.shape)[:40]}, not {kind.dtype.__name__}"
        )


def _check_finite(array: NDArray[Any], name: str) -> None:
    # The extremes suffice and need no second array: both are NaN if any number is.
    if array.dtype.kind == "f" and array.size and not np.isfinite([array.min(), array.max()]).all():
        raise ValueError(f"{name} has numbers that are not finite")
