"""Rows of a pickled one-dimensional NumPy object array, read without running the pickle's code.

A pickle is a program, so two checks stand between an untrusted file and the process. First, the
file must match a small grammar: only the instructions needed for an object array, none of them
declaring more bytes than are there or a memo larger than the file can fill. (A single LONG_BINPUT,
five bytes, makes `pickle.Unpickler` fill 64 GB.) Then the standard unpickler runs the file, but
every name stands for a small class or function of this module: NumPy is never called, and a name
not found in such arrays is rejected.

The standard library's `pickletools` documents the instructions.
"""

import gc
import io
import mmap
import pickle
import pickletools
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, NoReturn

from playlist2vec.base.errors import DataError

OBJECT, RATIO, ALLOWANCE = 64, 10, 100_000_000
"""Bytes of memory for a list or a tuple, made from a single byte of the file.

The limit for all lists and tuples is RATIO times the size of the file, plus ALLOWANCE bytes.
"""
HEAVY = b"]\x85\x86\x87"
"""Instructions that make lists and tuples of objects already there."""


class RefusedError(Exception):
    """Rejection of content that no array of lists needs; the text describes the content."""


class DamagedError(Exception):
    """Rejection of content that no writer writes; the text describes the content."""


class Array:
    """Stand-in for `numpy.ndarray`: keeps the rows in the pickled state."""

    rows: list[object] | None = None

    def __setstate__(self, state: object) -> None:
        match state:
            case 1, (int(count),), ObjectType(), _, list(rows) if count == len(rows):
                self.rows = rows
            case _:
                raise DamagedError(
                    "its array is not one-dimensional, not of objects, or not as long as it says"
                )


class ObjectType:
    """Stand-in for `numpy.dtype`: accepts the dtype of objects, and ignores the state."""

    def __init__(self, name: object = None, *_: object) -> None:
        if name not in ("O", "O4", "O8"):
            raise DamagedError("its dtype is not object")

    def __setstate__(self, state: object) -> None:
        pass


def reconstruct(kind: object, *_: object) -> Array:
    """Return an array without rows; stand-in for `_reconstruct`."""
    if kind is not Array:
        raise DamagedError("its array is made of something else")
    return Array()


NEEDED: dict[str, object] = {
    "numpy.core.multiarray._reconstruct": reconstruct,
    "numpy._core.multiarray._reconstruct": reconstruct,
    "numpy.ndarray": Array,
    "numpy.dtype": ObjectType,
    "_codecs.encode": None,
}
"""Names in an array of lists, as written by NumPy 1 and 2, with the stand-in of every name."""


class RowsUnpickler(pickle.Unpickler):
    """Unpickler for a pickle of `size` bytes; knows only the names in NEEDED."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        super().__init__(file, encoding="utf-8")
        self._left = size

    def find_class(self, module: str, name: str) -> object:
        """Return the stand-in for a name. Raises RefusedError for a name outside NEEDED."""
        full = f"{module}.{name}"
        if full not in NEEDED:
            raise RefusedError(f"asks for {shown(full)}")
        return NEEDED[full] or self._encode

    def _encode(self, text: object, encoding: object) -> bytes:
        """Stand in for `_codecs.encode`, with which Python 3 writes bytes in protocol 2.

        The texts are part of the pickle, so all bytes together are no more than the pickle has.
        """
        if not isinstance(text, str) or encoding != "latin1":
            raise DamagedError("it encodes what is no bytes")
        self._left -= len(text)
        if self._left < 0:
            raise DamagedError("it encodes one text over and over")
        return text.encode("latin1", "replace")


def rows_of_pickle(file: BinaryIO, path: str | Path) -> list[object]:
    """Return the elements of the array pickled in `file`, from the current position to the end.

    `file` is opened from disk. Raises DataError, naming `path`, for a pickle that is cut off or
    damaged, that holds anything but a single array of lists, or that asks for more than the array
    needs.
    """
    try:
        start = file.tell()
        _check_grammar(file, start)
        made = _load(file, file.seek(0, io.SEEK_END) - start, start)
        if not isinstance(made, Array) or made.rows is None:
            raise DamagedError("it holds no array")
    except RefusedError as refused:
        raise DataError(
            f"{path}: the pickle {refused}: expected only what a NumPy array of lists needs"
        ) from None
    except DamagedError as damaged:
        raise DataError(
            f"{path}: the pickle is damaged, {damaged}: expected a NumPy array of lists"
        ) from None
    return made.rows


def _check_grammar(file: BinaryIO, start: int) -> None:
    """Raise an error unless the pickle from byte `start` to the file's end fits the grammar."""
    if start == file.seek(0, io.SEEK_END):
        raise DamagedError("it is empty")
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        instructions = _grammar(len(data))
        place, heavy = start, 0
        while data[place : place + 1] != pickle.STOP:
            matched = instructions.match(data, place)
            after = matched.end() if matched else _after_long_text(data, place)
            if after is None:
                _refuse(data[start:place], data[place : place + 100], place)
            heavy += after - place - len(data[place:after].translate(None, HEAVY))
            place = after
        if OBJECT * heavy > RATIO * len(data) + ALLOWANCE:
            raise DamagedError("it makes lists and tuples of next to nothing")
        if place + 1 != len(data):
            raise DamagedError(f"{len(data) - place - 1} bytes follow its end at byte {place}")


def _grammar(size: int) -> re.Pattern[bytes]:
    """Return the pattern of the instructions of an array of lists in a file of `size` bytes.

    A match is some thousand instructions with operands. The commonest instructions come first.
    Writers number the memo from 0 or 1, and LONG_BINPUT with the object to remember takes six
    bytes, which bounds the index. Texts of 256 bytes and more are left to `_after_long_text`.
    """
    counted = b"|".join(re.escape(bytes([n])) + b".{%d}" % n for n in range(256))
    counted_in_four = b"|".join(re.escape(bytes([n])) + b"\0\0\0.{%d}" % n for n in range(256))
    low, high = (size // 6 + 256) >> 16 & 0xFF, (size // 6 + 256) >> 24
    below_high = b"|r...%s" % _up_to(high - 1) if high else b""
    return re.compile(
        rb"(?:[U\x8c](?:%s)" % counted  # SHORT_BINSTRING, SHORT_BINUNICODE
        + rb"|\x94|r..%s%s" % (_up_to(low), re.escape(bytes([high])))  # MEMOIZE, LONG_BINPUT
        + below_high
        + rb"|[hqK\x80].|j.{4}|[XT](?:%s)"
        % counted_in_four  # BINGET BINPUT BININT1 PROTO, LONG_BINGET, long forms
        # Lists, tuples, None, true, false, REDUCE, BUILD, STACK_GLOBAL.
        + rb"|[\](eat)NRb\x85-\x89\x93]"
        + rb"|M..|J.{4}|\x95.{3}\0{5}|c[^\n]*\n[^\n]*\n"  # BININT2, BININT, FRAME, GLOBAL
        + rb"|[C\x8a](?:%s)){1,5000}" % counted,  # SHORT_BINBYTES, LONG1
        re.DOTALL,
    )


def _up_to(highest: int) -> bytes:
    return rb"[\x00-\x%02x]" % highest


def _after_long_text(data: mmap.mmap, place: int) -> int | None:
    """Return the place after a complete BINUNICODE or BINSTRING at `place`, or None."""
    end = place + 5 + int.from_bytes(data[place + 1 : place + 5], "little")
    return end if data[place : place + 1] in (b"X", b"T") and end <= len(data) else None


def _refuse(before: bytes, rest: bytes, place: int) -> NoReturn:
    """Raise the error for the instruction at `place`; `before`: the bytes up to `place`.

    An unneeded name requested in `before` takes precedence.
    """
    with suppress(DamagedError):
        _load(io.BytesIO(before), len(before))
    names = {ord(each.code): each.name for each in pickletools.opcodes}
    if not rest:
        raise DamagedError(f"it is cut off at byte {place}")
    if rest[0] not in names:
        raise DamagedError(f"{rest[:1]!r} at byte {place} is no instruction")
    if re.match(rb"[U\x8cXTrhqK\x80jMJ\x95cC\x8a]", rest):
        raise DamagedError(f"{names[rest[0]]} at byte {place} is cut off or counts too far")
    wanted = f", for {shown('.'.join(_two_lines(rest)))}," if rest[:1] == pickle.INST else ""
    raise RefusedError(f"uses the instruction {names[rest[0]]}{wanted} at byte {place}")


def _two_lines(instruction: bytes) -> list[str]:
    return instruction[1:].decode("utf-8", "replace").split("\n")[:2]


def _load(file: BinaryIO, size: int, start: int = 0) -> object:
    """Run a pickle of `size` bytes that fits the grammar. Raises DamagedError if the run fails."""
    try:
        file.seek(start)
        with _no_collection():
            return RowsUnpickler(file, size).load()
    except UnicodeDecodeError as error:
        raise DamagedError(f"it holds {error.object[:40]!r}, which is not UTF-8") from None
    except (
        pickle.UnpicklingError,
        EOFError,
        AttributeError,
        LookupError,
        TypeError,
        ValueError,
    ) as error:
        raise DamagedError(f"{type(error).__name__} {shown(str(error))}") from None


@contextmanager
def _no_collection() -> Iterator[None]:
    """Pause garbage collection, which finds nothing in new lists and costs a third of the time."""
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()


def shown(text: str) -> str:
    """Return untrusted text for an error line: printable and not long."""
    return (text if text.isprintable() else ascii(text))[:100]
