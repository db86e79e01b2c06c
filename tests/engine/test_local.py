"""Engines give the results of the items, in their order, in this process or in others."""

import os
import signal
from collections.abc import Iterator
from functools import partial

import pytest

from playlist2vec.base.errors import DataError
from playlist2vec.engine.local import open_engine
from playlist2vec.engine.params import EngineParams


def engine(workers: int) -> EngineParams:
    return EngineParams(name="local", address="", workers=workers)


def times(factor: int, item: int) -> tuple[int, int]:
    return factor * item, os.getpid()


def refuse(item: int) -> int:
    if item == 3:
        raise DataError(f"file {item}: expected another")
    return item


def die(item: int) -> int:
    if item == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return item


@pytest.mark.parametrize("workers", [1, 2])
def test_results_come_in_the_order_of_the_items(workers: int) -> None:
    with open_engine(engine(workers)) as opened:
        for _ in range(2):
            results = list(opened.map(partial(times, 10), iter(range(20))))
            assert [product for product, _ in results] == list(range(0, 200, 10))
            assert ({process for _, process in results} == {os.getpid()}) == (workers == 1)


def test_one_item_or_none_needs_no_other_process() -> None:
    with open_engine(engine(2)) as opened:
        assert list(opened.map(partial(times, 1), [5])) == [(5, os.getpid())]
        assert list(opened.map(partial(times, 1), [])) == []


def test_few_items_are_given_out_ahead() -> None:
    taken: list[int] = []

    def items() -> Iterator[int]:
        for number in range(100):
            taken.append(number)
            yield number

    with open_engine(engine(2)) as opened:
        next(opened.map(partial(times, 1), items()))
        assert len(taken) <= 6


@pytest.mark.parametrize("workers", [1, 2])
def test_a_refusal_is_raised_as_it_was(workers: int) -> None:
    with (
        open_engine(engine(workers)) as opened,
        pytest.raises(DataError, match=r"^file 3: expected another$"),
    ):
        list(opened.map(refuse, range(50)))


def test_a_worker_that_is_killed_is_told_in_one_line() -> None:
    with (
        open_engine(engine(2)) as opened,
        pytest.raises(DataError, match=r"^a worker process ended .*engine\.work"),
    ):
        list(opened.map(die, range(50)))
