"""Work in threads: its order, how far it goes ahead, and its end."""

import threading
import time

import pytest

from playlist2vec.online.fetching.in_order import in_order


def test_results_come_in_the_order_of_the_items() -> None:
    def slow_first(number: int) -> int:
        time.sleep(0.02 if number % 5 == 0 else 0)
        return number * number

    found = [(item, future.result()) for item, future in in_order([slow_first] * 3, range(30), 6)]
    assert found == [(number, number * number) for number in range(30)]


def test_an_error_is_raised_where_the_result_is_read_and_the_others_go_on() -> None:
    def divide(number: int) -> float:
        return 1 / number

    found = []
    for _, future in in_order([divide], [1, 0, 2], 2):
        if future.exception():
            with pytest.raises(ZeroDivisionError):
                future.result()
        else:
            found.append(future.result())
    assert found == [1, 0.5]


def test_no_more_is_begun_than_may_be_and_nothing_after_the_end() -> None:
    begun: list[int] = []
    before = threading.active_count()
    answers = in_order([begun.append] * 2, range(100), 4)
    next(answers)
    time.sleep(0.05)
    assert len(begun) <= 4
    answers.close()
    time.sleep(0.05)
    done = len(begun)
    assert done <= 4
    assert threading.active_count() <= before  # threads of an earlier test may have ended by now
