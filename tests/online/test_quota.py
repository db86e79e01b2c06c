import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playlist2vec.online.quota import Quota


class Clock:
    """A clock that stands still but for what is slept and what `work` takes."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def read(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def work(self, seconds: float) -> None:
        self.now += seconds


def spans(quota: Quota, clock: Clock, durations: list[float]) -> list[tuple[float, float]]:
    """When each of these requests, made one after the other, began and ended."""
    found = []
    for duration in durations:
        with quota.place():
            start = clock.now
            clock.work(duration)
        found.append((start, clock.now))
    return found


def test_fifty_at_once_and_the_next_when_the_first_is_five_seconds_old() -> None:
    clock = Clock()
    quota = Quota(50, 5, clock=clock.read, sleep=clock.sleep)
    starts = [start - 1000 for start, _ in spans(quota, clock, [0.0] * 120)]
    assert starts == [0.0] * 50 + [5.0] * 50 + [10.0] * 20
    assert clock.slept == [5.0, 5.0]


def test_a_request_counts_from_its_end() -> None:
    clock = Clock()
    quota = Quota(2, 5, clock=clock.read, sleep=clock.sleep)
    assert spans(quota, clock, [1, 2, 4, 1]) == [
        (1000, 1001),
        (1001, 1003),
        (1006, 1010),
        (1010, 1011),
    ]


@given(st.integers(1, 5), st.lists(st.integers(0, 9), max_size=30))
def test_the_quota_holds_wherever_on_its_way_a_request_is_counted_and_no_wait_is_longer(
    requests: int, durations: list[int]
) -> None:
    clock = Clock()
    found = spans(
        Quota(requests, 5, clock=clock.read, sleep=clock.sleep),
        clock,
        [float(each) for each in durations],
    )
    for (_, old_end), (_, last_end), (start, _) in zip(
        found, found[requests - 1 :], found[requests:], strict=False
    ):
        assert start == max(old_end + 5, last_end)


def test_an_interrupted_wait_gives_the_place_back() -> None:
    clock = Clock()
    quota = Quota(1, 5, clock=clock.read, sleep=interrupted)
    with quota.place():
        pass
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt), quota.place():
            pass


def interrupted(_: float) -> None:
    raise KeyboardInterrupt


def test_threads_share_it_on_the_real_clock() -> None:
    quota = Quota(3, 0.05)
    times: list[float] = []

    def ask() -> None:
        for _ in range(4):
            with quota.place():
                times.append(time.monotonic())

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    times.sort()
    assert len(times) == 12
    assert min(late - early for early, late in zip(times, times[3:], strict=False)) >= 0.05
