"""The lists of members at the end of zip files, which a library holds in memory as a whole."""

import struct
import zipfile
from typing import IO

END = struct.Struct("<4s4H2LH")
"""The last record of a zip file: signature, numbers and counts, bytes and place of the list, bytes
of a comment.
"""
END64, LOCATOR64 = struct.Struct("<4sQ2H2L4Q"), struct.Struct("<4sLQL")
"""The records before it that large files have; the first holds the bytes of the list in its last
but one number.
"""


def directory_size(file: IO[bytes]) -> int:
    """Bytes of the list of members, as the end of the file says: the larger number if it says so
    twice.

    Raises BadZipFile for a file without that end.
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
