"""CPU time that a peer may train, with moments at which its model so far is looked at."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

LOOKS = 8
"""Looks at a model during its training, at equal shares of the budget; a step may be longer than
one.
"""


class Budget:
    """CPU seconds of the process from now on, but for those that pass while the budget is paused.

    `seconds`: above 0. `clock`: returns CPU seconds of the process, never falling.
    """

    def __init__(self, seconds: float, clock: Callable[[], float] = time.process_time) -> None:
        self.seconds = seconds
        self._clock = clock
        self._start = clock()
        self._looks = 0

    @property
    def spent(self) -> float:
        """CPU seconds that count so far."""
        return self._clock() - self._start

    def over(self) -> bool:
        """Whether nothing is left: called after each batch or pass, and training stops then."""
        return self.spent >= self.seconds

    def due(self) -> bool:
        """Whether another share of the budget has gone since this said so last."""
        shares = int(min(self.spent / self.seconds, 1.0) * LOOKS)
        due = shares > self._looks
        self._looks = max(shares, self._looks)
        return due

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Let time pass that does not count: for looks at a model, which are no training."""
        before = self._clock()
        yield
        self._start += self._clock() - before
