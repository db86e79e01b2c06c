"""The protocol of Cochran, Deep Learning ListenBrainz Recommendation, 2022: random early rows."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from playlist2vec.corpus.histories import Histories
from playlist2vec.corpus.playlists import offsets_of
from playlist2vec.corpus.tracks import Tracks
from playlist2vec.corpus.vocabulary import Vocabulary
from playlist2vec.listening.generated.canonical import write_canonical
from playlist2vec.listening.generated.params import ListensParams
from playlist2vec.listening.history.making import load_canonical
from playlist2vec.models.two_tower.training import ListenData

DATA = ListensParams(users=200, tracks=4_000, listens=100_000, days=730, structure=1.0, seed=1)
EARLIEST, TRAINING, TEST = 90_000, 40_000, 10_000


@dataclass(frozen=True, eq=False)
class ChosenListens(ListenData):
    """Training data of `chosen` listens only: int64, places in `histories`, ascending."""

    chosen: NDArray[np.int64]

    @property
    def listens(self) -> NDArray[np.int64]:
        """The chosen listens."""
        return self.chosen


@dataclass(frozen=True, eq=False)
class Protocol:
    """The earliest listens, and the random rows of training and of test.

    `data`: the training rows are its `listens`; its vocabulary holds every recording of the
    earliest listens, as the paper's does, the most frequent in training first. `test`: int64,
    places in `data.histories`, ascending.
    """

    data: ChosenListens
    test: NDArray[np.int64]

    def pairs(self, listens: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return listener and row of listens: int64 (listens, 2)."""
        histories = self.data.histories
        return np.stack(
            [histories.user_of(listens), histories.tracks[listens].astype(np.int64)], axis=1
        )


def read_generated(folder: Path) -> tuple[Histories, Tracks]:
    """Write the data set `listens` into `folder` and read it as a ListenBrainz dump, in codes."""
    write_canonical(DATA, folder)
    return load_canonical(folder / "canonical")


def earliest(histories: Histories, count: int) -> Histories:
    """Return the earliest `count` listens, with all listeners; ties by order in `histories`."""
    kept = np.zeros(len(histories), bool)
    kept[np.argsort(histories.seconds, kind="stable")[:count]] = True
    before = offsets_of(kept.astype(np.int64))
    return Histories(histories.tracks[kept], histories.seconds[kept], before[histories.users])


def make_protocol(histories: Histories, tracks: Tracks, seed: int) -> Protocol:
    """Draw the rows of training and test from the earliest listens; `histories` is in codes."""
    early = earliest(histories, EARLIEST)
    drawn = np.random.Generator(np.random.PCG64(seed)).permutation(len(early))[: TRAINING + TEST]
    training, test = np.sort(drawn[:TRAINING]), np.sort(drawn[TRAINING:])
    counts = np.bincount(early.tracks[training], minlength=len(tracks)).astype(np.int64)
    codes = np.unique(early.tracks)
    order = codes[np.argsort(-counts[codes], kind="stable")]
    rows = np.full(len(tracks), -1, np.int32)
    rows[order] = np.arange(len(order), dtype=np.int32)
    names = [tracks.artist_names[code] for code in order.tolist()]
    artists = np.unique(names, return_inverse=True)[1].astype(np.int32)
    vocabulary = Vocabulary([tracks.ids[code] for code in order.tolist()], counts[order])
    in_rows = Histories(rows[early.tracks], early.seconds, early.users)
    first, last = int(early.seconds.min()), int(early.seconds.max())
    return Protocol(ChosenListens(in_rows, vocabulary, artists, first, last + 1, training), test)


def share_in_training(training: NDArray[np.int64], test: NDArray[np.int64]) -> float:
    """Return the share of test pairs among the training pairs, both int64 (pairs, 2)."""
    known = set(map(tuple, training.tolist()))
    return sum(pair in known for pair in map(tuple, test.tolist())) / len(test)


def ranks_by_plays(
    training: NDArray[np.int64], test: NDArray[np.int64], songs: int
) -> NDArray[np.float64]:
    """Return ranks of test pairs by a listener's training plays: float64 (pairs,).

    `training`, `test`: int64 (pairs, 2), listener and row. Ties, also of songs never played, go to
    the smaller row.
    """
    plays = np.zeros((int(max(training[:, 0].max(), test[:, 0].max())) + 1, songs), np.int64)
    np.add.at(plays, (training[:, 0], training[:, 1]), 1)
    place = np.empty_like(plays)
    for user, row in enumerate(plays):
        place[user, np.argsort(-row, kind="stable")] = np.arange(1, songs + 1)
    return place[test[:, 0], test[:, 1]].astype(np.float64)


def ranks_listed_twice(
    ranks: NDArray[np.float64], above: NDArray[np.bool_] | None = None
) -> NDArray[np.float64]:
    """Return ranks where the candidates hold the true song a second time: float64 (questions,).

    `above`: bool (questions,), True where the song in the list scores above itself, by rounding;
    None: everywhere, as if ties counted against the song.
    """
    return ranks + (1.0 if above is None else above)
