"""Invented slices for tests, as objects that can be spoilt before they are written, and the zip
files with them.
"""

import io
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from benchmarks.data.mpd_slices import shape_of, slice_of

Content = dict[str, Any]
NAME = "mpd.slice.0-2.json"


def content(playlists: int = 3, songs: int = 30, longest: int = 8) -> Content:
    """The first slice of so many playlists."""
    made: Content = json.loads(
        slice_of(shape_of(playlists, songs=songs, longest=longest), 0, playlists - 1, 0)
    )
    return made


def write(folder: Path, slices: dict[str, Content | bytes | str]) -> Path:
    """Write slices by name; text and bytes as they are."""
    for name, each in slices.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(as_bytes(each))
    return folder


def as_bytes(each: Content | bytes | str) -> bytes:
    if isinstance(each, dict):
        return json.dumps(each).encode()
    return each if isinstance(each, bytes) else each.encode()


def zipped(members: Iterable[tuple[str | ZipInfo, Content | bytes | str]]) -> bytes:
    """A zip file; a member is a name, or a header of any kind, with its content."""
    file = io.BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for name, each in members:
            header = ZipInfo(name) if isinstance(name, str) else name
            header.compress_type = ZIP_DEFLATED
            archive.writestr(header, as_bytes(each))
    return file.getvalue()
