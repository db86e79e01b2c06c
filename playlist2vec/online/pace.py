"""Rate limit for requests: per second, at a time, and with pauses on the server's demand."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore, Lock


class Pace:
    """Limit of `per_second` requests a second and `at_once` at a time, over any number of threads.

    Requests begin at least 1 / `per_second` seconds apart; unused time does not allow a burst
    later.
    """

    def __init__(
        self,
        per_second: float,
        at_once: int,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        """Set the limits; tests replace `clock`, which returns seconds, and `sleep`."""
        self.per_second = per_second
        self._clock = clock
        self._sleep = sleep
        self._at_once = BoundedSemaphore(at_once)
        self._lock = Lock()
        self._free_from = clock()

    @contextmanager
    def place(self) -> Iterator[None]:
        """Wait until a request is allowed; make the request inside the block."""
        with self._at_once:
            while (pause := self._take()) > 0:
                self._sleep(pause)
            yield

    def hold(self, seconds: float) -> None:
        """Let no request of any thread begin in the next `seconds`."""
        with self._lock:
            self._free_from = max(self._free_from, self._clock() + seconds)

    def _take(self) -> float:
        """Return 0 after taking a free slot, else the seconds until a slot is free."""
        with self._lock:
            now = self._clock()
            if now < self._free_from:
                return self._free_from - now
            self._free_from = now + 1 / self.per_second
            return 0.0
