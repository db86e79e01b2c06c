"""ALS and BPR of implicit: a vector for every song and every playlist, without order."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from implicit.cpu.als import AlternatingLeastSquares
from implicit.cpu.bpr import BayesianPersonalizedRanking
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from benchmarks.peers.budget import Budget
from benchmarks.peers.fit import Scorer, Settings
from benchmarks.peers.task import Sequences, Task, sequences_of

MOST_PASSES = {"als": 64, "bpr": 4096}
"""Maximal passes over the data, even if the budget is not spent."""


def als(task: Task, settings: Settings, seed: int, budget: Budget) -> Iterator[Scorer]:
    """Alternating least squares; the vector of a history is calculated from its songs.

    Hu, Koren, Volinsky, Collaborative filtering for implicit feedback datasets, ICDM 2008.
    """
    model = AlternatingLeastSquares(**settings, iterations=1, random_state=seed, num_threads=1)
    played = matrix_of(task.train, task.songs)

    def scores(histories: Sequences) -> NDArray[np.floating]:
        users = model.recalculate_user(np.arange(len(histories)), matrix_of(histories, task.songs))
        return np.asarray(users @ model.item_factors.T)

    for _ in looks(model, played, MOST_PASSES["als"], budget):
        yield scores


def bpr(task: Task, settings: Settings, seed: int, budget: Budget) -> Iterator[Scorer]:
    """Bayesian personalised ranking; every history is a user in training.

    A history equal to a training playlist, the usual case, is not added again. No target is in a
    history. Rendle et al., BPR: Bayesian personalized ranking from implicit feedback, UAI 2009.
    """
    users, user_of = joined([task.train, *(asked.histories for asked in task.asked.values())])
    # A generator, since a number would draw the same triples in every pass.
    drawn = np.random.default_rng(seed)
    model = BayesianPersonalizedRanking(**settings, iterations=1, random_state=drawn, num_threads=1)
    played = matrix_of(users, task.songs)

    def scores(histories: Sequences) -> NDArray[np.floating]:
        chosen = [user_of[each.tobytes()] for each in histories]
        return np.asarray(model.user_factors[chosen] @ model.item_factors.T)

    for _ in looks(model, played, MOST_PASSES["bpr"], budget):
        yield scores


def looks(model: Any, played: csr_matrix, most: int, budget: Budget) -> Iterator[None]:
    """Train pass by pass; yield after 1, 2, 4, ... passes and at the end.

    The training ends when the budget is spent or `most` passes are done.
    """
    for passes in range(1, most + 1):
        model.fit(played, show_progress=False)
        last = budget.over() or passes == most
        if last or is_power_of_two(passes):
            yield
        if last:
            return


def joined(parts: list[Sequences]) -> tuple[Sequences, dict[bytes, int]]:
    """Return the sequences of the first part and all new ones of other parts, with an index.

    The index gives the number of a sequence by its bytes.
    """
    lists = list(parts[0])
    number_of = {each.tobytes(): number for number, each in enumerate(lists)}
    for each in (sequence for part in parts[1:] for sequence in part):
        if each.tobytes() not in number_of:
            number_of[each.tobytes()] = len(lists)
            lists.append(each)
    return sequences_of(lists), number_of


def matrix_of(sequences: Sequences, songs: int) -> csr_matrix:
    """Return the count of every song in every sequence: float32 (sequences, songs)."""
    times = np.ones(len(sequences.songs), np.float32)
    matrix = csr_matrix(
        (times, (sequences.numbers, sequences.songs)), shape=(len(sequences), songs)
    )
    matrix.sum_duplicates()
    return matrix


def is_power_of_two(number: int) -> bool:
    """Return True if a number from 1 is a power of two."""
    return number & (number - 1) == 0
