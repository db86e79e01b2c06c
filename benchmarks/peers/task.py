"""The common task of all peers, as a file: training playlists, and histories with targets."""

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
    """Rows of songs in playing order; sequence i is `songs[offsets[i]:offsets[i + 1]]`.

    `offsets`: int64 (sequences + 1,).
    """

    songs: Rows
    offsets: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __iter__(self) -> Iterator[NDArray[np.int64]]:
        return (self.songs[start:end] for start, end in pairwise(self.offsets.tolist()))

    @property
    def lengths(self) -> NDArray[np.int64]:
        """The number of songs by sequence: int64 (sequences,)."""
        return np.diff(self.offsets)

    @property
    def numbers(self) -> NDArray[np.int64]:
        """The number of the sequence beside every song: int64 (songs,)."""
        return np.repeat(np.arange(len(self)), self.lengths)

    def choose(self, sequences: NDArray[np.int64]) -> "Sequences":
        """Return the given sequences only, in the given order."""
        places, offsets = places_of(self.offsets, sequences)
        return Sequences(Rows(self.songs[places]), offsets)

    def last(self, songs: int) -> "Sequences":
        """Return the last songs of every sequence, at most `songs`."""
        kept = np.repeat(self.offsets[1:], self.lengths) - np.arange(len(self.songs)) <= songs
        return Sequences(Rows(self.songs[kept]), offsets_of(np.minimum(self.lengths, songs)))

    def cut(self, songs: int) -> "Sequences":
        """Return the sequences in chunks of at most `songs` songs, with an overlap of one song.

        So every song still follows its predecessor exactly once. Sequences with fewer than two
        songs are left out.
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
    """Questions: whole histories, next songs, and songs that may not be suggested."""

    histories: Sequences
    targets: Rows
    excluded: Exclusions

    @staticmethod
    def of(questions: Questions) -> "Asked":
        """Return the answerable questions; all other questions get the same rank from any peer."""
        queries = questions.queries
        return Asked(
            Sequences(queries.songs, queries.offsets), questions.targets, questions.excluded
        )


@dataclass(frozen=True, eq=False)
class Task:
    """Training playlists, the number of songs, and the questions of KINDS."""

    train: Sequences
    songs: int
    asked: dict[str, Asked]

    def save(self, path: Path) -> None:
        """Write an .npz file; equal tasks give equal bytes."""
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
        """Read a file written by `save`."""
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
