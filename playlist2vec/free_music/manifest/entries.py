"""The lines of the manifest: JSON objects with the keys of `Entry`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import orjson

from playlist2vec.base.errors import DataError
from playlist2vec.base.files import read_lines
from playlist2vec.sources.soundcloud.records import LARGEST_ID, TIME, Track, id_of, track_line

KEYS = ("id", "file", "size", "sha256", "cover", "metadata")
EXPECTED = f"a JSON object with the keys {', '.join(KEYS)}"
SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Entry:
    """A track of the manifest.

    `id`: number at SoundCloud. `file`: path of the sound, relative to the folder of the manifest.
    `size`, `sha256`: bytes of the file, and the hash in hexadecimal. `cover`: path of the picture,
    likewise, empty for none. `metadata`: the object from SoundCloud.
    """

    id: int
    file: str
    size: int
    sha256: str
    cover: str
    metadata: dict[str, Any]

    @property
    def track(self) -> Track:
        """The metadata as read by the source `soundcloud`."""
        return Track(*orjson.loads(track_line(self.metadata, self.id)))

    @property
    def created(self) -> str:
        """The time of publication as `2020-05-09T15:19:32`, empty if unknown."""
        time = self.metadata.get("created_at")
        match = TIME.match(time) if isinstance(time, str) else None
        return f"{match[1]}-{match[2]}-{match[3]}T{match[4]}" if match else ""


def read_entries(path: str | Path) -> Iterator[Entry]:
    """Read the manifest in the order of the lines.

    Raises DataError, naming the line, for an invalid entry and for a second entry of a track.
    """
    seen = set[int]()
    for number, line in read_lines(path, "a manifest, a JSON object a line"):
        where = f"{path}: line {number}"
        try:
            found = orjson.loads(line)
        except orjson.JSONDecodeError:
            raise DataError(f"{where}: not JSON: expected {EXPECTED}") from None
        entry = _entry(found, where)
        if entry.id in seen:
            raise DataError(f"{where}: id = {entry.id} was there before: expected a line a track")
        seen.add(entry.id)
        yield entry


def _entry(found: Any, where: str) -> Entry:
    """Return the entry of a line. Raises DataError for a missing key or an invalid value."""
    if not isinstance(found, dict):
        raise DataError(f"{where}: {type(found).__name__}: expected {EXPECTED}")
    for key in KEYS:
        if key not in found:
            raise DataError(f"{where}: {key} is missing: expected {EXPECTED}")
    metadata = found["metadata"]
    wanted = {
        "id": (_is_number(found["id"], 1), "a whole number above 0"),
        "file": (_is_place(found["file"]), "a path below the folder of the manifest"),
        "size": (_is_number(found["size"], 0), "a number of bytes"),
        "sha256": (
            isinstance(found["sha256"], str) and SHA256.fullmatch(found["sha256"]) is not None,
            "64 hexadecimal digits in lower case",
        ),
        "cover": (
            found["cover"] == "" or _is_place(found["cover"]),
            "a path below the folder of the manifest, or '' for none",
        ),
        "metadata": (
            isinstance(metadata, dict) and id_of(metadata) == found["id"],
            "the object that SoundCloud gave for the track with this id",
        ),
    }
    for key, (fits, expected) in wanted.items():
        if not fits:
            value = type(found[key]).__name__ if key == "metadata" else str(found[key])[:100]
            raise DataError(f"{where}: {key} = {value}: expected {expected}")
    return Entry(**{key: found[key] for key in KEYS})


def _is_number(value: object, least: int) -> bool:
    return type(value) is int and least <= value <= LARGEST_ID


def _is_place(value: object) -> bool:
    """Return True for a relative path without `..`, printable in a list of checksums."""
    if not isinstance(value, str) or not value.isprintable() or "\\" in value:
        return False
    parts = PurePosixPath(value).parts
    return (
        bool(parts)
        and not value.startswith("/")
        and ".." not in parts
        and str(PurePosixPath(value)) == value
    )


def read_all(path: str | Path) -> list[Entry]:
    """Read the whole manifest, ascending by id.

    Raises DataError as `read_entries`, and for a manifest without a track.
    """
    entries = sorted(read_entries(path), key=lambda entry: entry.id)
    if not entries:
        raise DataError(f"{path}: no track: expected {EXPECTED} on each line")
    return entries
