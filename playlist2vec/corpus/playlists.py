"""Playlists in canonical form: flat arrays that load in milliseconds."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from playlist2vec.base.arrays import Kind, read_arrays
from playlist2vec.base.files import reading, whole_file

EXPECTED = "playlists as `dvc repro` writes them"
KINDS = {
    "tracks": Kind(np.int32),
    "offsets": Kind(np.int64),
    "keys": Kind(np.uint64),
    "rows": Kind(np.int64),
    "times": Kind(np.int64, needed=False),
    "closed": Kind(np.bool_, needed=False),
}
"""Arrays in a file of playlists."""


class RawPlaylist(NamedTuple):
    """A playlist as found by a reader.

    `key`: 0 <= key < 2**64, made from the playlist's id in the raw data alone (see `hashing`).
    `tracks`: track ids in the order of play. `artists`: the artist id of every track, empty if
    unknown.
    """

    key: int
    tracks: list[str]
    artists: list[str]


@dataclass(frozen=True, eq=False)
class Playlists:
    """Playlists in flat arrays; playlist p is `tracks[offsets[p]:offsets[p + 1]]`.

    `tracks`: int32 (plays,), codes of tracks. `offsets`: int64 (playlists + 1,), from 0 to plays,
    never falling. `keys`: uint64 (playlists,), the hash of every playlist's id in the raw data.
    `rows`: int64 (playlists,), the number of every playlist in the raw data, from 0. `times`: int64
    (playlists,), the time when the last song of the playlist in the raw data was played, in seconds
    since 1970; None for a data set without times. `closed`: bool (playlists,), True where the last
    song also ended the playlist before songs were held out; None where True for all.
    """

    tracks: NDArray[np.int32]
    offsets: NDArray[np.int64]
    keys: NDArray[np.uint64]
    rows: NDArray[np.int64]
    times: NDArray[np.int64] | None = None
    closed: NDArray[np.bool_] | None = None

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __iter__(self) -> Iterator[NDArray[np.int32]]:
        return (self.tracks[start:end] for start, end in pairwise(self.offsets.tolist()))

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Number of songs per playlist: int64 (playlists,)."""
        return np.diff(self.offsets)

    def save(self, path: str | Path, **more: NDArray[np.generic]) -> None:
        """Write the arrays and `more` as an uncompressed .npz file.

        Equal playlists give equal bytes.
        """
        arrays = {name: array for name, array in vars(self).items() if array is not None} | more
        with whole_file(path) as unfinished, open(unfinished, "wb") as file:
            np.savez(file, **arrays)

    @staticmethod
    def load(path: str | Path) -> "Playlists":
        """Read a file written by `save`.

        Raises DataError for a damaged file, and for arrays that do not fit together.
        """
        columns = read_arrays(path, KINDS, EXPECTED)
        with reading(path, EXPECTED):
            return Playlists(**columns).checked()

    def checked(self) -> "Playlists":
        """Return the playlists unchanged. Raises ValueError for arrays that do not fit together."""
        offsets = self.offsets
        if (
            not len(offsets)
            or offsets[0] != 0
            or offsets[-1] != len(self.tracks)
            or (offsets[1:] < offsets[:-1]).any()
        ):
            raise ValueError("offsets that do not rise from 0 to the number of plays")
        if self.tracks.min(initial=0) < 0:
            raise ValueError(f"the track {self.tracks.min()}")
        for name in ("keys", "rows", "times", "closed"):
            column = getattr(self, name)
            if column is not None and len(column) != len(self):
                raise ValueError(f"{name} for {len(column)} playlists of {len(self)}")
        return self


def join_playlists(parts: Sequence[Playlists]) -> Playlists:
    """Concatenate batches of playlists; `parts` is not empty."""
    lengths = np.concatenate([part.lengths for part in parts])
    times = [part.times for part in parts if part.times is not None]
    closed = [part.closed for part in parts if part.closed is not None]
    return Playlists(
        np.concatenate([part.tracks for part in parts]),
        offsets_of(lengths),
        np.concatenate([part.keys for part in parts]),
        np.concatenate([part.rows for part in parts]),
        np.concatenate(times) if times else None,
        np.concatenate(closed) if closed else None,
    )


def offsets_of(lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the offsets of playlists by lengths: int64 (playlists,) to int64 (playlists + 1,)."""
    offsets = np.zeros(len(lengths) + 1, np.int64)
    np.cumsum(lengths, out=offsets[1:])
    return offsets


def places_of(
    offsets: NDArray[np.int64], chosen: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the places of all elements of the chosen segments, and new offsets of the segments.

    Segment p of a flat array is `offsets[p]` to before `offsets[p + 1]`. The order is that of
    `chosen`. Returns int64 (elements,), int64 (chosen + 1,).
    """
    lengths = np.diff(offsets)[chosen]
    new = offsets_of(lengths)
    return np.arange(new[-1]) + np.repeat(offsets[chosen] - new[:-1], lengths), new
