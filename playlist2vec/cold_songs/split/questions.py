"""Questions: given the training songs of a playlist, find the cold songs of the playlist."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from playlist2vec.base.files import reading
from playlist2vec.corpus.playlists import Playlists
from playlist2vec.corpus.songs import RowOfCode, Rows
from playlist2vec.ranking.queries import Queries


@dataclass(frozen=True, eq=False)
class ColdQuestions:
    """Playlists reduced to training songs, and the removed cold songs as targets.

    `known`: the training songs of each playlist, at least one. `targets`: int32, codes of cold
    songs; the targets of playlist p are `targets[target_offsets[p]:target_offsets[p + 1]]`.
    """

    known: Playlists
    targets: NDArray[np.int32]
    target_offsets: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.known)

    def queries(self, rows: RowOfCode) -> Queries:
        """Return the questions as queries in rows, with weight 1 for every song.

        `rows`: int64 (codes,), the row of each code.
        """
        songs = Rows(rows[self.known.tracks])
        return Queries(songs, np.ones(len(songs)), self.known.offsets, self.known.rows)

    def relevant(self, candidates: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return True where a candidate is a target: bool (questions, candidates).

        `candidates`: int64 codes.
        """
        place = np.full(
            max(int(self.targets.max(initial=0)), int(candidates.max(initial=0))) + 1, -1, np.int64
        )
        place[candidates] = np.arange(len(candidates))
        found = np.zeros((len(self), len(candidates)), bool)
        question = np.repeat(np.arange(len(self)), np.diff(self.target_offsets))
        there = place[self.targets] >= 0
        found[question[there], place[self.targets[there]]] = True
        return found

    def save(self, path: str | Path) -> None:
        """Write the questions as an .npz file."""
        self.known.save(path, targets=self.targets, target_offsets=self.target_offsets)

    @staticmethod
    def load(path: str | Path) -> "ColdQuestions":
        """Read a file written by `save`. Raises DataError for a damaged file."""
        with (
            reading(path, "questions as `make audio` writes them"),
            np.load(path, allow_pickle=False) as arrays,
        ):
            parts = dict(arrays)
            targets, offsets = parts.pop("targets"), parts.pop("target_offsets")
            return ColdQuestions(Playlists(**parts), targets, offsets)
