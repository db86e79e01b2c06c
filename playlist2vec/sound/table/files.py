"""The table of songs and sound files of a collection."""

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from playlist2vec.base.errors import DataError
from playlist2vec.base.files import reading, whole_file

COLUMNS = ("track", "file", "seconds")


class Sound(NamedTuple):
    """A song and the sound file; `expected`: least number of seconds, 0 if unknown."""

    track: str
    path: str
    expected: float = 0.0


def write_sounds(path: Path, sounds: Iterable[Sound]) -> None:
    """Write the table, a line per song."""
    with (
        whole_file(path) as unfinished,
        open(unfinished, "w", encoding="utf-8", newline="") as file,
    ):
        writer = csv.writer(file, dialect="excel-tab", lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows((sound.track, sound.path, f"{sound.expected:g}") for sound in sounds)


def read_sounds(path: Path, folder: Path) -> list[Sound]:
    """Read the table, with paths below `folder`. Raises DataError if damaged or without a song."""
    expected = f"a table with the columns {' '.join(COLUMNS)}"
    with reading(path, expected), open(path, encoding="utf-8", newline="") as file:
        lines = csv.reader(file, dialect="excel-tab")
        if tuple(next(lines, ())) != COLUMNS:
            raise DataError(f"{path}: line 1: expected {' '.join(COLUMNS)}")
        sounds = [
            Sound(track, str(folder / name), float(seconds)) for track, name, seconds in lines
        ]
    if not sounds:
        raise DataError(f"{path}: no song: expected one or more")
    return sounds
