"""The task that all peers get, as one file: training playlists, and histories with the song that
follows.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from playlist2vec.corpus.playlists import offsets_of, places_of
from playlist2vec.corpus.songs import Rows
from playlist2vec.ranking.exclusions import Exclusions
from playlist2vec.ranking.queries import Questions

KINDS = ("validation", "test")


@dataclass(frozen=True, eq=False)
class Sequences:
    """Songs in playing order, rows; sequence i holds those from `offsets[i]` to before `offsets[i +
    1]`, int64.
    """

    songs: Rows
    offsets: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __iter__(self) -> Iterator[NDArray[np.int64]]:
        return (self.songs[start:end] for start, end in pairwise(self.offsets.tolist()))

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Songs in each sequence: int64 (sequences,)."""
        return np.diff(self.offsets)

    @property
    def numbers(self) -> NDArray[np.int64]:
        """The number of the sequence beside each song: int64 (songs,)."""
        return np.repeat(np.arange(len(self)), self.lengths)

    def choose(self, sequences: NDArray[np.int64]) -> "Sequences":
        """Return these sequences only, in this order."""
        places, offsets = places_of(self.offsets, sequences)
        return Sequences(Rows(self.songs[places]), offsets)

    def last(self, songs: int) -> "Sequences":
        """Return the last songs of each sequence, at most so many."""
        kept = np.repeat(self.offsets[1:], self.lengths) - np.arange(len(self.songs)) <= songs
        return Sequences(Rows(self.songs[kept]), offsets_of(np.minimum(self.lengths, songs)))

    def cut(self, songs: int) -> "Sequences":
        """Return the sequences in pieces of at most so many songs; a piece begins with the last
        song of that before.

        So every song still follows the one before it once. Sequences of one song and none at all
        are left out.
        """
        pieces = [
            each[start : start + songs]
            for each in self
            for start in range(0, len(each) - 1, songs - 1)
        ]
        return sequences_of(pieces)


def sequences_of(lists: list[NDArray[np.int64]]) -> Sequences:
    """Join lists of rows to sequences."""
    songs = np.concatenate([*lists, np.zeros(0, np.int64)])
    return Sequences(Rows(songs), offsets_of(np.array([len(each) for each in lists], np.int64)))


@dataclass(frozen=True, eq=False)
class Asked:
    """Questions: whole histories, the song that follows each, and the songs that may not be
    suggested.
    """

    histories: Sequences
    targets: Rows
    excluded: Exclusions

    @staticmethod
    def of(questions: Questions) -> "Asked":
        """Return the questions that can be asked at all; the others have a rank whatever a peer
        says.
        """
        queries = questions.queries
        return Asked(
            Sequences(queries.songs, queries.offsets), questions.targets, questions.excluded
        )


@dataclass(frozen=True, eq=False)
class Task:
    """Training playlists, how many songs there are, and the questions of each of KINDS."""

    train: Sequences
    songs: int
    asked: dict[str, Asked]

    def save(self, path: Path) -> None:
        """Write one .npz file; equal tasks give equal bytes."""
        arrays = {
            "songs": np.array(self.songs),
            "train": self.train.songs,
            "train_offsets": self.train.offsets,
        }
        for kind, each in self.asked.items():
            arrays[kind], arrays[f"{kind}_offsets"] = each.histories.songs, each.histories.offsets
            arrays[f"{kind}_targets"] = each.targets
            arrays[f"{kind}_never"], arrays[f"{kind}_never_offsets"] = (
                each.excluded.songs,
                each.excluded.offsets,
            )
        np.savez(path, allow_pickle=False, **arrays)

    @staticmethod
    def load(path: Path) -> "Task":
        """Read what `save` wrote."""
        with np.load(path, allow_pickle=False) as arrays:
            found = dict(arrays)
        asked = {
            kind: Asked(
                Sequences(Rows(found[kind]), found[f"{kind}_offsets"]),
                Rows(found[f"{kind}_targets"]),
                Exclusions(Rows(found[f"{kind}_never"]), found[f"{kind}_never_offsets"]),
            )
            for kind in KINDS
        }
        return Task(
            Sequences(Rows(found["train"]), found["train_offsets"]), int(found["songs"]), asked
        )
