"""The most frequent followers and neighbours of songs, in files that load at once."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, vstack

from playlist2vec.base.arrays import Kind, read_arrays
from playlist2vec.base.errors import DataError
from playlist2vec.base.files import whole_file
from playlist2vec.corpus.playlists import Playlists
from playlist2vec.corpus.songs import Rows
from playlist2vec.models.counting.item_neighbours import item_neighbours
from playlist2vec.models.counting.play_index import PlayIndex
from playlist2vec.models.counting.transitions import markov
from playlist2vec.ranking.queries import Queries
from playlist2vec.ranking.sparse import Scorer, keep_largest, weighted_rows

SONGS = 4_096
"""Songs whose rows are made at once."""
EXPECTED = "tables of songs as pipelines/two_tower writes them"
NAMES = ("followers", "neighbours")


@dataclass(frozen=True, eq=False)
class SongTables:
    """Matrices that hold the largest scores of a song's followers and neighbours.

    Both are float64 (songs, songs). `followers`: the share of a song among the songs that followed.
    `neighbours`: the cosine of the sessions that hold both songs.
    """

    followers: csr_array
    neighbours: csr_array

    @staticmethod
    def of(sessions: Playlists, songs: int, most: int) -> "SongTables":
        """Return tables counted in sessions, with the `most` largest values per row.

        Ties go to the smaller row.
        """
        index = PlayIndex(sessions, songs)
        return SongTables(
            _cut(markov(index), songs, most), _cut(item_neighbours(index, most), songs, most)
        )

    def following(self) -> Scorer:
        """Return the scorer of Markov."""
        return weighted_rows(lambda songs: self.followers[songs])

    def beside(self) -> Scorer:
        """Return the scorer of item neighbours."""
        return weighted_rows(lambda songs: self.neighbours[songs])

    def save(self, path: str | Path) -> None:
        """Write an .npz file."""
        arrays: dict[str, NDArray[np.generic]] = {}
        for name in NAMES:
            matrix = getattr(self, name)
            arrays[f"{name}_songs"] = matrix.indices.astype(np.int32)
            arrays[f"{name}_offsets"] = matrix.indptr.astype(np.int64)
            arrays[f"{name}_scores"] = matrix.data
        with whole_file(path) as unfinished, open(unfinished, "wb") as file:
            np.savez(file, allow_pickle=False, **arrays)

    @staticmethod
    def load(path: str | Path, songs: int) -> "SongTables":
        """Read tables that `save` wrote.

        Raises DataError for a damaged file, and for a number of songs that is not `songs`.
        """
        kinds = {
            f"{name}_{part}": Kind(dtype)
            for name in NAMES
            for part, dtype in (("songs", np.int32), ("offsets", np.int64), ("scores", np.float64))
        }
        found = read_arrays(path, kinds, EXPECTED)
        matrices = []
        for name in NAMES:
            columns, offsets, scores = (
                found[f"{name}_{part}"] for part in ("songs", "offsets", "scores")
            )
            if (
                len(offsets) != songs + 1
                or offsets[0] != 0
                or (offsets[1:] < offsets[:-1]).any()
                or not offsets[-1] == len(columns) == len(scores)
                or columns.min(initial=0) < 0
                or columns.max(initial=-1) >= songs
            ):
                raise DataError(
                    f"{path}: {name} of {len(offsets) - 1} songs: expected {EXPECTED}, of {songs}"
                )
            matrices.append(csr_array((scores, columns, offsets), shape=(songs, songs)))
        return SongTables(*matrices)


def _cut(scorer: Scorer, songs: int, most: int) -> csr_array:
    parts = [csr_array((0, songs))]
    for start in range(0, songs, SONGS):
        rows = np.arange(start, min(start + SONGS, songs))
        parts.append(keep_largest(scorer(Queries.of_each(Rows(rows))), most))
    return vstack(parts, format="csr")
