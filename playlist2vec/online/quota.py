"""A quota of requests: never more than so many of them in any stretch of time."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import SimpleQueue


class Quota:
    """At most `requests` of them in any `seconds`, in the order in which they are asked for, by any
    number of threads.

    A request counts until `seconds` after it ended. When it reached the server is known no better
    than that it was before its end, so that the quota holds on the server's clock too, however long
    the way there takes.
    """

    def __init__(
        self,
        requests: int,
        seconds: float,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        """`clock` gives seconds, `sleep` waits for seconds; tests bring their own."""
        self.requests = requests
        self.seconds = seconds
        self._clock = clock
        self._sleep = sleep
        self._free_from: SimpleQueue[float] = (
            SimpleQueue()
        )  # one entry a place: the time from which it may be taken
        for _ in range(requests):
            self._free_from.put(clock())

    @contextmanager
    def place(self) -> Iterator[None]:
        """Wait until a request may be made, and make it inside the block."""
        free_from = self._free_from.get()
        try:
            pause = free_from - self._clock()
            if pause > 0:
                self._sleep(pause)
            yield
        finally:
            self._free_from.put(self._clock() + self.seconds)
