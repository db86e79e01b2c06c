"""A budget of CPU time for training a peer, with regular checkpoints of the model."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

LOOKS = 8
"""Checkpoints of a training, at equal shares of the budget; a training step may be longer."""


class Budget:
    """CPU seconds of the process from now on, without the seconds of a pause.

    `seconds`: above 0. `clock`: returns CPU seconds of the process, never falling.
    """

    def __init__(self, seconds: float, clock: Callable[[], float] = time.process_time) -> None:
        self.seconds = seconds
        self._clock = clock
        self._start = clock()
        self._looks = 0

    @property
    def spent(self) -> float:
        """The counted CPU seconds so far."""
        return self._clock() - self._start

    def over(self) -> bool:
        """Return True if the budget is spent, which ends the training after a batch or pass."""
        return self.spent >= self.seconds

    def due(self) -> bool:
        """Return True if another share of the budget is spent since the last True."""
        shares = int(min(self.spent / self.seconds, 1.0) * LOOKS)
        due = shares > self._looks
        self._looks = max(shares, self._looks)
        return due

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Stop the count: evaluation at a checkpoint is not training."""
        before = self._clock()
        yield
        self._start += self._clock() - before
