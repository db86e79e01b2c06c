"""The rows of a pickled one-dimensional NumPy object array, read without running what the file asks
for.

A pickle is a program, so two things stand between a stranger's file and this process. First, the
file must be a sentence of a small grammar: only the instructions that such an array takes, none of
which declares more bytes than are there or a memo larger than the file can fill. (One LONG_BINPUT,
five bytes, makes `pickle.Unpickler` fill 64 GB.) Then the standard unpickler runs it, but every
name in it stands for a small class or function of this module: NumPy is never called, and a name
that no such array holds is refused.

What the instructions mean: the standard library's `pickletools`.
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
"""A list takes 64 bytes of memory and one of the file; all may take ten times the file and these
bytes.
"""
HEAVY = b"]\x85\x86\x87"
"""The instructions that make lists and tuples of what is there already."""


class RefusedError(Exception):
    """Something in a pickle that an array of lists does not need; the text says what."""


class DamagedError(Exception):
    """Something in a pickle that no writer writes; the text says what."""


class Array:
    """The stand-in for `numpy.ndarray`: it keeps the rows that come with its state."""

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
    """The stand-in for `numpy.dtype`: the dtype of objects, whose state says nothing that matters
    here.
    """

    def __init__(self, name: object = None, *_: object) -> None:
        if name not in ("O", "O4", "O8"):
            raise DamagedError("its dtype is not object")

    def __setstate__(self, state: object) -> None:
        pass


def reconstruct(kind: object, *_: object) -> Array:
    """Return an array, as the stand-in for `_reconstruct`: one without rows."""
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
"""The names in an array of lists, as NumPy 1 and 2 write them, and what stands for each."""


class RowsUnpickler(pickle.Unpickler):
    """An unpickler that knows the names in NEEDED and no others, of a pickle of `size` bytes."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        super().__init__(file, encoding="utf-8")
        self._left = size

    def find_class(self, module: str, name: str) -> object:
        """Return the stand-in for a name. Raises RefusedError for one that is not needed."""
        full = f"{module}.{name}"
        if full not in NEEDED:
            raise RefusedError(f"asks for {shown(full)}")
        return NEEDED[full] or self._encode

    def _encode(self, text: object, encoding: object) -> bytes:
        """Stand in for `_codecs.encode`, which is how Python 3 writes bytes in protocol 2.

        Each text stands in the pickle, so all bytes together are no more than the pickle has.
        """
        if not isinstance(text, str) or encoding != "latin1":
            raise DamagedError("it encodes what is no bytes")
        self._left -= len(text)
        if self._left < 0:
            raise DamagedError("it encodes one text over and over")
        return text.encode("latin1", "replace")


def rows_of_pickle(file: BinaryIO, path: str | Path) -> list[object]:
    """The elements of the array that is pickled in `file`, opened from disk, from its position to
    its end.

    Raises DataError, naming `path`, for a pickle that is cut off or damaged, that holds anything
    but one such array, or that asks for more than it takes to make one.
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
    """See that the pickle from byte `start` on is a sentence of the grammar that ends with the
    file.
    """
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
    """The instructions of an array of lists in a file of `size` bytes, each with its operand, some
    thousand at a time.

    The commonest come first. Writers number the memo from 0 or 1, and LONG_BINPUT with what it
    remembers takes six bytes: this bounds its index. Texts of 256 bytes and more are left to
    `_after_long_text`.
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
        + rb"|[\](eat)NRb\x85-\x89\x93]"  # lists, tuples, None, true, false, REDUCE, BUILD, STACK_GLOBAL
        + rb"|M..|J.{4}|\x95.{3}\0{5}|c[^\n]*\n[^\n]*\n"  # BININT2, BININT, FRAME, GLOBAL
        + rb"|[C\x8a](?:%s)){1,5000}" % counted,  # SHORT_BINBYTES, LONG1
        re.DOTALL,
    )


def _up_to(highest: int) -> bytes:
    return rb"[\x00-\x%02x]" % highest


def _after_long_text(data: mmap.mmap, place: int) -> int | None:
    """The place after a BINUNICODE or BINSTRING that is wholly there, None if there is none at
    `place`.
    """
    end = place + 5 + int.from_bytes(data[place + 1 : place + 5], "little")
    return end if data[place : place + 1] in (b"X", b"T") and end <= len(data) else None


def _refuse(before: bytes, rest: bytes, place: int) -> NoReturn:
    """Say what is wrong at `place`, unless what stands `before` it asks for a name that is not
    needed: then that.
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
    """Run a pickle of so many bytes that is a sentence of the grammar. Raises DamagedError where it
    makes no sense.
    """
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
    """Leave out garbage collection, which finds nothing among millions of new lists and costs a
    third of the time.
    """
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()


def shown(text: str) -> str:
    """Text of a stranger for an error line: printable and not long."""
    return (text if text.isprintable() else ascii(text))[:100]
