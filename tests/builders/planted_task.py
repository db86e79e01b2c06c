"""A task for peers with a known answer: playlists that go round a cycle of songs."""

import numpy as np

from benchmarks.peers.task import KINDS, Asked, Sequences, Task, sequences_of
from playlist2vec.corpus.songs import Rows
from playlist2vec.ranking.exclusions import Exclusions

SONGS = 30


def sequences(lists: list[list[int]]) -> Sequences:
    return sequences_of([np.array(each, np.int64) for each in lists])


def round_the_cycle(histories: Sequences) -> Asked:
    """Histories of the cycle 0, 1, ..., SONGS - 1, 0, ...: what follows is certain."""
    targets = np.array([(each[-1] + 1) % SONGS for each in histories], np.int64)
    return Asked(histories, Rows(targets), Exclusions(histories.songs, histories.offsets))


def planted() -> Task:
    """Playlists of 8 songs round the cycle, from every song of it ten times; histories of 5, and
    none in training.
    """
    train = sequences(
        [[(start + step) % SONGS for step in range(8)] for start in range(SONGS)] * 10
    )
    histories = sequences([[(start + step) % SONGS for step in range(5)] for start in range(SONGS)])
    return Task(train, SONGS, dict.fromkeys(KINDS, round_the_cycle(histories)))
