"""Stages of pipelines/two_tower that other tests do not run."""

import numpy as np

from playlist2vec.corpus.vocabulary import Vocabulary
from playlist2vec.listening.history.storage import History, Songs
from playlist2vec.listening.scoring.questions import Questions
from stages.two_tower.order import half_of
from tests.builders.listens.histories import START, history_of


def questions(users: int) -> Questions:
    whole = history_of(*([(START + 60 * number, 0) for number in range(40)] for _ in range(users)))
    songs = Songs(Vocabulary(["a"], np.array([9])), np.zeros(1, np.int32), np.zeros(1, np.uint32))
    return Questions(History(whole, songs, START, START + 600, np.arange(len(whole))), 30, 10)


def test_the_order_learns_from_half_of_the_listeners() -> None:
    found = questions(50)
    chosen = half_of(found, seed=1)
    of = {user: set(chosen[found.users == user].tolist()) for user in range(50)}
    assert all(len(each) == 1 for each in of.values())
    assert 10 < sum(True in each for each in of.values()) < 40
    assert (half_of(found, seed=2) != chosen).any()


def test_of_one_listener_it_learns_from_half_of_the_questions() -> None:
    for seed in range(5):
        assert 8 <= np.count_nonzero(half_of(questions(1), seed)) <= 32
