"""A polite pace of requests: so many a second, so many at once, and none while the server asks for
a pause.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore, Lock


class Pace:
    """At most `per_second` requests a second and `at_once` at a time, by any number of threads.

    Requests begin at least 1 / `per_second` seconds after each other; what was not used is not made
    up for.
    """

    def __init__(
        self,
        per_second: float,
        at_once: int,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        """`clock` gives seconds, `sleep` waits for seconds; tests bring their own."""
        self.per_second = per_second
        self._clock = clock
        self._sleep = sleep
        self._at_once = BoundedSemaphore(at_once)
        self._lock = Lock()
        self._free_from = clock()

    @contextmanager
    def place(self) -> Iterator[None]:
        """Wait until a request may be made, and make it inside the block."""
        with self._at_once:
            while (pause := self._take()) > 0:
                self._sleep(pause)
            yield

    def hold(self, seconds: float) -> None:
        """Let no request begin for so many seconds from now, whoever asks."""
        with self._lock:
            self._free_from = max(self._free_from, self._clock() + seconds)

    def _take(self) -> float:
        """Take the place that is free now and return 0; else return the seconds until there is one."""
        with self._lock:
            now = self._clock()
            if now < self._free_from:
                return self._free_from - now
            self._free_from = now + 1 / self.per_second
            return 0.0
