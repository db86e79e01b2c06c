"""A folder of fetched spectrograms: shards, and a table with the status of every requested song.

The line of a song is added to the table after the spectrogram is written, so that a kill loses only
unfinished songs. A song requested again gets another line, and the last line counts; at the end of
the context one line per song is left. The songs are in the order of the first requests.
"""

import fcntl
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

from playlist2vec.base.errors import DataError
from playlist2vec.base.files import read_json, write_json
from playlist2vec.sound.fetched.shards import Shards, open_shard
from playlist2vec.sound.fetched.table import SHARD, TABLE, end_of, rows_of, shard_path
from playlist2vec.sound.mels.params import MelParams
from playlist2vec.sound.mels.storage import LEVELS, save_mels
from playlist2vec.sound.table.rows import Row, line_of, read_rows, write_rows

SETTINGS = "levels.json"
KEYS = ("bins", "min", "max", "seconds")
"""Parameters of section `audio.mel` that must not change within a folder."""


@dataclass(frozen=True, eq=False)
class Fetched:
    """The content of a folder: a row for every requested song, and the memory-mapped `shards`."""

    rows: list[Row]
    shards: list[NDArray[np.uint8]]

    def mel(self, place: int) -> NDArray[np.uint8]:
        """Return the spectrogram of row number `place`: uint8 (frames, bins), 0 frames for none."""
        return self.shards[place // SHARD][place % SHARD, : self.rows[place].frames]

    @staticmethod
    def load(folder: str | Path, params: MelParams) -> "Fetched":
        """Open a folder written by `Store`. Raises DataError for damage, or for other settings.

        `params`: the expected settings.
        """
        folder = Path(folder)
        rows = rows_of(folder)
        check_settings(folder, params)
        counts = [min(SHARD, len(rows) - first) for first in range(0, len(rows), SHARD)]
        shards = [
            open_shard(shard_path(folder, number * SHARD), count, params)
            for number, count in enumerate(counts)
        ]
        return Fetched(rows, shards)

    def copy(self, tracks: Sequence[str], params: MelParams, folder: Path) -> list[Row]:
        """Write the spectrograms of `tracks`, in order, like `save_mels`; return the table's rows.

        Raises DataError for an unknown track.
        """
        place_of = {row.track: place for place, row in enumerate(self.rows)}
        if missing := next((track for track in tracks if track not in place_of), ""):
            raise DataError(
                f"{missing} is not among the fetched mels: "
                "expected the folder that `source` was made of"
            )
        places = [place_of[track] for track in tracks]
        rows = [self.rows[place] for place in places]
        save_mels(
            folder, rows, [self.mel(place) for place in places], params.bins, params.min, params.max
        )
        return rows


class Store:
    """A folder of fetched spectrograms, for writing; the context locks out a second run.

    `rows`: the row of each song by id, in the order of the slots. Raises DataError for a folder of
    other settings, a damaged table, and while another run writes to the folder.
    """

    def __init__(self, folder: str | Path, params: MelParams) -> None:
        self.folder = Path(folder)
        self.rows: dict[str, Row] = {}
        self._params = params
        self._again = False

    def __enter__(self) -> "Store":
        self.folder.mkdir(parents=True, exist_ok=True)
        self._lock = os.open(self.folder, os.O_RDONLY)
        try:
            self._begin()
        except BaseException:
            os.close(self._lock)
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._table.close()
        self._shards.close()
        if self._again:
            write_rows(self.folder / TABLE, list(self.rows.values()))
        os.close(self._lock)

    def add(self, row: Row, mel: NDArray[np.uint8]) -> None:
        """Store the row of a song, and the spectrogram, uint8 (frames, bins), 0 frames for none."""
        known = row.track in self.rows
        place = self._places.setdefault(row.track, len(self._places))
        self._shards.write(place, mel, last=not known)
        self._table.write(line_of(row))
        self._table.flush()
        self.rows[row.track] = row
        self._again = self._again or known

    def _begin(self) -> None:
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise DataError(
                f"{self.folder}: another run writes there: expected one at a time"
            ) from None
        table = self.folder / TABLE
        if table.exists():
            check_settings(self.folder, self._params)
            end = end_of(table)
            os.truncate(table, end)
            rows = read_rows(table, end)
        else:
            given = vars(self._params)
            write_json(
                self.folder / SETTINGS, {**{key: given[key] for key in KEYS}, "levels": LEVELS + 1}
            )
            write_rows(table, [])
            rows = []
        self.rows = {row.track: row for row in rows}
        self._again = len(rows) > len(self.rows)
        self._places = {track: place for place, track in enumerate(self.rows)}
        self._shards = Shards(self.folder, self._params)
        self._table = open(table, "ab")  # noqa: SIM115  (closed at the end of the context)


def check_settings(folder: Path, params: MelParams) -> None:
    """Raise DataError unless the spectrograms of a folder were made with `params`."""
    found, given = read_json(folder / SETTINGS), vars(params)
    for key in KEYS:
        if found.get(key) != given[key]:
            raise DataError(
                f"{folder / SETTINGS}: {key} = {found.get(key)}: expected {given[key]:g}, as "
                f"audio.mel.{key} is, or another folder"
            )
