"""Playlists that lead from a first song to a last song."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from playlist2vec.base.errors import DataError
from playlist2vec.corpus.songs import Row

NO_TWINS: Mapping[int, list[int]] = {}


def path(
    vectors: NDArray[np.float32],
    artists: NDArray[np.int64],
    start: Row,
    end: Row,
    songs: int,
    twins: Mapping[int, list[int]] = NO_TWINS,
) -> list[Row]:
    """Return a playlist that turns from the direction of `start` to that of `end` in even steps.

    `vectors`: float32 (songs, vector_size) of length 1; zero vectors and vectors that are not
    finite are never chosen. `artists`: int64 (songs,), -1 if unknown. `songs`: length of the
    playlist with both ends, 2 or more. Every song between has the largest cosine with a point on
    the arc between the two directions (spherical interpolation, Shoemake 1985). Songs that were
    chosen are left out; if possible, so are songs by the artist of the song before, and other ids
    of chosen songs. Ties by row. `twins`: all rows of a song by each of the rows, for songs with
    several ids. Raises DataError for a song without a vector, fewer than 2 songs, or more songs
    than there are.
    """
    double = vectors.astype(np.float64)
    playable = np.isfinite(double).all(axis=1) & (double != 0).any(axis=1)
    for song in (start, end):
        if not 0 <= song < len(vectors) or not playable[song]:
            raise DataError(
                f"song {song}: expected a row from 0 to {len(vectors) - 1} whose vector is not zero"
            )
    possible = int(np.count_nonzero(playable))
    if not 2 <= songs <= max(2, possible + (start == end)):
        raise DataError(f"songs = {songs}: expected from 2 to {max(2, possible + (start == end))}")
    left = playable.copy()
    left[[start, end]] = False
    fresh = left.copy()
    fresh[[*twins.get(start, []), *twins.get(end, [])]] = False
    found = [start]
    for point in _arc(double[start], double[end], songs - 2):
        others = left & ((artists != artists[found[-1]]) | (artists < 0))
        among = next(each for each in (fresh & others, fresh, others, left) if each.any())
        choice = np.flatnonzero(among)
        nearness = np.round(double[choice] @ point, 9)
        found.append(Row(int(choice[np.argmax(nearness)])))
        left[found[-1]] = False
        fresh[twins.get(found[-1], [found[-1]])] = False
    return [*found, end]


def _arc(start: NDArray[np.float64], end: NDArray[np.float64], points: int) -> NDArray[np.float64]:
    """Return evenly spaced directions between two directions: float64 (points, vector_size)."""
    shares = np.arange(1, points + 1)[:, None] / (points + 1)
    angle = float(np.arccos(np.clip(start @ end, -1, 1)))
    # Equal directions, or opposite directions, which are joined by many arcs.
    if angle < 1e-6 or np.pi - angle < 1e-6:
        return (1 - shares) * start + shares * end
    mixed: NDArray[np.float64] = (
        np.sin((1 - shares) * angle) * start + np.sin(shares * angle) * end
    ) / np.sin(angle)
    return mixed
