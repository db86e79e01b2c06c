"""The pace of requests, on a clock of the test's own, and with threads."""

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playlist2vec.online.pace import Pace
from tests.online.test_quota import Clock


def starts(pace: Pace, clock: Clock, durations: list[float]) -> list[float]:
    found = []
    for duration in durations:
        with pace.place():
            found.append(clock.now - 1000)
            clock.work(duration)
    return found


def test_requests_begin_half_a_second_apart_and_nothing_is_made_up_for() -> None:
    clock = Clock()
    pace = Pace(2, 4, clock=clock.read, sleep=clock.sleep)
    assert starts(pace, clock, [0, 0, 3, 0, 0]) == [0, 0.5, 1, 4, 4.5]


def test_a_pause_holds_everybody_and_a_shorter_one_does_not_end_a_longer_one() -> None:
    clock = Clock()
    pace = Pace(2, 4, clock=clock.read, sleep=clock.sleep)
    pace.hold(30)
    pace.hold(5)
    assert starts(pace, clock, [0, 0]) == [30, 30.5]


@given(
    st.lists(st.sampled_from([0.0, 0.25, 0.5, 2.0]), max_size=30), st.sampled_from([0.5, 2.0, 4.0])
)
def test_the_pace_is_kept_and_no_wait_is_longer(durations: list[float], per_second: float) -> None:
    clock = Clock()
    found = starts(Pace(per_second, 1, clock=clock.read, sleep=clock.sleep), clock, durations)
    for before, duration, after in zip(found, durations, found[1:], strict=False):
        assert after == max(before + 1 / per_second, before + duration)


def test_a_pause_that_is_asked_for_while_others_wait_holds_them_too() -> None:
    clock = Clock()

    def sleep(seconds: float) -> None:
        clock.sleep(seconds)
        if len(clock.slept) == 1:
            pace.hold(10)

    pace = Pace(2, 4, clock=clock.read, sleep=sleep)
    assert starts(pace, clock, [0, 0]) == [0, 10.5]


def test_no_more_than_four_at_once() -> None:
    pace = Pace(1e6, 4)
    inside, most, lock = [0], [0], threading.Lock()
    full = threading.Event()

    def ask() -> None:
        with pace.place():
            with lock:
                inside[0] += 1
                most[0] = max(most[0], inside[0])
                if inside[0] == 4:
                    full.set()
            assert full.wait(10)
            with lock:
                inside[0] -= 1

    threads = [threading.Thread(target=ask) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [4]


def test_an_interrupted_wait_gives_the_place_back() -> None:
    clock = Clock()

    def interrupted(_: float) -> None:
        raise KeyboardInterrupt

    pace = Pace(1, 1, clock=clock.read, sleep=interrupted)
    with pace.place():
        pass
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt), pace.place():
            pass
