"""Size of the list of members at the end of a zip file, before zipfile loads the whole list."""

import struct
import zipfile
from typing import IO

END = struct.Struct("<4s4H2LH")
"""Last record of a zip file.

Signature, disk and member counts, size and offset of the list of members, length of the comment.
"""
END64, LOCATOR64 = struct.Struct("<4sQ2H2L4Q"), struct.Struct("<4sLQL")
"""Records before END in large files; the last number but one in END64 is the size of the list."""


def directory_size(file: IO[bytes]) -> int:
    """Return the size of the list of members in bytes, as the end of the file says.

    The larger size counts where END and END64 differ. Raises BadZipFile for a file without END.
    """
    end = file.seek(0, 2)
    start = file.seek(max(0, end - END.size - 0xFFFF - LOCATOR64.size))
    tail = file.read()
    place = tail.rfind(b"PK\5\6")
    if place < 0 or len(tail) - place < END.size:
        raise zipfile.BadZipFile("its end is missing")
    size: int = END.unpack_from(tail, place)[5]
    before = place - LOCATOR64.size
    if before >= 0 and tail.startswith(b"PK\6\7", before):
        offset = LOCATOR64.unpack_from(tail, before)[2]
        for where in (offset, start + before - END64.size):
            if 0 <= where <= end - END64.size:
                file.seek(where)
                size = max(size, END64.unpack(file.read(END64.size))[8])
    return size
