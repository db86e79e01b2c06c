"""Quota of requests: an upper limit in any time window."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import SimpleQueue


class Quota:
    """Limit of `requests` in any window of `seconds`, for any number of threads.

    Requests are served in order of arrival. A request counts until `seconds` after its end. The
    time at which a request reached the server is unknown, except that it was before the end; so the
    quota also holds on the server's clock, whatever the network delay.
    """

    def __init__(
        self,
        requests: int,
        seconds: float,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        """Set the limits; tests replace `clock`, which returns seconds, and `sleep`."""
        self.requests = requests
        self.seconds = seconds
        self._clock = clock
        self._sleep = sleep
        # The time from which a slot is free, an entry for every slot.
        self._free_from: SimpleQueue[float] = SimpleQueue()
        for _ in range(requests):
            self._free_from.put(clock())

    @contextmanager
    def place(self) -> Iterator[None]:
        """Wait until a request is allowed; make the request inside the block."""
        free_from = self._free_from.get()
        try:
            pause = free_from - self._clock()
            if pause > 0:
                self._sleep(pause)
            yield
        finally:
            self._free_from.put(self._clock() + self.seconds)
